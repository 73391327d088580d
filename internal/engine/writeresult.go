package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/apply"
	"skyql/internal/fetch"
	"skyql/internal/resource"
	"skyql/internal/sqltext"
)

// WriteError lists the changes of a statement that did not come about, or of which
// that is not known. The others are done.
type WriteError struct {
	Verb     sqltext.Verb
	Table    string
	Total    int
	Done     int             // changes that are done
	Word     string          // for what they are: "created"
	Thing    string          // what the table holds
	Failures []ChangeFailure // in the order of the rows
	Skipped  int             // not begun, because the statement was interrupted
	Err      error           // what interrupted it, nil if nothing did
}

// ChangeFailure is one change that failed or is not finished.
type ChangeFailure struct {
	Row          int // from 1
	Operation    cloudcontrol.Operation
	Type         resource.TypeName
	Scope        resource.Scope
	Identifier   string // "" if there is none yet
	RequestToken string // "" if AWS accepted no request
	ClientToken  string // of a call that AWS may have accepted without anybody knowing
	Code         resource.Code
	Message      string
	Unfinished   bool // the request goes on, or may
	Err          error
}

// Error has a line for the whole and one for each change.
func (e *WriteError) Error() string {
	if e.Total == 1 && len(e.Failures) == 1 && e.Err == nil {
		return fmt.Sprintf("%s on %s: %s", e.Verb, e.Table, e.Failures[0].line(1))
	}
	var b strings.Builder
	failed, unfinished := 0, 0
	for _, f := range e.Failures {
		if f.Unfinished {
			unfinished++
		} else {
			failed++
		}
	}
	var counts []string
	count := func(n int, what string) {
		if n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, what))
		}
	}
	count(failed, "failed")
	count(unfinished, "not known to have ended")
	count(e.Skipped, "not begun")
	count(e.Done, e.Word)
	fmt.Fprintf(&b, "%s on %s: of %d %s, %s", e.Verb, e.Table, e.Total, plural(e.Total, e.Thing), strings.Join(counts, ", "))
	// The requests that go on come first, and all: an interrupted session is gone
	// afterwards, and with it the other place that has their tokens.
	failures := slices.Clone(e.Failures)
	slices.SortStableFunc(failures, func(a, b ChangeFailure) int {
		return cmp.Compare(map[bool]int{true: 0, false: 1}[a.Unfinished], map[bool]int{true: 0, false: 1}[b.Unfinished])
	})
	most := max(shownFailures, unfinished)
	for i, f := range failures {
		if i == most && len(failures) > most+1 {
			fmt.Fprintf(&b, "\n  and %d more, see skyql.errors", len(failures)-i)
			break
		}
		b.WriteString("\n  " + f.line(e.Total))
	}
	return b.String()
}

// shownFailures is how many failures are written out, if not more go on.
const shownFailures = 50

// line tells which resource, why, and by which request to follow it.
func (f ChangeFailure) line(total int) string {
	name := fmt.Sprintf("%q", f.Identifier)
	switch {
	case f.Identifier == "" && total > 1:
		name = fmt.Sprintf("row %d", f.Row)
	case f.Identifier == "":
		name = string(f.Type)
	}
	text := fmt.Sprintf("%s in %s: %s", name, f.Scope, strings.ReplaceAll(f.Message, "\n", " "))
	if f.Code != "" && !strings.HasPrefix(f.Message, string(f.Code)) {
		text = fmt.Sprintf("%s in %s: %s: %s", name, f.Scope, f.Code, strings.ReplaceAll(f.Message, "\n", " "))
	}
	if f.RequestToken != "" {
		text += " (request token " + f.RequestToken + ")"
	}
	return text
}

// Unwrap gives what interrupted the statement and the reasons of the failures.
func (e *WriteError) Unwrap() []error {
	var all []error
	if e.Err != nil {
		all = append(all, e.Err)
	}
	for _, f := range e.Failures {
		all = append(all, f.Err)
	}
	return all
}

// finish gives the result of a write: the rows of RETURNING or the request
// tokens of one that does not wait, a summary, and in the end an error if any
// change failed.
func (w *write) finish(outcomes []*outcome) *Result {
	failure := w.failure(outcomes)
	var result *Result
	switch {
	case w.cut.Returning.Given():
		// The changes are done: their outcomes are shown even if the user would
		// rather stop.
		w.ctx = context.WithoutCancel(w.ctx)
		result = w.returning(outcomes)
	case w.noWait:
		result = requestRows(outcomes)
	default:
		result = fixed(nil, nil)
	}
	if failure == nil || failure.Done > 0 {
		result.Notes = w.notes(outcomes)
	}
	result.Failure = failureOrNil(failure)
	next := result.next
	result.next = func() ([]any, error) {
		row, err := next()
		if row == nil || err != nil {
			err = errors.Join(result.Failure, err)
		}
		return row, err
	}
	w.remember(failure, outcomes)
	return result
}

func failureOrNil(failure *WriteError) error {
	if failure == nil {
		return nil
	}
	return failure
}

// failure collects what did not come about, nil if all did.
func (w *write) failure(outcomes []*outcome) *WriteError {
	e := &WriteError{Verb: w.cut.Verb, Table: w.name, Total: len(outcomes), Word: w.done(), Thing: w.things(1)}
	for i, o := range outcomes {
		switch {
		case !o.started, w.ctx.Err() != nil && o.notSent():
			e.Skipped++
			e.Err = cmp.Or(w.ctx.Err(), o.Err)
		case o.failed():
			e.Failures = append(e.Failures, o.failure(i+1))
			if ctxErr := w.ctx.Err(); ctxErr != nil {
				e.Err = ctxErr
			}
		case !o.Gone && !o.missing:
			e.Done++
		}
	}
	if e.Skipped == 0 && len(e.Failures) == 0 && !slices.ContainsFunc(outcomes, func(o *outcome) bool {
		return o.readErr != nil && w.ctx.Err() != nil
	}) {
		return nil
	}
	if e.Err == nil {
		e.Err = w.ctx.Err()
	}
	return e
}

// notSent reports whether the change was given up while its call still waited.
func (o *outcome) notSent() bool {
	var unknown *apply.UnknownOutcomeError
	return errors.Is(o.Err, cloudcontrol.ErrNotSent) && !errors.As(o.Err, &unknown)
}

func (o *outcome) failure(row int) ChangeFailure {
	f := ChangeFailure{
		Row: row, Operation: o.Operation, Type: o.Type, Scope: o.Scope, Identifier: o.identifier(),
		RequestToken: o.Event.RequestToken, Code: o.errorCode(), Message: o.Err.Error(), Err: o.Err,
	}
	var refused *resource.Error
	var unknown *apply.UnknownOutcomeError
	switch unfinished := o.unfinished(); {
	case unfinished != nil:
		f.Unfinished, f.RequestToken, f.Code = true, unfinished.Last.RequestToken, ""
		f.Message = fmt.Sprintf("%s, the request goes on", unfinished.Last.Status)
		if !errors.Is(unfinished.Err, context.Canceled) {
			f.Message += ": " + unfinished.Err.Error()
		}
	case errors.As(o.Err, &unknown):
		f.Unfinished, f.ClientToken, f.Code = true, unknown.ClientToken, ""
	case errors.As(o.Err, &refused) && refused.Message != "":
		f.Message = refused.Message
	}
	return f
}

// remember puts failures where skyql.errors shows them, and what was changed but
// could not be read among what the result lacks.
func (w *write) remember(failure *WriteError, outcomes []*outcome) {
	s := w.session
	for _, o := range outcomes {
		if o.readErr != nil && o.Err == nil {
			s.problems = append(s.problems, fetch.Problem{
				Table: w.name, Scope: o.Scope, Identifier: o.identifier(),
				Err: fmt.Errorf("%q was %s but could not be read: %w", o.identifier(), w.done(), o.readErr),
			})
		}
	}
	s.previous = append(s.previous, s.problems...)
	if failure == nil {
		return
	}
	for _, f := range failure.Failures {
		s.previous = append(s.previous, fetch.Problem{Table: w.name, Scope: f.Scope, Identifier: f.Identifier, Err: f.Err})
	}
}

// requestRows are the requests of a write that did not wait for them.
func requestRows(outcomes []*outcome) *Result {
	var rows [][]any
	for _, o := range outcomes {
		if o.failed() {
			continue
		}
		rows = append(rows, []any{
			string(o.Scope.Region), orNull(o.identifier()), string(o.Operation), o.status(), orNull(o.Event.RequestToken),
		})
	}
	return fixed([]Column{
		text("region"), text("Identifier"), text("Operation"), text("OperationStatus"), text("RequestToken"),
	}, rows)
}

// notes sum up what was done, and what is worth knowing besides.
func (w *write) notes(outcomes []*outcome) []string {
	var finished, unchanged, gone, missing, adopted int
	var notes []string
	for _, o := range outcomes {
		switch {
		case o.failed() || !o.started:
			continue
		case o.missing:
			missing++
		case o.Gone:
			gone++
		case o.Unchanged():
			unchanged++
		default:
			finished++
		}
		if o.Adopted {
			adopted++
		}
	}
	what := w.done()
	if w.noWait {
		what = "asked AWS to " + strings.ToLower(string(w.cut.Verb))
		if w.cut.Verb == sqltext.Insert {
			what = "asked AWS to create"
		}
	}
	summary := fmt.Sprintf("%s %d %s of %s", what, finished, w.things(finished), w.name)
	for _, part := range []struct {
		n    int
		text string
	}{
		{unchanged, "%d as wanted already"}, {gone, "%d gone already"}, {missing, "%d not found"},
		{adopted, "%d by a request made before with the same ClientToken"},
	} {
		if part.n > 0 {
			summary += ", " + fmt.Sprintf(part.text, part.n)
		}
	}
	if w.noWait && finished > 0 {
		notes = append(notes, "the requests go on; follow them with SELECT * FROM awscc.cloud_control.resource_requests")
	}
	if !w.session.db.GetAutocommit() {
		notes = append(notes, "warning: changes of AWS resources are not part of the transaction: ROLLBACK does not undo them")
	}
	return append([]string{summary}, notes...)
}

func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}
