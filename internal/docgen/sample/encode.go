package sample

import (
	"encoding/json"
	"strconv"
	"strings"

	"skyql/internal/schema"
)

// lineWidth is how long JSON may get before it is broken into lines.
const lineWidth = 88

// JSON writes a value of a place, its members in the order of the schema: in one
// line if that is short, else indented. Every line but the first begins with the
// margin. A variable is written as {{ name | tojson }}.
func JSON(t *schema.ResourceType, n *schema.Node, value any, margin string) string {
	line := jsonLine(t, n, value)
	if len(margin)+len(line) <= lineWidth || !broken(value) {
		return line
	}
	var b strings.Builder
	inside := margin + "  "
	switch value := value.(type) {
	case map[string]any:
		b.WriteString("{\n")
		for i, name := range Order(t, n, value) {
			separate(&b, i, ",\n")
			b.WriteString(inside + quoted(name) + ": " + JSON(t, Member(t, n, name), value[name], inside))
		}
		b.WriteString("\n" + margin + "}")
	case []any:
		b.WriteString("[\n")
		for i, element := range value {
			separate(&b, i, ",\n")
			b.WriteString(inside + JSON(t, Items(t, n), element, inside))
		}
		b.WriteString("\n" + margin + "]")
	}
	return b.String()
}

// broken reports whether the value can be written in several lines.
func broken(value any) bool {
	switch value := value.(type) {
	case map[string]any:
		return len(value) > 0
	case []any:
		return len(value) > 0
	}
	return false
}

func jsonLine(t *schema.ResourceType, n *schema.Node, value any) string {
	var b strings.Builder
	switch value := value.(type) {
	case map[string]any:
		b.WriteString("{")
		for i, name := range Order(t, n, value) {
			separate(&b, i, ", ")
			b.WriteString(quoted(name) + ": " + jsonLine(t, Member(t, n, name), value[name]))
		}
		return b.String() + "}"
	case []any:
		b.WriteString("[")
		for i, element := range value {
			separate(&b, i, ", ")
			b.WriteString(jsonLine(t, Items(t, n), element))
		}
		return b.String() + "]"
	}
	return Scalar(value)
}

func separate(b *strings.Builder, i int, separator string) {
	if i > 0 {
		b.WriteString(separator)
	}
}

// Scalar writes a value that is neither an object nor an array as JSON.
func Scalar(value any) string {
	switch value := value.(type) {
	case Variable:
		return `{{ ` + value.Name + ` | tojson }}`
	case string:
		return quoted(value)
	case float64:
		return Number(value)
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // it is decoded JSON
	}
	return string(text)
}

// Number writes a number without an exponent, as people do.
func Number(value float64) string { return strconv.FormatFloat(value, 'f', -1, 64) }

// quoted writes a JSON string. The characters of HTML stay as they are.
func quoted(text string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		panic(err) // a string has a JSON form
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// Variables lists the variables in a value, in the order of the schema.
func Variables(t *schema.ResourceType, n *schema.Node, value any) []Variable {
	var all []Variable
	switch value := value.(type) {
	case Variable:
		return []Variable{value}
	case map[string]any:
		for _, name := range Order(t, n, value) {
			all = append(all, Variables(t, Member(t, n, name), value[name])...)
		}
	case []any:
		for _, element := range value {
			all = append(all, Variables(t, Items(t, n), element)...)
		}
	}
	return all
}
