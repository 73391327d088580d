package schema

import (
	"encoding/json"
	"strings"

	"skyql/internal/resource"
)

// ResourceType is the decoded schema of one resource type.
type ResourceType struct {
	Name        resource.TypeName
	Description string
	Properties  []Property // top level, in schema order
	Required    []string   // top-level properties that a desired state must have

	ReadOnly              []Path
	WriteOnly             []Path
	CreateOnly            []Path
	ConditionalCreateOnly []Path
	Deprecated            []Path

	PrimaryIdentifier     []Path
	AdditionalIdentifiers [][]Path

	Handlers map[HandlerName]Handler
	Order    []HandlerName // handlers in the order of the schema
	Tagging  Tagging

	// Source is the schema itself, for validators.
	Source json.RawMessage

	definitions map[string]*Node
}

// Property is a named part of an object.
type Property struct {
	Name string
	*Node
}

// Tagging says how tags are put on a resource of the type.
type Tagging struct {
	Taggable    bool
	OnCreate    bool
	Updatable   bool
	Property    Path // where the tags are, usually Tags
	Permissions []string
}

// Property returns the top-level property of that exact name, or nil.
func (t *ResourceType) Property(name string) *Property {
	for i := range t.Properties {
		if t.Properties[i].Name == name {
			return &t.Properties[i]
		}
	}
	return nil
}

// IdentifierNames gives the primary identifier's parts as "A" or "A/B" for a
// nested one.
func (t *ResourceType) IdentifierNames() []string {
	names := make([]string, len(t.PrimaryIdentifier))
	for i, path := range t.PrimaryIdentifier {
		names[i] = path.String()
	}
	return names
}

// IsRequired reports whether the schema demands the top-level property.
func (t *ResourceType) IsRequired(name string) bool {
	for _, required := range t.Required {
		if required == name {
			return true
		}
	}
	return false
}

// Path leads from the resource's model to a property: "A", "B", … The segment
// "*" stands for every element of an array or every key of a map.
type Path []string

// ParsePath reads the form of the schema, "/properties/A/B".
func ParsePath(pointer string) Path {
	trimmed := strings.TrimPrefix(strings.TrimPrefix(pointer, "/"), "properties/")
	segments := strings.Split(trimmed, "/")
	for i, segment := range segments {
		segments[i] = strings.ReplaceAll(strings.ReplaceAll(segment, "~1", "/"), "~0", "~")
	}
	return segments
}

// String joins the segments with "/".
func (p Path) String() string { return strings.Join(p, "/") }

// Pointer gives the form of the schema, "/properties/A/B".
func (p Path) Pointer() string { return "/properties/" + p.String() }

// Matches reports whether the concrete path is the place that p names, or lies
// below it.
func (p Path) Matches(concrete []string) bool {
	if len(concrete) < len(p) {
		return false
	}
	for i, segment := range p {
		if segment != "*" && segment != concrete[i] {
			return false
		}
	}
	return true
}

// HasTop reports whether one of the paths is exactly the top-level property.
func HasTop(paths []Path, name string) bool {
	for _, path := range paths {
		if len(path) == 1 && path[0] == name {
			return true
		}
	}
	return false
}
