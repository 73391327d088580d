package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"skyql/internal/schema"
	"skyql/internal/sqltext"
	"skyql/internal/table"
)

// describe answers DESCRIBE: a row for each column, and in the extended form
// also hidden columns, constraints, other spellings and descriptions.
func (s *Session) describe(ctx context.Context, c sqltext.ShowCommand) (*Result, error) {
	if len(c.In) == 2 && strings.EqualFold(c.In[0], metaSchema) {
		return s.describeMeta(strings.ToLower(c.In[1]))
	}
	switch t, err := nativeTable(c.In); {
	case err != nil:
		return nil, err
	case t != nil:
		return describeNative(c, t), nil
	}
	v, isView := viewOf(c.In)
	if isView {
		c.In = []string{v.service, v.table}
	}
	shape, err := s.find(ctx, c.In)
	if err != nil {
		return nil, err
	}
	columns := []Column{
		text("name"), text("type"), boolean("identifier"), boolean("required"), boolean("read_only"),
		boolean("write_only"), boolean("create_only"),
	}
	if c.Extended {
		columns = append(columns, text("property"), text("constraints"), text("other_names"), text("description"))
	}
	l := newListing(c, columns...)
	for i, column := range shape.Columns {
		if column.Same != i || column.Hidden && !c.Extended || isView && !slices.Contains(v.columns, column.Name) {
			continue
		}
		row := []any{column.Name, column.Kind.String(), column.Part >= 0 || column.Origin == table.FromIdentifier}
		row = append(row, marks(shape.Type, column)...)
		if c.Extended {
			row = append(row, details(shape, i)...)
		}
		l.add(row...)
	}
	return l.result(), nil
}

// marks tells who may set the property, and when.
func marks(t *schema.ResourceType, column table.Column) []any {
	if column.Origin != table.FromProperty || len(column.Path) > 1 {
		return []any{false, column.Origin != table.FromRegion, false, false}
	}
	name := column.Path[0]
	return []any{
		t.IsRequired(name), schema.HasTop(t.ReadOnly, name), schema.HasTop(t.WriteOnly, name),
		schema.HasTop(t.CreateOnly, name),
	}
}

var added = map[table.Origin]string{
	table.FromRegion:     "the region the resource is in",
	table.FromIdentifier: "the primary identifier as one string",
	table.FromAccount:    "the account the resource is in",
	table.FromModel:      "all properties as one JSON object",
	table.FromClock:      "when the resource was listed or read",
}

func details(shape *table.Table, i int) []any {
	column, t := shape.Columns[i], shape.Type
	if column.Origin != table.FromProperty {
		return []any{nil, nil, nil, added[column.Origin]}
	}
	var others []string
	for j, other := range shape.Columns {
		if other.Same == i && j != i {
			others = append(others, other.Name)
		}
	}
	property := t.Property(column.Path[0])
	return []any{
		column.Path.String(), constraints(t, property.Node), strings.Join(others, ", "), t.DescriptionOf(property.Node),
	}
}

// constraints writes what the schema says about the values in a few words.
func constraints(t *schema.ResourceType, property *schema.Node) string {
	n := t.Resolve(property)
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	if len(n.Enum) > 0 {
		add("one of %s", strings.Join(n.EnumStrings(), ", "))
	}
	if n.Pattern != "" {
		add("matches %s", n.Pattern)
	}
	bounds := func(what string, low, high *int) {
		switch {
		case low != nil && high != nil:
			add("%d to %d %s", *low, *high, what)
		case low != nil:
			add("at least %d %s", *low, what)
		case high != nil:
			add("at most %d %s", *high, what)
		}
	}
	bounds("letters", n.MinLength, n.MaxLength)
	bounds("items", n.MinItems, n.MaxItems)
	if n.Minimum != "" {
		add("at least %s", n.Minimum)
	}
	if n.Maximum != "" {
		add("at most %s", n.Maximum)
	}
	if n.UniqueItems {
		add("no duplicates")
	}
	if len(n.Default) > 0 {
		add("default %s", n.Default)
	}
	return strings.Join(parts, "; ")
}

func (s *Session) describeMeta(short string) (*Result, error) {
	if _, err := s.registerMeta(short); err != nil {
		return nil, err
	}
	var rows [][]any
	for _, column := range s.metaTables()[short].Columns {
		rows = append(rows, []any{column.Name, column.Kind.String()})
	}
	return fixed([]Column{text("name"), text("type")}, rows), nil
}
