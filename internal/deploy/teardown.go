package deploy

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
	"skyql/internal/sqltext"
	"skyql/internal/stack"
)

// Teardown deletes everything, in reverse. What is protected stays, and with it
// what it needs.
func (d *Deployment) Teardown(ctx context.Context) Summary {
	d = d.takingDown()
	unsettled := d.settle(ctx)
	seen := &inventory{found: map[*stack.Resource]presence{}}
	g := newGraph(d.stack)
	d.survey(ctx, g, seen)
	kept := d.protected(g)
	summary := d.each(ctx, g.reversed(), func(ctx context.Context, w *worker) (Action, error) {
		if err := unsettled[w.r.Name]; err != nil {
			return Nothing, err
		}
		if why := kept[w.r]; why != "" {
			return Nothing, &skipError{why: why}
		}
		return w.teardown(ctx, seen)
	})
	d.settleDropped(ctx)
	return summary
}

// Inventory tells which resources of the stack are there and would be deleted, and
// which would stay, in the order in which they would go.
func (d *Deployment) Inventory(ctx context.Context) (there, keeps []string) {
	d = d.takingDown()
	d.settle(ctx) // what could not be waited for shows when it is to be deleted
	seen := &inventory{found: map[*stack.Resource]presence{}}
	g := newGraph(d.stack)
	d.survey(ctx, g, seen)
	kept := d.protected(g)
	for _, r := range slices.Backward(d.stack.Resources) {
		switch {
		case r.Type != stack.TypeResource && r.Type != stack.TypeMulti || r.Queries["delete"] == nil || seen.of(r) == gone:
		case kept[r] != "":
			keeps = append(keeps, r.Name)
		default:
			there = append(there, r.Name)
		}
	}
	return there, keeps
}

// takingDown is the deployment for what may be gone in part.
func (d *Deployment) takingDown() *Deployment {
	down := *d
	down.known = true
	return &down
}

// protected tells of the resources that stay why they do: somebody protects them,
// or something that stays needs them.
func (d *Deployment) protected(g *graph) map[*stack.Resource]string {
	kept := map[*stack.Resource]string{}
	for i, r := range slices.Backward(d.stack.Resources) {
		if r.Protect {
			kept[r] = "it is protected (protect: true)"
		}
		if kept[r] == "" {
			continue
		}
		for _, at := range g.needs[i] { // what only comes before it in order may go
			if needed := d.stack.Resources[at]; kept[needed] == "" {
				kept[needed] = fmt.Sprintf("%s stays, and needs it", r.Name)
			}
		}
	}
	return kept
}

func (w *worker) teardown(ctx context.Context, seen *inventory) (Action, error) {
	if w.r.Type != stack.TypeResource && w.r.Type != stack.TypeMulti {
		return Nothing, &skipError{why: "there is nothing to delete of a " + string(w.r.Type)}
	}
	if err := w.applies(); err != nil {
		return Nothing, err
	}
	if w.query("delete") == nil {
		return Nothing, &skipError{why: "its file has no /*+ delete */"}
	}
	switch {
	case seen.of(w.r) == gone:
		return Nothing, &skipError{why: "it is gone already", gone: true}
	case seen.of(w.r) == unlisted:
		return Delete, w.removeUnlisted(ctx)
	}
	if w.r.Type == stack.TypeResource {
		found, err := w.presence(ctx)
		if err != nil {
			return Nothing, fmt.Errorf("whether it is there could not be found out: %w", err)
		}
		if found == gone {
			return Nothing, &skipError{why: "it is gone already", gone: true}
		}
	}
	return Delete, w.remove(ctx)
}

// remove deletes the resource and makes sure that it is gone.
func (w *worker) remove(ctx context.Context) error {
	q := w.query("delete")
	sql, _, err := w.renderOwn(ctx, q)
	if err != nil {
		return err
	}
	if len(w.r.ReturnVals["delete"]) == 0 {
		sql = withoutReturning(sql)
	}
	rounds := attempts{what: "delete", most: max(1, q.Retries), delay: q.RetryDelay}
	for n := 1; ; n++ {
		returned, err := w.statement(ctx, Delete, q, sql)
		if err != nil && w.r.Type != stack.TypeMulti && !mendable(err) {
			w.keepFailed(Delete, returned)
			w.troubleshoot(ctx, Delete)
			return err
		}
		if err == nil {
			if err := errors.Join(w.keep(Delete, returned), w.callback(ctx, Delete, returned)); err != nil {
				return err
			}
		}
		if err == nil || w.r.Type == stack.TypeMulti { // of several, some may be gone: what is left counts
			left, checkErr := w.remains(ctx, sql)
			if checkErr != nil || !left {
				return checkErr
			}
		}
		if err == nil {
			err = &unmetError{"it is still there"}
		}
		if !w.again(ctx, rounds, n, err.Error()) {
			w.troubleshoot(ctx, Delete)
			return errors.Join(ctx.Err(), fmt.Errorf("it could not be deleted: %w", err))
		}
	}
}

// remains looks whether a resource that was deleted is still found, for as long as
// the author lets it take. Tags of what is gone can be found for a while: AWS itself
// is asked then. Of several resources the author's query only says whether all are
// there: each is asked for.
func (w *worker) remains(ctx context.Context, statement string) (bool, error) {
	q := w.query("exists")
	if q == nil {
		q = w.query("statecheck")
	}
	multi := w.r.Type == stack.TypeMulti
	if q == nil || multi && w.query("exists") == nil {
		return false, nil
	}
	sql, ok, err := w.render(q)
	if !ok {
		return false, ignoreUndefined(err)
	}
	a := attempts{what: "exists after delete", most: 2, delay: w.query("delete").RetryDelay}
	if q.PostDeleteRetriesGiven || q.PostDeleteRetryDelayGiven {
		a.most, a.delay = q.PostDeleteRetries, q.PostDeleteRetryDelay
	}
	for n := 1; ; n++ {
		left, err := w.check(ctx, q, sql, once(q))
		if err != nil || !left && !multi {
			return false, err
		}
		gone, known, err := w.isGone(ctx, statement)
		if err != nil || gone || !left && !known {
			return false, err
		}
		if !w.again(ctx, a, n, "it is still there") {
			return true, ctx.Err()
		}
	}
}

// isGone reports whether AWS has nothing any more that the statements would delete;
// known is false where that cannot be told.
func (w *worker) isGone(ctx context.Context, statements string) (gone, known bool, err error) {
	for _, statement := range sqltext.Split(statements) {
		changes, err := w.session.Changes(ctx, withoutReturning(statement.Text))
		if err != nil {
			return false, false, ctx.Err()
		}
		for _, c := range changes {
			if c.Type == "" || c.Identifier == "" {
				return false, false, nil
			}
			_, err := w.d.opts.Client.Get(ctx, cloudcontrol.GetInput{Call: cloudcontrol.Call{Scope: c.Scope, Type: c.Type}, Identifier: c.Identifier})
			if !errors.Is(err, resource.NotFound) {
				return false, err == nil, ctx.Err()
			}
		}
	}
	return true, true, nil
}
