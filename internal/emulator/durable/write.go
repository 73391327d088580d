package durable

import (
	"cmp"
	"fmt"
	"net/url"

	"github.com/ncruces/go-sqlite3"

	"skyql/internal/emulator/store"
	"skyql/internal/resource"
)

// write puts changes into the file until it is closed: all that came while the
// last ones were written, in one transaction.
func (f *File) write() {
	defer close(f.done)
	statements, err := prepareAll(f.db)
	defer statements.close()
	for err == nil {
		f.mu.Lock()
		for len(f.pending) == 0 && !f.closing {
			f.changed.Wait()
		}
		batch := f.pending
		f.pending = nil
		f.mu.Unlock()
		if len(batch) == 0 {
			return
		}
		err = f.commit(statements, batch)
		f.mu.Lock()
		if err == nil {
			f.kept += uint64(len(batch))
		}
		f.mu.Unlock()
		f.changed.Broadcast()
	}
	f.mu.Lock()
	f.err = fmt.Errorf("emulator data %s: %w; changes are not kept any more", f.path, err)
	f.mu.Unlock()
	f.changed.Broadcast()
}

// place is the resources of one type in one account and region.
type place struct {
	scope resource.Scope
	name  resource.TypeName
}

type resourceKey struct {
	place
	identifier string
}

// latest is what a batch comes to.
type latest struct {
	cleared   bool
	resources map[resourceKey]*store.Resource
	counters  map[place]counters
	requests  map[string]*store.Request
}

type counters struct{ number, seeds uint64 }

// settle keeps the last state of each thing.
func settle(batch []store.Change) latest {
	var l latest
	clear := func() {
		l.resources, l.counters, l.requests = map[resourceKey]*store.Resource{}, map[place]counters{}, map[string]*store.Request{}
	}
	clear()
	for _, c := range batch {
		if c.Cleared {
			l.cleared = true
			clear()
		}
		if r := c.Resource; r != nil {
			at := place{r.Scope, r.Type}
			l.resources[resourceKey{at, r.Identifier}] = r
			n := l.counters[at]
			l.counters[at] = counters{max(n.number, r.Number), max(n.seeds, r.Seeds)}
		}
		if c.Request != nil {
			l.requests[c.Request.Token] = c.Request
		}
	}
	return l
}

func (f *File) commit(s statements, batch []store.Change) (err error) {
	l := settle(batch)
	tx := f.db.Begin()
	defer tx.End(&err)
	if l.cleared {
		if err := f.db.Exec(`DELETE FROM resources; DELETE FROM counters; DELETE FROM requests`); err != nil {
			return err
		}
	}
	for key, r := range l.resources {
		if r.Removed {
			err = run(s.remove, key.scope.Account, string(key.scope.Region), string(key.name), key.identifier)
		} else {
			err = run(s.put, key.scope.Account, string(key.scope.Region), string(key.name), key.identifier, int64(r.Number), r.Visible, r.Hidden)
		}
		if err != nil {
			return err
		}
	}
	for at, n := range l.counters {
		if err := run(s.count, at.scope.Account, string(at.scope.Region), string(at.name), int64(n.number), int64(n.seeds)); err != nil {
			return err
		}
	}
	for token, r := range l.requests {
		err := run(s.request, token, r.Scope.Account, string(r.Scope.Region), int64(r.Number), r.Started.UnixNano(), string(r.Record))
		if err != nil {
			return err
		}
	}
	return nil
}

// statements are those that a batch is written with.
type statements struct{ put, remove, count, request *sqlite3.Stmt }

func prepareAll(db *sqlite3.Conn) (s statements, err error) {
	for _, p := range []struct {
		stmt **sqlite3.Stmt
		sql  string
	}{
		{&s.put, `INSERT OR REPLACE INTO resources (account, region, type, identifier, number, properties, write_only) VALUES (?, ?, ?, ?, ?, ?, ?)`},
		{&s.remove, `DELETE FROM resources WHERE account = ? AND region = ? AND type = ? AND identifier = ?`},
		{&s.count, `INSERT INTO counters (account, region, type, number, seeds) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET number = max(number, excluded.number), seeds = max(seeds, excluded.seeds)`},
		{&s.request, `INSERT OR REPLACE INTO requests (token, account, region, number, started, record) VALUES (?, ?, ?, ?, ?, ?)`},
	} {
		stmt, _, failed := db.Prepare(p.sql)
		*p.stmt, err = stmt, cmp.Or(err, failed)
	}
	return s, err
}

func (s statements) close() {
	for _, stmt := range []*sqlite3.Stmt{s.put, s.remove, s.count, s.request} {
		_ = stmt.Close() // repeats the error of the last run
	}
}

// run runs a statement that gives no rows.
func run(stmt *sqlite3.Stmt, values ...any) error {
	for i, value := range values {
		var err error
		switch value := value.(type) {
		case int64:
			err = stmt.BindInt64(i+1, value)
		case string:
			err = stmt.BindText(i+1, value)
		}
		if err != nil {
			return err
		}
	}
	return stmt.Exec()
}

// escaped is a path as a part of a file URI.
//
// https://sqlite.org/uri.html
func escaped(path string) string { return (&url.URL{Path: path}).EscapedPath() }
