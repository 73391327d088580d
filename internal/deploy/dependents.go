package deploy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"skyql/internal/resource"
	"skyql/internal/stack"
)

// dependent is a resource that hangs on one which is to be replaced.
type dependent struct {
	now   *worker // in the world as it is
	there bool
	// bound says by what it hangs on the other so that it has to be replaced as well;
	// "" if it can stay, and be changed afterwards.
	bound string
}

// worlds are what there is before and after a replacement. Later, what is exported
// anew has marks, because only the build will know it.
type worlds struct{ now, later *Deployment }

func (d *Deployment) worlds() (worlds, error) {
	now, err := d.vars.Clone()
	if err != nil {
		return worlds{}, err
	}
	after, err := d.vars.Clone()
	if err != nil {
		return worlds{}, err
	}
	w := worlds{d.takingDown(), d.takingDown()}
	w.now.vars, w.later.vars = now, after
	return w, nil
}

// dependents finds out, in the order of the manifest, which resources are there
// that hang on one, and which of them cannot stay when it is replaced: what the
// others are tied to is deleted after them, and made before. Closing them is up to
// the caller.
func (w *worker) dependents(ctx context.Context) (found []dependent, err error) {
	d := w.d
	between, err := d.worlds()
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			closeAll(found)
		}
	}()
	touched := map[*stack.Resource]bool{w.r: true}
	if err := between.handOn(ctx, w.r, true); err != nil {
		return nil, err
	}
	for _, r := range d.stack.Resources {
		if touched[r] || !d.hangs(r, touched) {
			continue
		}
		touched[r] = true
		dep, err := between.look(ctx, r)
		if err == nil && dep.there {
			found = append(found, dep)
			err = between.handOn(ctx, r, dep.bound != "")
		}
		if err != nil {
			return found, fmt.Errorf("%s, which hangs on it: %w", r.Name, err)
		}
	}
	return found, nil
}

// hangs reports whether a resource uses what one of the others exports.
func (d *Deployment) hangs(r *stack.Resource, on map[*stack.Resource]bool) bool {
	return slices.ContainsFunc(d.stack.Uses(r), func(u stack.Use) bool {
		return slices.ContainsFunc(u.Exporter, func(e *stack.Resource) bool { return on[e] })
	})
}

// handOn lets others have what the resource exports now; after a replacement, that
// is not known yet.
func (b worlds) handOn(ctx context.Context, r *stack.Resource, replaced bool) error {
	w, err := b.now.worker(r)
	if err != nil {
		return err
	}
	defer w.session.Close()
	if _, err := w.survey(ctx); err != nil {
		return ignoreUndefined(err)
	}
	known := w.foreseen(ctx)
	for _, export := range r.Exports {
		value, ok := known[export.Column]
		if !ok {
			value = w.laterValue(export)
		}
		if given, ok := b.now.vars.Value(r.Name + "." + export.Alias); ok && !replaced {
			value = fmt.Sprint(given)
		}
		b.later.vars.Export(r, export.Column, export.Alias, value)
	}
	return nil
}

// look looks for a resource, and for what it hangs on. A query is there if it gives
// a row.
func (b worlds) look(ctx context.Context, r *stack.Resource) (dep dependent, err error) {
	if r.Type == stack.TypeCommand || r.Type == stack.TypeScript {
		return dependent{}, nil
	}
	dep.now, err = b.now.worker(r)
	if err != nil {
		return dep, err
	}
	defer func() {
		if err != nil || !dep.there {
			err = errors.Join(err, dep.now.session.Close())
		}
	}()
	found, err := dep.now.survey(ctx)
	if err = ignoreUndefined(err); err != nil || found != present {
		return dep, err
	}
	dep.there = true
	after, err := b.later.worker(r)
	if err != nil {
		return dep, err
	}
	defer func() { err = errors.Join(err, after.session.Close()) }()
	dep.bound, err = after.bound(ctx, dep.now)
	return dep, err
}

// bound tells by what a resource hangs on values that are not known yet so that it
// has to be made anew: what finds it asks for them, or a property that can only be
// set on creation has them.
func (w *worker) bound(ctx context.Context, now *worker) (string, error) {
	anchors := []string{"exists", "delete"}
	if w.r.Type == stack.TypeQuery {
		anchors = []string{"exports"}
	}
	for _, anchor := range anchors {
		if q := w.query(anchor); q != nil {
			sql, ok, err := w.render(q)
			if !ok && ignoreUndefined(err) != nil {
				return "", err
			}
			if strings.Contains(sql, laterMark) {
				return "its /*+ " + anchor + " */", nil
			}
		}
	}
	q := w.query("create")
	if q == nil {
		q = w.query("createorupdate")
	}
	if q == nil {
		return "", nil
	}
	sql, ok, err := w.render(q)
	if !ok || !strings.Contains(sql, laterMark) {
		return "", ignoreUndefined(err)
	}
	if w.r.Type == stack.TypeMulti {
		return "its statements", nil
	}
	return w.boundProperty(ctx, now, sql)
}

func (w *worker) boundProperty(ctx context.Context, now *worker, sql string) (string, error) {
	made, err := now.planned(ctx, "create", "createorupdate")
	if err != nil || made == nil {
		return "", err
	}
	t, err := w.d.opts.Types.Type(made.Type)
	if err != nil {
		return "", nil // of an unknown type nobody knows what can be changed
	}
	_, columns, err := w.columns(ctx, sql)
	for _, c := range columns {
		for _, path := range t.CreateOnly {
			if !c.Known && plainName(path[0]) == plainName(c.Property) {
				return path[0], nil
			}
		}
	}
	return "", err
}

// plainName is what the spellings of a name have in common.
func plainName(text string) string { return strings.ToLower(strings.ReplaceAll(text, "_", "")) }

// clearWay deletes what hangs on a resource and cannot stay when it is replaced, in
// reverse. The build makes it again.
func (w *worker) clearWay(ctx context.Context) error {
	found, err := w.dependents(ctx)
	if err != nil {
		return err
	}
	defer closeAll(found)
	bound := slices.DeleteFunc(slices.Clone(found), func(dep dependent) bool { return dep.bound == "" || dep.now.r.Type == stack.TypeQuery })
	for _, dep := range bound {
		if err := dep.now.mayBeReplaced(dep.bound); err != nil {
			return fmt.Errorf("%s hangs on it, and would have to be replaced as well: %w", dep.now.r.Name, err)
		}
	}
	for _, dep := range slices.Backward(bound) {
		w.d.replaced.add(dep.now.r, dep.bound, w.r)
		if err := dep.now.remove(ctx); err != nil && !errors.Is(err, resource.NotFound) {
			return fmt.Errorf("%s, which hangs on it: %w", dep.now.r.Name, err)
		}
	}
	return nil
}

func closeAll(found []dependent) {
	for _, dep := range found {
		_ = dep.now.session.Close() // it has only read, or told of its failure
	}
}
