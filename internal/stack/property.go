package stack

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"skyql/internal/template"
)

// property evaluates a prop. Of the value for the environment, text is rendered;
// then what merge names is added.
func (v *Variables) property(r *Resource, p *Prop, names map[string]string) (string, error) {
	subject := "prop " + p.Name + " of " + r.Name
	value, err := p.valueFor(v.env)
	if err != nil {
		return "", &Fault{File: ManifestName, Line: p.Line, What: subject + " " + err.Error(),
			Remedy: "add " + v.env + " to its values, or give it one value"}
	}
	var base any
	if value != nil {
		base, err = v.evaluateProp(r, value, subject, names)
		if err != nil {
			return "", err
		}
	}
	if len(p.Merge) == 0 {
		return contextText(base), nil
	}
	merged, fault := mergeAll(base, p.Merge, names)
	if fault != nil {
		fault.File, fault.Line, fault.What = ManifestName, p.Line, subject+": "+fault.What
		return "", fault
	}
	return contextText(merged), nil
}

// valueFor gives the value in an environment; nil if there is only what is to be
// merged.
func (p *Prop) valueFor(env string) (*node, error) {
	if p.value != nil {
		return p.value, nil
	}
	if value, ok := p.values[env]; ok || len(p.values) == 0 {
		return value, nil
	}
	return nil, fmt.Errorf("has no value for the environment %s; it has %s", env, strings.Join(sortedKeys(p.values), ", "))
}

// evaluateProp renders every text in the value. What is missing is told for each
// of them, and for all variables in one.
func (v *Variables) evaluateProp(r *Resource, value *node, subject string, names map[string]string) (any, error) {
	return value.evaluated(func(text string, line int) (string, error) {
		var all faults
		rendered, _ := v.renderAll(text, names, func(err error) {
			all = append(all, v.faultOf(r, ManifestName, line, subject, err))
		})
		return rendered, all.err()
	})
}

// mergeAll adds the variables to the base, one after the other. The fault lacks
// its place.
func mergeAll(base any, merge []string, names map[string]string) (any, *Fault) {
	if text, ok := base.(string); ok {
		structure, ok := structureOf(text)
		if !ok {
			return nil, &Fault{What: "its value is neither a list nor a map, so nothing can be merged into it",
				Remedy: "write the value as a list or map, or take merge away"}
		}
		base = structure
	}
	for _, name := range merge {
		text, ok := names[name]
		if !ok {
			text, ok = names[withoutPrefix(name)]
		}
		if !ok {
			return nil, &Fault{What: "merge names " + name + ", which has no value", Err: &template.UndefinedError{Name: name, Line: 1},
				Remedy: "name a global, an earlier prop, or an export of an earlier resource"}
		}
		more, ok := structureOf(text)
		if !ok {
			return nil, &Fault{What: "merge names " + name + ", which is neither a list nor a map",
				Remedy: "give it a list or map as value"}
		}
		if base, ok = mergeTwo(base, more); !ok {
			return nil, &Fault{What: "merge cannot add " + name + ": one is a list, the other is not",
				Remedy: "merge lists into lists, and maps into maps"}
		}
	}
	return base, nil
}

// mergeTwo adds the items of a list that the base does not have, or the members of
// a map, of which the later counts.
func mergeTwo(base, more any) (any, bool) {
	switch base := base.(type) {
	case nil:
		return more, true
	case []any:
		items, ok := more.([]any)
		var have []string
		for _, item := range base {
			have = append(have, compactJSON(item))
		}
		out := slices.Clone(base)
		for _, item := range items {
			if !slices.Contains(have, compactJSON(item)) {
				out = append(out, item)
			}
		}
		return out, ok
	case map[string]any:
		members, ok := more.(map[string]any)
		out := maps.Clone(base)
		maps.Copy(out, members)
		return out, ok
	}
	return nil, false
}
