package docgen

import (
	"slices"
	"strings"

	"skyql/internal/docgen/sample"
	"skyql/internal/naming"
	"skyql/internal/schema"
	"skyql/internal/table"
)

// columnName writes a column as a statement names it.
func columnName(name string) string {
	for _, r := range name {
		if r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return table.Quote(name)
		}
	}
	if naming.Keyword(name) {
		return table.Quote(name)
	}
	return name
}

// text writes an SQL string.
func text(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// literal writes the value of a property as SQL. JSON that takes several lines
// is indented by the margin.
func (m *maker) literal(n *schema.Node, value any, margin string) string {
	switch value := value.(type) {
	case nil:
		return "NULL"
	case string:
		return text(value)
	case sample.Variable:
		return "'{{ " + value.Name + " }}'"
	case bool, float64:
		return sample.Scalar(value)
	}
	return text(sample.JSON(m.t, n, value, margin))
}

// lines puts one thing in each line, with commas between.
func lines(things []string) string { return "  " + strings.Join(things, ",\n  ") }

// secrets lists the variables in the values of the properties, each once.
func (m *maker) secrets(values sample.State, properties []string) []Variable {
	var all []Variable
	for _, name := range properties {
		for _, v := range sample.Variables(m.t, m.t.Property(name).Node, values[name]) {
			if !hasVariable(all, v.Name) {
				all = append(all, Variable{Name: v.Name, About: "a value of your own for " + name, Try: v.Try})
			}
		}
	}
	return all
}

func hasVariable(all []Variable, name string) bool {
	return slices.ContainsFunc(all, func(v Variable) bool { return v.Name == name })
}

// identifierPart is one part of the primary identifier in the examples.
type identifierPart struct {
	column   string
	given    string // the value, if the example that creates the resource gives it
	known    bool
	property string // the top-level property that has it, if known
}

// identifierParts tells which parts the caller gives.
func (m *maker) identifierParts() []identifierPart {
	parts := make([]identifierPart, len(m.t.PrimaryIdentifier))
	for i, path := range m.t.PrimaryIdentifier {
		parts[i].column = m.shape.Columns[m.shape.Parts()[i]].Name
		value, ok := path.Value(map[string]any(m.values.All))
		if _, secret := value.(sample.Variable); ok && !secret && schema.KeyText(value) != "" {
			parts[i].given, parts[i].known = schema.KeyText(value), true
			if len(path) == 1 {
				parts[i].property = path[0]
			}
		}
	}
	return parts
}

// identified is the condition that picks the resource of the examples. Where the
// service makes up a part of the identifier, the reader fills all of it in.
func (m *maker) identified() (condition string, variables []Variable) {
	parts := m.identifierParts()
	values := make([]string, len(parts))
	known := true
	for i, part := range parts {
		values[i], known = part.given, known && part.known
	}
	if !known {
		for i, part := range parts {
			values[i] = "{{ " + part.column + " }}"
			variables = append(variables, m.variable(part.column, i))
		}
	}
	return "region = " + text(string(sample.Region)) + " AND Identifier = " + text(strings.Join(values, "|")), variables
}

// variable is the i-th part of the identifier as a variable.
func (m *maker) variable(name string, i int) Variable {
	value, _ := m.t.PrimaryIdentifier[i].Value(m.values.Model)
	return Variable{Name: name, About: "the resource's " + m.t.PrimaryIdentifier[i].String(), Try: schema.KeyText(value)}
}
