package docgen

import (
	"fmt"
	"slices"
	"strings"

	"skyql/internal/docgen/sample"
	"skyql/internal/schema"
	"skyql/internal/table"
)

// inserts makes the examples of INSERT: with what must be given, and with all.
func (m *maker) inserts() Group {
	g := Group{ID: "insert", Title: "INSERT"}
	if !m.t.Has(schema.Create) {
		g.Missing = []string{"There is no example: the type has no create handler."}
		return g
	}
	least := "Creates a resource with what must be given."
	if len(m.t.Required) == 0 {
		least = "Creates a resource. No property must be given by itself; this is a good beginning."
	}
	g.Examples = []Example{
		m.insert("required", "required properties", least, m.values.Required),
		m.insert("all", "all properties", "Creates a resource with every property that can be given with the others.", m.values.All),
	}
	for _, left := range m.values.Left {
		g.Missing = append(g.Missing, fmt.Sprintf("%s is not in the example with all properties: %s.", left.Property, left.Why))
	}
	return g
}

func (m *maker) insert(id, label, about string, values sample.State) Example {
	var names, columns, literals []string
	for _, property := range m.t.Properties {
		if value, ok := values[property.Name]; ok {
			names = append(names, property.Name)
			columns = append(columns, m.writtenColumn(property.Name))
			literals = append(literals, m.literal(property.Node, value, "  "))
		}
	}
	columns, literals = append(columns, table.RegionColumn), append(literals, text(string(sample.Region)))
	return Example{
		ID: id, Label: label, About: about, Variables: m.secrets(values, names),
		SQL: fmt.Sprintf("INSERT INTO %s (\n%s\n)\nVALUES (\n%s\n);", m.shape.Name, lines(columns), commented(literals, columns)),
	}
}

// writtenColumn names a property as CloudFormation spells it, but for one that
// could be taken for the region.
func (m *maker) writtenColumn(property string) string {
	if strings.EqualFold(property, table.RegionColumn) {
		column, _ := m.shape.Property(property)
		return m.shape.Columns[column].Name
	}
	return columnName(property)
}

// commented lists values, and where they are many tells which is which.
func commented(values, columns []string) string {
	if len(values) < 4 {
		return lines(values)
	}
	var b strings.Builder
	for i, value := range values {
		comma := ","
		if i == len(values)-1 {
			comma = ""
		}
		fmt.Fprintf(&b, "  %s%s -- %s\n", value, comma, columns[i])
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// updates makes the examples of UPDATE: by column, and by patch document.
func (m *maker) updates() Group {
	g := Group{ID: "update", Title: "UPDATE"}
	switch {
	case !m.t.Has(schema.Update):
		g.Missing = []string{"There is no example: the type has no update handler. A resource that must change is created anew."}
	case !m.t.Has(schema.Read) && !m.t.Has(schema.List):
		g.Missing = []string{unfindable}
	case len(m.values.Changed) == 0:
		g.Missing = []string{"There is no example: every property is read-only, or can only be set on creation."}
	case !m.t.Has(schema.Read):
		g.Missing = []string{"There is no example by column: it would have to read the resource, and the type has no read handler."}
		g.Examples = m.changes()[1:]
	default:
		g.Examples = m.changes()
	}
	return g
}

const unfindable = "There is no example: the type has neither a read nor a list handler, so its resources cannot be found."

// changes makes the two examples, which set the same.
func (m *maker) changes() []Example {
	condition, variables := m.identified()
	var names, assignments, operations []string
	for _, property := range m.t.Properties {
		value, ok := m.values.Changed[property.Name]
		if !ok {
			continue
		}
		column, _ := m.shape.Property(property.Name)
		names = append(names, property.Name)
		assignments = append(assignments, columnName(m.shape.Columns[column].Name)+" = "+m.literal(property.Node, value, "  "))
		operations = append(operations, `{"op": "add", "path": `+sample.Scalar("/"+pointer(property.Name))+`, "value": `+
			sample.JSON(m.t, property.Node, value, "  ")+"}")
	}
	for _, secret := range m.secrets(m.values.Changed, names) {
		if !hasVariable(variables, secret.Name) {
			variables = append(variables, secret)
		}
	}
	return []Example{{
		ID: "column", Label: "by column", Variables: variables,
		About: "Sets what may be changed; leave out what you do not want to set. The resource is read, compared, and only what differs is sent.",
		SQL:   fmt.Sprintf("UPDATE %s\nSET\n%s\nWHERE %s;", m.shape.Name, lines(assignments), condition),
	}, {
		ID: "patch", Label: "by patch document", Variables: slices.Clone(variables),
		About: "Sends a patch document (RFC 6902) as it stands. Nothing is read before.",
		SQL:   fmt.Sprintf("UPDATE %s\nSET PatchDocument = %s\nWHERE %s;", m.shape.Name, text("[\n"+lines(operations)+"\n]"), condition),
	}}
}

// pointer writes a name as a segment of a JSON pointer (RFC 6901).
func pointer(name string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(name) }

// deletes makes the example of DELETE.
func (m *maker) deletes() Group {
	g := Group{ID: "delete", Title: "DELETE"}
	if !m.t.Has(schema.Delete) {
		g.Missing = []string{"There is no example: the type has no delete handler."}
		return g
	}
	if !m.t.Has(schema.Read) && !m.t.Has(schema.List) {
		g.Missing = []string{unfindable}
		return g
	}
	condition, variables := m.identified()
	g.Examples = []Example{{
		ID: "one", Label: "one resource", About: "Deletes one resource, by its identifier.",
		SQL: fmt.Sprintf("DELETE FROM %s\nWHERE %s;", m.shape.Name, condition), Variables: variables,
	}}
	return g
}
