package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ncruces/go-sqlite3"

	"skyql/internal/catalog"
	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/cache"
	"skyql/internal/cloudcontrol/record"
	"skyql/internal/fetch"
	"skyql/internal/native"
	"skyql/internal/resource"
	"skyql/internal/table"
	"skyql/internal/tagging"
	"skyql/internal/vtable"
)

// Types finds resource types. It is a catalog, or something that gets one when
// it is needed.
type Types interface {
	// Catalog gives the catalog in use.
	Catalog() *catalog.Catalog
	// Find looks a table up, and may fetch a larger catalog to find it.
	Find(ctx context.Context, service, table string) (name resource.TypeName, listOnly bool, err error)
}

// Options configures a Session.
type Options struct {
	Types    Types
	Client   cloudcontrol.Client
	Tagging  tagging.Client // for the tables of awscc.tagging; may be nil
	Cache    *cache.Cache   // that Client is wrapped in, for SET cache_ttl; may be nil
	Calls    *record.Log    // has the calls that go through Client and Tagging; may be nil
	Accounts fetch.Accounts
	// Regions are asked where a statement names none; may be empty.
	Regions []resource.Region
	// Database is a file for local tables and views; "" keeps them in memory.
	Database string
	// Legacy lets statements name tables and inputs as old stack files do:
	// aws.s3.buckets, data__Identifier, aws.ec2.vpc_tags.
	Legacy bool
	Fetch  fetch.Options
	Write  WriteOptions
}

// Session runs statements, one after the other. It is not safe for use by many
// goroutines at once.
type Session struct {
	opts     Options
	db       *sqlite3.Conn
	tables   map[string]*table.Table // that SQLite knows, nil for skyql's own
	current  *statement
	problems []fetch.Problem          // of the statement that runs, or ran last
	previous []fetch.Problem          // of the last one that used AWS's tables, for skyql.errors
	natives  map[string]*native.Table // tables that do not show one type
	outcomes *returned                // of the write whose RETURNING runs
	regions  regionUse                // in the statement that is prepared
}

// Open makes a session.
func Open(opts Options) (*Session, error) {
	name := opts.Database
	if name == "" {
		name = ":memory:"
	}
	db, err := sqlite3.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	if opts.Fetch.Now == nil {
		opts.Fetch.Now = time.Now
	}
	opts.Write = opts.Write.withDefaults()
	s := &Session{opts: opts, db: db, tables: map[string]*table.Table{}, natives: map[string]*native.Table{}}
	if err := s.prepareConnection(); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", name, err), db.Close())
	}
	return s, nil
}

func (s *Session) prepareConnection() error {
	if err := registerRegexp(s.db); err != nil {
		return err
	}
	if err := registerFunctions(s.db, s); err != nil {
		return err
	}
	// A misspelt column in double quotes is an error, not a string.
	// https://sqlite.org/quirks.html#double_quoted_string_literals_are_accepted
	for _, option := range []sqlite3.DBConfig{sqlite3.DBCONFIG_DQS_DML, sqlite3.DBCONFIG_DQS_DDL} {
		if _, err := s.db.Config(option, false); err != nil {
			return err
		}
	}
	// A file that is no database shows when it is first read.
	if err := s.db.Exec("PRAGMA schema_version"); err != nil {
		return err
	}
	return s.db.SetAuthorizer(s.authorize)
}

// Close frees the session, and with it what is left of a result. That must not
// be used afterwards.
func (s *Session) Close() error {
	for _, stmt := range slices.Collect(s.db.Stmts()) {
		_ = stmt.Close() // repeats what the statement failed with
	}
	return s.db.Close()
}

// Regions gives the regions that are asked where a statement names none.
func (s *Session) Regions() []resource.Region { return s.opts.Regions }

// Problems tells what the latest statement could not fetch.
func (s *Session) Problems() []fetch.Problem { return s.problems }

// authorize takes no decision: it notes which columns a statement reads, since
// SQLite's own mask ends at 63.
//
// https://sqlite.org/c3ref/set_authorizer.html
func (s *Session) authorize(
	action sqlite3.AuthorizerActionCode, tableName, column, _, view string,
) sqlite3.AuthorizerReturnCode {
	if action == sqlite3.AUTH_READ && s.current != nil {
		s.current.noteRead(tableName, column, view)
		if s.regions.of(s.current.source).compared(view) {
			s.current.fetcher.ComparesRegion()
		}
	}
	return sqlite3.AUTH_OK
}

// host is the statement that virtual tables speak to.
func (s *Session) host() vtable.Host { return s.current }

// localTables gives the names of the tables and views that the database has itself.
func (s *Session) localTables() []string {
	var names []string
	statement, _, err := s.db.Prepare(`SELECT name FROM sqlite_schema UNION SELECT name FROM sqlite_temp_schema`)
	if err != nil {
		return nil // only used for hints
	}
	defer statement.Close()
	for statement.Step() {
		names = append(names, statement.ColumnText(0))
	}
	slices.Sort(names)
	return names
}
