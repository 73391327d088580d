package sample

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"skyql/internal/emulator/generate"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/validate"
)

// Region is where the resources of the examples are.
const Region = resource.Region("us-east-1")

// Account is the one that identifiers in the examples name.
const Account = "123456789012"

// State is a desired state: decoded JSON in which a Variable stands for text
// that the reader gives.
type State map[string]any

// Variable stands for a secret, or for what only the service knows beforehand.
type Variable struct {
	Name string // in snake case, one of its own for each place of a type
	Try  string // a made-up value with which the example is valid, for tests only
}

// Sample has the values of one type's examples.
type Sample struct {
	Required State // what must be given, or a little where nothing must
	All      State // what may be given
	Changed  State // other values for what an update may change
	// Left are properties that All lacks though a caller may set them.
	Left []Left
	// Model is All as the service might answer it, for identifiers.
	Model map[string]any
	// Derived says that the service makes up nothing of the identifier: it follows
	// from what All has, the region and the account.
	Derived bool
}

// Left is a property that an example lacks, and why.
type Left struct{ Property, Why string }

// Why properties are left.
const (
	alone        = "the schema accepts no value of it beside the others"
	contradicted = "the schema contradicts itself on what type its values have"
)

// Numbers of the resources, so that the examples do not name the same one.
const (
	requiredNumber = 1
	allNumber      = 2
	changedNumber  = 3
)

// New makes the examples of a type. An error says that the schema demands what
// no value was found for.
func New(t *schema.ResourceType) (*Sample, error) {
	validator, err := validate.New(t)
	if err != nil {
		return nil, err
	}
	b := &builder{
		t: t, validator: validator, whole: generate.New(t), deep: map[string]bool{}, parts: map[part]*generate.Generator{},
	}
	least, err := b.least()
	if err != nil {
		return nil, fmt.Errorf("example of %s: %w", t.Name, err)
	}
	all, err := b.all()
	if err != nil {
		return nil, fmt.Errorf("example of %s: %w", t.Name, err)
	}
	s := &Sample{Left: b.left, Model: b.answered(all, "documentation")}
	identifier, _ := t.Identify(s.Model)
	again, _ := t.Identify(b.answered(all, "once more"))
	s.Derived = identifier == again
	changed := b.changed(all)
	h := newHider(t)
	s.Required, s.All, s.Changed = h.state(least), h.state(all), h.state(changed)
	return s, nil
}

// answered is a state as the service might answer it. The seed decides what the
// service makes up.
func (b *builder) answered(state map[string]any, seed string) map[string]any {
	model := copied(state)
	b.whole.ReadOnly(model, resource.Scope{Region: Region, Account: Account}, seed, time.Unix(1_900_000_000, 0))
	return model
}

// builder makes states of one type.
type builder struct {
	t         *schema.ResourceType
	validator *validate.Validator
	whole     *generate.Generator
	parts     map[part]*generate.Generator
	deep      map[string]bool // properties of the whole state: with all inside or not
	left      []Left
}

// least gives what the schema demands; where that is nothing, or not enough for
// a choice that it offers, what a modest caller gives.
func (b *builder) least() (map[string]any, error) {
	modest, err := b.whole.Desired(requiredNumber, generate.Options{})
	if err != nil {
		return nil, err
	}
	strip(b.t, modest)
	demanded := map[string]any{}
	for _, name := range b.t.Required {
		if value, ok := modest[name]; ok {
			demanded[name] = value
		}
	}
	if len(demanded) > 0 && b.validator.Check(demanded) == nil {
		return demanded, nil
	}
	return modest, nil
}

// all gives every property that a caller may set, as far as they go together.
func (b *builder) all() (map[string]any, error) {
	state, err := b.whole.Desired(allNumber, generate.Options{})
	if err != nil {
		return nil, err
	}
	strip(b.t, state)
	for _, property := range b.t.Properties {
		if Settable(b.t, property.Name) && b.contradicted(property) {
			b.left = append(b.left, Left{property.Name, contradicted})
			delete(state, property.Name)
		}
	}
	whole := copied(state)
	for _, property := range b.t.Properties {
		if value, ok := b.value(property, allNumber, true); ok {
			whole[property.Name] = value
			b.deep[property.Name] = true
		}
	}
	if b.validator.Check(whole) == nil && len(whole) == len(b.settable()) {
		return whole, nil
	}
	return b.oneByOne(state), nil
}

// oneByOne adds each property to the state if it is still valid then.
func (b *builder) oneByOne(state map[string]any) map[string]any {
	b.deep = map[string]bool{}
	for _, name := range b.settable() {
		before, demanded := state[name]
		added := false
		for _, deep := range []bool{true, false} {
			value, ok := b.value(*b.t.Property(name), allNumber, deep)
			if !ok || !deep && demanded {
				continue
			}
			state[name] = value
			if b.validator.Check(state) == nil {
				b.deep[name], added = deep, true
				break
			}
			delete(state, name)
		}
		switch {
		case added:
		case demanded:
			state[name] = before
		default:
			b.left = append(b.left, Left{name, alone})
		}
	}
	return state
}

// settable names the properties that are not read-only as a whole, in the order
// of the schema.
func (b *builder) settable() []string {
	var names []string
	for _, property := range b.t.Properties {
		if Settable(b.t, property.Name) && !b.contradicted(property) {
			names = append(names, property.Name)
		}
	}
	return names
}

// Settable reports whether a caller may set the top-level property. One that is
// read-only and create-only at once may be: the schema contradicts itself.
func Settable(t *schema.ResourceType, name string) bool {
	return !schema.HasTop(t.ReadOnly, name) || schema.HasTop(t.CreateOnly, name)
}

// Changeable reports whether an update may set the property as a whole: nothing
// in it is read-only or create-only.
func Changeable(t *schema.ResourceType, name string) bool {
	within := func(path schema.Path) bool { return path[0] == name }
	return !slices.ContainsFunc(t.ReadOnly, within) && !slices.ContainsFunc(t.CreateOnly, within) &&
		!slices.ContainsFunc(t.PrimaryIdentifier, within)
}

// changed gives new values for what an update may change, each of which the
// whole state is valid with.
func (b *builder) changed(all map[string]any) map[string]any {
	changed, after := map[string]any{}, copied(all)
	for _, property := range b.t.Properties {
		before, have := all[property.Name]
		if !have || !Changeable(b.t, property.Name) {
			continue
		}
		value, ok := b.value(property, changedNumber, b.deep[property.Name])
		if !ok {
			value = before
		}
		after[property.Name] = value
		if b.validator.Check(after) != nil {
			value = before
			after[property.Name] = before
		}
		changed[property.Name] = value
	}
	return changed
}

// copied gives a copy that shares nothing with the value.
func copied(state map[string]any) map[string]any {
	text, err := json.Marshal(state)
	if err != nil {
		panic(err) // it is decoded JSON
	}
	var fresh map[string]any
	if err := json.Unmarshal(text, &fresh); err != nil {
		panic(err) // it was written just now
	}
	return fresh
}
