package deploy

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
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
	return d.each(ctx, g.reversed(), func(ctx context.Context, w *worker) (Action, error) {
		if err := unsettled[w.r.Name]; err != nil {
			return Nothing, err
		}
		if why := kept[w.r]; why != "" {
			return Nothing, &skipError{why: why}
		}
		return w.teardown(ctx, seen)
	})
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
		for _, at := range g.after[i] {
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
	if seen.of(w.r) == gone {
		return Nothing, &skipError{why: "it is gone already", gone: true}
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
		if err != nil && w.r.Type == stack.TypeMulti && ctx.Err() == nil {
			err = nil // the check counts
		}
		if err == nil {
			if err := w.keep(Delete, returned); err != nil {
				return err
			}
			if err := w.callback(ctx, Delete, returned); err != nil {
				return err
			}
			left, err := w.remains(ctx, sql)
			if err != nil || !left {
				return err
			}
		} else if !mendable(err) {
			w.keepFailed(Delete, returned)
			w.troubleshoot(ctx, Delete)
			return err
		}
		why := "it is still there"
		if err != nil {
			why = err.Error()
		}
		if !w.again(ctx, rounds, n, why) {
			w.troubleshoot(ctx, Delete)
			if err == nil {
				err = &unmetError{why}
			}
			return errors.Join(ctx.Err(), fmt.Errorf("it could not be deleted: %w", err))
		}
	}
}

// remains looks whether a resource that was deleted is still found, for as long as
// the author lets it take.
// Tags of what is gone can be found for a while: AWS itself is asked then.
func (w *worker) remains(ctx context.Context, statement string) (bool, error) {
	q := w.query("exists")
	if q == nil {
		q = w.query("statecheck")
	}
	if q == nil || w.r.Type == stack.TypeMulti && w.query("exists") == nil {
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
		if err != nil || !left {
			return false, err
		}
		if gone, err := w.isGone(ctx, statement); err != nil || gone {
			return false, err
		}
		if !w.again(ctx, a, n, "it is still there") {
			return true, ctx.Err()
		}
	}
}

// isGone reports whether AWS has no resource any more that the statement would
// delete. Where that is several, or cannot be asked, it does not say so.
func (w *worker) isGone(ctx context.Context, statement string) (bool, error) {
	changes, err := w.session.Changes(ctx, withoutReturning(statement))
	if err != nil || len(changes) != 1 || changes[0].Type == "" || changes[0].Identifier == "" {
		return err == nil && len(changes) == 0, ctx.Err()
	}
	c := changes[0]
	_, err = w.d.opts.Client.Get(ctx, cloudcontrol.GetInput{Call: cloudcontrol.Call{Scope: c.Scope, Type: c.Type}, Identifier: c.Identifier})
	return errors.Is(err, resource.NotFound), ctx.Err()
}
