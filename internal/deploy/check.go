package deploy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"skyql/internal/resource"
	"skyql/internal/stack"
)

// attempts is how often something is tried, and how long is waited in between.
type attempts struct {
	what  string
	most  int
	delay time.Duration
}

// again waits before the next attempt; false means that there is none.
func (w *worker) again(ctx context.Context, a attempts, n int, why string) bool {
	if n >= a.most || ctx.Err() != nil {
		return false
	}
	w.d.tell(Event{Kind: Waiting, Resource: w.r.Name, Name: a.what, Attempt: n, Attempts: a.most, Message: why})
	timer := time.NewTimer(a.delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// run runs a query and tells of it first, if that is wanted.
func (w *worker) run(ctx context.Context, anchor, sql string) ([]row, error) {
	if w.d.opts.ShowQueries {
		w.d.tell(Event{Kind: Querying, Resource: w.r.Name, Name: anchor, Message: sql})
	}
	found, selected, err := rowsAndColumns(ctx, w.session, sql, w.r.Type == stack.TypeMulti)
	w.selected = selected
	return found, err
}

// lookUp runs a SELECT until it gives a row.
func (w *worker) lookUp(ctx context.Context, sql string, a attempts) ([]row, error) {
	return w.lookFor(ctx, sql, a, func(row) string { return "" })
}

// lookUpAll is lookUp until the row has a value for everything that is exported:
// some come later than the resource itself.
func (w *worker) lookUpAll(ctx context.Context, sql string, a attempts) ([]row, error) {
	return w.lookFor(ctx, sql, a, w.lacks)
}

func (w *worker) lookFor(ctx context.Context, sql string, a attempts, lacks func(row) string) ([]row, error) {
	for n := 1; ; n++ {
		found, err := w.run(ctx, a.what, sql)
		switch {
		case err != nil && final(err):
			return nil, err
		case err == nil && len(found) > 0 && lacks(found[0]) == "":
			return found, ambiguous(found)
		case err == nil && len(found) > 0 && !slices.Contains(w.selected, lacks(found[0])):
			return nil, fmt.Errorf("the query does not select %s; it selects %s", lacks(found[0]), list(w.selected)) // nor will it later
		}
		why := "nothing was found"
		switch {
		case err != nil:
			why = err.Error()
		case len(found) > 0:
			why = lacks(found[0]) + " has no value yet"
		}
		if !w.again(ctx, a, n, why) {
			return found, cmp.Or(ctx.Err(), err)
		}
	}
}

// final reports whether a query that failed so fails the next time as well.
func final(err error) bool {
	var refused *resource.Error
	if !errors.As(err, &refused) {
		return !errors.Is(err, context.DeadlineExceeded) // SQL that does not run, missing values
	}
	switch refused.Code {
	case resource.MissingCredentials, resource.InvalidCredentials, resource.AccessDenied, resource.Unreachable:
		return true
	}
	return false
}

// ambiguous refuses what was found more than once.
func ambiguous(found []row) error {
	for _, r := range found {
		if n, err := strconv.Atoi(r["count"]); err == nil && n > 1 {
			return fmt.Errorf("%d resources were found where one was meant: let the query say more of the one", n)
		}
	}
	return nil
}

// holds judges what a check gave: whether there is something, and what it is.
func holds(found []row) (fields row, yes bool, err error) {
	if len(found) == 0 {
		return nil, false, nil
	}
	if text, counts := found[0]["count"]; counts {
		return found[0], text == "1", ambiguous(found)
	}
	if len(found) > 1 {
		return nil, false, fmt.Errorf("%d rows were found where one was meant (%s): let the query say more of the one", len(found), shortly(found))
	}
	if message, failed := found[0]["error"]; failed {
		return nil, false, errors.New(message)
	}
	return found[0], len(found[0]) > 0, nil
}

// shortly shows the first of several rows.
func shortly(found []row) string {
	var texts []string
	for i, r := range found {
		if i == mostShown {
			texts = append(texts, "…")
			break
		}
		var cells []string
		shown := r.discreet()
		for _, name := range slices.Sorted(maps.Keys(shown)) {
			cells = append(cells, name+" "+shown[name])
		}
		texts = append(texts, strings.Join(cells, ", "))
	}
	return strings.Join(texts, "; ")
}

const mostShown = 5

// check runs a check until it holds. Fields that it gives are known as this.*
// afterwards. A check that could not be made says nothing: what is there must not
// be made twice, or be left behind, because AWS did not answer.
func (w *worker) check(ctx context.Context, q *stack.Query, sql string, a attempts) (bool, error) {
	for n := 1; n <= a.most; n++ {
		found, err := w.run(ctx, q.Anchor, sql)
		if err != nil && final(err) {
			return false, err
		}
		if err == nil {
			fields, yes, err := holds(found)
			if err != nil {
				return false, err
			}
			if yes {
				delete(fields, "count")
				w.scope.Capture(fields)
				return true, nil
			}
		}
		why := "not yet"
		if err != nil {
			why = err.Error()
		}
		if !w.again(ctx, a, n, why) {
			if ctx.Err() == nil && !errors.Is(err, resource.NotFound) { // which says that it is not there
				return false, err
			}
			break
		}
	}
	return false, ctx.Err()
}

func patient(q *stack.Query) attempts {
	return attempts{what: q.Anchor, most: q.Retries, delay: q.RetryDelay}
}

// morePatient is for statements, of which the first attempt does not count.
func morePatient(q *stack.Query) attempts {
	return attempts{what: q.Anchor, most: q.Retries + 1, delay: q.RetryDelay}
}

// once is for the first look.
func once(q *stack.Query) attempts { return attempts{what: q.Anchor, most: 1} }

// truth reads what callbacks call success.
func truth(text string) bool { return text == "1" || strings.EqualFold(text, "true") }
