package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"skyql/internal/catalog"
	"skyql/internal/naming"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/sqltext"
	"skyql/internal/table"
	"skyql/internal/vtable"
)

// Query starts one statement. The result of the one before must be closed.
func (s *Session) Query(ctx context.Context, text string) (*Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	text = s.legacy(text)
	switch n := len(sqltext.Split(text)); {
	case n == 0:
		return fixed(nil, nil), nil
	case n > 1: // SQLite would run the first and say nothing
		return nil, fmt.Errorf("these are %d statements, which run one at a time", n)
	}
	switch verb := sqltext.VerbOf(text); verb {
	case sqltext.Show, sqltext.Describe:
		if sqltext.ShowsPermissions(text) {
			return s.showPermissions(ctx, text)
		}
		return s.show(ctx, text)
	case sqltext.Set:
		return s.set(text)
	}
	rewritten, err := sqltext.Rewrite(text, func(parts []string, _ sqltext.Place) (string, error) { return s.resolve(ctx, parts) })
	if err != nil {
		return nil, located(text, err)
	}
	if offset, open := sqltext.OpenComment(text); open {
		return nil, located(text, &sqltext.NameError{Offset: offset, Err: errors.New("a comment is never closed")})
	}
	if rewritten.Target != "" {
		return s.write(ctx, text, rewritten.Target)
	}
	if sqltext.VerbOf(text) == sqltext.Explain && !sqltext.ExplainsQueryPlan(text) {
		return s.explain(ctx, text)
	}
	return s.run(s.newStatement(ctx, text, rewritten))
}

func (s *Session) run(statement *statement) (*Result, error) {
	if err := statement.prepare(); err != nil {
		return nil, err
	}
	return statement.result()
}

// resolve makes sure that SQLite knows the table, and gives the name by which
// it does. Names of other databases are left alone.
func (s *Session) resolve(ctx context.Context, parts []string) (string, error) {
	lower := make([]string, len(parts))
	for i, part := range parts {
		lower[i] = strings.ToLower(part)
	}
	if lower[0] == metaSchema && len(lower) == 2 {
		return s.registerMeta(lower[1])
	}
	if len(lower) == 3 {
		if s.opts.Legacy && lower[0] == legacyProvider {
			if name, found, err := s.resolveLegacy(ctx, lower[1], lower[2]); found || err != nil {
				return name, err
			}
		} else if lower[0] != naming.Provider {
			return "", fmt.Errorf("no provider %s, as in %s; did you mean %s.%s.%s?",
				parts[0], strings.Join(parts, "."), naming.Provider, lower[1], lower[2])
		}
		lower = lower[1:]
	} else if s.database(lower[0]) {
		return "", nil
	} else if lower[0] == naming.Provider {
		return "", s.notATable(lower)
	}
	if name, err := s.resolveNative(lower[0], lower[1]); name != "" || err != nil {
		return name, err
	}
	name, listOnly, err := s.opts.Types.Find(ctx, lower[0], lower[1])
	if err != nil {
		return "", err
	}
	return s.register(name, listOnly)
}

// notATable says what is wrong with a name of one or two parts.
func (s *Session) notATable(parts []string) error {
	name := strings.Join(parts, ".")
	if len(parts) == 2 && strings.EqualFold(parts[0], naming.Provider) {
		return fmt.Errorf("%s is a service, not a table: a table's name has three parts, as %s.s3.buckets; see SHOW RESOURCES IN %s",
			name, naming.Provider, name)
	}
	text := fmt.Sprintf("%q is not a table's name: it has three parts, as %s.s3.buckets", name, naming.Provider)
	if near := s.inAnyService(name); near != "" {
		text += "; did you mean " + near + "?"
	}
	return errors.New(text)
}

// database reports whether the name is one of SQLite's own databases.
func (s *Session) database(name string) bool {
	if name == "main" || name == "temp" {
		return true
	}
	for i := range 64 {
		switch s.db.DBName(i) {
		case name:
			return true
		case "":
			return false
		}
	}
	return false
}

func (s *Session) register(name resource.TypeName, listOnly bool) (string, error) {
	full := naming.FullName(name)
	if listOnly {
		full += naming.ListOnlySuffix
	}
	if s.tables[full] != nil {
		return full, nil
	}
	shape, err := s.table(name, listOnly)
	if err != nil {
		return "", err
	}
	if s.tables[shape.Name] == nil {
		if err := vtable.Register(s.db, shape, s.host); err != nil {
			return "", fmt.Errorf("table %s: %w", shape.Name, err)
		}
		s.tables[shape.Name] = shape
	}
	return shape.Name, nil
}

// table shapes a type. The table that only lists exists where AWS can list.
func (s *Session) table(name resource.TypeName, listOnly bool) (*table.Table, error) {
	t, err := s.opts.Types.Catalog().Type(name)
	if err != nil {
		return nil, err
	}
	if !listOnly {
		return table.New(t), nil
	}
	shape := table.NewListOnly(t)
	if !t.Has(schema.List) {
		return nil, fmt.Errorf("there is no table %s: AWS has no list handler for %s", shape.Name, name)
	}
	return shape, nil
}

// typeSource gives the fetcher the catalog of the moment.
type typeSource struct{ Types }

// Type decodes a type.
func (t typeSource) Type(name resource.TypeName) (*schema.ResourceType, error) {
	return t.Catalog().Type(name)
}

// Parents tells where a list handler's inputs come from.
func (t typeSource) Parents(of *schema.ResourceType, inputs []string) []catalog.Parent {
	return t.Catalog().Parents(of, inputs)
}
