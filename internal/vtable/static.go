package vtable

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ncruces/go-sqlite3"

	"skyql/internal/resource"
)

// Static is a table whose rows the program knows by itself.
type Static struct {
	Name    string
	Columns []StaticColumn
	// Rows gives all rows, or at least those with that value in the first column
	// if one is asked for.
	Rows func(key string, keyed bool) ([][]any, error)
}

// StaticColumn is a column of a Static.
type StaticColumn struct {
	Name   string
	Kind   resource.Kind
	Hidden bool // not in SELECT *
}

// RegisterStatic makes the table known on the connection.
func RegisterStatic(db *sqlite3.Conn, s *Static, host func() Host) error {
	parts := make([]string, len(s.Columns))
	for i, column := range s.Columns {
		parts[i] = column.declaration()
	}
	declaration := "CREATE TABLE t(" + strings.Join(parts, ", ") + ")"
	connect := func(db *sqlite3.Conn, _, _, _ string, _ ...string) (*staticTable, error) {
		return &staticTable{s, host}, declare(db, declaration)
	}
	//lint:ignore SA1019 the method that replaces it needs a newer Go than this module asks for
	return sqlite3.CreateModule(db, s.Name, nil, connect)
}

type staticTable struct {
	*Static
	host func() Host
}

// BestIndex takes an equality on the first column.
func (s *staticTable) BestIndex(info *sqlite3.IndexInfo) error {
	info.EstimatedCost, info.EstimatedRows = 10_000, 10_000
	for i, c := range info.Constraint {
		if c.Column == 0 && c.Op == sqlite3.INDEX_CONSTRAINT_EQ && c.Usable && info.Collation(i) == "BINARY" {
			info.ConstraintUsage[i].ArgvIndex = 1
			info.IdxNum, info.EstimatedCost, info.EstimatedRows = 1, 10, 10
			break
		}
	}
	return nil
}

// Open makes a cursor.
func (s *staticTable) Open() (sqlite3.VTabCursor, error) { return &staticCursor{table: s}, nil }

type staticCursor struct {
	table *staticTable
	rows  [][]any
	at    int
}

// Filter gets the rows.
func (c *staticCursor) Filter(keyed int, _ string, args ...sqlite3.Value) error {
	key := ""
	if keyed == 1 {
		key = args[0].Text()
	}
	var err error
	c.rows, err = c.table.Rows(key, keyed == 1)
	c.at = 0
	if err != nil {
		return c.table.host().Keep(err)
	}
	return nil
}

// Next goes to the next row.
func (c *staticCursor) Next() error { c.at++; return nil }

// EOF reports whether all rows have been seen.
func (c *staticCursor) EOF() bool { return c.at >= len(c.rows) }

// RowID gives the position of the row.
func (c *staticCursor) RowID() (int64, error) { return int64(c.at), nil }

// Column gives a value of the row.
func (c *staticCursor) Column(ctx sqlite3.Context, column int) error {
	return result(ctx, c.rows[c.at][column])
}

// result gives a Go value to SQLite.
func result(ctx sqlite3.Context, value any) error {
	switch v := value.(type) {
	case nil:
		ctx.ResultNull()
	case string:
		ctx.ResultText(v)
	case int:
		ctx.ResultInt(v)
	case int64:
		ctx.ResultInt64(v)
	case float64:
		ctx.ResultFloat(v)
	case bool:
		ctx.ResultBool(v)
	case []byte:
		ctx.ResultRawText(v)
	case json.RawMessage:
		ctx.ResultRawText(v)
	default:
		return fmt.Errorf("no SQL value for %T", v)
	}
	return nil
}
