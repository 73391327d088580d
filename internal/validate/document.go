package validate

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// The keywords of a schema that are kept, by the shape of what they hold.
// Everything else is either a matter of CloudFormation's own, or a comment, or
// an assertion that the service does not make, such as "format".
//
// https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
var (
	schemaKeywords = []string{"items", "additionalProperties"}
	mapKeywords    = []string{"properties", "patternProperties", "definitions"}
	listKeywords   = []string{"oneOf", "anyOf", "allOf"}
	countKeywords  = []string{
		"minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties",
	}
	numberKeywords = []string{"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
)

// assertions reads a resource-type schema and gives the JSON schema in it,
// without anything that a strict reader would refuse.
func assertions(source []byte) (map[string]any, error) {
	decoded, err := Decode(source)
	if err != nil {
		return nil, err
	}
	root, ok := decoded.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("the schema is %s, not an object", typeName(decoded))
	}
	root["type"] = "object"
	p := purifier{root: root}
	return p.object(root), nil
}

type purifier struct{ root map[string]any }

// schema gives what is kept of a schema. A boolean is a schema, too.
func (p purifier) schema(value any) any {
	switch value := value.(type) {
	case map[string]any:
		return p.object(value)
	case bool:
		return value
	}
	return true
}

func (p purifier) object(from map[string]any) map[string]any {
	if ref, ok := from["$ref"].(string); ok {
		return p.reference(from, ref)
	}
	to := map[string]any{}
	p.nested(from, to)
	for _, keyword := range countKeywords {
		if n, ok := from[keyword].(json.Number); ok && isCount(n) {
			to[keyword] = n
		}
	}
	for _, keyword := range numberKeywords {
		if n, ok := from[keyword].(json.Number); ok && (keyword != "multipleOf" || isPositive(n)) {
			to[keyword] = n
		}
	}
	keep[string](from, to, "pattern")
	keep[bool](from, to, "uniqueItems")
	if enum, ok := from["enum"].([]any); ok && len(enum) > 0 {
		to["enum"] = enum
	}
	if constant, ok := from["const"]; ok {
		to["const"] = constant
	}
	if required := names(from["required"]); len(required) > 0 {
		to["required"] = required
	}
	if types := typesOf(from["type"]); len(types) > 0 {
		to["type"] = types
	}
	return to
}

// nested copies the keywords that hold schemas.
func (p purifier) nested(from, to map[string]any) {
	for _, keyword := range schemaKeywords {
		if value, ok := from[keyword]; ok {
			to[keyword] = p.schema(value)
		}
	}
	for _, keyword := range mapKeywords {
		if all, ok := from[keyword].(map[string]any); ok {
			to[keyword] = p.schemas(all)
		}
	}
	for _, keyword := range listKeywords {
		if all, ok := from[keyword].([]any); ok && len(all) > 0 {
			list := make([]any, len(all))
			for i, value := range all {
				list[i] = p.schema(value)
			}
			to[keyword] = list
		}
	}
	if all, ok := from["dependencies"].(map[string]any); ok {
		to["dependencies"] = p.dependencies(all)
	}
}

func (p purifier) schemas(all map[string]any) map[string]any {
	kept := make(map[string]any, len(all))
	for name, value := range all {
		kept[name] = p.schema(value)
	}
	return kept
}

// dependencies keeps both forms: the names that must be there, or a schema.
func (p purifier) dependencies(all map[string]any) map[string]any {
	kept := make(map[string]any, len(all))
	for name, value := range all {
		if _, ok := value.([]any); ok {
			kept[name] = names(value)
		} else {
			kept[name] = p.schema(value)
		}
	}
	return kept
}

// reference keeps a $ref, and nothing beside it, as draft 7 has it. One that
// leads nowhere, or in a circle, says nothing.
func (p purifier) reference(from map[string]any, ref string) map[string]any {
	seen := []string{}
	for next := ref; ; {
		if slices.Contains(seen, next) {
			return map[string]any{}
		}
		seen = append(seen, next)
		target, ok := p.lookup(next)
		if !ok {
			return map[string]any{}
		}
		object, _ := target.(map[string]any)
		if next, ok = object["$ref"].(string); !ok {
			return map[string]any{"$ref": "#" + fragment(ref)}
		}
	}
}

// lookup walks a JSON pointer through the original schema.
func (p purifier) lookup(ref string) (target any, ok bool) {
	target = p.root
	for _, segment := range strings.Split(strings.TrimPrefix(fragment(ref), "/"), "/") {
		object, isObject := target.(map[string]any)
		if !isObject {
			return nil, false
		}
		segment = strings.ReplaceAll(strings.ReplaceAll(segment, "~1", "/"), "~0", "~")
		if target, ok = object[segment]; !ok {
			return nil, false
		}
	}
	return target, true
}

func fragment(ref string) string {
	_, pointer, _ := strings.Cut(ref, "#")
	return pointer
}
