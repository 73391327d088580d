package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"skyql/internal/change"
	"skyql/internal/cloudcontrol/apply"
	"skyql/internal/fetch"
	"skyql/internal/native"
	"skyql/internal/sqltext"
)

// WriteOptions says how a session changes resources. The zero value works.
type WriteOptions struct {
	// MaxChanges is how many resources one statement may change; default 100.
	MaxChanges int
	// DryRun shows what each write would do, and does not do it.
	DryRun bool
	// NoWait returns as soon as AWS has accepted the requests.
	NoWait bool
	// Apply says how a change is followed.
	Apply apply.Options
	// OnProgress, if set, hears of each change that begins or ends. It is called
	// from many goroutines and must be quick.
	OnProgress func(WriteProgress)
}

// DefaultMaxChanges is how many resources one statement may change if nobody says more.
const DefaultMaxChanges = 100

func (o WriteOptions) withDefaults() WriteOptions {
	if o.MaxChanges <= 0 {
		o.MaxChanges = DefaultMaxChanges
	}
	return o
}

// write is one INSERT, UPDATE or DELETE of something in AWS.
type write struct {
	session *Session
	ctx     context.Context
	source  string
	cut     sqltext.Write
	name    string // of the table
	to      writable
	noWait  bool
	dryRun  bool
	// wantsModel is true if RETURNING shows the resource, not only the request.
	wantsModel bool
	used       map[fetch.Operation]bool // calls that finding the targets took
	call       change.Call              // what the WHERE clause says of the calls
	changes    []change.Change
}

// writable is a table that can be written.
type writable interface {
	// words tells what the verb does to the things in the table, in the past
	// tense, and what they are called: "created", "resource". The error says why
	// it cannot.
	words(verb sqltext.Verb) (done, thing string, err error)
	// plan finds out what to change. Nothing but reads is sent.
	plan(w *write) error
	// atOnce is how many changes one call takes.
	atOnce() int
	// carryOut makes that many changes.
	carryOut(w *write, unit []*outcome)
	// returned shapes what RETURNING selects from.
	returned() []returnedColumn
	// writes names the columns that an UPDATE or DELETE may have, those of the call
	// among them.
	writes() []string
	// has reports whether the table itself has the column.
	has(column string) bool
}

// writableTable finds what can be written under a name.
func (s *Session) writableTable(name string) (writable, error) {
	if shape := s.tables[name]; shape != nil {
		return typedWrites{shape}, nil
	}
	if found := s.natives[name]; found != nil {
		switch found {
		case native.Resources:
			return resourceWrites{}, nil
		case native.Requests:
			return requestWrites{}, nil
		case native.TaggedResources:
			return tagWrites{}, nil
		}
	}
	return nil, fmt.Errorf("%s cannot be written, only read", name)
}

// write carries out a statement that changes things in AWS, or shows what it
// would do.
func (s *Session) write(ctx context.Context, source, target string) (*Result, error) {
	statement, explained, err := explainedWrite(source)
	if err != nil {
		return nil, err
	}
	w, err := s.newWrite(ctx, statement, target)
	if err != nil {
		return nil, err
	}
	hints := sqltext.Hints(source)
	w.noWait = slices.Contains(hints, "NOWAIT") || s.opts.Write.NoWait && !slices.Contains(hints, "AWAIT")
	w.dryRun = explained || s.opts.Write.DryRun
	if err := w.plan(); err != nil {
		return nil, err
	}
	if w.dryRun {
		return w.preview(), nil
	}
	return w.finish(w.carryOut()), nil
}

// Changes finds out what an INSERT, UPDATE or DELETE of something in AWS would
// change. Nothing but reads is sent. A statement of another kind is refused.
func (s *Session) Changes(ctx context.Context, text string) ([]change.Change, error) {
	text = s.legacy(text)
	rewritten, err := sqltext.Rewrite(text, func(parts []string, _ sqltext.Place) (string, error) { return s.resolve(ctx, parts) })
	switch {
	case err != nil:
		return nil, located(text, err)
	case rewritten.Target == "":
		return nil, errors.New("the statement changes nothing in AWS: it is no INSERT, UPDATE or DELETE of one of its tables")
	}
	w, err := s.newWrite(ctx, text, rewritten.Target)
	if err != nil {
		return nil, err
	}
	if err := w.plan(); err != nil {
		return nil, err
	}
	return w.changes, nil
}

// plan finds out what to change.
func (w *write) plan() error {
	w.session.problems, w.session.previous = nil, nil
	if err := w.prepareReturning(); err != nil {
		return err
	}
	w.takeCall()
	if err := w.to.plan(w); err != nil {
		return err
	}
	return w.checkTokens()
}

// newWrite cuts a statement and checks that it can be one.
func (s *Session) newWrite(ctx context.Context, source, target string) (*write, error) {
	cut, err := sqltext.CutWrite(source)
	if err != nil {
		return nil, located(source, err)
	}
	to, err := s.writableTable(target)
	if err != nil {
		return nil, err
	}
	if _, _, err := to.words(cut.Verb); err != nil {
		return nil, err
	}
	w := &write{session: s, ctx: ctx, source: source, cut: cut, name: target, to: to, used: map[fetch.Operation]bool{}}
	return w, w.check()
}

// done is what the statement does, in the past tense.
func (w *write) done() string {
	done, _, _ := w.to.words(w.cut.Verb)
	return done
}

// things is what the table holds, for a number of them.
func (w *write) things(n int) string {
	_, thing, _ := w.to.words(w.cut.Verb)
	return plural(n, thing)
}

// explainedWrite takes the word EXPLAIN off a statement, whose places stay the
// same.
func explainedWrite(source string) (statement string, explained bool, err error) {
	if sqltext.VerbOf(source) != sqltext.Explain {
		return source, false, nil
	}
	statement, analyze, ok := sqltext.Explained(source)
	switch {
	case analyze:
		return "", true, errors.New("EXPLAIN ANALYZE would carry the statement out; EXPLAIN shows what it would do")
	case !ok:
		return "", true, errors.New("EXPLAIN QUERY PLAN is for queries; EXPLAIN shows what a write would do")
	}
	return statement, true, nil
}

func texts(names []sqltext.Name) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = name.Text
	}
	return out
}

// blameColumn adds the place of a column to what is wrong with it.
func (w *write) blameColumn(err error, names []sqltext.Name) error {
	var column *change.ColumnError
	if !errors.As(err, &column) || column.Index >= len(names) {
		return err
	}
	return located(w.source, &sqltext.NameError{Offset: names[column.Index].Start, Err: column.Err})
}
