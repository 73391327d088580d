package docgen

import (
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"skyql/internal/docgen/sample"
)

func TestYAMLIsReadAsItIsMeant(t *testing.T) {
	t.Parallel()
	parsed := parse(t, odd)
	value := map[string]any{
		"text": "it's", "date": "2012-10-17", "number": "12", "word": "yes", "empty": "", "lines": "a\nb\t\"c\"", "colon": "a: b # c",
		"on": true, "y": 1.0, "large": 1234567890123.0, "small": 0.25, "nothing": nil, "null": "null", "aws:tag/key": "v",
		"list": []any{"a", 2.0, []any{"x", []any{}}, map[string]any{"k": []any{map[string]any{"deep": "er"}}, "l": "m"}, map[string]any{}},
		"map":  map[string]any{}, "nested": map[string]any{"a": map[string]any{"b": "c"}},
		"secret": sample.Variable{Name: "password", Try: "never shown"},
	}
	w := yamlWriter{t: parsed, name: func(v sample.Variable) string { return "given_" + v.Name }}
	var b strings.Builder
	b.WriteString("value:")
	w.value(&b, nil, value, "  ")
	var have struct{ Value map[string]any }
	if err := yaml.Unmarshal([]byte(b.String()), &have); err != nil {
		t.Fatalf("%v\n%s", err, b.String())
	}
	want := map[string]any{}
	for name, member := range value {
		want[name] = member
	}
	want["secret"] = "{{ given_password }}"
	if diff := cmp.Diff(plainNumbers(want), plainNumbers(have.Value)); diff != "" {
		t.Errorf("-want +have\n%s\n%s", diff, b.String())
	}
	if strings.Contains(b.String(), "never shown") {
		t.Error("the secret is in the text")
	}
}

// plainNumbers makes one type of all numbers.
func plainNumbers(value any) any {
	switch value := value.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, member := range value {
			out[name] = plainNumbers(member)
		}
		return out
	case []any:
		out := make([]any, len(value))
		for i, element := range value {
			out[i] = plainNumbers(element)
		}
		return out
	case uint64:
		return float64(value)
	case int64:
		return float64(value)
	case int:
		return float64(value)
	}
	return value
}
