package store

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"

	"skyql/internal/jsonpatch"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/validate"
)

// patched gives what a resource becomes by a patch document, or says why it
// may not. Write-only values are not in the state that is patched.
func (v *visit) patched(identifier string, document json.RawMessage) (model, error) {
	patch, err := jsonpatch.Parse(document)
	if err != nil {
		return model{}, v.invalid(identifier, "%s", err)
	}
	it, ok := v.shelf.get(identifier)
	if !ok {
		return model{}, v.absent(v.target(identifier))
	}
	if touched := v.kind.readOnlyTouched(patch); len(touched) > 0 {
		return model{}, v.invalid(identifier, "Invalid patch update: readOnlyProperties %s cannot be updated",
			pointers(touched))
	}
	outcome, err := patch.Apply(json.RawMessage(it.model.visible))
	if err != nil {
		return model{}, v.invalid(identifier, "%s", err)
	}
	before, after := decodeKept(it.model.visible), outcome.(map[string]any)
	if err := v.checkChange(identifier, before, after); err != nil {
		return model{}, err
	}
	v.fill(after, v.shelf.nextSeed(), v.now) // what was added may have read-only parts
	return v.kind.newModel(after).keepHidden(it.model), nil
}

// checkChange compares the states before and after a patch.
func (v *visit) checkChange(identifier string, before, after map[string]any) error {
	if set := v.kind.readOnlySet(before, after); len(set) > 0 {
		return v.invalid(identifier, "Invalid patch update: readOnlyProperties %s cannot be updated", pointers(set))
	}
	if fixed := v.kind.createOnlyChanged(before, after); len(fixed) > 0 {
		return v.refuse(resource.NotUpdatable, identifier,
			"Invalid patch update: createOnlyProperties "+pointers(fixed)+" cannot be updated")
	}
	if faults := v.kind.validator.Check(after); len(faults) > 0 {
		return v.invalid(identifier, "%s", validate.Text(faults))
	}
	return nil
}

// readOnlySet lists the read-only properties that have another value after a
// patch. Values that went with what was around them come back: they are not
// the caller's to take away.
func (k *kind) readOnlySet(before, after map[string]any) []schema.Path {
	var set []schema.Path
	for _, path := range k.ReadOnly {
		if slices.Contains(path, "*") {
			continue
		}
		old, had := path.Value(before)
		value, has := path.Value(after)
		switch {
		case has && !(had && reflect.DeepEqual(old, value)):
			set = append(set, path)
		case had && !has:
			restore(after, path, old)
		}
	}
	return set
}

// restore sets a value again if the object that held it is still there.
func restore(state map[string]any, path schema.Path, value any) {
	last := len(path) - 1
	if holder, ok := path[:last].Value(state); ok {
		if members, ok := holder.(map[string]any); ok {
			members[path[last]] = value
		}
	}
}

// readOnlyTouched lists the read-only properties that the patch works at or
// inside of.
func (k *kind) readOnlyTouched(patch jsonpatch.Patch) []schema.Path {
	var touched []schema.Path
	for _, path := range k.ReadOnly {
		hit := slices.ContainsFunc(patch, func(o jsonpatch.Operation) bool {
			return slices.ContainsFunc(o.Writes(), func(place []string) bool { return leadsTo(path, place) })
		})
		if hit {
			touched = append(touched, path)
		}
	}
	return touched
}

// leadsTo reports whether the place is what the path names or lies in it. The
// path may leave out that it goes through an array.
func leadsTo(path schema.Path, place []string) bool {
	for len(path) > 0 {
		if len(place) == 0 {
			return false
		}
		switch {
		case path[0] == "*" || path[0] == place[0]:
			path = path[1:]
		case !isIndex(place[0]):
			return false
		}
		place = place[1:]
	}
	return true
}

func isIndex(segment string) bool {
	_, err := strconv.ParseUint(segment, 10, 32)
	return err == nil || segment == "-"
}

// createOnlyChanged lists the properties whose values differ though they can
// only be set on creation. What identifies a resource is always one of them.
func (k *kind) createOnlyChanged(before, after map[string]any) []schema.Path {
	var changed []schema.Path
	for _, paths := range [][]schema.Path{k.CreateOnly, k.PrimaryIdentifier} {
		for _, path := range paths {
			if !containsPath(changed, path) && differs(before, after, path) {
				changed = append(changed, path)
			}
		}
	}
	return changed
}

// differs compares what a path leads to. Through an array, only the elements
// that both states have are compared, by their places.
func differs(before, after map[string]any, path schema.Path) bool {
	was, is := placesOf(before, path), placesOf(after, path)
	if slices.Contains(path, "*") {
		for place, value := range is {
			if old, ok := was[place]; ok && !reflect.DeepEqual(old, value) {
				return true
			}
		}
		return false
	}
	return !reflect.DeepEqual(was, is)
}

func placesOf(state map[string]any, path schema.Path) map[string]any {
	values := map[string]any{}
	path.Each(state, func(place []string, value any) { values[schema.Path(place).String()] = value })
	return values
}

func containsPath(paths []schema.Path, path schema.Path) bool {
	return slices.ContainsFunc(paths, func(p schema.Path) bool { return slices.Equal(p, path) })
}
