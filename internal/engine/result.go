package engine

import (
	"encoding/json"
	"fmt"

	"github.com/ncruces/go-sqlite3"

	"skyql/internal/resource"
	"skyql/internal/table"
)

// Column is a column of a result.
type Column struct {
	Name string
	Kind resource.Kind
}

// Result hands out the rows of a statement. It has to be closed before the
// session runs another one.
type Result struct {
	Columns []Column // empty for a statement that gives no rows
	// Notes are lines for people: what was changed, and what is worth knowing. One
	// that begins with "warning:" is a warning.
	Notes []string
	// Failure is what Next will end with, where that is known before: the changes
	// that did not come about.
	Failure error
	// Verbatim says that there is one text, which people want to see as it stands.
	Verbatim bool

	next  func() ([]any, error)
	close func() error
}

// Next gives the next row, or nil after the last one. A value is nil, string,
// int64, float64, bool, []byte, or json.RawMessage.
func (r *Result) Next() ([]any, error) { return r.next() }

// Close ends the statement.
func (r *Result) Close() error {
	if r.close == nil {
		return nil
	}
	err := r.close()
	r.close = nil
	return err
}

// fixed is a result that is known as a whole.
func fixed(columns []Column, rows [][]any) *Result {
	return &Result{Columns: columns, next: func() ([]any, error) {
		if len(rows) == 0 {
			return nil, nil
		}
		row := rows[0]
		rows = rows[1:]
		return row, nil
	}}
}

// columnsOf describes the columns of a prepared statement. The declared type of
// a column tells its kind, through views and subqueries too.
//
// https://sqlite.org/c3ref/column_decltype.html
func columnsOf(stmt *sqlite3.Stmt) []Column {
	columns := make([]Column, stmt.ColumnCount())
	for i := range columns {
		columns[i] = Column{Name: columnName(stmt, i), Kind: table.KindOf(stmt.ColumnDeclType(i))}
	}
	return columns
}

// columnName is the name of a column. One without a name of its own is called as it
// is written, which may be longer than the driver takes.
func columnName(stmt *sqlite3.Stmt, i int) (name string) {
	defer func() {
		if recover() != nil {
			name = fmt.Sprintf("column %d", i+1)
		}
	}()
	return stmt.ColumnName(i)
}

// rowOf copies the row that the statement stands on.
func rowOf(stmt *sqlite3.Stmt, columns []Column) []any {
	row := make([]any, len(columns))
	for i, column := range columns {
		row[i] = valueOf(stmt, i, column.Kind)
	}
	return row
}

func valueOf(stmt *sqlite3.Stmt, i int, kind resource.Kind) any {
	switch stmt.ColumnType(i) {
	case sqlite3.INTEGER:
		value := stmt.ColumnInt64(i)
		if kind == resource.Boolean && (value == 0 || value == 1) {
			return value == 1
		}
		return value
	case sqlite3.FLOAT:
		return stmt.ColumnFloat(i)
	case sqlite3.TEXT:
		text := stmt.ColumnText(i)
		if kind == resource.JSON && isDocument(text) {
			return json.RawMessage(text)
		}
		return text
	case sqlite3.BLOB:
		return stmt.ColumnBlob(i, nil)
	}
	return nil
}

// isDocument tells JSON from a string in a column that may hold either: an
// object, an array or a truth value.
func isDocument(text string) bool {
	if text == "" {
		return false
	}
	switch text[0] {
	case '{', '[':
		return json.Valid([]byte(text))
	}
	return text == "true" || text == "false"
}
