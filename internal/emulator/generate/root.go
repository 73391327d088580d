package generate

import (
	"encoding/json"

	"skyql/internal/schema"
)

// rootNode gives the schema of a whole model. What a type says about it beside
// its properties is not part of schema.ResourceType and is read from the
// source.
func rootNode(t *schema.ResourceType) *schema.Node {
	root := &schema.Node{
		Types: []string{"object"}, Properties: t.Properties, Required: t.Required, Closed: true,
	}
	var top struct {
		OneOf        json.RawMessage            `json:"oneOf,omitempty"`
		AnyOf        json.RawMessage            `json:"anyOf,omitempty"`
		AllOf        json.RawMessage            `json:"allOf,omitempty"`
		Dependencies map[string]json.RawMessage `json:"dependencies,omitempty"`
	}
	if json.Unmarshal(t.Source, &top) != nil || (top.OneOf == nil && top.AnyOf == nil && top.AllOf == nil) {
		root.Dependencies = top.Dependencies
		return root
	}
	// The parser of property schemas reads these keywords, too.
	wrapped, err := json.Marshal(map[string]any{
		"typeName": t.Name, "properties": map[string]any{"Model": top},
	})
	if err != nil {
		return root
	}
	if parsed, err := schema.Parse(wrapped); err == nil {
		model := parsed.Property("Model").Node
		root.OneOf, root.AnyOf, root.AllOf, root.Dependencies = model.OneOf, model.AnyOf, model.AllOf, model.Dependencies
	}
	return root
}
