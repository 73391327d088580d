package durable

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/ncruces/go-sqlite3"

	"skyql/internal/emulator/store"
)

// File is the journal of a store. Its methods may be called from many goroutines.
type File struct {
	path  string
	db    *sqlite3.Conn // used by the writer alone once it runs
	begin sync.Once     // of the writer
	done  chan struct{} // closed when the writer has ended

	mu       sync.Mutex // guards the rest
	changed  sync.Cond  // with mu: something below is different
	pending  []store.Change
	appended uint64 // changes that came
	kept     uint64 // of them, those that are in the file
	closing  bool
	err      error // that ended the writer; nothing is kept any more
}

var _ store.Journal = (*File)(nil)

// applicationID tells our files from other SQLite databases.
//
// https://sqlite.org/pragma.html#pragma_application_id
const applicationID = 0x736b7971

const format = 1 // of the tables

const tables = `
CREATE TABLE resources (
	account TEXT, region TEXT, type TEXT, identifier TEXT, number INTEGER NOT NULL, properties TEXT NOT NULL, write_only TEXT NOT NULL,
	PRIMARY KEY (account, region, type, identifier)
) WITHOUT ROWID;
CREATE TABLE counters (
	account TEXT, region TEXT, type TEXT, number INTEGER NOT NULL, seeds INTEGER NOT NULL,
	PRIMARY KEY (account, region, type)
) WITHOUT ROWID;
CREATE TABLE requests (
	token TEXT PRIMARY KEY, account TEXT, region TEXT, number INTEGER NOT NULL, started INTEGER NOT NULL, record TEXT NOT NULL
) WITHOUT ROWID;`

// Open opens the file, or makes it, readable by its owner alone. Only one program
// can have it at a time.
func Open(path string) (*File, error) {
	made, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("emulator data: there is no folder %s; make it, or name another file", filepath.Dir(path))
	}
	if err != nil {
		return nil, fmt.Errorf("emulator data: %w", err)
	}
	if err := made.Close(); err != nil {
		return nil, fmt.Errorf("emulator data: %w", err)
	}
	db, err := sqlite3.Open("file:" + escaped(path))
	if err != nil {
		return nil, fmt.Errorf("emulator data %s: %w", path, err)
	}
	f := &File{path: path, db: db, done: make(chan struct{})}
	f.changed.L = &f.mu
	if err := f.prepare(); err != nil {
		return nil, errors.Join(fmt.Errorf("emulator data %s: %w", path, err), db.Close())
	}
	return f, nil
}

// prepare takes the file for this program alone, and makes the tables in a new one.
// Every commit is on the disk when it ends.
//
// https://sqlite.org/pragma.html#pragma_synchronous
func (f *File) prepare() error {
	err := f.db.Exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN IMMEDIATE; COMMIT`)
	switch {
	case errors.Is(err, sqlite3.BUSY):
		return errors.New("another emulator has it open")
	case errors.Is(err, sqlite3.NOTADB):
		return errors.New("it is not a file of an emulator's data")
	case err != nil:
		return err
	}
	id, err := f.number(`PRAGMA application_id`)
	if err != nil {
		return err
	}
	have, err := f.number(`SELECT count(*) FROM sqlite_schema`)
	if err != nil {
		return err
	}
	if id == 0 && have == 0 {
		return f.db.Exec(fmt.Sprintf("BEGIN; %s PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT", tables, applicationID, format))
	}
	version, err := f.number(`PRAGMA user_version`)
	switch {
	case err != nil:
		return err
	case id != applicationID:
		return errors.New("it is a database of some other program")
	case version != format:
		return fmt.Errorf("it has format %d, and this program knows only format %d", version, format)
	}
	return nil
}

func (f *File) number(sql string) (int64, error) {
	stmt, _, err := f.db.Prepare(sql)
	if err != nil {
		return 0, err
	}
	defer stmt.Close()
	if !stmt.Step() {
		return 0, stmt.Err()
	}
	return stmt.ColumnInt64(0), nil
}

// Append implements store.Journal.
func (f *File) Append(c store.Change) {
	f.begin.Do(func() { go f.write() })
	f.mu.Lock()
	f.appended++
	f.pending = append(f.pending, c)
	f.mu.Unlock()
	f.changed.Broadcast()
}

// Sync waits until all changes that were appended are in the file. It fails once
// the file cannot be written any more.
func (f *File) Sync() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for wanted := f.appended; f.kept < wanted && f.err == nil; {
		f.changed.Wait()
	}
	return f.err
}

// Close keeps what was appended and closes the file.
func (f *File) Close() error {
	f.mu.Lock()
	f.closing = true
	f.mu.Unlock()
	f.changed.Broadcast()
	f.begin.Do(func() { close(f.done) }) // nothing came
	<-f.done
	return errors.Join(f.err, f.db.Close())
}
