package native

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
	"skyql/internal/tagging"
)

// Clients are what the calls are made through.
type Clients struct {
	API     cloudcontrol.Client
	Tagging tagging.Client
	// Trusting says that a resource named by its identifier need not be looked
	// at.
	Trusting bool
}

// Table is one of the tables.
type Table struct {
	Service string // "cloud_control" or "tagging"
	Name    string
	Columns []Column
	// Description is for SHOW and the documentation.
	Description string
	// Operations are the API's, one of which is called.
	Operations []string

	rows func(ctx context.Context, q query) iter.Seq2[[]any, error]
}

// query asks for the rows of a table in one region.
type query struct {
	Clients
	table *Table
	scope resource.Scope
	keys  Keys
}

// Rows gives the rows of one region. Keys are the values that the statement asks
// for in columns that are inputs, by the columns' names. The values of a row stand
// in the order of the columns.
func (t *Table) Rows(ctx context.Context, c Clients, scope resource.Scope, keys Keys) iter.Seq2[[]any, error] {
	return t.rows(ctx, query{c, t, scope, keys})
}

// FullName is "awscc.service.name".
func (t *Table) FullName() string { return "awscc." + t.Service + "." + t.Name }

// Column is a column of a Table.
type Column struct {
	Name     string
	Kind     resource.Kind
	Hidden   bool // not in SELECT *; most inputs are
	Input    bool // an equality with it goes to the API
	Required bool // an Input without which there is no call
}

// Keys are the values of inputs, by the columns' names.
type Keys map[string]string

// text gives an input as it is.
func (k Keys) text(name string) string { return k[name] }

// number reads an input that is a number.
func (k Keys) number(name string) (int, error) {
	if k[name] == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(k[name])
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%s is a whole number from 1, not %q", name, k[name])
	}
	return n, nil
}

// list reads an input that is a list of texts, as JSON or with commas between.
func (k Keys) list(name string) ([]string, error) {
	value := strings.TrimSpace(k[name])
	if value == "" {
		return nil, nil
	}
	if !strings.HasPrefix(value, "[") {
		return strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' }), nil
	}
	var list []string
	if err := json.Unmarshal([]byte(value), &list); err != nil {
		return nil, fmt.Errorf(`%s is a list such as ["a", "b"]: %w`, name, err)
	}
	return list, nil
}

// truth reads an input that is a truth value.
func (k Keys) truth(name string) (bool, error) {
	switch strings.ToLower(k[name]) {
	case "", "0", "false":
		return false, nil
	case "1", "true":
		return true, nil
	}
	return false, fmt.Errorf("%s is true or false, not %q", name, k[name])
}

// Tables lists all tables.
func Tables() []*Table { return all }

// Services names the services that have tables here.
func Services() []string {
	var names []string
	for _, t := range all {
		if !slices.Contains(names, t.Service) {
			names = append(names, t.Service)
		}
	}
	return names
}

// Find looks a table up. In a service that has tables here, an unknown one is an
// error; in others, nil is given.
func Find(service, name string) (*Table, error) {
	var names []string
	for _, t := range all {
		if t.Service == service {
			if t.Name == name {
				return t, nil
			}
			names = append(names, t.Name)
		}
	}
	if names == nil {
		return nil, nil
	}
	text := fmt.Sprintf("no table awscc.%s.%s", service, name)
	if near := resource.Closest(name, names); near != "" {
		return nil, fmt.Errorf("%s; did you mean awscc.%s.%s?", text, service, near)
	}
	return nil, fmt.Errorf("%s; there is: %s", text, strings.Join(names, ", "))
}

var all = slices.Concat([]*Table{resourceTable, Resources, requestTable, Requests}, requestViews(), taggingTables)

// column is a plain one.
func column(name string, kind resource.Kind) Column { return Column{Name: name, Kind: kind} }

// input is a hidden one that goes to the API.
func input(name string) Column {
	return Column{Name: name, Kind: resource.Text, Hidden: true, Input: true}
}

// shown is an input that rows show as well.
func shown(name string, required bool) Column {
	return Column{Name: name, Kind: resource.Text, Input: true, Required: required}
}

// region comes first in all tables.
var region = shown("region", false)

// row puts values in the order of the columns. An input that is not among them
// shows what was asked for.
func (q query) row(values map[string]any) []any {
	row := make([]any, len(q.table.Columns))
	for i, c := range q.table.Columns {
		value, given := values[c.Name]
		switch {
		case given:
			row[i] = value
		case c.Name == region.Name:
			row[i] = string(q.scope.Region)
		case c.Input:
			if key, ok := q.keys[c.Name]; ok {
				row[i] = key
			}
		}
	}
	return row
}

// failing gives no row but an error.
func failing(err error) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) { yield(nil, err) }
}

// pages visits the pages of a list until there is none or the visitor has enough.
func pages[P any](
	first string, get func(token string) (P, string, error), rows func(P) [][]any,
) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for token := first; ; {
			page, next, err := get(token)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, row := range rows(page) {
				if !yield(row, nil) {
					return
				}
			}
			if next == "" {
				return
			}
			if next == token {
				yield(nil, errors.New("the list does not end: AWS gave the same page token twice"))
				return
			}
			token = next
		}
	}
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func timestamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

func document(value any) any {
	raw, err := json.Marshal(value)
	if err != nil || string(raw) == "null" {
		return nil
	}
	return json.RawMessage(raw)
}
