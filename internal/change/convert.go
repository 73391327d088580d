package change

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"skyql/internal/naming"
	"skyql/internal/schema"
	"skyql/internal/validate"
)

// Convert gives a value the JSON type that a property has by its schema. The
// value is one of SQL's: string, int64, float64, bool, []byte, json.RawMessage.
// Text becomes the array, object, truth value or number that it writes, where the
// property is one; a string property keeps it, digits or not. A value that does
// not fit is passed on for the check of the whole to find, except text that
// should be JSON and is not.
func Convert(t *schema.ResourceType, node *schema.Node, value any) (any, error) {
	c := converter{t: t, service: naming.Service(t.Name)}
	switch v := value.(type) {
	case []byte:
		if !utf8.Valid(v) {
			return nil, errors.New("a blob is no value of a property")
		}
		return c.text(node, string(v))
	case string:
		return c.text(node, v)
	case json.RawMessage:
		decoded, err := validate.Decode(v)
		if err != nil {
			return nil, fmt.Errorf("not JSON: %w", err)
		}
		return c.nested(node, decoded, 0), nil
	case int64:
		return c.number(node, json.Number(strconv.FormatInt(v, 10))), nil
	case float64:
		if math.IsInf(v, 0) || math.IsNaN(v) {
			return nil, errors.New("not a number that JSON has")
		}
		return c.number(node, floatNumber(v)), nil
	}
	return c.nested(node, value, 0), nil
}

type converter struct {
	t       *schema.ResourceType
	service string
}

// floatNumber writes a float so that a whole one is an integer to schemas.
func floatNumber(f float64) json.Number {
	if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return json.Number(strconv.FormatInt(int64(f), 10))
	}
	text, _ := json.Marshal(f) // finite
	return json.Number(text)
}

// text converts what SQL has as text.
func (c converter) text(node *schema.Node, text string) (any, error) {
	allowed := c.types(node)
	trimmed := strings.TrimSpace(text)
	document := strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, "[")
	if document && (allowed == nil || allowed["object"] || allowed["array"]) {
		decoded, err := validate.Decode([]byte(text))
		switch {
		case err == nil && (c.fits(allowed, decoded) || allowed != nil && !allowed["string"]):
			return c.nested(node, decoded, 0), nil
		case err != nil && allowed != nil && !allowed["string"]:
			return nil, fmt.Errorf("the text should be JSON and is not: %w", err)
		}
	}
	if allowed == nil || allowed["string"] {
		return text, nil
	}
	if scalar, ok := c.scalar(allowed, trimmed); ok {
		return scalar, nil
	}
	if !allowed["boolean"] && !allowed["integer"] && !allowed["number"] && !document {
		return nil, fmt.Errorf("%s is wanted, as JSON text such as %s", wanted(allowed), example(allowed))
	}
	return text, nil // for the check of the whole to refuse
}

func wanted(allowed map[string]bool) string {
	switch {
	case allowed["array"] && allowed["object"]:
		return "an array or an object"
	case allowed["array"]:
		return "an array"
	}
	return "an object"
}

func example(allowed map[string]bool) string {
	if allowed["array"] {
		return `'["a", "b"]'`
	}
	return `'{"Key": "value"}'`
}

// fits reports whether an object or array is of an allowed type.
func (c converter) fits(allowed map[string]bool, decoded any) bool {
	_, isArray := decoded.([]any)
	return allowed == nil || allowed["array"] && isArray || allowed["object"] && !isArray
}

// scalar reads a truth value or a number.
func (c converter) scalar(allowed map[string]bool, text string) (any, bool) {
	if lower := strings.ToLower(text); allowed["boolean"] && (lower == "true" || lower == "false") {
		return lower == "true", true
	}
	if (allowed["integer"] || allowed["number"]) && json.Valid([]byte(text)) && isNumber(text) {
		return json.Number(text), true
	}
	return nil, false
}

func isNumber(text string) bool {
	return text != "" && (text[0] == '-' || text[0] >= '0' && text[0] <= '9')
}

// number converts what SQL has as a number. It has no truth values of its own:
// TRUE is 1.
func (c converter) number(node *schema.Node, n json.Number) any {
	allowed := c.types(node)
	switch {
	case allowed == nil || allowed["integer"] || allowed["number"]:
		return n
	case allowed["boolean"] && (n == "0" || n == "1"):
		return n == "1"
	case allowed["string"]:
		return n.String()
	}
	return n
}

// deepest bounds the recursion into documents, whose schemas may be recursive.
const deepest = 100

// nested converts what is inside a JSON document, as far as the schema tells and
// nothing gets lost: "30" where a number is wanted, 30 where a string is, a document
// where its text is, and keys in snake case where the schema has them in its own.
func (c converter) nested(node *schema.Node, value any, depth int) any {
	if node = c.t.Resolve(node); node == nil || depth > deepest {
		return value
	}
	switch value := value.(type) {
	case map[string]any:
		if depth > 0 && onlyString(c.types(node)) { // the document of another service, which takes it as text
			return string(encode(value))
		}
		return c.object(node, value, depth)
	case []any:
		if depth > 0 && onlyString(c.types(node)) {
			return string(encode(value))
		}
		if items := c.items(node); items != nil {
			for i, element := range value {
				value[i] = c.nested(items, element, depth+1)
			}
		}
	case string:
		allowed := c.types(node)
		if allowed != nil && !allowed["string"] {
			if scalar, ok := c.scalar(allowed, strings.TrimSpace(value)); ok {
				return scalar
			}
		}
	case json.Number:
		switch allowed := c.types(node); {
		case onlyString(allowed):
			return value.String()
		case len(allowed) == 1 && allowed["boolean"] && (value == "0" || value == "1"):
			return value == "1" // SQL's TRUE inside of its JSON functions
		}
	case bool:
		if allowed := c.types(node); onlyString(allowed) {
			return strconv.FormatBool(value)
		}
	}
	return value
}

func onlyString(allowed map[string]bool) bool { return len(allowed) == 1 && allowed["string"] }

func (c converter) object(node *schema.Node, members map[string]any, depth int) any {
	out := make(map[string]any, len(members))
	for key, member := range members {
		child, name := c.member(node, key)
		if _, taken := members[name]; taken {
			name = key
		}
		out[name] = c.nested(child, member, depth+1)
	}
	return out
}

// member finds the schema of a member, and its name there.
func (c converter) member(node *schema.Node, key string) (child *schema.Node, name string) {
	for _, branch := range c.branches(node) {
		for _, property := range branch.Properties {
			if property.Name == key {
				return property.Node, key
			}
		}
	}
	for _, branch := range c.branches(node) {
		for _, property := range branch.Properties {
			if branch.Closed && slices.Contains(naming.Columns(c.service, property.Name), key) {
				return property.Node, property.Name
			}
		}
		if len(branch.PatternProperties) == 1 && len(branch.Properties) == 0 {
			return branch.PatternProperties[0].Node, key
		}
	}
	return nil, key
}

func (c converter) items(node *schema.Node) *schema.Node {
	for _, branch := range c.branches(node) {
		if branch.Items != nil {
			return branch.Items
		}
	}
	return nil
}

// branches gives the schema and those of its choices, which describe the same
// value.
func (c converter) branches(node *schema.Node) []*schema.Node {
	branches := []*schema.Node{node}
	for _, choice := range slices.Concat(node.OneOf, node.AnyOf, node.AllOf) {
		if resolved := c.t.Resolve(choice); resolved != nil && resolved != node {
			branches = append(branches, resolved)
		}
	}
	return branches
}

// types gives the JSON types that a value may have, nil if any.
func (c converter) types(node *schema.Node) map[string]bool {
	if node == nil {
		return nil
	}
	types := node.Types
	resolved := c.t.Resolve(node)
	if len(types) == 0 {
		types = resolved.Types
	}
	allowed := map[string]bool{}
	for _, name := range types {
		allowed[name] = true
	}
	if len(allowed) == 0 {
		c.choices(resolved, allowed)
	}
	if len(allowed) == 0 && len(resolved.Properties)+len(resolved.PatternProperties) > 0 {
		allowed["object"] = true
	}
	if len(allowed) == 0 && resolved.Items != nil {
		allowed["array"] = true
	}
	if len(allowed) == 0 {
		return nil
	}
	return allowed
}

// choices collects the types of a node's branches, if each says what it is.
func (c converter) choices(node *schema.Node, allowed map[string]bool) {
	for _, branch := range c.branches(node)[1:] {
		types := branch.Types
		if len(types) == 0 && len(branch.Properties) > 0 {
			types = []string{"object"}
		}
		if len(types) == 0 {
			clear(allowed)
			return
		}
		for _, name := range types {
			allowed[name] = true
		}
	}
}
