package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"skyql/internal/naming"
	"skyql/internal/native"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/sqltext"
	"skyql/internal/table"
)

// listing is the answer of a SHOW statement while it is made.
type listing struct {
	columns []Column
	rows    [][]any
	filter  func(name string) bool
}

func newListing(c sqltext.ShowCommand, columns ...Column) *listing {
	return &listing{columns: columns, filter: func(name string) bool { return !c.HasLike || like(c.Like, name) }}
}

// add takes a row whose first value is the name that LIKE looks at.
func (l *listing) add(row ...any) {
	if name, ok := row[0].(string); ok && l.filter(name) {
		l.rows = append(l.rows, row)
	}
}

func (l *listing) result() *Result { return fixed(l.columns, l.rows) }

func text(name string) Column     { return Column{name, resource.Text} }
func integer(name string) Column  { return Column{name, resource.Integer} }
func boolean(name string) Column  { return Column{name, resource.Boolean} }
func document(name string) Column { return Column{name, resource.JSON} }

// show answers SHOW and DESCRIBE.
func (s *Session) show(ctx context.Context, statement string) (*Result, error) {
	c, err := sqltext.ParseShow(statement)
	if err != nil {
		return nil, located(statement, err)
	}
	switch c.What {
	case "DESCRIBE":
		return s.describe(ctx, c)
	case "PROVIDERS":
		return s.showProviders(c), nil
	case "SERVICES":
		return s.showServices(c)
	case "RESOURCES", "TABLES":
		return s.showResources(ctx, c)
	case "METHODS":
		return s.showMethods(ctx, c)
	case "INSERT":
		return s.showInsert(ctx, c, slices.Contains(sqltext.Hints(statement), "REQUIRED"))
	}
	return s.showSetting(strings.ToLower(c.What))
}

func (s *Session) showProviders(c sqltext.ShowCommand) *Result {
	info := s.opts.Types.Catalog().Info()
	l := newListing(c, text("name"), integer("services"), integer("resources"), text("catalog"))
	l.add(naming.Provider, int64(info.Services), int64(info.Types), info.Source)
	return l.result()
}

func (s *Session) showServices(c sqltext.ShowCommand) (*Result, error) {
	if len(c.In) > 0 && (len(c.In) != 1 || !strings.EqualFold(c.In[0], naming.Provider)) {
		return nil, fmt.Errorf("no provider %s; the provider is %s", strings.Join(c.In, "."), naming.Provider)
	}
	types := s.opts.Types.Catalog()
	l := newListing(c, text("name"), integer("resources"))
	services := slices.Concat(types.Services(), native.Services())
	slices.Sort(services)
	for _, service := range services {
		l.add(service, int64(len(types.InService(service))+len(nativeTables(service))))
	}
	return l.result(), nil
}

func (s *Session) showResources(ctx context.Context, c sqltext.ShowCommand) (*Result, error) {
	parts := c.In
	if len(parts) > 1 && strings.EqualFold(parts[0], naming.Provider) {
		parts = parts[1:]
	}
	if len(parts) != 1 || strings.EqualFold(parts[0], naming.Provider) {
		return nil, fmt.Errorf("SHOW RESOURCES wants a service, as in SHOW RESOURCES IN %s.s3", naming.Provider)
	}
	service := strings.ToLower(parts[0])
	if tables := nativeTables(service); len(tables) > 0 {
		l := newListing(c, text("name"), text("description"))
		for _, t := range tables {
			l.add(t.Name, t.Description)
		}
		return l.result(), nil
	}
	if len(s.opts.Types.Catalog().InService(service)) == 0 {
		// Find may get a larger catalog, or tell what is wrong with the name.
		if _, _, err := s.opts.Types.Find(ctx, service, ""); err != nil &&
			len(s.opts.Types.Catalog().InService(service)) == 0 {
			return nil, err
		}
	}
	summaries, err := s.opts.Types.Catalog().Summaries()
	if err != nil {
		return nil, err
	}
	l := newListing(c, text("name"), text("type"), text("identifier"), text("methods"), text("listed_by"))
	for _, t := range summaries {
		if naming.Service(t.Type) == service {
			l.add(naming.Table(t.Type), string(t.Type), columnNames(t.Identifier, "|"), methodNames(t.Handlers),
				columnNames(t.ListInput, ", "))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(views)) {
		if base, _, err := s.opts.Types.Catalog().Lookup(views[name].service, views[name].table); err == nil && views[name].service == service {
			l.add(strings.TrimPrefix(name, service+"."), string(base), nil, "list", nil)
		}
	}
	return l.result(), nil
}

// columnNames turns property paths into columns.
func columnNames(paths []string, separator string) string {
	names := make([]string, len(paths))
	for i, path := range paths {
		names[i] = naming.ColumnPath(schema.ParsePath(path))
	}
	return strings.Join(names, separator)
}

func methodNames(handlers []schema.HandlerName) string {
	names := make([]string, len(handlers))
	for i, handler := range handlers {
		names[i] = string(handler)
	}
	return strings.Join(names, ", ")
}

// listColumns names the columns that a list needs.
func listColumns(shape *table.Table) []string {
	var names []string
	for _, input := range shape.Type.Handlers[schema.List].Input.Alternatives()[0] {
		if column, ok := shape.InputColumn(input); ok {
			input = shape.Columns[column].Name
		}
		names = append(names, input)
	}
	return names
}

// find looks up the table behind IN or DESCRIBE.
func (s *Session) find(ctx context.Context, parts []string) (*table.Table, error) {
	if len(parts) == 3 && strings.EqualFold(parts[0], naming.Provider) {
		parts = parts[1:]
	}
	if len(parts) != 2 || strings.EqualFold(parts[0], naming.Provider) {
		return nil, s.notATable(parts)
	}
	name, listOnly, err := s.opts.Types.Find(ctx, strings.ToLower(parts[0]), strings.ToLower(parts[1]))
	if err != nil {
		return nil, err
	}
	return s.table(name, listOnly)
}

func (s *Session) showMethods(ctx context.Context, c sqltext.ShowCommand) (*Result, error) {
	if c.In == nil {
		return nil, fmt.Errorf("SHOW METHODS wants a table, as in SHOW METHODS IN %s.s3.buckets", naming.Provider)
	}
	columns := []Column{text("name"), text("resource"), text("sql_verb"), text("required_params")}
	if c.Extended {
		columns = append(columns, text("permissions"), integer("timeout_minutes"))
	}
	switch t, err := nativeTable(c.In); {
	case err != nil:
		return nil, err
	case t != nil:
		return methodsOf(c, t, columns), nil
	}
	shape, err := s.find(ctx, c.In)
	if err != nil {
		return nil, err
	}
	l := newListing(c, columns...)
	t, read := shape.Type, naming.FullName(shape.Type.Name)
	list := append(append([]string{}, listColumns(shape)...), "region")
	for _, m := range []struct {
		handler  schema.HandlerName
		name     string
		resource string
		verb     string
		params   []string
	}{
		{schema.Create, "create_resource", read, "INSERT", append(append([]string{}, t.Required...), "region")},
		{schema.Delete, "delete_resource", read, "DELETE", []string{"Identifier", "region"}},
		{schema.Update, "update_resource", read, "UPDATE", []string{"Identifier", "PatchDocument", "region"}},
		{schema.List, "list_resources", read + naming.ListOnlySuffix, "SELECT", list},
		{schema.Read, "get_resource", read, "SELECT", []string{"Identifier", "region"}},
	} {
		if !t.Has(m.handler) {
			continue
		}
		row := []any{m.name, m.resource, m.verb, strings.Join(m.params, ", ")}
		if c.Extended {
			row = append(row, strings.Join(t.Handlers[m.handler].Permissions, ", "), timeout(t.Handlers[m.handler]))
		}
		l.add(row...)
	}
	return l.result(), nil
}

func timeout(h schema.Handler) any {
	if h.TimeoutMinutes == 0 {
		return nil
	}
	return int64(h.TimeoutMinutes)
}
