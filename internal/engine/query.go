package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"

	"skyql/internal/catalog"
	"skyql/internal/naming"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/sqltext"
	"skyql/internal/table"
	"skyql/internal/vtable"
)

// Query starts one statement. The result of the one before must be closed.
func (s *Session) Query(ctx context.Context, text string) (*Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(sqltext.Split(text)) == 0 {
		return fixed(nil, nil), nil
	}
	switch verb := sqltext.VerbOf(text); verb {
	case sqltext.Show, sqltext.Describe:
		return s.show(ctx, text)
	case sqltext.Set:
		return s.set(text)
	case sqltext.Explain:
		if !sqltext.ExplainsQueryPlan(text) {
			return nil, errors.New("EXPLAIN does not tell the API's plan in this version; EXPLAIN QUERY PLAN shows SQLite's")
		}
	}
	rewritten, err := sqltext.Rewrite(text, func(parts []string) (string, error) { return s.resolve(ctx, parts) })
	if err != nil {
		return nil, located(text, err)
	}
	if err := refuseWrites(text, rewritten); err != nil {
		return nil, err
	}
	if offset, open := sqltext.OpenComment(text); open {
		return nil, located(text, &sqltext.NameError{Offset: offset, Err: errors.New("a comment is never closed")})
	}
	statement := s.newStatement(ctx, text, rewritten)
	if err := statement.prepare(); err != nil {
		return nil, err
	}
	return statement.result()
}

// resolve makes sure that SQLite knows the table, and gives the name by which
// it does. Names of other databases are left alone.
func (s *Session) resolve(ctx context.Context, parts []string) (string, error) {
	lower := make([]string, len(parts))
	for i, part := range parts {
		lower[i] = strings.ToLower(part)
	}
	if lower[0] == metaSchema && len(lower) == 2 {
		return s.registerMeta(lower[1])
	}
	if len(lower) == 3 {
		if lower[0] != naming.Provider {
			return "", fmt.Errorf("no provider %s, as in %s; did you mean %s.%s.%s?",
				parts[0], strings.Join(parts, "."), naming.Provider, lower[1], lower[2])
		}
		lower = lower[1:]
	} else if s.database(lower[0]) {
		return "", nil
	} else if lower[0] == naming.Provider {
		return "", s.notATable(lower)
	}
	name, listOnly, err := s.opts.Types.Find(ctx, lower[0], lower[1])
	if err != nil {
		return "", err
	}
	return s.register(name, listOnly)
}

// notATable says what is wrong with a name of one or two parts.
func (s *Session) notATable(parts []string) error {
	name := strings.Join(parts, ".")
	if len(parts) == 2 && strings.EqualFold(parts[0], naming.Provider) {
		return fmt.Errorf("%s is a service, not a table: a table's name has three parts, as %s.s3.buckets; see SHOW RESOURCES IN %s",
			name, naming.Provider, name)
	}
	text := fmt.Sprintf("%q is not a table's name: it has three parts, as %s.s3.buckets", name, naming.Provider)
	if near := s.inAnyService(name); near != "" {
		text += "; did you mean " + near + "?"
	}
	return errors.New(text)
}

// database reports whether the name is one of SQLite's own databases.
func (s *Session) database(name string) bool {
	if name == "main" || name == "temp" {
		return true
	}
	for i := range 64 {
		switch s.db.DBName(i) {
		case name:
			return true
		case "":
			return false
		}
	}
	return false
}

func (s *Session) register(name resource.TypeName, listOnly bool) (string, error) {
	shape, err := s.table(name, listOnly)
	if err != nil {
		return "", err
	}
	if !s.tables[shape.Name] {
		if err := vtable.Register(s.db, shape, s.host); err != nil {
			return "", fmt.Errorf("table %s: %w", shape.Name, err)
		}
		s.tables[shape.Name] = true
	}
	return shape.Name, nil
}

// table shapes a type. The table that only lists exists where AWS can list.
func (s *Session) table(name resource.TypeName, listOnly bool) (*table.Table, error) {
	t, err := s.opts.Types.Catalog().Type(name)
	if err != nil {
		return nil, err
	}
	if !listOnly {
		return table.New(t), nil
	}
	shape := table.NewListOnly(t)
	if !t.Has(schema.List) {
		return nil, fmt.Errorf("there is no table %s: AWS has no list handler for %s", shape.Name, name)
	}
	return shape, nil
}

// refuseWrites stops what would change AWS: this version reads.
func refuseWrites(text string, rewritten sqltext.Rewritten) error {
	switch verb := sqltext.VerbOf(text); verb {
	case sqltext.Insert, sqltext.Update, sqltext.Delete:
		if target := rewritten.Target; target != "" {
			return fmt.Errorf("%s on %s: this version of skyql reads AWS and does not change it yet; "+
				"local tables can be written", verb, target)
		}
	}
	return nil
}

// prepare has SQLite compile the statement and decides how it will run.
func (s *statement) prepare() error {
	s.enter()
	s.session.problems = nil
	for {
		err := s.compile()
		if err == nil {
			return nil
		}
		if more, failed := s.supply(err); failed != nil || !more {
			return cmp.Or(failed, s.explainFailure(err))
		}
	}
}

func (s *statement) compile() error {
	streams, err := s.streams()
	if err != nil {
		return err
	}
	if !streams {
		s.replay = newReplay(s)
	}
	s.kept = nil
	stmt, _, err := s.session.db.Prepare(s.sql.Text)
	if err != nil {
		return err
	}
	s.kept, s.stmt = nil, stmt
	if stmt.BindCount() > 0 {
		return errors.Join(unbound(stmt), stmt.Close())
	}
	if s.readsAWS() && s.reads[metaSchema+".errors"] == nil {
		s.session.previous = nil
	}
	return nil
}

// unbound says that a parameter has no value. SQLite would take it for NULL, and
// the statement for one that finds nothing.
func unbound(stmt *sqlite3.Stmt) error {
	name := stmt.BindName(1)
	if name == "" {
		name = "?"
	}
	return &SQLError{Message: fmt.Sprintf("the parameter %s has no value; write {{ name }} and give it with --var name=…", name)}
}

// supply makes a table known that a view of the database file names: the view
// was made in another session.
func (s *statement) supply(err error) (more bool, failed error) {
	match := noTable.FindStringSubmatch(err.Error())
	if match == nil {
		return false, nil
	}
	parts := strings.Split(strings.TrimPrefix(match[1], "main."), ".")
	if parts[0] != naming.Provider && parts[0] != metaSchema || len(parts) < 2 {
		return false, nil
	}
	before := len(s.session.tables)
	_, failed = s.session.resolve(s.ctx, parts)
	return len(s.session.tables) > before, failed
}

// streams reports whether nothing but one scan of one of our tables decides what
// the statement fetches, so that its rows can pass through. It reads SQLite's
// query plan, in which our index strings stand.
//
// https://sqlite.org/eqp.html
func (s *statement) streams() (bool, error) {
	switch {
	case len(s.sql.Tables) == 0 && len(s.session.tables) == 0 && s.session.opts.Database == "":
		return true, nil
	case sqltext.VerbOf(s.source) == sqltext.Explain:
		return true, nil // of an EXPLAIN there is no plan
	}
	plan, _, err := s.session.db.Prepare("EXPLAIN QUERY PLAN " + s.sql.Text)
	if err != nil {
		return false, err
	}
	defer plan.Close()
	loops := 0
	for plan.Step() {
		detail := plan.ColumnText(3)
		if strings.HasPrefix(detail, "SCAN ") || strings.HasPrefix(detail, "SEARCH ") ||
			strings.HasPrefix(detail, "RECURSIVE") {
			loops++
		}
	}
	return loops <= 1, plan.Err()
}

// result runs the statement, or has it run row by row.
func (s *statement) result() (*Result, error) {
	result := &Result{Columns: columnsOf(s.stmt), close: s.finish}
	result.next = func() ([]any, error) { return s.step(result.Columns) }
	if s.replay == nil {
		if len(result.Columns) == 0 { // nobody asks such a statement for rows
			_, err := result.next()
			return fixed(nil, nil), errors.Join(err, result.Close())
		}
		return result, nil
	}
	rows, whole, err := s.settle(result.Columns)
	if err != nil {
		s.stmt.Close()
		return nil, s.explainFailure(err)
	}
	if err := s.ended(); err != nil {
		return nil, errors.Join(err, s.finish())
	}
	if whole {
		result.next = fixed(nil, rows).next
		return result, nil
	}
	if err := s.stmt.Reset(); err != nil {
		return nil, err
	}
	s.replay.restart()
	return result, nil
}

// step gives the next row, or nil and the verdict on the whole after the last.
// SQLite would begin anew if it were asked once more.
func (s *statement) step(columns []Column) ([]any, error) {
	if s.over {
		return nil, s.outcome
	}
	s.enter()
	if s.stmt.Step() {
		return rowOf(s.stmt, columns), nil
	}
	s.over = true
	if err := s.stmt.Err(); err != nil {
		s.outcome = s.explainFailure(err)
	} else {
		s.outcome = s.ended()
	}
	return nil, s.outcome
}

// ended judges a statement that ran to its end.
func (s *statement) ended() error {
	problems, err := s.fetcher.Problems(), s.fetcher.Verdict()
	if err != nil {
		problems = nil // there is no result that could lack something
		err = s.explainFailure(err)
	}
	s.session.problems = problems
	if s.readsAWS() {
		s.session.previous = problems
	}
	return err
}

// finish frees the statement. Its error has been told by then: SQLite only
// repeats it.
//
// https://sqlite.org/c3ref/finalize.html
func (s *statement) finish() error {
	s.enter()
	_ = s.stmt.Close()
	return nil
}

// bufferedRows is how many rows of a pass are kept in case that it turns out to
// be the answer. Larger answers are computed once more, and streamed, unless
// they are of a statement that writes.
const bufferedRows = 50_000

// settle runs passes until one lacks nothing. It gives that one's rows, or
// whole = false if there are too many to hold: then the statement has to run
// once more, on what has been fetched.
func (s *statement) settle(columns []Column) (rows [][]any, whole bool, err error) {
	for {
		undo, err := s.savepoint()
		if err != nil {
			return nil, false, err
		}
		rows, whole, err = s.pass(columns)
		if len(s.replay.order) == 0 {
			return rows, whole, errors.Join(err, undo(false))
		}
		_ = s.stmt.Reset() // repeats the error of the pass
		if err := undo(true); err != nil {
			return nil, false, err
		}
		if s.ctx.Err() != nil {
			return nil, false, s.ctx.Err()
		}
		// Whatever the pass failed with, it lacked rows: the next one may not fail.
		if err := s.replay.fetch(); err != nil {
			return nil, false, err
		}
		s.kept = nil
	}
}

// savepoint lets a pass that was in vain be undone, where the statement writes
// to local tables. It is ended even when the statement is cancelled: an open one
// would take all later changes with it.
//
// https://sqlite.org/lang_savepoint.html
func (s *statement) savepoint() (end func(undo bool) error, err error) {
	if s.stmt.ReadOnly() {
		return func(bool) error { return nil }, nil
	}
	db := s.session.db
	if err := db.Exec("SAVEPOINT skyql_pass"); err != nil {
		return nil, err
	}
	return func(undo bool) error {
		defer db.SetInterrupt(db.SetInterrupt(context.Background()))
		if undo {
			if err := db.Exec("ROLLBACK TO skyql_pass"); err != nil {
				return err
			}
		}
		return db.Exec("RELEASE skyql_pass")
	}, nil
}

// pass runs the statement once. It collects rows as long as nothing was lacking.
func (s *statement) pass(columns []Column) (rows [][]any, whole bool, err error) {
	s.enter()
	s.replay.restart()
	defer s.watch()()
	whole = true
	bound := bufferedRows
	if !s.stmt.ReadOnly() {
		bound = math.MaxInt
	}
	for s.stmt.Step() {
		switch {
		case len(s.replay.order) > 0:
			rows = nil
		case len(rows) < bound && whole:
			rows = append(rows, rowOf(s.stmt, columns))
		default:
			rows, whole = nil, false
		}
	}
	return rows, whole, s.stmt.Err()
}

// watch has a pass broken off that goes on although nothing more turns out to be
// lacking: without the rows that it lacks it may go where the answer never would,
// even in circles. A pass that writes goes on, since SQLite would roll back the
// whole transaction.
//
// https://sqlite.org/c3ref/interrupt.html
func (s *statement) watch() (stop func()) {
	if !s.stmt.ReadOnly() {
		return func() {}
	}
	ctx, cancel := context.WithCancel(s.ctx)
	s.session.db.SetInterrupt(ctx)
	timer := time.AfterFunc(math.MaxInt64, cancel)
	s.replay.giveUp = timer
	return func() {
		timer.Stop()
		cancel()
		s.session.db.SetInterrupt(s.ctx)
	}
}

// typeSource gives the fetcher the catalog of the moment.
type typeSource struct{ Types }

// Type decodes a type.
func (t typeSource) Type(name resource.TypeName) (*schema.ResourceType, error) {
	return t.Catalog().Type(name)
}

// Parents tells where a list handler's inputs come from.
func (t typeSource) Parents(of *schema.ResourceType, inputs []string) []catalog.Parent {
	return t.Catalog().Parents(of, inputs)
}
