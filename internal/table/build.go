package table

import (
	"slices"
	"strings"

	"skyql/internal/naming"
	"skyql/internal/resource"
	"skyql/internal/schema"
)

// builder collects the columns of a table and keeps their names apart.
type builder struct {
	table   *Table
	service string
}

func newBuilder(t *schema.ResourceType, name string) *builder {
	return &builder{
		table:   &Table{Name: name, Type: t, byName: map[string]int{}, byPath: map[string]int{}, inputs: map[string]int{}},
		service: naming.Service(t.Name),
	}
}

// add appends a column unless its name is taken, and reports whether it did.
func (b *builder) add(column Column) bool {
	key := strings.ToLower(column.Name)
	if _, taken := b.table.byName[key]; taken {
		return false
	}
	if column.Origin != FromProperty {
		column.Part = -1
	}
	column.Same = len(b.table.Columns)
	b.table.byName[key] = column.Same
	b.table.Columns = append(b.table.Columns, column)
	return true
}

// property adds the column of a property, once. A property whose column would
// hide one that skyql adds gets "_property" behind its name.
func (b *builder) property(path schema.Path, node *schema.Node, hidden bool) {
	if _, have := b.table.byPath[path.String()]; have {
		return
	}
	t := b.table.Type
	column := Column{
		Name: naming.ColumnPath(path), Kind: t.KindOf(node), Path: path, Hidden: hidden,
		Part: slices.IndexFunc(t.PrimaryIdentifier, func(p schema.Path) bool { return slices.Equal(p, path) }),
	}
	column.Input, column.Required = b.input(path)
	if strings.EqualFold(column.Name, RegionColumn) || strings.EqualFold(column.Name, IdentifierColumn) {
		column.Name += "_property"
	}
	b.table.byPath[path.String()] = len(b.table.Columns)
	b.add(column)
}

// input tells whether the list handler takes the property, and by which name. It
// may have a name of its own for it, and use the property's for another one.
func (b *builder) input(path schema.Path) (name string, required bool) {
	list := b.table.Type.Handlers[schema.List].Input
	if len(path) != 1 {
		return "", false
	}
	demands := func(name string) bool {
		return slices.ContainsFunc(list.Alternatives(), func(set []string) bool { return slices.Contains(set, name) })
	}
	described := false
	for _, in := range list.Properties {
		described = described || in.Name == path[0]
		if inputProperty(in) == path[0] && (name == "" || demands(in.Name) && !demands(name)) {
			name = in.Name
		}
	}
	if !described && demands(path[0]) {
		name = path[0]
	}
	return name, name != "" && demands(name)
}

// inputProperty is the property of the type whose value the handler takes.
func inputProperty(in schema.InputProperty) string {
	if in.Names != "" {
		return in.Names
	}
	return in.Name
}

// finish adds what is hidden in every table: the account, the model, the clock,
// and the other accepted spellings of each property.
func (b *builder) finish() *Table {
	t := b.table
	account := Column{Name: AccountColumn, Kind: resource.Text, Origin: FromAccount, Hidden: true}
	if !b.add(account) { // a property of the type has the name
		account.Name = "_" + AccountColumn
		b.add(account)
	}
	b.add(Column{Name: ModelColumn, Kind: resource.JSON, Origin: FromModel, Hidden: true})
	b.add(Column{Name: ClockColumn, Kind: resource.Timestamp, Origin: FromClock, Hidden: true})
	t.parts = make([]int, len(t.Type.PrimaryIdentifier))
	for i, path := range t.Type.PrimaryIdentifier {
		t.parts[i] = b.table.byPath[path.String()]
	}
	for i, column := range slices.Clone(t.Columns) {
		if column.Input != "" {
			t.inputs[column.Input] = i
		}
		if column.Origin == FromProperty && len(column.Path) == 1 {
			b.spellings(i, column)
		}
	}
	return t
}

// spellings adds a hidden column for each other name of the property.
func (b *builder) spellings(same int, column Column) {
	for _, name := range naming.Columns(b.service, column.Path[0]) {
		other := column
		other.Name, other.Hidden = name, true
		if b.add(other) {
			b.table.Columns[len(b.table.Columns)-1].Same = same
		}
	}
}
