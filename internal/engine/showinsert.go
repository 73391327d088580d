package engine

import (
	"context"
	"fmt"
	"strings"

	"skyql/internal/naming"
	"skyql/internal/schema"
	"skyql/internal/sqltext"
)

// showInsert answers SHOW INSERT INTO with a template of the statement: every
// property that can be set, or with the hint REQUIRED those that must be, and a
// variable for each.
//
// https://stackql.io/docs/language-spec/show
func (s *Session) showInsert(ctx context.Context, c sqltext.ShowCommand, required bool) (*Result, error) {
	switch found, err := nativeTable(c.In); {
	case err != nil:
		return nil, err
	case found != nil:
		return nil, fmt.Errorf("SHOW INSERT INTO is for the tables of resource types; see DESCRIBE EXTENDED %s for what this one takes", found.FullName())
	}
	shape, err := s.find(ctx, c.In)
	if err != nil {
		return nil, err
	}
	t := shape.Type
	if !t.Has(schema.Create) {
		return nil, fmt.Errorf("%s cannot be written: AWS has no create handler for %s", shape.Name, t.Name)
	}
	var columns, values []string
	for _, p := range t.Properties {
		if schema.HasTop(t.ReadOnly, p.Name) || required && !t.IsRequired(p.Name) {
			continue
		}
		value := "{{ " + naming.Column(p.Name) + " }}"
		switch t.TypeOf(p.Node) {
		case "integer", "number", "boolean":
		default:
			value = "'" + value + "'"
		}
		columns, values = append(columns, p.Name), append(values, value)
	}
	text := fmt.Sprintf("INSERT INTO %s (\n  %s\n)\nSELECT\n  %s;", naming.FullName(t.Name),
		strings.Join(append(columns, "region"), ",\n  "), strings.Join(append(values, "'{{ region }}'"), ",\n  "))
	l := newListing(c, Column{Name: "insert_statement"})
	l.add(text)
	result := l.result()
	result.Verbatim = true
	return result, nil
}
