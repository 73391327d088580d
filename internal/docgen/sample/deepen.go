package sample

import (
	"slices"

	"skyql/internal/schema"
)

// deepener copies the schema of a property so that everything in it that a
// caller may set is demanded: what is generated for the copy shows all of it.
type deepener struct {
	t        *schema.ResourceType
	building []*schema.Node // what is being copied, to notice recursion
}

// deepest bounds how far examples go down.
const deepest = 8

// node copies the schema of the place that the path leads to.
func (d *deepener) node(n *schema.Node, path schema.Path) *schema.Node {
	resolved := d.t.Resolve(n)
	if resolved == nil || slices.Contains(d.building, resolved) || len(path) > deepest {
		return n
	}
	d.building = append(d.building, resolved)
	defer func() { d.building = d.building[:len(d.building)-1] }()
	copied := *resolved
	if len(copied.AllOf) > 0 || len(copied.AnyOf) > 0 || len(copied.OneOf) > 0 {
		return &copied // a choice is not to be forced
	}
	if copied.Items != nil {
		copied.Items = d.node(copied.Items, append(slices.Clip(path), "*"))
	}
	if len(copied.Properties) > 0 {
		d.properties(&copied, path)
	}
	return &copied
}

// properties demands those of an object that may be set and do not lead back to
// what they are in.
func (d *deepener) properties(n *schema.Node, path schema.Path) {
	properties := slices.Clone(n.Properties)
	required := slices.Clone(n.Required)
	for i, property := range properties {
		at := append(slices.Clip(path), property.Name)
		properties[i].Node = d.node(property.Node, at)
		wanted := !names(d.t.ReadOnly, at) && !names(d.t.Deprecated, at) && !d.recursive(property.Node)
		if wanted && !slices.Contains(required, property.Name) {
			required = append(required, property.Name)
		}
	}
	if n.MaxProperties != nil && len(required) > *n.MaxProperties {
		return
	}
	n.Properties, n.Required = properties, required
}

// recursive reports whether the schema is, or is a list of, what is being copied.
func (d *deepener) recursive(n *schema.Node) bool {
	for range 4 {
		n = d.t.Resolve(n)
		if n == nil {
			return false
		}
		if slices.Contains(d.building, n) {
			return true
		}
		if n.Items == nil {
			return false
		}
		n = n.Items
	}
	return false
}

// names reports whether one of the paths leads to the place, or to above it.
// Schemas differ in whether they write the "*" of an array.
func names(paths []schema.Path, at schema.Path) bool {
	at = withoutStars(at)
	return slices.ContainsFunc(paths, func(p schema.Path) bool {
		p = withoutStars(p)
		return len(p) <= len(at) && slices.Equal(p, at[:len(p)])
	})
}

func withoutStars(path schema.Path) schema.Path {
	return slices.DeleteFunc(slices.Clone(path), func(segment string) bool { return segment == "*" })
}
