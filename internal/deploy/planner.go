package deploy

import (
	"context"
	"strings"

	"skyql/internal/change"
	"skyql/internal/sqltext"
	"skyql/internal/stack"
)

// plan finds out what a build would do with one resource.
func (w *worker) plan(ctx context.Context) (Step, error) {
	s := Step{Resource: w.r.Name, Action: Nothing}
	if err := w.applies(); err != nil {
		return s, err
	}
	switch w.r.Type {
	case stack.TypeQuery:
		s.Action = Read
		return s, w.exportsAfter(ctx, s)
	case stack.TypeCommand, stack.TypeScript:
		s.Action = Run
		w.later(ctx)
		return s, w.statementOf(&s)
	}
	if why, anew := w.d.replaced.of(w.r); anew {
		s.Action, s.Reason = Replace, why.String()
		if err := w.mayBeReplaced(why.bound); err != nil {
			s.Error = why.String() + ": " + err.Error()
		}
		w.later(ctx)
		return s, w.planCreate(ctx, &s)
	}
	found, err := w.lookNow(ctx)
	if err != nil {
		return s, err
	}
	if err := w.decide(ctx, &s, found); err != nil {
		return s, err
	}
	return s, w.exportsAfter(ctx, s)
}

// lookNow is look, but a resource whose checks hang on what is not there yet is
// not there either.
func (w *worker) lookNow(ctx context.Context) (verdict, error) {
	for _, anchor := range []string{"exists", "statecheck"} {
		if q := w.query(anchor); q != nil {
			sql, ok, err := w.render(q)
			if err != nil && ok {
				return absent, err
			}
			if strings.Contains(sql, laterMark) {
				if anchor == "exists" {
					return absent, nil
				}
				return w.lookWithout(ctx)
			}
		}
	}
	return w.look(ctx)
}

// lookWithout looks for a resource whose state cannot be checked because it hangs
// on what is not there yet: if it is there, it will have to be changed.
func (w *worker) lookWithout(ctx context.Context) (verdict, error) {
	q := w.query("exists")
	if q == nil {
		return absent, nil
	}
	sql, _, err := w.render(q)
	if err != nil {
		return absent, err
	}
	there, err := w.check(ctx, q, sql, once(q))
	switch {
	case !there:
		return absent, err
	case w.r.SkipValidation:
		return right, err
	}
	return wrong, err
}

// decide fills in what would be done, as act would do it.
func (w *worker) decide(ctx context.Context, s *Step, found verdict) error {
	always := w.query("createorupdate")
	c, err := w.compare(ctx)
	if err != nil {
		return err
	}
	if c != nil && c.current != nil {
		s.Type, s.Region, s.Identifier = c.call.Type, c.call.Scope.Region, c.identifier
		s.Changes, s.NotCompared = w.d.shown(c), c.unknown
	}
	switch {
	case found == right:
		s.Action = Nothing
		switch {
		case len(s.Changes) > 0 && w.query("statecheck") == nil && c.idle():
			s.Reason = "properties differ that its /*+ update */ does not set: a build leaves it"
		case len(s.Changes) > 0:
			s.Reason = "its check holds although properties differ: a build leaves it"
		}
		return nil
	case found == absent && always == nil:
		s.Action = Create
		return w.planCreate(ctx, s)
	case always != nil:
		s.Action = Update
		if c == nil || c.current == nil {
			s.Action = Create
		} else if inserts(always) {
			s.Reason = "its statement is an INSERT, which changes nothing of what is there"
		}
		return w.planCreate(ctx, s)
	case c != nil && len(c.replace) > 0:
		s.Action = Replace
		_, why, err := w.mustReplace(ctx)
		if err != nil {
			return err
		}
		return w.planReplace(ctx, s, why)
	case w.query("update") == nil:
		s.Error = w.noUpdate(ctx).Error()
		return nil
	}
	s.Action, s.Reason = Update, "its check does not hold"
	if c != nil && c.current != nil {
		s.Changes = w.d.shown(c.byUpdate())
	}
	if w.query("statecheck") == nil {
		s.Reason = "its properties differ"
	}
	if c != nil && len(c.left) > 0 {
		s.Reason += "; its /*+ update */ does not set " + names(c.left)
	}
	if err := w.refusedUpdate(ctx, s); err != nil {
		return err
	}
	return w.statementOf(s)
}

// refusedUpdate says of an update if it would be refused: a build would only find out
// when other resources are changed already.
func (w *worker) refusedUpdate(ctx context.Context, s *Step) error {
	sql, ok, err := w.renderOwn(ctx, w.query("update"))
	if !ok || strings.Contains(sql, laterMark) {
		return ignoreUndefined(err)
	}
	_, err = w.session.Changes(ctx, withoutReturning(sql))
	if err == nil || ctx.Err() != nil || unanswered(err) {
		return err
	}
	s.Error = err.Error()
	return nil
}

// planReplace says what forbids a replacement, or what else has to be replaced.
func (w *worker) planReplace(ctx context.Context, s *Step, why string) error {
	if err := w.mayBeReplaced(why); err != nil {
		s.Error = err.Error()
		return nil
	}
	found, err := w.dependents(ctx)
	if err != nil {
		return err
	}
	defer closeAll(found)
	for _, dep := range boundOf(found) {
		w.d.replaced.add(dep.now.r, reason{w.r, dep.bound})
	}
	if err := refusal(found); err != nil {
		s.Error = err.Error()
		return nil
	}
	return w.statementOf(s)
}

// planCreate lists the properties of a resource that is to be made.
func (w *worker) planCreate(ctx context.Context, s *Step) error {
	if err := w.statementOf(s); err != nil {
		return err
	}
	sql, err := w.scope.RenderQuery(w.making())
	if err != nil {
		return err
	}
	if len(sqltext.Split(sql)) > 1 {
		return nil // the statements say what they make
	}
	if !strings.Contains(sql, laterMark) {
		made, err := w.session.Changes(ctx, withoutReturning(sql))
		if err != nil {
			return err // the build would fail with it
		}
		if len(made) == 1 && made[0].Type != "" {
			w.d.hideWriteOnly(made[0])
			s.Type, s.Region = made[0].Type, made[0].Scope.Region
			s.Identifier = made[0].Identifier
			if len(s.Changes) == 0 {
				s.Changes, err = w.d.created(made[0])
			}
		}
		return err
	}
	t, changes, err := w.columns(ctx, sql)
	if s.Changes = changes; t != nil {
		s.Type = t.Name
	}
	return err
}

// created shows the desired state of a resource that is to be made.
func (d *Deployment) created(c change.Change) ([]PropertyChange, error) {
	t, err := d.opts.Types.Type(c.Type)
	if err != nil {
		return nil, nil // of an unknown type nobody knows what is secret
	}
	state, err := object(change.Masked(t, c.Document, Masked))
	if err != nil {
		return nil, err
	}
	var changes []PropertyChange
	for _, property := range t.Properties {
		if value, ok := state[property.Name]; ok {
			p := d.property(property.Name, nil, value)
			for _, path := range t.WriteOnly {
				p.Secret = p.Secret || path[0] == property.Name
			}
			changes = append(changes, p)
		}
	}
	return changes, nil
}

// statementOf renders the statement of the step's action, to be shown.
func (w *worker) statementOf(s *Step) error {
	if w.r.Type == stack.TypeScript {
		text, err := w.scope.Render(w.r.Run)
		s.Statement = text
		return err
	}
	for _, anchor := range map[Action][]string{
		Create: {"createorupdate", "create"}, Replace: {"createorupdate", "create"}, Update: {"createorupdate", "update"}, Run: {"command"},
	}[s.Action] {
		if q := w.query(anchor); q != nil {
			sql, err := w.scope.RenderQuery(q)
			s.Statement = sql
			return err
		}
	}
	return nil
}
