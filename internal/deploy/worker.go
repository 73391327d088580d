package deploy

import (
	"context"
	"errors"
	"strings"

	"skyql/internal/cloudcontrol"
	"skyql/internal/deploy/journal"
	"skyql/internal/sqltext"
	"skyql/internal/stack"
	"skyql/internal/template"
)

// worker does what there is to do for one resource.
type worker struct {
	d        *Deployment
	r        *stack.Resource
	scope    *stack.Scope
	session  Session
	noted    *journal.Layer // through which its changes go; nil without a journal
	output   row            // of the exports query, once it ran
	owns     bool           // the scope has what the resource exports
	selected []string       // columns of the latest query
	// untouched says that AWS refused to make what is there already.
	untouched bool
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
	w := &worker{d: d, r: r, scope: scope}
	w.session, err = d.opts.Open(func(client cloudcontrol.Client) cloudcontrol.Client {
		if d.opts.Journal != nil {
			w.noted = d.opts.Journal.Wrap(client, r.Name, d.layer(r))
			client = w.noted
		}
		return &watched{Client: client, d: d, name: r.Name}
	})
	if err != nil {
		return nil, err
	}
	return w, nil
}

// layer says how the journal treats the changes of a resource.
func (d *Deployment) layer(r *stack.Resource) journal.LayerOptions {
	return journal.LayerOptions{
		Before: d.opts.OnFailure == RollbackOnFailure, Several: makesSeveral(r), Anew: r.Type == stack.TypeCommand,
		OnKnown: func(e journal.Entry) {
			d.tell(Event{Kind: Warning, Resource: r.Name, Message: "an earlier run or attempt made " + e.Identifier + " with the same properties, and it is there: it is not made again"})
		},
	}
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
		err = &skipError{why: "its condition does not hold: " + r.If}
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

// making is the query that makes the resource: createorupdate takes the place of
// create. It is nil if there is none.
func (w *worker) making() *stack.Query {
	if always := w.query("createorupdate"); always != nil {
		return always
	}
	return w.query("create")
}

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
