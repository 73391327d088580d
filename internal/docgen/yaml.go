package docgen

import (
	"regexp"
	"slices"
	"strings"

	"skyql/internal/docgen/sample"
	"skyql/internal/schema"
)

// yamlWriter writes values of a type as YAML 1.2 blocks, in the order of the
// schema, so that they are read alike by readers of 1.1.
type yamlWriter struct {
	t *schema.ResourceType
	// name gives what stands for a variable.
	name func(sample.Variable) string
}

// value writes what follows a "key:" at that indentation, its first space and
// last line end included.
func (w *yamlWriter) value(b *strings.Builder, n *schema.Node, value any, indent string) {
	switch value := value.(type) {
	case map[string]any:
		names := sample.Order(w.t, n, value)
		if len(names) == 0 {
			b.WriteString(" {}\n")
			return
		}
		b.WriteString("\n")
		for _, name := range names {
			b.WriteString(indent + yamlKey(name) + ":")
			w.value(b, sample.Member(w.t, n, name), value[name], indent+"  ")
		}
	case []any:
		if len(value) == 0 {
			b.WriteString(" []\n")
			return
		}
		b.WriteString("\n")
		for _, element := range value {
			b.WriteString(indent + "-")
			w.element(b, sample.Items(w.t, n), element, indent)
		}
	default:
		b.WriteString(" " + w.scalar(value) + "\n")
	}
}

// element writes what follows the "-" of a list. The first member of an object
// stands beside it.
func (w *yamlWriter) element(b *strings.Builder, n *schema.Node, value any, indent string) {
	members, ok := value.(map[string]any)
	if !ok || len(members) == 0 {
		w.value(b, n, value, indent+"  ")
		return
	}
	var inner strings.Builder
	w.value(&inner, n, members, indent+"  ")
	b.WriteString(" " + strings.TrimPrefix(inner.String(), "\n"+indent+"  "))
}

func (w *yamlWriter) scalar(value any) string {
	switch value := value.(type) {
	case sample.Variable:
		return yamlText("{{ " + w.name(value) + " }}")
	case string:
		return yamlText(value)
	}
	return sample.Scalar(value)
}

// yamlText writes a string in single quotes, or in double ones if it is more
// than a line of letters.
func yamlText(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return sample.Scalar(s) // JSON's strings are YAML's
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

var (
	plainKey  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	yamlWords = []string{"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
)

// yamlKey writes a key, in quotes if it would be something else without them.
func yamlKey(name string) string {
	if plainKey.MatchString(name) && !slices.Contains(yamlWords, strings.ToLower(name)) {
		return name
	}
	return yamlText(name)
}
