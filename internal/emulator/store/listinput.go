package store

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"skyql/internal/catalog"
	"skyql/internal/resource"
	"skyql/internal/schema"
)

// listInput is a property that the list handler takes.
type listInput struct {
	// path is the property of the type that the input is compared with, nil if
	// the type has none: then the input picks nothing out.
	path schema.Path
	// parent is where the value comes from, if that is the identifier of
	// another type.
	parent catalog.Parent
}

// listInputs works out the inputs of the list handler. What the handler demands
// counts even where its schema does not describe it.
func listInputs(types *catalog.Catalog, t *schema.ResourceType) map[string]listInput {
	input := t.Handlers[schema.List].Input
	refers := map[string]string{}
	for _, property := range input.Properties {
		refers[property.Name] = property.Names
	}
	for _, set := range input.Alternatives() {
		for _, name := range set {
			if _, described := refers[name]; !described {
				refers[name] = name
			}
		}
	}
	inputs := make(map[string]listInput, len(refers))
	for name, property := range refers {
		in := listInput{parent: types.Parents(t, []string{name})[0]}
		for _, candidate := range []string{property, name} {
			if t.Property(candidate) != nil {
				in.path = schema.Path{candidate}
				break
			}
		}
		inputs[name] = in
	}
	return inputs
}

// pathsOf gives what the inputs are compared with.
func (k *kind) pathsOf(names []string) []schema.Path {
	var paths []schema.Path
	for _, name := range names {
		if path := k.inputs[name].path; path != nil {
			paths = append(paths, path)
		}
	}
	slices.SortFunc(paths, slices.Compare)
	return slices.CompactFunc(paths, slices.Equal)
}

// filterOf reads the resource model of a list call: which inputs it gives, and
// what they pick.
func (k *kind) filterOf(given map[string]any) filter {
	values := map[string]string{} // by property of the type
	var paths []schema.Path
	for name, in := range k.inputs {
		value, ok := given[name]
		if !ok || in.path == nil {
			continue
		}
		values[in.path.String()] = schema.KeyText(value)
		paths = append(paths, in.path)
	}
	slices.SortFunc(paths, slices.Compare)
	f := filter{paths: slices.CompactFunc(paths, slices.Equal)}
	for _, path := range f.paths {
		f.values = append(f.values, values[path.String()])
	}
	return f
}

// missingInput words what the list handler lacks, in the manner of the Java
// library that checks it; "" if nothing.
func (k *kind) missingInput(given map[string]any) string {
	input := k.Handlers[schema.List].Input
	lacks := lacking(given, input.Required)
	lacks = append(lacks, lackingChoice(given, input.OneOf, "#: #: 0 subschemas matched instead of one")...)
	lacks = append(lacks, lackingChoice(given, input.AnyOf, fmt.Sprintf(
		"#: #: no subschema matched out of the total %d subschemas", len(input.AnyOf)))...)
	if matched := matching(given, input.OneOf); matched > 1 {
		lacks = append(lacks, fmt.Sprintf("#: #: %d subschemas matched instead of one", matched))
	}
	return strings.Join(lacks, "\n")
}

// unfitInput words what the schema forbids of the inputs, "" if nothing: an
// identifier where an ARN is wanted, a text where an object is.
func (k *kind) unfitInput(given map[string]any) string {
	state := map[string]any{}
	for name, value := range given {
		if in, ok := k.inputs[name]; ok && in.path != nil {
			state[in.path[0]] = value
		}
	}
	for _, fault := range k.validator.Check(state) {
		property, _, _ := strings.Cut(strings.TrimPrefix(fault.Path, "/"), "/")
		if _, ok := state[property]; ok {
			return fault.String()
		}
	}
	return ""
}

func lacking(given map[string]any, names []string) []string {
	var lacks []string
	for _, name := range names {
		if schema.KeyText(given[name]) == "" {
			lacks = append(lacks, fmt.Sprintf("#: required key [%s] not found", name))
		}
	}
	return lacks
}

func matching(given map[string]any, choices [][]string) int {
	matched := 0
	for _, choice := range choices {
		if len(lacking(given, choice)) == 0 {
			matched++
		}
	}
	return matched
}

// lackingChoice gives the heading and what each choice lacks, if none matches.
func lackingChoice(given map[string]any, choices [][]string, heading string) []string {
	if len(choices) == 0 || matching(given, choices) > 0 {
		return nil
	}
	lacks := []string{heading}
	for _, choice := range choices {
		lacks = append(lacks, lacking(given, choice)...)
	}
	return lacks
}

// absentParent gives the type and identifier of a parent that the list is to be
// below, but that does not exist. Where resources may also lie below something
// else, or the parent is not told by its identifier, nothing can be said.
func (s *Store) absentParent(w *world, k *kind, given map[string]any) (target, bool) {
	for _, name := range slices.Sorted(maps.Keys(k.inputs)) {
		in, value := k.inputs[name], schema.KeyText(given[name])
		if object, ok := given[name].(map[string]any); ok && in.parent.Member != "" {
			value = schema.KeyText(object[in.parent.Member])
		}
		if value == "" || in.parent.Origin != catalog.FromParent || in.parent.Partial != "" {
			continue
		}
		parent, err := s.kind(in.parent.Type)
		if err != nil || len(parent.PrimaryIdentifier) != 1 ||
			parent.PrimaryIdentifier[0].String() != in.parent.Property {
			continue
		}
		if _, ok := w.shelf(parent).get(value); ok {
			continue
		}
		if _, ok := w.shelf(k).get(value); ok && in.parent.Recurse != "" {
			continue
		}
		return target{resource.TypeName(parent.Name), value}, true
	}
	return target{}, false
}
