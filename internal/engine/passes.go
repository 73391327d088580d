package engine

import (
	"context"
	"errors"
	"math"
	"time"
)

// result runs the statement, or has it run row by row.
func (s *statement) result() (*Result, error) {
	result := &Result{Columns: columnsOf(s.stmt), close: s.finish}
	for i := range result.Columns { // one without a name is called as it was written
		result.Columns[i].Name = s.sql.AsWritten(s.source, result.Columns[i].Name)
	}
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
		err = s.explainFailure(err)
		_ = s.finish()
		return nil, err
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
	s.replay.direct = true // there is no way back from here
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
	if s.replay != nil {
		s.replay.close()
	}
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
	for passes := 0; ; passes++ {
		s.replay.direct = passes >= mostPasses
		undo, err := s.savepoint()
		if err != nil {
			return nil, false, err
		}
		rows, whole, err = s.pass(columns)
		if len(s.replay.lacked) == 0 {
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
		if err := s.replay.grow(); err != nil {
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
		case len(s.replay.lacked) > 0:
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
