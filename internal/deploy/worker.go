package deploy

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/deploy/journal"
	"skyql/internal/resource"
	"skyql/internal/sqltext"
	"skyql/internal/stack"
	"skyql/internal/template"
)

// worker does what there is to do for one resource.
type worker struct {
	d       *Deployment
	r       *stack.Resource
	scope   *stack.Scope
	session Session
	output  row  // of the exports query, once it ran
	owns    bool // the scope has what the resource exports
}

// worker opens a session whose changes are noted as this resource's, and
// evaluates the resource's properties.
func (d *Deployment) worker(r *stack.Resource) (*worker, error) {
	scope, err := d.scope(r)
	if err != nil {
		return nil, err
	}
	for _, p := range scope.Properties() {
		d.secrets.addNamed(p.Name, p.Text, d.stack.Protected)
	}
	session, err := d.opts.Open(func(client cloudcontrol.Client) cloudcontrol.Client {
		if d.opts.Journal != nil {
			client = d.opts.Journal.Wrap(client, r.Name, journal.LayerOptions{Before: d.opts.OnFailure == RollbackOnFailure, Several: makesSeveral(r)})
		}
		return &watched{Client: client, d: d, name: r.Name}
	})
	if err != nil {
		return nil, err
	}
	return &worker{d: d, r: r, scope: scope, session: session}, nil
}

// makesSeveral reports whether building a resource may make more than one thing.
func makesSeveral(r *stack.Resource) bool {
	for _, anchor := range []string{"create", "createorupdate"} {
		if q := r.Queries[anchor]; q != nil && (strings.Contains(q.Text, "{%") || len(sqltext.Split(q.Text)) > 1) {
			return true
		}
	}
	return r.Type == stack.TypeMulti
}

// scope evaluates the resource's properties. What they need may be left alone for
// the same reason as the resource itself, so the condition is asked first if they
// lack something.
func (d *Deployment) scope(r *stack.Resource) (*stack.Scope, error) {
	if d.known || d.reads && (r.Type == stack.TypeCommand || r.Type == stack.TypeScript) {
		return d.vars.Known(r), nil
	}
	scope, err := d.vars.Scope(r)
	var skipped *skipError
	if err != nil && errors.As(applies(d.vars.Known(r), r), &skipped) {
		return nil, skipped
	}
	return scope, err
}

// applies evaluates the condition; a *skipError says that it does not hold.
func applies(scope *stack.Scope, r *stack.Resource) error {
	if r.If == "" {
		return nil
	}
	holds, err := scope.Condition(r)
	if err == nil && !holds {
		err = &skipError{"its condition does not hold: " + r.If}
	}
	return err
}

func (w *worker) applies() error { return applies(w.scope, w.r) }

// watched tells what AWS says of requests that are polled.
type watched struct {
	cloudcontrol.Client
	d    *Deployment
	name string
}

// RequestStatus implements cloudcontrol.RequestTracker.
func (w *watched) RequestStatus(ctx context.Context, in cloudcontrol.RequestInput) (cloudcontrol.RequestStatus, error) {
	status, err := w.Client.RequestStatus(ctx, in)
	if err == nil && !status.Event.Status.Terminal() {
		message := string(status.Event.Status)
		if status.Event.StatusMessage != "" {
			message += ": " + status.Event.StatusMessage
		}
		w.d.tell(Event{Kind: Progress, Resource: w.name, Message: message})
	}
	return status, err
}

func (w *worker) query(anchor string) *stack.Query { return w.r.Queries[anchor] }

// render fills in a query's template. ok is false if a variable has no value yet.
func (w *worker) render(q *stack.Query) (sql string, ok bool, err error) {
	sql, err = w.scope.RenderQuery(q)
	var undefined *template.UndefinedError
	if errors.As(err, &undefined) {
		return "", false, err
	}
	return sql, err == nil, err
}

// renderOwn is render for statements that are about the resource as it is: they may
// ask for what it exports itself.
func (w *worker) renderOwn(ctx context.Context, q *stack.Query) (sql string, ok bool, err error) {
	sql, ok, err = w.render(q)
	if ok || w.owns {
		return sql, ok, err
	}
	if failed := w.own(ctx); failed != nil {
		return "", false, failed
	}
	return w.render(q)
}

// own lets the resource itself have what it exports. If that cannot be asked for,
// it has nothing.
func (w *worker) own(ctx context.Context) error {
	q := w.query("exports")
	if q == nil {
		return nil
	}
	sql, ok, err := w.render(q)
	if !ok || strings.Contains(sql, laterMark) {
		return ignoreUndefined(err)
	}
	found, err := w.lookUp(ctx, sql, once(q))
	if err != nil || len(found) != 1 {
		return err
	}
	w.owns = true
	for _, export := range w.r.Exports {
		if value, ok := found[0][export.Column]; ok {
			w.d.keepSecret(w.r, export, value)
			w.scope.Own(export.Column, export.Alias, value)
		}
	}
	return nil
}

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
	return rows(ctx, w.session, sql, w.r.Type == stack.TypeMulti)
}

// lookUp runs a SELECT until it gives a row.
func (w *worker) lookUp(ctx context.Context, sql string, a attempts) ([]row, error) {
	for n := 1; ; n++ {
		found, err := w.run(ctx, a.what, sql)
		switch {
		case err != nil && final(err):
			return nil, err
		case err == nil && len(found) > 0:
			return found, ambiguous(found)
		}
		why := "nothing was found"
		if err != nil {
			why = err.Error()
		}
		if !w.again(ctx, a, n, why) {
			if ctx.Err() != nil {
				err = ctx.Err()
			}
			return nil, err
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
		return nil, false, fmt.Errorf("%d rows were found where one was meant: let the query say more of the one", len(found))
	}
	if message, failed := found[0]["error"]; failed {
		return nil, false, errors.New(message)
	}
	return found[0], len(found[0]) > 0, nil
}

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
