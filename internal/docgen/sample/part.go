package sample

import (
	"encoding/json"
	"slices"

	"skyql/internal/emulator/generate"
	"skyql/internal/schema"
)

// part is one property, with all that may be inside or with what must be.
type part struct {
	name string
	deep bool
}

// value makes a value of one property: with all that may be inside, or with
// what must be.
func (b *builder) value(property schema.Property, number int, deep bool) (any, bool) {
	if !Settable(b.t, property.Name) || b.contradicted(property) {
		return nil, false
	}
	key := part{property.Name, deep}
	generator, planned := b.parts[key]
	if !planned {
		generator = b.generator(property, deep)
		b.parts[key] = generator
	}
	state, err := generator.Desired(number, generate.Options{})
	if err != nil {
		return nil, false
	}
	strip(b.t, state)
	value, made := state[property.Name]
	if !made {
		return nil, false
	}
	return polisher{b.t, number}.value(property.Node, value, property.Name, ""), true
}

// generator makes values of a type that is the property and nothing else, so
// that choices between properties do not matter.
func (b *builder) generator(property schema.Property, deep bool) *generate.Generator {
	alone := *b.t
	alone.Source = json.RawMessage(`{}`)
	alone.Required = []string{property.Name}
	if deep {
		d := deepener{t: b.t}
		property.Node = d.node(property.Node, schema.Path{property.Name})
	}
	alone.Properties = []schema.Property{property}
	return generate.New(&alone)
}

// contradicted reports whether the schema says one type at the property and
// another one where it refers to.
func (b *builder) contradicted(property schema.Property) bool {
	resolved := b.t.Resolve(property.Node)
	return property.Ref != "" && len(property.Types) > 0 && len(resolved.Types) > 0 &&
		!slices.ContainsFunc(property.Types, func(name string) bool { return slices.Contains(resolved.Types, name) })
}
