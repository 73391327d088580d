package generate

import (
	"cmp"
	"slices"

	"skyql/internal/schema"
)

// fillingPlan fills in what the service adds to a model.
type fillingPlan struct {
	names       []schema.Path // where the resource's name may stand
	identifiers []schema.Path // the primary and the additional ones
	steps       []step
	made        maker // a name for a resource that has none
}

// step fills in one property.
type step struct {
	path   schema.Path
	make   maker
	grow   bool // also where the objects on the way are missing
	always bool // even what names the resource, before its name is known
	late   bool // refers to others, as ARNs do
}

func planFilling(t *schema.ResourceType) fillingPlan {
	p := newPlanner(t, true)
	plan := fillingPlan{identifiers: p.identifiers()}
	root := rootNode(t)
	for _, name := range p.names() {
		plan.names = append(plan.names, schema.Path{name})
	}
	plan.names = append(plan.names, t.PrimaryIdentifier...)
	paths := slices.Clone(t.ReadOnly)
	slices.SortStableFunc(paths, func(a, b schema.Path) int { return cmp.Compare(len(a), len(b)) })
	for _, path := range t.PrimaryIdentifier {
		if !slices.ContainsFunc(paths, func(known schema.Path) bool { return slices.Equal(known, path) }) {
			paths = append(paths, path)
		}
	}
	for _, name := range p.names() { // a name that only the creation can give is made up there
		if schema.HasTop(t.CreateOnly, name) && !schema.HasTop(paths, name) {
			paths = append(paths, schema.Path{name})
		}
	}
	for _, path := range paths {
		if s, ok := p.step(root, path); ok {
			plan.steps = append(plan.steps, s)
		}
	}
	slices.SortStableFunc(plan.steps, func(a, b step) int { return a.order() - b.order() })
	name := parseText(kebab(t.Name.Thing())+"-{lower12}", place{path: schema.Path{"\x00name"}})
	plan.made = stringOf(name)
	return plan
}

func (s step) order() int {
	switch {
	case s.always:
		return 0
	case s.late:
		return 2
	}
	return 1
}
