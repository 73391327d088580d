package diff

import (
	"encoding/json"
	"slices"
	"strconv"

	"skyql/internal/jsonpatch"
	"skyql/internal/schema"
)

// steps are operations with the length of their text.
type steps struct {
	list   []jsonpatch.Operation
	length int
	// partial is set if a path goes through a key without letters, which a patch
	// document cannot name, so that what is around it must be replaced.
	partial bool
}

func (s *steps) append(others ...steps) {
	for _, o := range others {
		s.list, s.length, s.partial = append(s.list, o.list...), s.length+o.length, s.partial || o.partial
	}
}

func one(op jsonpatch.Op, path schema.Path, value any) steps {
	operation := jsonpatch.Operation{Op: op, Path: path}
	if op != jsonpatch.Remove {
		operation.Value = encode(value)
	}
	text, err := json.Marshal(operation)
	if err != nil {
		panic("diff: an operation has no JSON form: " + err.Error()) // its value is JSON
	}
	return steps{list: []jsonpatch.Operation{operation}, length: len(text) + 1, partial: slices.Contains(path, "")}
}

// operations finds the shortest way from a value to what was settled.
func operations(p place, have, target any) steps {
	switch {
	case p.is(readOnly), identical(have, target):
		return steps{}
	case isAbsent(have):
		return one(jsonpatch.Add, p.path, p.sent(target))
	case isAbsent(target):
		return one(jsonpatch.Remove, p.path, nil)
	}
	switch have := have.(type) {
	case map[string]any:
		if target, ok := target.(map[string]any); ok {
			return ofObject(p, have, target)
		}
	case []any:
		if target, ok := target.([]any); ok {
			return ofArray(p, have, target)
		}
	}
	return one(jsonpatch.Replace, p.path, p.sent(target))
}

// ofObject goes key by key. Replacing the whole is only right where nothing
// gets lost that the caller may not send or does not know.
func ofObject(p place, have, target map[string]any) steps {
	var all steps
	for _, name := range p.order(have, target) {
		all.append(operations(p.child(name), member(have, name), member(target, name)))
	}
	if len(p.path) == 0 {
		return all
	}
	free := !p.touches(readOnly) && !p.touches(writeOnly) && !p.touches(createOnly)
	return shorter(p, all, target, free)
}

// ofArray goes by index if it may. In a set, an index may not mean the same
// element any more when the service reads it again, so it can only be added to.
// Elements with parts that are not sent or not known are not told apart.
func ofArray(p place, have, target []any) steps {
	if p.touches(readOnly) || p.touches(writeOnly) {
		return one(jsonpatch.Replace, p.path, p.sent(target))
	}
	if !p.unordered() {
		return shorter(p, edits(p, have, target), target, true)
	}
	if len(target) < len(have) || !identical(have, target[:len(have)]) {
		return one(jsonpatch.Replace, p.path, target)
	}
	var all steps
	for _, element := range target[len(have):] {
		all.append(one(jsonpatch.Add, p.below("-"), element))
	}
	return shorter(p, all, target, true)
}

// shorter replaces the whole if that is shorter and may be done, or if there is
// no other way.
func shorter(p place, parts steps, target any, free bool) steps {
	if !free && !parts.partial {
		return parts
	}
	whole := one(jsonpatch.Replace, p.path, p.sent(target))
	if parts.partial || whole.length < parts.length {
		return whole
	}
	return parts
}

// edits changes what lies between the elements that are the same at the front
// and at the back: those at the same places one by one, and then the rest.
func edits(p place, have, target []any) steps {
	front := 0
	for front < len(have) && front < len(target) && identical(have[front], target[front]) {
		front++
	}
	have, target = have[front:], target[front:]
	for len(have) > 0 && len(target) > 0 && identical(have[len(have)-1], target[len(target)-1]) {
		have, target = have[:len(have)-1], target[:len(target)-1]
	}
	var all steps
	both := min(len(have), len(target))
	for i := range both {
		all.append(operations(p.element(front+i), have[i], target[i]))
	}
	at := func(i int) schema.Path { return p.below(strconv.Itoa(front + i)) }
	for i, element := range target[both:] {
		all.append(one(jsonpatch.Add, at(both+i), element))
	}
	for i := range slices.Backward(have[both:]) {
		all.append(one(jsonpatch.Remove, at(both+i), nil))
	}
	return all
}
