package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// nodeDocument mirrors a JSON schema. Members that AWS's files hold in more
// than one shape stay raw until they are looked at.
type nodeDocument struct {
	Ref         string `json:"$ref"`
	Type        lenientList
	Description string
	Format      string

	Properties           members
	PatternProperties    members
	Required             lenientList
	Dependencies         map[string]json.RawMessage
	AdditionalProperties json.RawMessage
	Items                json.RawMessage
	OneOf, AnyOf, AllOf  []json.RawMessage

	Enum    []json.RawMessage
	Const   json.RawMessage
	Default json.RawMessage
	Pattern string

	MinLength, MaxLength               *int
	MinItems, MaxItems                 *int
	MinProperties, MaxProperties       *int
	Minimum, Maximum                   json.Number
	ExclusiveMinimum, ExclusiveMaximum json.RawMessage
	MultipleOf                         json.Number

	UniqueItems    bool
	InsertionOrder *bool
}

func parseProperties(all members) ([]Property, error) {
	properties := make([]Property, 0, len(all))
	for _, m := range all {
		node, err := parseNode(m.value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.key, err)
		}
		properties = append(properties, Property{Name: m.key, Node: node})
	}
	return properties, nil
}

func parseNode(source []byte) (*Node, error) {
	if source = bytes.TrimSpace(source); len(source) == 0 || source[0] != '{' {
		return &Node{}, nil // true, false or null: says nothing about the value
	}
	var doc nodeDocument
	if err := json.Unmarshal(source, &doc); err != nil {
		return nil, err
	}
	n := &Node{
		Ref: doc.Ref, Types: doc.Type, Description: doc.Description, Format: doc.Format,
		Required: doc.Required, Dependencies: doc.Dependencies,
		Enum: doc.Enum, Const: doc.Const, Default: doc.Default, Pattern: doc.Pattern,
		MinLength: doc.MinLength, MaxLength: doc.MaxLength, MinItems: doc.MinItems, MaxItems: doc.MaxItems,
		MinProperties: doc.MinProperties, MaxProperties: doc.MaxProperties,
		Minimum: doc.Minimum, Maximum: doc.Maximum, MultipleOf: doc.MultipleOf,
		ExclusiveMinimum: number(doc.ExclusiveMinimum), ExclusiveMaximum: number(doc.ExclusiveMaximum),
		UniqueItems: doc.UniqueItems, Unordered: doc.InsertionOrder != nil && !*doc.InsertionOrder,
		Closed: string(doc.AdditionalProperties) == "false",
	}
	return n, n.parseChildren(doc)
}

func (n *Node) parseChildren(doc nodeDocument) (err error) {
	if n.Properties, err = parseProperties(doc.Properties); err != nil {
		return err
	}
	if n.PatternProperties, err = parseProperties(doc.PatternProperties); err != nil {
		return err
	}
	if strings.HasPrefix(string(doc.AdditionalProperties), "{") {
		if n.AdditionalProperties, err = parseNode(doc.AdditionalProperties); err != nil {
			return err
		}
	}
	if len(doc.Items) > 0 {
		if n.Items, err = parseNode(doc.Items); err != nil {
			return err
		}
	}
	for _, branch := range []struct {
		from []json.RawMessage
		to   *[]*Node
	}{{doc.OneOf, &n.OneOf}, {doc.AnyOf, &n.AnyOf}, {doc.AllOf, &n.AllOf}} {
		for _, source := range branch.from {
			child, err := parseNode(source)
			if err != nil {
				return err
			}
			*branch.to = append(*branch.to, child)
		}
	}
	return nil
}

// number drops the boolean form that exclusiveMinimum had before draft 6.
func number(raw json.RawMessage) json.Number {
	var n json.Number
	if json.Unmarshal(raw, &n) != nil {
		return ""
	}
	return n
}

func afterHash(ref string) string {
	_, pointer, _ := strings.Cut(ref, "#")
	return pointer
}
