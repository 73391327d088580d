package diff

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"skyql/internal/jsonpatch"
	"skyql/internal/schema"
)

// TestRandomModels checks on invented schemas what must hold for every
// comparison.
func TestRandomModels(t *testing.T) {
	t.Parallel()
	for _, marked := range []bool{false, true} {
		t.Run("marked "+strconv.FormatBool(marked), func(t *testing.T) {
			t.Parallel()
			settled := 0
			for seed := range uint64(2000) {
				r := invention{rand.New(rand.NewPCG(seed, 1))}
				in := r.input(parse(t, r.schema(marked)), marked)
				if checkComparison(t, in) {
					settled++
				}
				if t.Failed() {
					t.Fatalf("seed %d\n%s", seed, trace(in))
				}
			}
			if settled < 600 {
				t.Errorf("only %d comparisons were not refused", settled)
			}
		})
	}
}

// checkComparison reports whether the comparison was not refused.
func checkComparison(t *testing.T, in Input) bool {
	t.Helper()
	before := string(encode([]any{in.Current, in.Wanted}))
	result, err := Compare(in)
	if string(encode([]any{in.Current, in.Wanted})) != before {
		t.Error("the input was changed")
	}
	again, _ := Compare(in)
	if text(t, result.Patch) != text(t, again.Patch) || string(encode(result.Changes)) != string(encode(again.Changes)) {
		t.Error("another outcome at the second time")
	}
	var needed *WriteOnlyNeededError
	var readOnlyStated *ReadOnlyError
	var replacement *ReplacementError
	known := []bool{errors.As(err, &needed), errors.As(err, &readOnlyStated), errors.As(err, &replacement)}
	if err != nil && !slices.Contains(known, true) {
		t.Errorf("an error of no known type: %v", err)
	}
	outcome, applyErr := jsonpatch.Apply(in.Current, []byte(text(t, result.Patch)))
	if applyErr != nil {
		t.Errorf("the patch does not apply: %v\n%s", applyErr, text(t, result.Patch))
		return false
	}
	after := outcome.(map[string]any)
	checkMarks(t, in, result.Patch, after)
	if readOnlyStated != nil || replacement != nil {
		return false
	}
	root := newPlace(newComparison(in.Type, in.Stated), in.Type)
	for name, wanted := range in.Wanted {
		if !accepts(root.child(name), member(after, name), wanted, in.Stated) {
			t.Errorf("%s: want %s, have %s by %s", name, encode(wanted), encode(after[name]), text(t, result.Patch))
		}
	}
	checkRest(t, in, after)
	checkLength(t, root, in, result.Patch, after)
	checkRepeat(t, root, in, after)
	return true
}

// checkMarks looks for changes of what the service sets or fixes.
func checkMarks(t *testing.T, in Input, patch jsonpatch.Patch, after map[string]any) {
	t.Helper()
	root := newPlace(newComparison(in.Type, false), in.Type)
	for _, o := range patch {
		at := root
		var value any = in.Current
		for _, segment := range o.Path {
			if array, ok := value.([]any); ok {
				i, _ := strconv.Atoi(segment)
				at, value = at.element(i), any(nil)
				if i < len(array) {
					value = array[i]
				}
				continue
			}
			object, _ := value.(map[string]any)
			at, value = at.child(segment), object[segment]
		}
		if at.is(readOnly) {
			t.Errorf("%s %v is read-only", o.Op, o.Path)
		}
		if o.Op != jsonpatch.Remove {
			sent, _ := decode(o.Value)
			if at.holds(readOnly, sent) {
				t.Errorf("%s %v sends read-only parts: %s", o.Op, o.Path, o.Value)
			}
		}
		if at.is(createOnly) && !at.inArray {
			t.Errorf("%s %v is create-only", o.Op, o.Path)
		}
	}
	root.each(createOnly, in.Current, func(at place, value any) {
		if !at.inArray && !at.is(readOnly) && !identical(value, valueAt(after, at.path)) {
			t.Errorf("%s is create-only and changed", at.path)
		}
	})
}

func valueAt(model any, path schema.Path) any {
	for _, segment := range path {
		object, _ := model.(map[string]any)
		model = member(object, segment)
	}
	return model
}

// checkRest sees that properties of which nothing is wanted stay.
func checkRest(t *testing.T, in Input, after map[string]any) {
	t.Helper()
	for _, model := range []map[string]any{in.Current, after} {
		for name := range model {
			if _, wanted := in.Wanted[name]; !wanted && !identical(member(in.Current, name), member(after, name)) {
				t.Errorf("%s was changed", name)
			}
		}
	}
}

// checkLength compares the patch with one that sets each changed property as a
// whole.
func checkLength(t *testing.T, root place, in Input, patch jsonpatch.Patch, after map[string]any) {
	t.Helper()
	changed := map[string]bool{}
	for _, o := range patch {
		changed[o.Path[0]] = true
	}
	var simple jsonpatch.Patch
	for name := range changed {
		if p := root.child(name); p.touches(readOnly) || p.touches(writeOnly) || p.touches(createOnly) {
			return
		}
		o := jsonpatch.Operation{Op: jsonpatch.Replace, Path: []string{name}}
		_, had := in.Current[name]
		value, has := after[name]
		switch {
		case !has:
			o.Op = jsonpatch.Remove
		case !had:
			o.Op = jsonpatch.Add
		}
		if has {
			o.Value = encode(value)
		}
		simple = append(simple, o)
	}
	if have, most := text(t, patch), text(t, simple); len(have) > len(most) {
		t.Errorf("longer than it must be: %s\n%s", have, most)
	}
}

// checkRepeat compares again: once it is as wanted, there is nothing to do.
func checkRepeat(t *testing.T, root place, in Input, after map[string]any) {
	t.Helper()
	if root.holds(writeOnly, in.Wanted) {
		return
	}
	visible, _ := root.strip(writeOnly, after)
	wanted, _ := root.strip(readOnly, in.Wanted) // the service gives new elements new values
	in.Current, in.Wanted = visible.(map[string]any), wanted.(map[string]any)
	again, err := Compare(in)
	if err != nil || len(again.Patch) > 0 || len(again.Changes) > 0 {
		t.Errorf("the second comparison finds %s, %v", text(t, again.Patch), err)
	}
}

// accepts is another, plain reading of what an outcome must be.
func accepts(p place, have, want any, stated bool) bool {
	switch {
	case p.is(readOnly), p.is(createOnly):
		return true // looked at on its own
	case p.gone(want):
		return p.gone(have) || p.isDefault(have) || p.is(writeOnly)
	case isAbsent(have):
		return false
	}
	if wanted, ok := want.(map[string]any); ok {
		if have, ok := have.(map[string]any); ok {
			return acceptsObject(p, have, wanted, stated)
		}
	}
	if wanted, ok := want.([]any); ok {
		if have, ok := have.([]any); ok {
			return len(have) == len(wanted) && acceptsArray(p, have, wanted, stated)
		}
	}
	if wanted, ok := want.(string); ok && p.allows("object", "number") {
		if parsed, err := decode([]byte(wanted)); err == nil {
			if _, isText := have.(string); !isText && accepts(p, have, parsed, false) {
				return true
			}
			if other, err := decode([]byte(toText(have))); err == nil && isContainer(other) && isContainer(parsed) {
				return accepts(p, other, parsed, false)
			}
		}
	}
	if have, ok := have.(string); ok && p.allows("object", "number") {
		if parsed, err := decode([]byte(have)); err == nil && accepts(p, parsed, want, false) && parsed != nil {
			return true
		}
	}
	return identical(have, want)
}

func toText(value any) string { text, _ := value.(string); return text }

func acceptsObject(p place, have, want map[string]any, stated bool) bool {
	for name, wanted := range want {
		if !accepts(p.child(name), member(have, name), wanted, stated) {
			return false
		}
	}
	for name, value := range have {
		child := p.child(name)
		_, listed := want[name]
		if !listed && !stated && !child.gone(value) && !child.isDefault(value) && !child.onlyReadOnly(value) && isAbsent(child.fixedPart(value)) {
			return false
		}
	}
	return true
}

func acceptsArray(p place, have, want []any, stated bool) bool {
	if len(want) == 0 {
		return true
	}
	if !p.unordered() {
		return accepts(p.element(0), have[0], want[0], stated) && acceptsArray(p, have[1:], want[1:], stated)
	}
	for i := range have {
		if accepts(p.element(0), have[i], want[0], stated) {
			rest := append(append([]any{}, have[:i]...), have[i+1:]...)
			if acceptsArray(p, rest, want[1:], stated) {
				return true
			}
		}
	}
	return false
}
