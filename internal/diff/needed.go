package diff

import (
	"slices"

	"skyql/internal/schema"
)

// missing lists the required properties that an update must state, because they
// are not in the model which the service patches: it validates the outcome, and
// does not look up what reads leave out.
func missing(p place, model any) []schema.Path {
	var all []schema.Path
	switch model := model.(type) {
	case map[string]any:
		if p.node != nil {
			all = append(all, p.lacking(model)...)
		}
		for _, name := range p.order(model, nil) {
			if child := p.child(name); child.touches(writeOnly) && !child.is(readOnly) {
				all = append(all, missing(child, model[name])...)
			}
		}
	case []any:
		for i, element := range model {
			all = append(all, missing(p.element(i), element)...)
		}
	}
	return all
}

// lacking lists what an object lacks itself. A value that can only be given on
// creation cannot be asked for.
func (p place) lacking(object map[string]any) []schema.Path {
	var all []schema.Path
	for _, name := range p.node.Required {
		if _, has := object[name]; has {
			continue
		}
		child := p.child(name)
		if child.touches(writeOnly) && !child.is(createOnly) && !child.is(readOnly) &&
			!slices.ContainsFunc(all, func(known schema.Path) bool { return slices.Equal(known, child.path) }) {
			all = append(all, child.path)
		}
	}
	return all
}
