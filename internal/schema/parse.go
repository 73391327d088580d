package schema

import (
	"encoding/json"
	"errors"
	"fmt"

	"skyql/internal/resource"
)

// document mirrors the top level of a schema file.
type document struct {
	TypeName    string
	Description string
	Definitions members
	Properties  members
	Required    []string
	ReadOnly    []string     `json:"readOnlyProperties"`
	WriteOnly   []string     `json:"writeOnlyProperties"`
	CreateOnly  []string     `json:"createOnlyProperties"`
	Conditional []string     `json:"conditionalCreateOnlyProperties"`
	Deprecated  []string     `json:"deprecatedProperties"`
	Primary     []string     `json:"primaryIdentifier"`
	Additional  lenientLists `json:"additionalIdentifiers"`
	Handlers    members
	Tagging     *taggingDocument
	Taggable    *bool
}

type taggingDocument struct {
	Taggable    *bool
	TagOnCreate *bool
	Updatable   *bool  `json:"tagUpdatable"`
	Property    string `json:"tagProperty"`
	Permissions []string
}

type handlerDocument struct {
	Permissions   []string
	Timeout       int `json:"timeoutInMinutes"`
	HandlerSchema *struct {
		Properties members
		Required   []string
		OneOf      []struct{ Required []string }
		AnyOf      []struct{ Required []string }
	}
}

// Parse decodes a resource-type schema. The bytes are kept as Source and must
// not be changed afterwards.
func Parse(source []byte) (*ResourceType, error) {
	var doc document
	if err := json.Unmarshal(source, &doc); err != nil {
		return nil, fmt.Errorf("not a resource-type schema: %w", err)
	}
	name, err := resource.ParseTypeName(doc.TypeName)
	if err != nil {
		return nil, err
	}
	if len(doc.Properties) == 0 {
		return nil, fmt.Errorf("%s: the schema has no properties", name)
	}
	t := &ResourceType{
		Name: name, Description: doc.Description, Required: doc.Required, Source: source,
		ReadOnly: paths(doc.ReadOnly), WriteOnly: paths(doc.WriteOnly), CreateOnly: paths(doc.CreateOnly),
		ConditionalCreateOnly: paths(doc.Conditional), Deprecated: paths(doc.Deprecated),
		PrimaryIdentifier: paths(doc.Primary), Tagging: doc.tagging(),
	}
	for _, group := range doc.Additional {
		t.AdditionalIdentifiers = append(t.AdditionalIdentifiers, paths(group))
	}
	return t, errors.Join(t.parseProperties(doc), t.parseHandlers(doc.Handlers))
}

func (t *ResourceType) parseProperties(doc document) error {
	var err error
	if t.Properties, err = parseProperties(doc.Properties); err != nil {
		return fmt.Errorf("%s: %w", t.Name, err)
	}
	definitions, err := parseProperties(doc.Definitions)
	if err != nil {
		return fmt.Errorf("%s: %w", t.Name, err)
	}
	t.definitions = make(map[string]*Node, len(definitions))
	for _, definition := range definitions {
		t.definitions[definition.Name] = definition.Node
	}
	return nil
}

func (t *ResourceType) parseHandlers(handlers members) error {
	t.Handlers = make(map[HandlerName]Handler, len(handlers))
	for _, member := range handlers {
		var doc handlerDocument
		if err := json.Unmarshal(member.value, &doc); err != nil {
			return fmt.Errorf("%s: handler %q: %w", t.Name, member.key, err)
		}
		handler := Handler{Permissions: doc.Permissions, TimeoutMinutes: doc.Timeout}
		if in := doc.HandlerSchema; in != nil {
			handler.Input.Required = in.Required
			for _, choice := range in.OneOf {
				handler.Input.OneOf = append(handler.Input.OneOf, choice.Required)
			}
			for _, choice := range in.AnyOf {
				handler.Input.AnyOf = append(handler.Input.AnyOf, choice.Required)
			}
			for _, property := range in.Properties {
				handler.Input.Properties = append(handler.Input.Properties, inputProperty(property))
			}
		}
		t.Handlers[HandlerName(member.key)] = handler
		t.Order = append(t.Order, HandlerName(member.key))
	}
	return nil
}

// inputProperty reads {"$ref": "resource-schema.json#/properties/X"}.
func inputProperty(m member) InputProperty {
	var doc struct {
		Ref string `json:"$ref"`
	}
	in := InputProperty{Name: m.key}
	if json.Unmarshal(m.value, &doc) == nil && doc.Ref != "" {
		in.Names = ParsePath(afterHash(doc.Ref))[0]
	}
	return in
}

// tagging also understands the older key "taggable". A type that says nothing
// is taggable by the schema's default.
func (doc document) tagging() Tagging {
	if doc.Tagging == nil {
		legacy := doc.Taggable != nil && *doc.Taggable
		return Tagging{Taggable: legacy, OnCreate: legacy, Updatable: legacy}
	}
	unset := func(flag *bool) bool { return flag == nil || *flag }
	tagging := Tagging{
		Taggable: unset(doc.Tagging.Taggable), OnCreate: unset(doc.Tagging.TagOnCreate),
		Updatable: unset(doc.Tagging.Updatable), Permissions: doc.Tagging.Permissions,
	}
	if tagging.Taggable {
		tagging.Property = Path{"Tags"}
		if doc.Tagging.Property != "" {
			tagging.Property = ParsePath(doc.Tagging.Property)
		}
	}
	return tagging
}

func paths(pointers []string) []Path {
	if len(pointers) == 0 {
		return nil
	}
	all := make([]Path, len(pointers))
	for i, pointer := range pointers {
		all[i] = ParsePath(pointer)
	}
	return all
}
