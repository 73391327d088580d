package vtable

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/ncruces/go-sqlite3"

	"skyql/internal/pushdown"
	"skyql/internal/table"
)

// done is SQLITE_DONE, which ends an IN list.
//
// https://sqlite.org/rescode.html#done
const done = sqlite3.ErrorCode(101)

// cursor walks over the rows of one scan after the other.
type cursor struct {
	table *table.Table
	host  Host

	planText string // of the plan that is decoded
	plan     pushdown.Plan

	rows Rows
	row  *table.Row
}

// Filter starts a scan with the values of the constraints.
func (c *cursor) Filter(_ int, planText string, args ...sqlite3.Value) error {
	c.release()
	if planText != c.planText {
		plan, err := pushdown.Decode(planText)
		if err != nil {
			return c.host.Keep(fmt.Errorf("plan of %s: %w", c.table.Name, err))
		}
		c.planText, c.plan = planText, plan
	}
	values, err := c.values(args)
	if err != nil {
		return c.host.Keep(err)
	}
	scan, err := c.plan.Bind(c.table, values)
	if err != nil {
		return c.host.Keep(err)
	}
	if c.rows, err = c.host.Rows(scan); err != nil {
		return c.host.Keep(err)
	}
	return c.Next()
}

// values reads the arguments, IN lists as a whole.
//
// https://sqlite.org/c3ref/vtab_in_first.html
func (c *cursor) values(args []sqlite3.Value) ([][]any, error) {
	values := make([][]any, len(args))
	for i, arg := range args {
		if i >= len(c.plan.Arguments) || !c.plan.Arguments[i].Many {
			values[i] = []any{goValue(arg)}
			continue
		}
		value, err := arg.InFirst()
		for ; err == nil; value, err = arg.InNext() {
			values[i] = append(values[i], goValue(value))
		}
		if !errors.Is(err, done) {
			return nil, fmt.Errorf("values of %s: %w", c.table.Name, err)
		}
	}
	return values, nil
}

// Next goes to the next row.
func (c *cursor) Next() error {
	var err error
	if c.row, err = c.rows.Next(); err != nil {
		return c.host.Keep(err)
	}
	return nil
}

// EOF reports whether all rows have been seen.
func (c *cursor) EOF() bool { return c.row == nil }

// Column gives a value of the row.
func (c *cursor) Column(ctx sqlite3.Context, column int) error {
	value, _ := c.table.Value(c.row, c.table.Columns[column].Same)
	if document, ok := value.(json.RawMessage); ok {
		value = []byte(document)
	}
	if err := result(ctx, value); err != nil {
		return c.host.Keep(fmt.Errorf("%s.%s: %w", c.table.Name, c.table.Columns[column].Name, err))
	}
	return nil
}

// RowID gives the row's number, by which SQLite tells rows of several scans
// apart when it answers an OR.
func (c *cursor) RowID() (int64, error) { return c.host.RowID(c.row), nil }

// Close ends the scan.
func (c *cursor) Close() error {
	c.release()
	return nil
}

func (c *cursor) release() {
	if c.rows != nil {
		c.rows.Close()
	}
	c.rows, c.row = nil, nil
}

// goValue copies a value out of SQLite.
func goValue(v sqlite3.Value) any {
	switch v.Type() {
	case sqlite3.INTEGER:
		return v.Int64()
	case sqlite3.FLOAT:
		return v.Float()
	case sqlite3.TEXT:
		return v.Text()
	case sqlite3.BLOB:
		return v.Blob(nil)
	}
	return nil
}
