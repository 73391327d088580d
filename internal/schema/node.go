package schema

import (
	"bytes"
	"encoding/json"
	"strings"

	"skyql/internal/resource"
)

// Node is a JSON schema for one value.
type Node struct {
	Ref         string
	Types       []string // as declared; several where AWS accepts several
	Description string
	Format      string

	Properties           []Property
	PatternProperties    []Property // the name is the pattern
	Required             []string
	Dependencies         map[string]json.RawMessage
	AdditionalProperties *Node // a schema for other keys, nil if none is given
	Closed               bool  // additionalProperties is false
	Items                *Node
	OneOf, AnyOf, AllOf  []*Node

	Enum    []json.RawMessage
	Const   json.RawMessage
	Default json.RawMessage
	Pattern string

	MinLength, MaxLength         *int
	MinItems, MaxItems           *int
	MinProperties, MaxProperties *int
	Minimum, Maximum             json.Number
	ExclusiveMinimum             json.Number
	ExclusiveMaximum             json.Number
	MultipleOf                   json.Number

	UniqueItems bool
	// Unordered is true for an array whose insertionOrder is false: a set.
	Unordered bool
}

// Resolve follows $ref to where the value is described. A reference that leads
// nowhere, or in a circle, gives the node itself.
func (t *ResourceType) Resolve(n *Node) *Node {
	for range 32 {
		if n == nil || n.Ref == "" {
			return n
		}
		target := t.lookup(n.Ref)
		if target == nil || target == n {
			return n
		}
		n = target
	}
	return n
}

func (t *ResourceType) lookup(ref string) *Node {
	_, pointer, _ := strings.Cut(ref, "#")
	segments := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	if len(segments) < 2 {
		return nil
	}
	var node *Node
	switch segments[0] {
	case "definitions":
		node = t.definitions[segments[1]]
	case "properties":
		if property := t.Property(segments[1]); property != nil {
			node = property.Node
		}
	}
	for i := 2; i < len(segments) && node != nil; i++ {
		node = node.child(segments, &i)
	}
	return node
}

// child walks one step of a JSON pointer inside a schema.
func (n *Node) child(segments []string, i *int) *Node {
	switch segments[*i] {
	case "items":
		return n.Items
	case "properties":
		*i++
		if *i < len(segments) {
			for _, property := range n.Properties {
				if property.Name == segments[*i] {
					return property.Node
				}
			}
		}
	}
	return nil
}

// At finds the schema of a property by its path. One that leads through a map or
// to nowhere is taken for a string, as identifiers are.
func (t *ResourceType) At(path Path) *Node {
	property := t.Property(path[0])
	if property == nil {
		return &Node{Types: []string{"string"}}
	}
	node := property.Node
	for _, segment := range path[1:] {
		var next *Node
		for _, child := range t.Resolve(node).Properties {
			if child.Name == segment {
				next = child.Node
			}
		}
		if next == nil {
			return &Node{Types: []string{"string"}}
		}
		node = next
	}
	return node
}

// Definition returns a definition of the type by name, or nil.
func (t *ResourceType) Definition(name string) *Node { return t.definitions[name] }

// DescriptionOf gives the node's own description, else that of what it refers to.
func (t *ResourceType) DescriptionOf(n *Node) string {
	if n.Description != "" || n.Ref == "" {
		return n.Description
	}
	return t.Resolve(n).Description
}

// TypeOf gives the JSON type of a value in one word. Where the schema names
// several, the one is given that can hold both; where it names none, "object".
func (t *ResourceType) TypeOf(n *Node) string {
	types := n.Types
	if resolved := t.Resolve(n); len(types) == 0 {
		types, n = resolved.Types, resolved
	}
	has := map[string]bool{}
	for _, name := range types {
		has[name] = true
	}
	for _, name := range []string{"object", "array", "boolean", "integer", "number", "string"} {
		if has[name] {
			return name
		}
	}
	return "object"
}

// KindOf gives the kind of a column that holds the value.
func (t *ResourceType) KindOf(n *Node) resource.Kind {
	switch t.TypeOf(n) {
	case "string":
		if t.Resolve(n).Format == "date-time" {
			return resource.Timestamp
		}
		return resource.Text
	case "integer":
		return resource.Integer
	case "number":
		return resource.Number
	case "boolean":
		return resource.Boolean
	}
	return resource.JSON
}

// EnumStrings gives the allowed values of a string, or nil.
func (n *Node) EnumStrings() []string {
	var values []string
	for _, raw := range n.Enum {
		var s string
		if json.Unmarshal(raw, &s) == nil {
			values = append(values, s)
		} else {
			values = append(values, string(bytes.TrimSpace(raw)))
		}
	}
	return values
}
