package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ncruces/go-sqlite3"

	"skyql/internal/fetch"
	"skyql/internal/naming"
	"skyql/internal/pushdown"
	"skyql/internal/resource"
	"skyql/internal/sqltext"
	"skyql/internal/table"
	"skyql/internal/vtable"
)

// statement is one run of one SELECT, or of anything else that SQLite runs. It
// is the host of the virtual tables in it.
type statement struct {
	session *Session
	ctx     context.Context
	source  string               // as the user wrote it, or made of that; see place
	whole   string               // the text that source was made of, if it was
	origin  func(offset int) int // where in whole a place of source comes from
	plans   map[string]planned   // noted for EXPLAIN; nil otherwise
	trusted string               // a table whose identifiers are taken to exist, "" for none
	sql     sqltext.Rewritten
	stmt    *sqlite3.Stmt
	fetcher *fetch.Fetcher

	reads   map[string]map[string]bool // columns by table, lower case
	unnoted bool                       // columns may be read that are not in reads
	kept    error                      // what a callback failed with
	limited bool                       // a LIMIT may end it early
	lazy    bool                       // its only scan may end early
	sizes   map[resource.TypeName]pushdown.Size
	wanted  int64   // how many rows that LIMIT lets through; 0 if it does not tell
	replay  *replay // nil if the one scan in it streams
	ids     map[rowKey]int64

	over    bool  // there are no more rows
	outcome error // what it ended with
}

var _ vtable.Host = (*statement)(nil)

type rowKey struct {
	scope      resource.Scope
	name       resource.TypeName
	identifier string
}

func (s *Session) newStatement(ctx context.Context, source string, sql sqltext.Rewritten) *statement {
	opts := s.opts
	wanted, limited := sqltext.Limited(source)
	return &statement{
		session: s, ctx: ctx, source: source, sql: sql,
		fetcher: fetch.New(opts.Client, typeSource{opts.Types}, opts.Accounts, opts.Regions, opts.Fetch),
		reads:   map[string]map[string]bool{},
		unnoted: joinsByName(source),
		limited: limited, wanted: wanted, lazy: limited || sqltext.AsksWhetherAny(source),
		sizes: map[resource.TypeName]pushdown.Size{},
		ids:   map[rowKey]int64{},
	}
}

// enter makes this the statement that callbacks speak to.
func (s *statement) enter() {
	s.session.current = s
	s.session.db.SetInterrupt(s.ctx)
}

// joinsByName reports whether a join matches columns of the same name. SQLite
// does not tell the authorizer of those.
func joinsByName(source string) bool {
	return slices.ContainsFunc(sqltext.Tokenize(source), func(t sqltext.Token) bool { return t.Any("USING", "NATURAL") })
}

func (s *statement) noteRead(tableName, column, view string) {
	tableName = strings.ToLower(tableName)
	if s.reads[tableName] == nil {
		s.reads[tableName] = map[string]bool{}
	}
	s.reads[tableName][strings.ToLower(column)] = true
	s.unnoted = s.unnoted || view != "" // there may be a join in it
}

// Reads reports whether the statement may read the column anywhere.
func (s *statement) Reads(tableName, column string) bool {
	return s.unnoted || s.reads[strings.ToLower(tableName)][strings.ToLower(column)]
}

// readsAWS reports whether the statement reads any of AWS's tables, itself or in
// a view.
func (s *statement) readsAWS() bool {
	return slices.ContainsFunc(append(slices.Collect(maps.Keys(s.reads)), s.sql.Tables...), func(name string) bool {
		return strings.HasPrefix(name, naming.Provider+".")
	})
}

// Check refuses values in the text of a statement that no row can have: a
// region that does not exist, an identifier with too few parts, a truth value in
// quotes.
func (s *statement) Check(t *table.Table, column int, value any) error {
	text, ok := value.(string)
	if !ok {
		return nil
	}
	c := &t.Columns[column]
	switch c.Origin {
	case table.FromProperty:
		if word := strings.ToLower(text); c.Kind == resource.Boolean && (word == "true" || word == "false") {
			return s.Keep(fmt.Errorf("%s.%s is a boolean, which no text equals: write %s = %s",
				t.Name, c.Name, c.Name, word))
		}
	case table.FromRegion:
		if !resource.KnownRegion(resource.Region(text)) {
			return s.Keep(&resource.UnknownRegionError{Region: resource.Region(text)})
		}
	case table.FromIdentifier:
		if err := resource.CheckIdentifier(text, t.Identifiers()); err != nil && !strings.HasPrefix(text, "{") {
			return s.Keep(&IdentifierError{Table: t.Name, Err: err})
		}
	}
	return nil
}

// Keep remembers the first error of a callback.
func (s *statement) Keep(err error) error {
	if s.kept == nil {
		s.kept = err
	}
	return err
}

// RowID numbers resources as they are asked for.
func (s *statement) RowID(row *table.Row) int64 {
	key := rowKey{row.Scope, "", row.Identifier}
	if s.ids[key] == 0 {
		s.ids[key] = int64(len(s.ids) + 1)
	}
	return s.ids[key]
}

// Rows starts a scan: at once if it is the only one, else by replay.
func (s *statement) Rows(scan pushdown.Scan) (vtable.Rows, error) {
	for _, region := range scan.Regions {
		if !resource.KnownRegion(region) && (s.replay == nil || looksLikeRegion(string(region))) {
			return nil, &resource.UnknownRegionError{Region: region}
		}
	}
	if s.replay != nil {
		return s.replay.rows(scan)
	}
	for _, identifier := range scan.Identifiers {
		if err := s.Check(scan.Table, identifierColumn(scan.Table), identifier); err != nil {
			return nil, err
		}
	}
	scan.Lazy = scan.Lazy || s.lazy
	scan.Trusted = scan.Table.Name == s.trusted
	return judged{s.fetcher.Open(s.ctx, scan), s.fetcher}, nil
}

// identifierColumn finds the column that skyql adds for the primary identifier.
func identifierColumn(t *table.Table) int {
	return slices.IndexFunc(t.Columns, func(c table.Column) bool { return c.Origin == table.FromIdentifier })
}

// judged are the rows of a statement's only scan. They end with an error if
// nothing could be fetched, so that no count of nothing is shown.
type judged struct {
	*fetch.Stream
	fetcher *fetch.Fetcher
}

// Next gives the next row, or nil after the last one.
func (j judged) Next() (*table.Row, error) {
	row, err := j.Stream.Next()
	if row == nil && err == nil {
		err = j.fetcher.Verdict()
	}
	return row, err
}

// looksLikeRegion tells a misspelt region from other text that a join may
// compare with the column.
func looksLikeRegion(text string) bool {
	first, _, _ := strings.Cut(text, "-")
	last := text[strings.LastIndexByte(text, '-')+1:]
	return strings.Count(text, "-") >= 2 && len(first) >= 2 && len(last) == 1 && last[0] >= '0' && last[0] <= '9'
}
