package generate

import (
	"maps"
	"slices"

	"skyql/internal/schema"
)

// Bounds on the ways that are tried to satisfy oneOf and anyOf.
const (
	maxShapes = 64
	maxNested = 8
)

// shapes resolves a node's allOf, anyOf and oneOf into nodes without them: one
// for each combination of branches, in the order of the schema.
func (p *planner) shapes(n *schema.Node, nested int) []*schema.Node {
	n = p.t.Resolve(n)
	plain := *n
	plain.OneOf, plain.AnyOf, plain.AllOf = nil, nil, nil
	all := []*schema.Node{&plain}
	if nested > maxNested {
		return all
	}
	for _, part := range n.AllOf {
		all = p.combine(all, p.shapes(part, nested+1))
	}
	for _, branches := range [][]*schema.Node{n.AnyOf, n.OneOf} {
		var ways []*schema.Node
		for _, branch := range branches {
			ways = append(ways, p.shapes(branch, nested+1)...)
		}
		all = p.combine(all, ways)
	}
	return all
}

// combine merges each of the one with each of the other.
func (p *planner) combine(all, with []*schema.Node) []*schema.Node {
	if len(with) == 0 {
		return all
	}
	var combined []*schema.Node
	for _, a := range all {
		for _, b := range with {
			if len(combined) < maxShapes {
				combined = append(combined, merge(a, b))
			}
		}
	}
	return combined
}

// merge gives a node that demands what both do, as far as one node can say it.
func merge(a, b *schema.Node) *schema.Node {
	m := *a
	m.Types = commonTypes(a.Types, b.Types)
	m.Required = union(a.Required, b.Required)
	m.Properties = mergeProperties(a.Properties, b.Properties)
	m.PatternProperties = append(slices.Clone(a.PatternProperties), b.PatternProperties...)
	m.Closed = a.Closed || b.Closed
	m.UniqueItems = a.UniqueItems || b.UniqueItems
	m.Dependencies = maps.Clone(a.Dependencies)
	for name, dependency := range b.Dependencies {
		if m.Dependencies == nil {
			m.Dependencies = b.Dependencies
			break
		}
		m.Dependencies[name] = dependency
	}
	mergeBounds(&m, b)
	return &m
}

// mergeBounds takes over what only b says; where both say something, b's is
// taken, which is the branch.
func mergeBounds(m, b *schema.Node) {
	override(&m.Ref, b.Ref)
	override(&m.Format, b.Format)
	override(&m.Pattern, b.Pattern)
	override(&m.Items, b.Items)
	override(&m.AdditionalProperties, b.AdditionalProperties)
	override(&m.MinLength, b.MinLength)
	override(&m.MaxLength, b.MaxLength)
	override(&m.MinItems, b.MinItems)
	override(&m.MaxItems, b.MaxItems)
	override(&m.MinProperties, b.MinProperties)
	override(&m.MaxProperties, b.MaxProperties)
	override(&m.Minimum, b.Minimum)
	override(&m.Maximum, b.Maximum)
	override(&m.ExclusiveMinimum, b.ExclusiveMinimum)
	override(&m.ExclusiveMaximum, b.ExclusiveMaximum)
	override(&m.MultipleOf, b.MultipleOf)
	if b.Enum != nil {
		m.Enum = b.Enum
	}
	if b.Const != nil {
		m.Const = b.Const
	}
	if b.Default != nil {
		m.Default = b.Default
	}
}

func override[T comparable](to *T, from T) {
	var zero T
	if from != zero {
		*to = from
	}
}

func mergeProperties(a, b []schema.Property) []schema.Property {
	merged := slices.Clone(a)
	for _, property := range b {
		i := slices.IndexFunc(merged, func(known schema.Property) bool { return known.Name == property.Name })
		if i < 0 {
			merged = append(merged, property)
			continue
		}
		both := &schema.Node{AllOf: []*schema.Node{merged[i].Node, property.Node}}
		merged[i] = schema.Property{Name: property.Name, Node: both}
	}
	return merged
}

func commonTypes(a, b []string) []string {
	if len(a) == 0 || len(b) == 0 {
		return append(slices.Clone(a), b...)
	}
	common := slices.DeleteFunc(slices.Clone(a), func(name string) bool { return !slices.Contains(b, name) })
	if len(common) == 0 {
		return a
	}
	return common
}

func union(a, b []string) []string {
	all := slices.Clone(a)
	for _, name := range b {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}
