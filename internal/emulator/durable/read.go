package durable

import (
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"github.com/ncruces/go-sqlite3"

	"skyql/internal/emulator/store"
	"skyql/internal/resource"
)

// Restore brings a new store to the state that is in the file, and tells how many
// resources that is. It is called before anything is appended. Requests that
// nobody can ask about any more are dropped.
func (f *File) Restore(s *store.Store, now time.Time) (resources int, err error) {
	old := now.Add(-store.RequestLife).UnixNano()
	if err := f.db.Exec(fmt.Sprintf(`DELETE FROM requests WHERE started <= %d`, old)); err != nil {
		return 0, fmt.Errorf("emulator data %s: %w", f.path, err)
	}
	counted := func(yield func(store.Resource, error) bool) {
		for r, err := range f.resources() {
			if err == nil && !r.Removed {
				resources++
			}
			if !yield(r, err) {
				return
			}
		}
	}
	if err := s.Restore(counted, f.requests()); err != nil {
		return resources, fmt.Errorf("emulator data %s: %w", f.path, err)
	}
	return resources, nil
}

// resources gives them in the order of their numbers. The counters come first, as
// resources that were removed: identifiers that were made up are not made up again.
func (f *File) resources() iter.Seq2[store.Resource, error] {
	return rows(f.db, `
		SELECT account, region, type, '', number, '', '', 1, seeds FROM counters
		UNION ALL SELECT * FROM (
			SELECT account, region, type, identifier, number, properties, write_only, 0, 0 FROM resources ORDER BY account, region, type, number)`,
		func(s *sqlite3.Stmt) store.Resource {
			return store.Resource{
				Scope: scopeOf(s, 0), Type: resource.TypeName(s.ColumnText(2)), Identifier: s.ColumnText(3),
				Number: uint64(s.ColumnInt64(4)), Visible: s.ColumnText(5), Hidden: s.ColumnText(6),
				Removed: s.ColumnBool(7), Seeds: uint64(s.ColumnInt64(8)),
			}
		})
}

func (f *File) requests() iter.Seq2[store.Request, error] {
	return rows(f.db, `SELECT token, account, region, number, started, record FROM requests ORDER BY account, region, number`,
		func(s *sqlite3.Stmt) store.Request {
			return store.Request{
				Token: s.ColumnText(0), Scope: scopeOf(s, 1), Number: uint64(s.ColumnInt64(3)),
				Started: time.Unix(0, s.ColumnInt64(4)).UTC(), Record: json.RawMessage(s.ColumnText(5)),
			}
		})
}

func scopeOf(s *sqlite3.Stmt, column int) resource.Scope {
	return resource.Scope{Account: s.ColumnText(column), Region: resource.Region(s.ColumnText(column + 1))}
}

// rows walks the rows of a query.
func rows[T any](db *sqlite3.Conn, sql string, row func(*sqlite3.Stmt) T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		stmt, _, err := db.Prepare(sql)
		if err != nil {
			yield(none, err)
			return
		}
		defer stmt.Close()
		for stmt.Step() {
			if !yield(row(stmt), nil) {
				return
			}
		}
		if err := stmt.Err(); err != nil {
			yield(none, err)
		}
	}
}
