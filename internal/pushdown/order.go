package pushdown

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"skyql/internal/resource"
	"skyql/internal/table"
)

// OrderTerm is one term of an ORDER BY.
type OrderTerm struct {
	Column     int  `json:"column"`
	Descending bool `json:"descending,omitempty"`
}

// order takes the ORDER BY over where that saves reads: a LIMIT wants some of the
// rows only, and which ones shows in a list already, since they are ordered by
// what makes up the identifier.
func (c *chooser) order() {
	limited := slices.ContainsFunc(c.query.Constraints, func(k Constraint) bool { return k.Op == Limit && k.Usable })
	if !limited || c.plan.Handler != List || !c.readsRows() {
		return
	}
	terms := slices.Clone(c.query.Order)
	for i, term := range terms {
		if term.Column < 0 {
			return // the row's number
		}
		terms[i].Column = c.table.Columns[term.Column].Same
		if !listed(&c.table.Columns[terms[i].Column]) {
			return
		}
	}
	c.plan.Order = terms
}

// listed reports whether every list gives the column, as text.
func listed(column *table.Column) bool {
	switch column.Origin {
	case table.FromRegion, table.FromIdentifier:
		return true
	case table.FromProperty:
		return column.Part >= 0 && (column.Kind == resource.Text || column.Kind == resource.Timestamp)
	}
	return false
}

// Listed reports whether it shows in a row that was listed where it comes in the
// scan's Order.
func (s Scan) Listed(row *table.Row) bool {
	return !slices.ContainsFunc(s.Order, func(term OrderTerm) bool {
		_, known := s.Table.Value(row, term.Column)
		return !known
	})
}

// Compare orders two rows as the scan's Order says: NULL first, and texts by their
// bytes.
//
// https://sqlite.org/datatype3.html#sort_order
func (s Scan) Compare(a, b *table.Row) int {
	for _, term := range s.Order {
		order := compare(s.value(a, term.Column), s.value(b, term.Column))
		if term.Descending {
			order = -order
		}
		if order != 0 {
			return order
		}
	}
	return 0
}

func (s Scan) value(row *table.Row, column int) any {
	value, _ := s.Table.Value(row, column)
	if document, ok := value.(json.RawMessage); ok {
		return string(document)
	}
	return value
}

func compare(a, b any) int {
	if a == nil || b == nil {
		return cmp.Compare(rank(a), rank(b))
	}
	return strings.Compare(Text(a), Text(b))
}

func rank(value any) int {
	if value == nil {
		return 0
	}
	return 1
}
