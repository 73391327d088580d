package engine

import (
	"fmt"
	"strings"

	"skyql/internal/resource"
	"skyql/internal/sqltext"
	"skyql/internal/table"
)

// refuseQuotedTruths refuses to compare a boolean column with 'true' or 'false',
// which the column shows, and no value of it equals: <> would hold for all of them.
// What SQLite hands to us of comparisons is refused by Check; this finds the others.
func (s *statement) refuseQuotedTruths() error {
	for _, found := range sqltext.QuotedTruths(s.source) {
		t, column := s.boolean(found.Column)
		if t == nil {
			continue
		}
		source, at := s.place(found.Start)
		return located(source, &sqltext.NameError{Offset: at, Err: fmt.Errorf(
			"%s.%s is a boolean, which no text equals: write %s without quotes", t.Name, column, found.Word)})
	}
	return nil
}

// boolean gives the table whose boolean column the statement reads under a name, nil if
// there is none, or another one of that name which is something else.
func (s *statement) boolean(name string) (found *table.Table, column string) {
	for read, columns := range s.reads {
		if !columns[strings.ToLower(name)] {
			continue
		}
		t := s.session.tables[read]
		if t == nil {
			return nil, ""
		}
		at, ok := t.Lookup(name)
		if !ok || t.Columns[at].Origin != table.FromProperty || t.Columns[at].Kind != resource.Boolean {
			return nil, ""
		}
		found, column = t, t.Columns[at].Name
	}
	return found, column
}
