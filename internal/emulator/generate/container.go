package generate

import (
	"fmt"
	"slices"

	"skyql/internal/schema"
)

// member is one property of an object that is made.
type member struct {
	name string
	make maker
}

// object plans an object: what is required, what that depends on, and one
// property of those that may be left out if it would be empty otherwise.
func (p *planner) object(n *schema.Node, at place) (maker, error) {
	if document := p.document(n, at); document != nil {
		return document, nil
	}
	members, err := p.members(n, at, n.Required)
	if err != nil {
		return nil, err
	}
	wanted := 0
	if n.MinProperties != nil {
		wanted = *n.MinProperties
	}
	if len(n.Properties) == 0 && at.inTags() {
		wanted = max(wanted, 1)
	}
	if len(n.Properties) == 0 {
		return p.mapping(n, at, members, wanted)
	}
	if at.inTags() {
		members = p.add(n, at, members, []string{"Key", "Value"})
	}
	members = p.fill(n, at, members, wanted)
	if len(members) < wanted {
		return nil, fmt.Errorf("%s: %w", at.path, errNoValue)
	}
	return build(members), nil
}

func build(members []member) maker {
	return func(c *call) any {
		object := make(map[string]any, len(members))
		for _, m := range members {
			object[m.name] = m.make(c)
		}
		return object
	}
}

// members plans the named properties and the ones that they depend on.
func (p *planner) members(n *schema.Node, at place, names []string) ([]member, error) {
	var members []member
	names = slices.Clone(names)
	for i := 0; i < len(names); i++ {
		made, err := p.value(memberNode(n, &p.judge, names[i]), at.property(names[i]))
		if err != nil {
			return nil, err
		}
		members = append(members, member{names[i], made})
		names = union(names, dependency(n.Dependencies[names[i]]).Required)
	}
	return members, nil
}

// memberNode gives the schema of a property, an empty one if there is none.
func memberNode(n *schema.Node, j *judge, name string) *schema.Node {
	for _, property := range n.Properties {
		if property.Name == name {
			return property.Node
		}
	}
	for _, property := range n.PatternProperties {
		if j.matches(property.Name, name) {
			return property.Node
		}
	}
	if n.AdditionalProperties != nil {
		return n.AdditionalProperties
	}
	return &schema.Node{}
}

// fill adds optional properties: all simple ones to what the service answers;
// to what a caller asks for only as many as are wanted, but at least one.
func (p *planner) fill(n *schema.Node, at place, members []member, wanted int) []member {
	has := func(name string) bool {
		return slices.ContainsFunc(members, func(m member) bool { return m.name == name })
	}
	if len(members) == 0 && !p.reading {
		members = p.add(n, at, members, telling(n))
	}
	for _, simple := range []bool{true, false} {
		for _, property := range n.Properties {
			enough := len(members) >= max(wanted, 1) && !(p.reading && simple && len(members) < maxRead)
			if enough || has(property.Name) || p.simple(property.Node) != simple || !p.settable(at, property.Name) {
				continue
			}
			more, err := p.members(n, at, []string{property.Name})
			if err != nil || slices.ContainsFunc(more, func(m member) bool { return has(m.name) }) {
				continue
			}
			candidate := append(slices.Clone(members), more...)
			if wanted > 0 || p.judge.accepts(n, build(candidate)(p.sample(1))) {
				members = candidate
			}
		}
		if len(members) > 0 && len(members) >= wanted {
			break
		}
	}
	return members
}

// add plans optional properties of those names, if there are any.
func (p *planner) add(n *schema.Node, at place, members []member, names []string) []member {
	for _, name := range names {
		has := slices.ContainsFunc(members, func(m member) bool { return m.name == name })
		known := slices.ContainsFunc(n.Properties, func(p schema.Property) bool { return p.Name == name })
		if has || !known {
			continue
		}
		if more, err := p.members(n, at, []string{name}); err == nil {
			members = append(members, more...)
		}
	}
	return members
}

// telling names a property that alone makes a good example of an object.
func telling(n *schema.Node) []string {
	for _, name := range []string{"ZipFile", "S3Uri", "Name", "Value"} {
		for _, property := range n.Properties {
			if property.Name == name {
				return []string{name}
			}
		}
	}
	return nil
}

const (
	maxRead     = 8    // properties of an object that the service answers
	maxElements = 1000 // of what a schema may demand
)

// simple reports whether a value is neither an object nor an array.
func (p *planner) simple(n *schema.Node) bool {
	kind := p.t.TypeOf(n)
	return kind != "object" && kind != "array"
}

// settable reports whether the property belongs into the plan.
func (p *planner) settable(at place, name string) bool {
	if p.reading {
		return !at.property(name).endsWith(silent...)
	}
	path := at.property(name).schemaPath()
	for _, read := range p.t.ReadOnly {
		if read.Matches(path) {
			return false
		}
	}
	return true
}

// mapping plans an object whose keys are free.
func (p *planner) mapping(n *schema.Node, at place, members []member, wanted int) (maker, error) {
	if len(members) >= wanted {
		return build(members), nil
	}
	if wanted > maxElements {
		return nil, fmt.Errorf("%s: %w", at.path, errNoValue)
	}
	key, node := "Key", n.AdditionalProperties
	if len(n.PatternProperties) > 0 {
		node = n.PatternProperties[0].Node
		made, err := p.text(&schema.Node{Pattern: n.PatternProperties[0].Name}, at.property("Key"))
		if err != nil {
			return nil, err
		}
		key = made(p.sample(1)).(string)
	}
	if at.inTags() && (len(n.PatternProperties) == 0 || p.judge.matches(n.PatternProperties[0].Name, "Name")) {
		key = "Name"
	}
	if node == nil {
		node = &schema.Node{Types: []string{"string"}}
	}
	made, err := p.value(node, at.property("Value"))
	if err != nil {
		return nil, err
	}
	for i := 0; len(members) < wanted; i++ {
		name := key
		if i > 0 {
			name += number(float64(i))
		}
		members = append(members, member{name, made})
	}
	return build(members), nil
}

// array plans a list: of one element, or of as many as are demanded.
func (p *planner) array(n *schema.Node, at place) (maker, error) {
	count := 0
	if n.MinItems != nil {
		count = *n.MinItems
	}
	if !p.reading && count == 0 && (n.MaxItems == nil || *n.MaxItems > 0) {
		count = 1
	}
	if count > maxElements {
		return nil, fmt.Errorf("%s: %w", at.path, errNoValue)
	}
	node := n.Items
	if node == nil {
		node = &schema.Node{Types: []string{"string"}}
	}
	var items []maker
	for i := range count {
		made, err := p.value(node, at.element(i))
		if err != nil {
			if n.MinItems == nil || *n.MinItems == 0 {
				break // an empty list will do
			}
			return nil, err
		}
		items = append(items, made)
	}
	return func(c *call) any {
		list := make([]any, len(items))
		for i, made := range items {
			list[i] = made(c)
		}
		return list
	}, nil
}
