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
	now *worker // in the world as it is
	// bound says by what it hangs on the other so that it has to be replaced as well;
	// "" if it can stay, and be changed afterwards.
	bound string
	// unlisted says that the author's query does not find it yet.
	unlisted bool
}

// remove deletes it.
func (dep dependent) remove(ctx context.Context) error {
	if dep.unlisted {
		var gone *skipError
		if err := dep.now.removeUnlisted(ctx); !errors.As(err, &gone) {
			return err
		}
		return nil
	}
	return dep.now.remove(ctx)
}

// worlds are what there is before and after a replacement. Later, what is exported
// anew has marks, because only the build will know it.
type worlds struct {
	now, later *Deployment
	seen       *inventory // of what there is now
}

// worlds looks for everything that is there.
func (w *worker) worlds(ctx context.Context) (worlds, error) {
	b := worlds{now: w.d.takingDown(), later: w.d.takingDown(), seen: &inventory{found: map[*stack.Resource]presence{}}}
	for _, d := range []*Deployment{b.now, b.later} {
		vars, err := w.d.vars.Present(markIn)
		if err != nil {
			return b, err
		}
		d.vars = vars
	}
	// The exports of what is to be replaced may find nothing because it is not right.
	c, err := w.compare(ctx)
	if err != nil {
		return b, err
	}
	if c != nil {
		for _, export := range w.r.Exports {
			if value, ok := texts(c.current)[plainName(export.Column)]; ok {
				b.now.vars.Export(w.r, export.Column, export.Alias, value)
			}
		}
	}
	b.now.survey(ctx, newGraph(w.d.stack), b.seen)
	return b, ctx.Err()
}

// dependents finds out, in the order of the manifest, which resources are there
// that hang on one, and which of them cannot stay when it is replaced: what the
// others are tied to is deleted after them, and made before. Closing them is up to
// the caller.
func (w *worker) dependents(ctx context.Context) (found []dependent, err error) {
	b, err := w.worlds(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			closeAll(found)
		}
	}()
	touched := map[*stack.Resource]bool{w.r: true}
	for _, r := range w.d.stack.Resources {
		anew := r == w.r || b.seen.of(r) != present
		if !touched[r] && w.d.hangs(r, touched) {
			touched[r] = true
			dep, err := b.look(ctx, r)
			if err != nil {
				return found, fmt.Errorf("%s hangs on it, and whether it is there could not be found out: %w", r.Name, err)
			}
			if dep.now != nil {
				found, anew = append(found, dep), dep.bound != ""
			}
		}
		if err := b.handOn(ctx, r, anew); err != nil {
			return found, err
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

// handOn lets others have what the resource exports now; where it is made anew, that
// is not known yet, but for what its own statement says.
func (b worlds) handOn(ctx context.Context, r *stack.Resource, anew bool) error {
	if len(r.Exports) == 0 {
		return nil
	}
	w, err := b.later.worker(r)
	if err != nil {
		return err
	}
	defer w.session.Close()
	if anew {
		w.later(ctx)
		return nil
	}
	for _, export := range r.Exports {
		value := w.laterValue(export)
		if given, ok := b.now.vars.Value(r.Name + "." + export.Alias); ok {
			value = fmt.Sprint(given)
		}
		b.later.vars.Export(r, export.Column, export.Alias, value)
	}
	return nil
}

// look looks for a resource that hangs on another, and for what it hangs by. There
// is no dependent if it is gone, or if it is nothing that can be there.
func (b worlds) look(ctx context.Context, r *stack.Resource) (dep dependent, err error) {
	found := b.seen.of(r)
	if found == gone || r.Type == stack.TypeCommand || r.Type == stack.TypeScript {
		return dependent{}, nil
	}
	now, err := b.now.worker(r)
	if err != nil {
		return dependent{}, err
	}
	dep = dependent{now: now}
	defer func() {
		if err != nil {
			err = errors.Join(err, now.session.Close())
			dep.now = nil
		}
	}()
	if dep.unlisted = found == unlisted; !dep.unlisted {
		if found, err = now.survey(ctx); err != nil {
			return dep, err
		}
	}
	if found == undetermined {
		return dep, errors.New("its file has no query that tells")
	}
	after, err := b.later.worker(r)
	if err != nil {
		return dep, err
	}
	defer func() { err = errors.Join(err, after.session.Close()) }()
	dep.bound, err = after.bound(ctx)
	return dep, err
}

// bound tells by what a resource hangs on values that are not known yet so that it
// has to be made anew: what finds it asks for them, or a property that can only be
// set on creation has them.
func (w *worker) bound(ctx context.Context) (string, error) {
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
			if !ok && anchor == "delete" { // which may ask for what exists gives
				continue
			}
			if !ok || strings.Contains(sql, laterMark) {
				return "its /*+ " + anchor + " */", nil
			}
		}
	}
	q := w.making()
	if q == nil {
		return "", nil
	}
	sql, ok, err := w.render(q)
	if !ok {
		return "what is not there", ignoreUndefined(err)
	}
	if !strings.Contains(sql, laterMark) {
		return "", nil
	}
	if w.r.Type == stack.TypeMulti {
		return "its statements", nil
	}
	return w.boundProperty(ctx, sql)
}

func (w *worker) boundProperty(ctx context.Context, sql string) (string, error) {
	t, columns, err := w.columns(ctx, sql)
	if t == nil || err != nil {
		return "", err // of an unknown type nobody knows what can be changed
	}
	for _, c := range columns {
		for _, path := range t.CreateOnly {
			if !c.Known && plainName(path[0]) == plainName(c.Property) {
				return path[0], nil
			}
		}
	}
	return "", nil
}

// plainName is what the spellings of a name have in common.
func plainName(text string) string { return strings.ToLower(strings.ReplaceAll(text, "_", "")) }

// clearWay deletes what hangs on a resource and cannot stay when it is replaced, in
// reverse. The build makes it again.
func (w *worker) clearWay(ctx context.Context) error {
	if err := w.settleHanging(ctx); err != nil {
		return err
	}
	found, err := w.dependents(ctx)
	if err != nil {
		return err
	}
	defer closeAll(found)
	if err := refusal(found); err != nil {
		return err
	}
	for _, dep := range slices.Backward(boundOf(found)) {
		w.d.replaced.add(dep.now.r, reason{w.r, dep.bound})
		if err := dep.remove(ctx); err != nil && !errors.Is(err, resource.NotFound) {
			return fmt.Errorf("%s, which hangs on it: %w", dep.now.r.Name, err)
		}
	}
	return nil
}

// boundOf gives those that have to be replaced as well.
func boundOf(found []dependent) []dependent {
	return slices.DeleteFunc(slices.Clone(found), func(dep dependent) bool { return dep.bound == "" || dep.now.r.Type == stack.TypeQuery })
}

// refusal says what forbids to replace what hangs on a resource.
func refusal(found []dependent) error {
	for _, dep := range boundOf(found) {
		if err := dep.now.mayBeReplaced(dep.bound); err != nil {
			return fmt.Errorf("%s hangs on it, and would have to be replaced as well: %w", dep.now.r.Name, err)
		}
	}
	return nil
}

func closeAll(found []dependent) {
	for _, dep := range found {
		_ = dep.now.session.Close() // it has only read, or told of its failure
	}
}
