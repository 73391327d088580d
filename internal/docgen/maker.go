package docgen

import (
	"strings"

	"skyql/internal/catalog"
	"skyql/internal/docgen/sample"
	"skyql/internal/naming"
	"skyql/internal/schema"
	"skyql/internal/table"
)

// maker makes the page of one type.
type maker struct {
	t       *schema.ResourceType
	shape   *table.Table
	list    *table.Table
	values  *sample.Sample
	types   *catalog.Catalog
	parents []Parent
}

func (m *maker) page() *Page {
	f := &fielder{t: m.t, shape: m.shape}
	page := &Page{
		Type: m.t.Name, Service: naming.Service(m.t.Name), Table: naming.Table(m.t.Name),
		Singular: naming.Singular(m.t.Name), FullName: m.shape.Name,
		Description: described(m.t.Name, m.t.Description), AWSLink: awsLink(m.t.Name), Taggable: m.t.Tagging.Taggable,
		Identifier: m.shape.Identifiers(),
		Fields:     f.fields(), Added: f.added(),
		Methods: m.methods(), Permissions: m.permissions(), Parents: m.parents,
		Groups: []Group{m.selects(), m.inserts(), m.updates(), m.deletes()},
		Stack:  m.stack(),
	}
	if m.t.Has(schema.List) {
		page.ListTable = m.list.Name
		page.ListFields = f.listFields(m.list)
	}
	return page
}

// methods lists what can be done and what each wants. They are those of SHOW
// METHODS.
func (m *maker) methods() []Method {
	inputs, found := m.listInputs()
	var methods []Method
	for _, method := range []Method{
		{Name: "create_resource", Handler: schema.Create, Table: m.shape.Name, Verb: "INSERT", Required: m.t.Required},
		{Name: "delete_resource", Handler: schema.Delete, Table: m.shape.Name, Verb: "DELETE", Required: []string{table.IdentifierColumn}},
		{Name: "update_resource", Handler: schema.Update, Table: m.shape.Name, Verb: "UPDATE",
			Required: []string{table.IdentifierColumn, "PatchDocument"}},
		{Name: "list_resources", Handler: schema.List, Table: m.list.Name, Verb: "SELECT", Required: inputs, Found: found},
		{Name: "get_resource", Handler: schema.Read, Table: m.shape.Name, Verb: "SELECT", Required: []string{table.IdentifierColumn}},
	} {
		if !m.t.Has(method.Handler) {
			continue
		}
		method.Required = append(append([]string{}, method.Required...), table.RegionColumn)
		if method.Handler == schema.List {
			method.Instead = m.otherInputs()
		}
		method.Minutes = m.t.Handlers[method.Handler].TimeoutMinutes
		methods = append(methods, method)
	}
	return methods
}

// listInputs names the columns that the list handler demands, and those of them
// whose values skyql finds out.
func (m *maker) listInputs() (columns, found []string) {
	for _, parent := range m.parents {
		columns = append(columns, parent.Column)
		if parent.found() {
			found = append(found, parent.Column)
		}
	}
	return columns, found
}

// otherInputs lists what the list handler takes instead of its first choice.
func (m *maker) otherInputs() [][]string {
	var others [][]string
	for _, set := range m.t.Handlers[schema.List].Input.Alternatives()[1:] {
		var columns []string
		for _, input := range set {
			if column, ok := m.list.InputColumn(input); ok {
				input = m.list.Columns[column].Name
			}
			columns = append(columns, input)
		}
		others = append(others, append(columns, table.RegionColumn))
	}
	return others
}

// found reports whether the value is known without the user.
func (p Parent) found() bool { return p.Type != "" || len(p.Values) > 0 || p.Source == accountSource }

// accountSource stands for the number of the caller's account.
const accountSource = "@account"

// findParents notes of each input of the list handler where its value is from.
func (m *maker) findParents() error {
	inputs := m.t.Handlers[schema.List].Input.Alternatives()[0]
	for i, known := range m.types.Parents(m.t, inputs) {
		parent := Parent{Column: inputs[i], Partial: Clean(known.Partial)}
		if column, ok := m.list.InputColumn(inputs[i]); ok {
			parent.Column = m.list.Columns[column].Name
		}
		switch known.Origin {
		case catalog.FromParent:
			parent.Related = related(known.Type)
			source, err := m.sourceColumn(known)
			if err != nil {
				return err
			}
			parent.Source = source
			parent.About = "Taken from each resource of " + parent.FullName + " where the statement does not name one."
		case catalog.FromEnum:
			parent.Values = known.Values
			parent.About = "Each of " + strings.Join(known.Values, ", ") + " where the statement does not name one."
		case catalog.FromAccount:
			parent.Source = accountSource
			parent.About = "The number of your account where the statement does not name one."
		case catalog.FromSelf:
			parent.About = "Part of the identifier itself: the statement must name it."
		default:
			parent.About = "Only you know it: the statement must name it."
		}
		m.parents = append(m.parents, parent)
	}
	return nil
}

// sourceColumn is the column of the parent's table that supplies the value, or
// "" if the parent has no such column.
func (m *maker) sourceColumn(known catalog.Parent) (string, error) {
	t, err := m.types.Type(known.Type)
	if err != nil {
		return "", err
	}
	shape := table.New(t)
	if column, ok := shape.Property(known.Property); ok {
		return shape.Columns[column].Name, nil
	}
	return "", nil
}
