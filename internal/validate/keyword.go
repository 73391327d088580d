package validate

import (
	"encoding/json"
	"slices"
	"strconv"
)

var jsonTypes = []string{"string", "boolean", "integer", "number", "object", "array", "null"}

// typesOf reads the keyword "type" in both of its forms, without the types that
// JSON does not have.
func typesOf(value any) []any {
	if one, ok := value.(string); ok {
		value = []any{one}
	}
	return slices.DeleteFunc(names(value), func(name any) bool { return !slices.Contains(jsonTypes, name.(string)) })
}

// names keeps the different strings of a list.
func names(value any) []any {
	list, _ := value.([]any)
	kept := []any{}
	for _, name := range list {
		if _, ok := name.(string); ok && !slices.Contains(kept, name) {
			kept = append(kept, name)
		}
	}
	return kept
}

// keep copies a keyword whose value is of the right type.
func keep[T any](from, to map[string]any, keyword string) {
	if value, ok := from[keyword].(T); ok {
		to[keyword] = value
	}
}

func isCount(n json.Number) bool {
	count, err := strconv.Atoi(string(n))
	return err == nil && count >= 0
}

func isPositive(n json.Number) bool {
	value, ok := rational(n)
	return ok && value.Sign() > 0
}
