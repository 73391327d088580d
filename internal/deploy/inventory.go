package deploy

import (
	"context"
	"errors"
	"sync"

	"skyql/internal/deploy/journal"
	"skyql/internal/stack"
	"skyql/internal/template"
)

// presence is what was found out about a resource before a teardown.
type presence uint8

const (
	undetermined presence = iota // it could not be asked for
	present
	unlisted // the author's query does not find it, but an earlier run made it, and it is there
	gone
)

// inventory is what there is of a stack. Its methods may be called from many
// goroutines.
type inventory struct {
	mu    sync.Mutex // guards found
	found map[*stack.Resource]presence
}

func (i *inventory) set(r *stack.Resource, p presence) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.found[r] = p
}

func (i *inventory) of(r *stack.Resource) presence {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.found[r]
}

// survey looks for every resource and collects what it exports. Failures show
// again, and are told of, when the resource is to be deleted.
func (d *Deployment) survey(ctx context.Context, g *graph, seen *inventory) {
	g.run(ctx, job{
		parallel: d.opts.Parallel, goOn: true, ended: func(int, error, bool) {},
		work: func(ctx context.Context, i int) error {
			r := d.stack.Resources[i]
			if r.Type == stack.TypeCommand || r.Type == stack.TypeScript {
				return nil
			}
			w, err := d.worker(r)
			if err != nil {
				return nil
			}
			defer w.session.Close()
			found, err := w.survey(ctx)
			if err != nil {
				found = d.guess(r, err, seen)
			}
			if found == gone {
				if made, err := w.unlisted(ctx, journal.Lag); err != nil || len(made) > 0 {
					found = unlisted
				}
			}
			seen.set(r, found)
			return nil
		},
	})
}

// guess judges a resource that could not be asked for: where what it needs is
// gone, so is the resource.
func (d *Deployment) guess(r *stack.Resource, err error, seen *inventory) presence {
	var undefined *template.UndefinedError
	if !errors.As(err, &undefined) {
		return undetermined
	}
	guessed := undetermined
	for _, use := range d.stack.Uses(r) {
		for _, exporter := range use.Exporter {
			switch found := seen.of(exporter); {
			case found == gone, found == unlisted: // what it needs is new: so would it be, and the journal would know
				guessed = gone
			case found == undetermined && exporter.Type != stack.TypeCommand && exporter.Type != stack.TypeScript:
				return undetermined // it may be what is missing
			}
		}
	}
	return guessed
}

func (w *worker) survey(ctx context.Context) (presence, error) {
	var skipped *skipError
	if err := w.applies(); errors.As(err, &skipped) {
		return gone, nil
	} else if err != nil {
		return undetermined, err
	}
	found, err := w.presence(ctx)
	if err != nil || found == gone {
		return found, err
	}
	q := w.query("exports")
	if q == nil {
		return found, nil
	}
	sql, ok, err := w.render(q)
	switch {
	case !ok && w.r.Type == stack.TypeQuery:
		return undetermined, err
	case !ok:
		return found, ignoreUndefined(err)
	}
	rows, err := w.lookUp(ctx, sql, attempts{what: "exports", most: 2})
	if w.r.Type == stack.TypeQuery && err == nil {
		found = map[bool]presence{true: present, false: gone}[len(rows) > 0]
	}
	if err != nil || len(rows) == 0 {
		return found, err
	}
	for _, export := range w.r.Exports {
		if value, ok := rows[0][export.Column]; ok {
			w.d.publish(w.r, export, value)
		}
	}
	return found, nil
}

// presence asks the author's check whether there is a resource.
func (w *worker) presence(ctx context.Context) (presence, error) {
	for _, anchor := range []string{"exists", "statecheck"} {
		q := w.query(anchor)
		if q == nil {
			continue
		}
		sql, _, err := w.render(q)
		if err != nil {
			return undetermined, err
		}
		there, err := w.check(ctx, q, sql, once(q))
		switch {
		case err != nil:
			return undetermined, err
		case there:
			return present, nil
		}
		return w.partsOf(ctx)
	}
	return w.presenceByExports(ctx)
}

// partsOf looks for what there may be of several resources, of which the author's
// query only says that they are not all there.
func (w *worker) partsOf(ctx context.Context) (presence, error) {
	q := w.query("delete")
	if w.r.Type != stack.TypeMulti || q == nil {
		return gone, nil
	}
	sql, ok, err := w.renderOwn(ctx, q)
	if !ok {
		return gone, ignoreUndefined(err)
	}
	if nothing, known, err := w.isGone(ctx, sql); err != nil || known && !nothing {
		return present, err
	}
	return gone, nil
}

// presenceByExports lets a row of the exports say that there is a resource. Without
// any query, it is not known; but what nobody can delete any more, because what it
// needs is gone, is told as such.
func (w *worker) presenceByExports(ctx context.Context) (presence, error) {
	if q := w.query("exports"); q != nil && w.r.Type != stack.TypeQuery {
		sql, ok, err := w.render(q)
		if !ok {
			return undetermined, err
		}
		found, err := w.lookUp(ctx, sql, once(q))
		switch {
		case err != nil:
			return undetermined, err
		case len(found) > 0:
			return present, nil
		}
		return gone, nil
	}
	if q := w.query("delete"); q != nil {
		sql, ok, err := w.render(q)
		if !ok {
			return undetermined, err
		}
		switch nothing, known, err := w.isGone(ctx, sql); {
		case err != nil:
			return undetermined, err
		case known && nothing:
			return gone, nil
		case known:
			return present, nil
		}
	}
	return undetermined, nil
}
