package docgen

import (
	"fmt"
	"strings"

	"skyql/internal/docgen/sample"
	"skyql/internal/schema"
	"skyql/internal/table"
)

// selects makes the examples of queries.
func (m *maker) selects() Group {
	g := Group{ID: "select", Title: "SELECT"}
	m.get(&g)
	m.lists(&g)
	m.join(&g)
	return g
}

func (m *maker) get(g *Group) {
	if !m.t.Has(schema.Read) {
		g.Missing = append(g.Missing, "There is no example that reads one resource: the type has no read handler.")
		return
	}
	columns := []string{table.RegionColumn}
	for _, column := range m.shape.Columns {
		if column.Origin == table.FromProperty && !column.Hidden {
			columns = append(columns, columnName(column.Name))
		}
	}
	condition, variables := m.identified()
	g.Examples = append(g.Examples, Example{
		ID: "get", Label: "get (all properties)",
		About:     "All properties of one resource, by its identifier: one read.",
		SQL:       fmt.Sprintf("SELECT\n%s\nFROM %s\nWHERE %s;", lines(columns), m.shape.Name, condition),
		Variables: variables,
	})
}

// lists adds the list of all resources, and that of those below one parent.
func (m *maker) lists(g *Group) {
	if !m.t.Has(schema.List) {
		g.Missing = append(g.Missing, "There is no example that lists resources: the type has no list handler.")
		return
	}
	columns := []string{table.RegionColumn}
	for _, name := range m.list.Identifiers() {
		columns = append(columns, columnName(name))
	}
	query := func(conditions []string) string {
		return fmt.Sprintf("SELECT\n%s\nFROM %s\nWHERE %s;", lines(columns), m.list.Name, strings.Join(conditions, "\n  AND "))
	}
	here := []string{"region = " + text(string(sample.Region))}
	demanded, variables := m.parentConditions(func(p Parent) bool { return !p.found() })
	about := "All resources in a region: the identifiers, from the list handler. Nothing is read."
	if len(demanded) > 0 {
		about = "The resources below what the statement must name. Nothing is read."
	}
	g.Examples = append(g.Examples, Example{
		ID: "list", Label: "list (identifiers only)", About: about, SQL: query(append(here, demanded...)), Variables: variables,
	})
	all, variables := m.parentConditions(func(Parent) bool { return true })
	switch {
	case len(m.parents) == 0:
		g.Missing = append(g.Missing, "There are no examples with a parent: the list handler demands none.")
	case len(all) == len(demanded):
		g.Missing = append(g.Missing, "There is no other example of a list below a parent: the list above names all that it takes.")
	default:
		g.Examples = append(g.Examples, Example{
			ID: "below", Label: "below a parent", About: "The resources below one parent: one list instead of one for each parent.",
			SQL: query(append(here, all...)), Variables: variables,
		})
	}
}

// parentConditions names the inputs of the list handler that are wanted, with
// the values that the created resource has.
func (m *maker) parentConditions(wanted func(Parent) bool) (conditions []string, variables []Variable) {
	for _, parent := range m.parents {
		column, known := m.list.Lookup(parent.Column)
		if !known || !wanted(parent) {
			continue
		}
		path := m.list.Columns[column].Path
		node := m.t.At(path)
		name := columnName(parent.Column)
		value, given := path.Value(map[string]any(m.values.All))
		if _, secret := value.(sample.Variable); given && !secret && !composite(value) {
			conditions = append(conditions, name+" = "+m.literal(node, value, ""))
			continue
		}
		filled, _ := path.Value(m.values.Model)
		conditions = append(conditions, name+" = "+text("{{ "+parent.Column+" }}"))
		variables = append(variables, Variable{
			Name: parent.Column, About: "the parent's " + path.String(), Try: schema.KeyText(filled),
		})
	}
	return conditions, variables
}

func composite(value any) bool {
	switch value.(type) {
	case map[string]any, []any:
		return true
	}
	return false
}

// join adds the join with the parent.
func (m *maker) join(g *Group) {
	if !m.t.Has(schema.List) {
		return // said already
	}
	for _, parent := range m.parents {
		if parent.Type == "" {
			continue
		}
		if parent.Source == "" {
			g.Missing = append(g.Missing, fmt.Sprintf("There is no join with %s: what %s takes is no column of it.",
				parent.FullName, parent.Column))
			return
		}
		columns := []string{"parent.region", "parent." + columnName(parent.Source)}
		for _, name := range m.shape.Identifiers() {
			if name != parent.Column {
				columns = append(columns, "child."+columnName(name))
			}
		}
		sql := fmt.Sprintf("SELECT\n%s\nFROM %s AS parent\nJOIN %s AS child\n  ON child.region = parent.region AND child.%s = parent.%s\nWHERE parent.region = '%s'",
			lines(columns), parent.FullName, m.shape.Name, columnName(parent.Column), columnName(parent.Source), sample.Region)
		demanded, variables := m.parentConditions(func(p Parent) bool { return !p.found() })
		for _, condition := range demanded {
			sql += "\n  AND child." + condition
		}
		g.Examples = append(g.Examples, Example{
			ID: "join", Label: "join with the parent", About: "Each parent with what is below it. All parents are asked at the same time.",
			SQL: sql + ";", Variables: variables,
		})
		return
	}
	if len(m.parents) > 0 {
		g.Missing = append(g.Missing, "There is no join with a parent: what the list handler demands is no property of another type.")
	}
}
