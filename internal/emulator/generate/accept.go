package generate

import (
	"encoding/json"
	"regexp"
	"strconv"
	"unicode/utf8"

	"skyql/internal/schema"
)

// judge tells whether a schema accepts a value that was made for it, which is
// how a branch of oneOf is found. It knows as much of JSON schema as resource
// types use; patterns that Go cannot read accept everything.
type judge struct {
	t        *schema.ResourceType
	patterns map[string]*regexp.Regexp // nil for one that cannot be read
}

func (j *judge) accepts(n *schema.Node, value any) bool {
	if n = j.t.Resolve(n); n == nil || n.Ref != "" {
		return true // a reference to nowhere
	}
	return j.typed(n, value) && j.listed(n, value) && j.bounded(n, value) && j.combined(n, value)
}

func (j *judge) typed(n *schema.Node, value any) bool {
	if len(n.Types) == 0 {
		return true
	}
	for _, name := range n.Types {
		switch value := value.(type) {
		case string:
			if name == "string" {
				return true
			}
		case bool:
			if name == "boolean" {
				return true
			}
		case float64:
			if name == "number" || (name == "integer" && value == float64(int64(value))) {
				return true
			}
		case map[string]any:
			if name == "object" {
				return true
			}
		case []any:
			if name == "array" {
				return true
			}
		}
	}
	return false
}

// listed checks enum and const.
func (j *judge) listed(n *schema.Node, value any) bool {
	if n.Const != nil && !same(n.Const, value) {
		return false
	}
	for _, allowed := range n.Enum {
		if same(allowed, value) {
			return true
		}
	}
	return len(n.Enum) == 0
}

// same compares a scalar with its JSON text.
func same(text json.RawMessage, value any) bool {
	var allowed any
	if json.Unmarshal(text, &allowed) != nil {
		return false
	}
	switch allowed.(type) {
	case map[string]any, []any:
		return false
	}
	switch value.(type) {
	case map[string]any, []any:
		return false
	}
	return allowed == value
}

func (j *judge) bounded(n *schema.Node, value any) bool {
	switch value := value.(type) {
	case string:
		return j.fits(n, value)
	case float64:
		return inRange(n, value)
	case []any:
		return j.items(n, value)
	case map[string]any:
		return j.members(n, value)
	}
	return true
}

// fits checks the lengths and the pattern of a string.
func (j *judge) fits(n *schema.Node, value string) bool {
	if n.MinLength != nil || n.MaxLength != nil {
		length := utf8.RuneCountInString(value)
		if (n.MinLength != nil && length < *n.MinLength) || (n.MaxLength != nil && length > *n.MaxLength) {
			return false
		}
	}
	return n.Pattern == "" || j.matches(n.Pattern, value)
}

func (j *judge) matches(pattern, value string) bool {
	compiled, ok := j.patterns[pattern]
	if !ok {
		compiled, _ = regexp.Compile(pattern)
		j.patterns[pattern] = compiled
	}
	return compiled == nil || compiled.MatchString(value)
}

func inRange(n *schema.Node, value float64) bool {
	bound := func(text json.Number, ok func(limit float64) bool) bool {
		limit, err := text.Float64()
		return err != nil || ok(limit)
	}
	return bound(n.Minimum, func(limit float64) bool { return value >= limit }) &&
		bound(n.Maximum, func(limit float64) bool { return value <= limit }) &&
		bound(n.ExclusiveMinimum, func(limit float64) bool { return value > limit }) &&
		bound(n.ExclusiveMaximum, func(limit float64) bool { return value < limit }) &&
		bound(n.MultipleOf, func(unit float64) bool { return value/unit == float64(int64(value/unit)) })
}

func (j *judge) items(n *schema.Node, value []any) bool {
	if (n.MinItems != nil && len(value) < *n.MinItems) || (n.MaxItems != nil && len(value) > *n.MaxItems) {
		return false
	}
	for i, item := range value {
		if n.Items != nil && !j.accepts(n.Items, item) {
			return false
		}
		for _, other := range value[:i] {
			if n.UniqueItems && equal(other, item) {
				return false
			}
		}
	}
	return true
}

// equal compares JSON values.
func equal(a, b any) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

func (j *judge) members(n *schema.Node, value map[string]any) bool {
	if (n.MinProperties != nil && len(value) < *n.MinProperties) ||
		(n.MaxProperties != nil && len(value) > *n.MaxProperties) || !hasAll(value, n.Required) {
		return false
	}
	for name, required := range n.Dependencies {
		if _, ok := value[name]; ok && !hasAll(value, dependency(required).Required) {
			return false
		}
	}
	for name, member := range value {
		if !j.member(n, name, member) {
			return false
		}
	}
	return true
}

func (j *judge) member(n *schema.Node, name string, value any) bool {
	known := false
	for _, property := range n.Properties {
		if property.Name == name {
			known = true
			if !j.accepts(property.Node, value) {
				return false
			}
		}
	}
	for _, property := range n.PatternProperties {
		if j.matches(property.Name, name) {
			known = true
			if !j.accepts(property.Node, value) {
				return false
			}
		}
	}
	if known {
		return true
	}
	return !n.Closed && (n.AdditionalProperties == nil || j.accepts(n.AdditionalProperties, value))
}

func (j *judge) combined(n *schema.Node, value any) bool {
	count := func(branches []*schema.Node) (accepted int) {
		for _, branch := range branches {
			if j.accepts(branch, value) {
				accepted++
			}
		}
		return accepted
	}
	return (len(n.OneOf) == 0 || count(n.OneOf) == 1) && (len(n.AnyOf) == 0 || count(n.AnyOf) > 0) &&
		count(n.AllOf) == len(n.AllOf)
}

func hasAll(value map[string]any, names []string) bool {
	for _, name := range names {
		if _, ok := value[name]; !ok {
			return false
		}
	}
	return true
}

// dependency reads a member of "dependencies": the names that must be there,
// or a schema, of which the same is taken.
func dependency(source json.RawMessage) (d struct{ Required []string }) {
	if json.Unmarshal(source, &d.Required) != nil {
		_ = json.Unmarshal(source, &d) // of another shape: demands nothing
	}
	return d
}

// number formats a value for a string that has to be one.
func number(value float64) string { return strconv.FormatFloat(value, 'f', -1, 64) }
