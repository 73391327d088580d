package deploy

import (
	"context"
	"errors"

	"skyql/internal/stack"
	"skyql/internal/template"
)

// Build makes everything as the stack describes it.
func (d *Deployment) Build(ctx context.Context) Summary {
	summary := d.each(ctx, newGraph(d.stack), func(ctx context.Context, w *worker) (Action, error) { return w.build(ctx) })
	if d.opts.OnFailure == RollbackOnFailure && (len(summary.Failed()) > 0 || ctx.Err() != nil) {
		if ctx.Err() != nil {
			d.tell(Event{Kind: Warning, Message: "interrupted: what this run did is undone; another interrupt leaves the rest as it is"})
		}
		summary.Undone = d.rollback(context.WithoutCancel(ctx))
	}
	d.settleDropped(ctx)
	return summary
}

func (w *worker) build(ctx context.Context) (Action, error) {
	if err := w.applies(); err != nil {
		return Nothing, err
	}
	switch w.r.Type {
	case stack.TypeQuery:
		return Read, w.export(ctx)
	case stack.TypeCommand:
		return Run, w.command(ctx)
	case stack.TypeScript:
		return Run, w.script(ctx)
	}
	if err := w.settle(ctx); err != nil {
		return Nothing, err
	}
	found, err := w.look(ctx)
	if err != nil {
		return Nothing, err
	}
	action, err := w.act(ctx, found)
	if _, anew := w.d.replaced.of(w.r); anew && action == Create {
		action = Replace
	}
	if err == nil && action != Nothing {
		w.output = nil // it was read before
		err = w.confirm(ctx, action)
		if err == nil && action == Update && w.query("statecheck") == nil {
			w.warnOfDifferences(ctx, "it was updated")
		}
		if w.untouched {
			action = Nothing
		}
	}
	if err == nil {
		err = w.export(ctx)
	}
	if err == nil {
		err = w.settled()
	}
	return action, err
}

// act brings a resource to be what it should, by one statement at most.
func (w *worker) act(ctx context.Context, found verdict) (Action, error) {
	always := w.query("createorupdate")
	switch {
	case found == right:
		return Nothing, nil
	case always != nil:
		c, err := w.compare(ctx)
		if err != nil {
			return Nothing, err
		}
		action := Update
		if c == nil || c.current == nil {
			action = Create
		}
		return action, w.apply(ctx, Create, always)
	case found == absent:
		return Create, w.apply(ctx, Create, w.query("create"))
	}
	replace, why, err := w.mustReplace(ctx)
	switch update := w.query("update"); {
	case err != nil:
		return Nothing, err
	case replace:
		if err := w.mayBeReplaced(why); err != nil {
			return Nothing, err
		}
		return Replace, w.replace(ctx)
	case update == nil:
		return Nothing, w.noUpdate(ctx)
	default:
		return Update, w.apply(ctx, Update, update)
	}
}

// noUpdate says that a resource cannot be changed, and what there would be to change.
func (w *worker) noUpdate(ctx context.Context) error {
	text := "it is not as it should be"
	if c, err := w.compare(ctx); err == nil && c != nil && len(c.changes) > 0 {
		text += " (" + c.names() + ")"
	}
	return errors.New(text + ", and the file has no /*+ update */ to change it with")
}

// confirm finds out whether a change had its effect.
func (w *worker) confirm(ctx context.Context, action Action) error {
	exists, statecheck := w.query("exists"), w.query("statecheck")
	if exists != nil {
		there, err := w.existsNow(ctx, exists, statecheck)
		if err != nil {
			return err
		}
		if !there {
			return w.unmet(ctx, action, "it was not found after the change")
		}
	}
	if statecheck != nil {
		sql, ok, err := w.render(statecheck)
		if err := ignoreUndefined(err); err != nil {
			return err
		}
		if ok {
			holds, err := w.check(ctx, statecheck, sql, patient(statecheck))
			if err == nil && !holds {
				err = w.unmet(ctx, action, "it is not as it should be after the change")
			}
			return err
		}
	} else if w.query("createorupdate") != nil {
		return nil
	}
	holds, known, err := w.proxy(ctx)
	if err == nil && known && !holds {
		err = w.unmet(ctx, action, "its exports were not found after the change")
	}
	return err
}

// existsNow looks for a resource that was changed, as patiently as the check of
// its state.
func (w *worker) existsNow(ctx context.Context, exists, statecheck *stack.Query) (bool, error) {
	sql, _, err := w.render(exists)
	if err != nil {
		return false, err
	}
	a := patient(exists)
	if statecheck != nil {
		a.most, a.delay = statecheck.Retries, statecheck.RetryDelay
	}
	return w.check(ctx, exists, sql, a)
}

// unmet says that a change did not come about, after the author's own diagnosis.
func (w *worker) unmet(ctx context.Context, action Action, what string) error {
	w.troubleshoot(ctx, action)
	return &unmetError{what}
}

// unmetError says that a resource is not what it should be.
type unmetError struct{ what string }

// Error says what it is instead.
func (e *unmetError) Error() string { return e.what }

// command runs what is to run at every build.
func (w *worker) command(ctx context.Context) error {
	q := w.query("command")
	sql, err := w.scope.RenderQuery(q)
	if err != nil {
		return err
	}
	_, err = w.statement(ctx, Run, q, sql)
	return err
}

// ignoreUndefined lets a variable that has no value yet pass.
func ignoreUndefined(err error) error {
	var undefined *template.UndefinedError
	if errors.As(err, &undefined) {
		return nil
	}
	return err
}
