package vtable

import (
	"iter"
	"strings"

	"github.com/ncruces/go-sqlite3"

	"skyql/internal/table"
)

// Keyed is a table whose rows come from calls that take the values of some of its
// columns. There may be 32 of these.
type Keyed struct {
	Name    string
	Columns []KeyedColumn
	// Rows gives the rows for the values that the statement asks for, by column.
	// Those of required columns are always there.
	Rows func(keys map[string]string) iter.Seq2[[]any, error]
}

// KeyedColumn is a column of a Keyed.
type KeyedColumn struct {
	StaticColumn
	Key      bool // an equality with it is among the keys
	Required bool // a Key without which there is no call
}

// MissingKeyError says which columns a WHERE clause has to give.
type MissingKeyError struct {
	Table   string
	Columns []string
}

// Error names them.
func (e *MissingKeyError) Error() string {
	return e.Table + " is asked for by " + strings.Join(e.Columns, " and ") + "; give it, as in WHERE " +
		strings.Join(e.Columns, " = '…' AND ") + " = '…'"
}

// RegisterKeyed makes the table known on the connection.
func RegisterKeyed(db *sqlite3.Conn, k *Keyed, host func() Host) error {
	parts := make([]string, len(k.Columns))
	for i, column := range k.Columns {
		parts[i] = column.declaration()
	}
	declaration := "CREATE TABLE t(" + strings.Join(parts, ", ") + ")"
	connect := func(db *sqlite3.Conn, _, _, _ string, _ ...string) (*keyedTable, error) {
		return &keyedTable{k, host}, declare(db, declaration)
	}
	//lint:ignore SA1019 the method that replaces it needs a newer Go than this module asks for
	return sqlite3.CreateModule(db, k.Name, nil, connect)
}

func (c StaticColumn) declaration() string {
	text := table.Quote(c.Name) + " " + table.DeclaredType(c.Kind)
	if c.Hidden {
		text += " HIDDEN"
	}
	return text
}

type keyedTable struct {
	*Keyed
	host func() Host
}

// BestIndex takes the equalities with keys. The columns whose values Filter gets
// stand in the index string, in their order.
func (k *keyedTable) BestIndex(info *sqlite3.IndexInfo) error {
	var taken strings.Builder
	have, waits := map[int]bool{}, false
	cost := 1e6
	for i, c := range info.Constraint {
		if c.Op != sqlite3.INDEX_CONSTRAINT_EQ || c.Column < 0 || !k.Columns[c.Column].Key || have[c.Column] {
			continue
		}
		if !c.Usable || info.Collation(i) != "BINARY" {
			waits = waits || k.Columns[c.Column].Required && !c.Usable
			continue
		}
		have[c.Column] = true
		taken.WriteByte(byte('A' + c.Column))
		info.ConstraintUsage[i].ArgvIndex = taken.Len()
		cost /= 10
	}
	for i, column := range k.Columns {
		if column.Required && !have[i] && waits {
			return sqlite3.CONSTRAINT // in another order of the joins the value is there
		}
	}
	info.IdxStr = taken.String()
	info.EstimatedCost, info.EstimatedRows = cost, int64(cost/10)
	return nil
}

// Open makes a cursor.
func (k *keyedTable) Open() (sqlite3.VTabCursor, error) { return &keyedCursor{table: k}, nil }

type keyedCursor struct {
	table *keyedTable
	next  func() ([]any, error, bool)
	stop  func()
	row   []any
	at    int64
}

// Filter starts the calls.
func (c *keyedCursor) Filter(_ int, taken string, args ...sqlite3.Value) error {
	c.end()
	keys := map[string]string{}
	for i, arg := range args {
		if arg.Type() == sqlite3.NULL { // which nothing equals
			c.row = nil
			return nil
		}
		keys[c.table.Columns[taken[i]-'A'].Name] = arg.Text()
	}
	missing := &MissingKeyError{Table: c.table.Name}
	for _, column := range c.table.Columns {
		if _, ok := keys[column.Name]; column.Required && !ok {
			missing.Columns = append(missing.Columns, column.Name)
		}
	}
	if len(missing.Columns) > 0 {
		return c.table.host().Keep(missing)
	}
	c.next, c.stop = iter.Pull2(c.table.Rows(keys))
	c.at = -1
	return c.Next()
}

// Next goes to the next row.
func (c *keyedCursor) Next() error {
	c.at++
	row, err, ok := c.next()
	if err != nil {
		return c.table.host().Keep(err)
	}
	if c.row = row; !ok {
		c.row = nil
	}
	return nil
}

// EOF reports whether all rows have been seen.
func (c *keyedCursor) EOF() bool { return c.row == nil }

// RowID gives the position of the row.
func (c *keyedCursor) RowID() (int64, error) { return c.at, nil }

// Column gives a value of the row.
func (c *keyedCursor) Column(ctx sqlite3.Context, column int) error {
	return result(ctx, c.row[column])
}

// Close ends the calls.
func (c *keyedCursor) Close() error {
	c.end()
	return nil
}

func (c *keyedCursor) end() {
	if c.stop != nil {
		c.stop()
		c.stop = nil
	}
}
