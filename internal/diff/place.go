package diff

import (
	"maps"
	"regexp"
	"slices"
	"strconv"

	"skyql/internal/schema"
)

// mark is what a schema may say of a property beside its shape.
type mark uint8

const (
	readOnly mark = iota
	writeOnly
	createOnly
	conditional
	marks
)

// place is somewhere in a model, with what the schema says of it. A walk
// follows the model and never the schema alone, so recursive definitions end
// where the model does.
type place struct {
	c    *comparison
	path schema.Path
	raw  *schema.Node // as declared, perhaps a $ref; nil where the schema is silent
	node *schema.Node // what raw leads to
	// trails are what is left of the paths with a mark from here on. An empty
	// one marks the place itself and all below.
	trails     [marks][]schema.Path
	isRoot     bool // the model itself
	isProperty bool // of the model
	isElement  bool // of an array
	inArray    bool // an element, or in one
}

func newPlace(c *comparison, t *schema.ResourceType) place {
	root := &schema.Node{Properties: t.Properties, Required: t.Required, Types: []string{"object"}}
	p := place{c: c, raw: root, node: root, isRoot: true}
	// What identifies a resource cannot change either.
	fixed := append(slices.Clone(t.CreateOnly), t.PrimaryIdentifier...)
	for m, paths := range [marks][]schema.Path{t.ReadOnly, t.WriteOnly, fixed, t.ConditionalCreateOnly} {
		for _, path := range paths {
			for len(path) > 1 && path[len(path)-1] == "*" {
				path = path[:len(path)-1] // all of an array's elements are the array
			}
			p.trails[m] = append(p.trails[m], path)
		}
	}
	return p
}

func resolve(t *schema.ResourceType, n *schema.Node) *schema.Node {
	if n = t.Resolve(n); n != nil && n.Ref != "" {
		return nil // it leads nowhere
	}
	return n
}

// child is the place of an object's key.
func (p place) child(name string) place {
	raw := p.member(name)
	next := place{c: p.c, path: p.below(name), raw: raw, node: resolve(p.c.t, raw), isProperty: p.isRoot, inArray: p.inArray}
	for m, trails := range p.trails {
		for _, trail := range trails {
			switch {
			case len(trail) == 0:
				next.trails[m] = append(next.trails[m], nil)
			case trail[0] == name || trail[0] == "*":
				next.trails[m] = append(next.trails[m], trail[1:])
			}
		}
	}
	return next
}

// element is the place of an array's element. Paths may leave out that they go
// through an array, as schemas differ in that.
func (p place) element(i int) place {
	next := place{c: p.c, path: p.below(strconv.Itoa(i)), isElement: true, inArray: true}
	if p.node != nil {
		next.raw, next.node = p.node.Items, resolve(p.c.t, p.node.Items)
	}
	for m, trails := range p.trails {
		for _, trail := range trails {
			if len(trail) > 0 && trail[0] == "*" {
				trail = trail[1:]
			}
			next.trails[m] = append(next.trails[m], trail)
		}
	}
	return next
}

func (p place) below(segment string) schema.Path { return append(slices.Clip(p.path), segment) }

// unmarked is the same place without marks that keep it from being compared.
func (p place) unmarked(without ...mark) place {
	for _, m := range without {
		p.trails[m] = nil
	}
	return p
}

// member finds the schema of an object's key: by its name, by a pattern, or as
// one of the other keys.
func (p place) member(name string) *schema.Node {
	if p.node == nil {
		return nil
	}
	for _, property := range p.node.Properties {
		if property.Name == name {
			return property.Node
		}
	}
	patterns := p.node.PatternProperties
	if len(patterns) == 1 && p.node.AdditionalProperties == nil {
		return patterns[0].Node // a key that does not fit would not be valid
	}
	for _, property := range patterns {
		if p.c.matches(property.Name, name) {
			return property.Node
		}
	}
	return p.node.AdditionalProperties
}

// matches is lenient with patterns that are not understood here, as validation
// is.
func (c *comparison) matches(pattern, name string) bool {
	compiled, known := c.patterns[pattern]
	if !known {
		compiled, _ = regexp.Compile(pattern)
		c.patterns[pattern] = compiled
	}
	return compiled == nil || compiled.MatchString(name)
}

// is reports whether the place itself, or what it lies in, has the mark.
func (p place) is(m mark) bool {
	return slices.ContainsFunc(p.trails[m], func(trail schema.Path) bool { return len(trail) == 0 })
}

// touches reports whether the place has the mark, or something that may be in
// it.
func (p place) touches(m mark) bool { return len(p.trails[m]) > 0 }

// order lists the keys of both objects: those that the schema names as it does,
// then the others by name.
func (p place) order(a, b map[string]any) []string {
	all := make([]string, 0, max(len(a), len(b)))
	known := map[string]bool{}
	if p.node != nil {
		for _, property := range p.node.Properties {
			_, inA := a[property.Name]
			_, inB := b[property.Name]
			if (inA || inB) && !known[property.Name] {
				all, known[property.Name] = append(all, property.Name), true
			}
		}
	}
	others := map[string]bool{}
	for _, object := range []map[string]any{a, b} {
		for name := range object {
			if !known[name] {
				others[name] = true
			}
		}
	}
	return append(all, slices.Sorted(maps.Keys(others))...)
}

// allows reports whether the schema names one of the types for the place, alone
// or in one of its alternatives.
func (p place) allows(types ...string) bool {
	return p.node != nil && slices.ContainsFunc(p.types(), func(name string) bool { return slices.Contains(types, name) })
}

func (p place) types() []string {
	if p.raw != nil && len(p.raw.Types) > 0 {
		return p.raw.Types
	}
	if p.node == nil || len(p.node.Types) > 0 {
		return p.declared()
	}
	var all []string
	for _, branch := range slices.Concat(p.node.OneOf, p.node.AnyOf) {
		if branch = resolve(p.c.t, branch); branch != nil {
			all = append(all, branch.Types...)
		}
	}
	return all
}

func (p place) declared() []string {
	if p.node == nil {
		return nil
	}
	return p.node.Types
}

// nullable reports whether null is a value here. Where the schema says what a
// value looks like, null stands for there being none; for a property as a whole
// it always does, and for an element never.
func (p place) nullable() bool {
	switch {
	case p.isProperty:
		return false
	case p.isElement, p.node == nil, p.allows("null"):
		return true
	}
	n := p.node
	return len(n.Types) == 0 && len(p.raw.Types) == 0 && len(n.Properties) == 0 &&
		len(n.PatternProperties) == 0 && n.Items == nil
}

// gone reports whether there is no value.
func (p place) gone(value any) bool { return isAbsent(value) || value == nil && !p.nullable() }

// isDefault reports whether the value is what the schema says is there if none
// is given.
func (p place) isDefault(value any) bool {
	for _, n := range []*schema.Node{p.raw, p.node} {
		if n == nil || len(n.Default) == 0 {
			continue
		}
		preset, err := decode(n.Default)
		return err == nil && !p.gone(preset) && // null is no value, as if none were named
			p.c.sameWhole(p.unmarked(readOnly, writeOnly, createOnly), value, preset)
	}
	return false
}

// absence stands for no value, which null is not.
type absence struct{}

var absent any = absence{}

func isAbsent(value any) bool { _, is := value.(absence); return is }

func member(object map[string]any, name string) any {
	if value, ok := object[name]; ok {
		return value
	}
	return absent
}
