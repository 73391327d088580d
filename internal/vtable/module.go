package vtable

import (
	"errors"

	"github.com/ncruces/go-sqlite3"

	"skyql/internal/pushdown"
	"skyql/internal/table"
)

// Host is the statement that is being prepared or run on a connection. A
// connection runs one statement at a time, so it is called from one goroutine.
type Host interface {
	// Reads reports whether the statement may read the column. It is asked about
	// columns from the 64th on, of which SQLite does not keep account.
	Reads(table, column string) bool
	// Check looks at a constraint's value that the statement spells out, and
	// refuses one that can never be right.
	Check(t *table.Table, column int, value any) error
	// Rows starts a scan.
	Rows(scan pushdown.Scan) (Rows, error)
	// RowID gives a number to a resource: always the same one during a statement.
	RowID(row *table.Row) int64
	// Keep remembers an error, since SQLite passes on its text only, and returns it.
	Keep(err error) error
}

// Planner is a Host that wants to know how each table would be scanned.
type Planner interface {
	Planned(t *table.Table, query pushdown.Query, plan pushdown.Plan)
}

// Sizer is a Host that has an idea how large tables are.
type Sizer interface {
	Size(t *table.Table) pushdown.Size
}

// Rows are the rows of a scan.
type Rows interface {
	// Next gives the next row, or nil after the last one.
	Next() (*table.Row, error)
	Close()
}

// Register makes the table known on the connection, under its own name. host
// gives the statement of the moment.
func Register(db *sqlite3.Conn, t *table.Table, host func() Host) error {
	connect := func(db *sqlite3.Conn, _, _, _ string, _ ...string) (*virtual, error) {
		return &virtual{table: t, host: host}, declare(db, t.Declaration())
	}
	// Without a create function the table is eponymous: it is there as soon as
	// the module is, and leaves nothing behind in a database file.
	//lint:ignore SA1019 the method that replaces it needs a newer Go than this module asks for
	return sqlite3.CreateModule(db, t.Name, nil, connect)
}

// declare tells SQLite the columns, and that views in a database file may read
// the table: reading AWS is what such a file is opened for.
//
// https://sqlite.org/c3ref/c_vtab_constraint_support.html
func declare(db *sqlite3.Conn, columns string) error {
	return errors.Join(db.DeclareVTab(columns), db.VTabConfig(sqlite3.VTAB_INNOCUOUS))
}

// virtual is one table on one connection.
type virtual struct {
	table *table.Table
	host  func() Host
}

// Open makes a cursor.
func (v *virtual) Open() (sqlite3.VTabCursor, error) {
	return &cursor{table: v.table, host: v.host()}, nil
}
