package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"skyql/internal/cloudcontrol/await"
	"skyql/internal/naming"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/table"
	"skyql/internal/vtable"
)

// metaSchema is the first part of the names of skyql's own tables.
const metaSchema = "skyql"

// metaTables makes skyql's own tables: the catalog, and what the latest
// statement could not fetch.
func (s *Session) metaTables() map[string]*vtable.Static {
	return map[string]*vtable.Static{
		"types": {
			Columns: columns(
				text("type_name"), text("service"), text("table_name"), document("identifier"),
				boolean("can_create"), boolean("can_read"), boolean("can_update"), boolean("can_delete"),
				boolean("can_list"), document("list_input"), integer("properties"), boolean("taggable"),
				text("description"),
			),
			Rows: s.typeRows,
		},
		"properties": {
			Columns: columns(
				text("type_name"), text("table_name"), text("property"), text("column_name"), text("kind"),
				integer("position"), boolean("identifier"), boolean("required"), boolean("read_only"),
				boolean("write_only"), boolean("create_only"), text("description"),
			),
			Rows: s.eachType(propertyRows),
		},
		"permissions": {
			Columns: columns(text("type_name"), text("table_name"), text("handler"), text("permission")),
			Rows:    s.eachType(permissionRows),
		},
		"calls": {
			Columns: columns(
				text("started_at"), text("operation"), text("type_name"), text("region"), text("account_id"), integer("attempts"),
				integer("throttled"), number("waited_ms"), number("ms"), text("code"),
			),
			Rows: s.callRows,
		},
		"errors": {
			Columns: columns(
				text("table_name"), text("region"), text("account_id"), text("identifier"), text("code"), text("message"),
				text("request_token"),
			),
			Rows: s.errorRows,
		},
	}
}

func columns(list ...Column) []vtable.StaticColumn {
	out := make([]vtable.StaticColumn, len(list))
	for i, column := range list {
		out[i] = vtable.StaticColumn{Name: column.Name, Kind: column.Kind}
	}
	return out
}

// registerMeta makes one of skyql's own tables known to SQLite.
func (s *Session) registerMeta(short string) (string, error) {
	all := s.metaTables()
	static, ok := all[short]
	name := metaSchema + "." + short
	if !ok {
		text := "no table " + name
		if near := resource.Closest(short, slices.Sorted(maps.Keys(all))); near != "" {
			text += "; did you mean " + metaSchema + "." + near + "?"
		}
		return "", fmt.Errorf("%s", text)
	}
	static.Name = name
	if _, known := s.tables[name]; !known {
		if err := vtable.RegisterStatic(s.db, static, s.host); err != nil {
			return "", err
		}
		s.tables[name] = nil
	}
	return name, nil
}

func (s *Session) typeRows(string, bool) ([][]any, error) {
	summaries, err := s.opts.Types.Catalog().Summaries()
	if err != nil {
		return nil, err
	}
	rows := make([][]any, 0, len(summaries))
	for _, t := range summaries {
		has := func(handler schema.HandlerName) bool { return slices.Contains(t.Handlers, handler) }
		rows = append(rows, []any{
			string(t.Type), naming.Service(t.Type), naming.FullName(t.Type), jsonText(t.Identifier),
			has(schema.Create), has(schema.Read), has(schema.Update), has(schema.Delete),
			has(schema.List), jsonText(t.ListInput), t.Properties, t.Taggable, t.Description,
		})
	}
	return rows, nil
}

// eachType gives rows for one type, or for all.
func (s *Session) eachType(of func(*schema.ResourceType) [][]any) func(string, bool) ([][]any, error) {
	return func(key string, keyed bool) ([][]any, error) {
		types := s.opts.Types.Catalog()
		names := types.Types()
		if keyed {
			if names = nil; types.Has(resource.TypeName(key)) {
				names = []resource.TypeName{resource.TypeName(key)}
			}
		}
		var rows [][]any
		for _, name := range names {
			t, err := types.Type(name)
			if err != nil {
				return nil, err
			}
			rows = append(rows, of(t)...)
		}
		return rows, nil
	}
}

func propertyRows(t *schema.ResourceType) [][]any {
	shape := table.New(t)
	var rows [][]any
	for _, column := range shape.Columns {
		if column.Origin != table.FromProperty || column.Hidden {
			continue
		}
		name := column.Path[0]
		property := t.Property(name)
		rows = append(rows, []any{
			string(t.Name), shape.Name, name, column.Name, column.Kind.String(), len(rows) + 1, column.Part >= 0,
			t.IsRequired(name), schema.HasTop(t.ReadOnly, name), schema.HasTop(t.WriteOnly, name),
			schema.HasTop(t.CreateOnly, name), t.DescriptionOf(property.Node),
		})
	}
	return rows
}

func permissionRows(t *schema.ResourceType) [][]any {
	var rows [][]any
	for _, handler := range t.Order {
		for _, permission := range t.Handlers[handler].Permissions {
			rows = append(rows, []any{string(t.Name), naming.FullName(t.Name), string(handler), permission})
		}
	}
	return rows
}

// callRows shows the latest calls.
func (s *Session) callRows(string, bool) ([][]any, error) {
	if s.opts.Calls == nil {
		return nil, nil
	}
	var rows [][]any
	for _, call := range s.opts.Calls.Latest() {
		rows = append(rows, []any{
			timestamp(call.Started), call.Operation, orNull(string(call.Type)), string(call.Scope.Region), orNull(call.Scope.Account),
			int64(call.Attempts), int64(call.Throttled), milliseconds(call.Waited), milliseconds(call.Duration), orNull(string(call.Code())),
		})
	}
	return rows, nil
}

func (s *Session) errorRows(string, bool) ([][]any, error) {
	rows := make([][]any, 0, len(s.previous))
	for _, problem := range s.previous {
		rows = append(rows, []any{
			problem.Table, string(problem.Scope.Region), problem.Scope.Account, problem.Identifier,
			string(resource.CodeOf(problem.Err)), problem.Err.Error(), requestOf(problem.Err),
		})
	}
	return rows, nil
}

// requestOf gives the token of the request that an error is about.
func requestOf(err error) any {
	var failed *resource.Error
	var unfinished *await.UnfinishedError
	switch {
	case errors.As(err, &unfinished):
		return orNull(unfinished.Last.RequestToken)
	case errors.As(err, &failed):
		return orNull(failed.RequestToken)
	}
	return nil
}

func jsonText(list []string) string {
	if list == nil {
		list = []string{}
	}
	text, _ := json.Marshal(list) // strings always encode
	return string(text)
}

// like matches as SQL's LIKE does: % for any letters, _ for one, whatever their
// case.
//
// https://sqlite.org/lang_expr.html#the_like_glob_regexp_match_and_extract_operators
func like(pattern, text string) bool {
	p, t := []rune(strings.ToLower(pattern)), []rune(strings.ToLower(text))
	star, mark, i, j := -1, 0, 0, 0
	for j < len(t) {
		switch {
		case i < len(p) && p[i] == '%':
			star, mark = i, j
			i++
		case i < len(p) && (p[i] == '_' || p[i] == t[j]):
			i, j = i+1, j+1
		case star >= 0:
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '%' {
		i++
	}
	return i == len(p)
}
