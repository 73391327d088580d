package engine

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/ncruces/go-sqlite3"

	"skyql/internal/naming"
	"skyql/internal/sqltext"
)

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
	if err := s.refuseQuotedTruths(); err != nil {
		return errors.Join(s.Keep(err), stmt.Close())
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
		if detail == "SCAN CONSTANT ROW" { // of no table
			continue
		}
		if strings.HasPrefix(detail, "SCAN ") || strings.HasPrefix(detail, "SEARCH ") ||
			strings.HasPrefix(detail, "RECURSIVE") {
			loops++
		}
	}
	return loops <= 1, plan.Err()
}
