package deploy

import (
	"context"
)

// verdict is what was found out about a resource before anything is done.
type verdict uint8

const (
	absent verdict = iota
	wrong          // it is there, but not as it should be
	right
)

// look finds out by the author's queries whether a resource is there and as it
// should be. What they cannot tell yet, because a variable is missing, counts as
// not as it should be, and as absent where nothing says more.
func (w *worker) look(ctx context.Context) (verdict, error) {
	exists, statecheck := w.query("exists"), w.query("statecheck")
	switch {
	case w.query("createorupdate") != nil && statecheck == nil:
		return w.lookAlways(ctx)
	case exists != nil:
		sql, _, err := w.render(exists)
		if err != nil {
			return absent, err
		}
		there, err := w.check(ctx, exists, sql, once(exists))
		if err == nil && !there {
			there, err = w.existsByNow(ctx, exists, sql)
		}
		if err != nil || !there {
			return absent, err
		}
		return w.judge(ctx)
	case statecheck != nil:
		sql, ok, err := w.render(statecheck)
		if !ok {
			return absent, ignoreUndefined(err)
		}
		holds, err := w.checkAll(ctx, sql)
		if holds {
			return right, err
		}
		return absent, err
	}
	holds, known, err := w.proxy(ctx)
	if known && holds {
		return right, err
	}
	return absent, err
}

// lookAlways is for what is to run at each build: it need not if the properties say
// that everything is as it should be. Where they cannot be compared, it does.
func (w *worker) lookAlways(ctx context.Context) (verdict, error) {
	if exists := w.query("exists"); exists != nil {
		sql, _, err := w.render(exists)
		if err != nil {
			return absent, err
		}
		if there, err := w.check(ctx, exists, sql, once(exists)); err != nil || !there {
			return absent, err
		}
	}
	c, err := w.compare(ctx)
	if err == nil && c != nil && c.current != nil && len(c.changes)+len(c.replace)+len(c.unknown) == 0 {
		return right, nil
	}
	return absent, ctx.Err()
}

// judge finds out whether a resource that is there is as it should be.
func (w *worker) judge(ctx context.Context) (verdict, error) {
	if w.r.SkipValidation {
		return right, nil
	}
	if statecheck := w.query("statecheck"); statecheck != nil {
		sql, ok, err := w.render(statecheck)
		if !ok {
			return wrong, ignoreUndefined(err)
		}
		holds, err := w.checkState(ctx, sql)
		if holds {
			w.warnOfDifferences(ctx, "its check holds, so it is left as it is")
			return right, err
		}
		return wrong, err
	}
	holds, known, err := w.proxy(ctx)
	if err != nil || known && !holds {
		return wrong, err
	}
	// Nobody checks the properties: they are compared with what the author's own
	// statements ask for.
	c, err := w.compare(ctx)
	if c == nil || err != nil || len(c.changes) == 0 {
		return right, err
	}
	if c.idle() {
		w.warnOfDifferences(ctx, "its /*+ update */ does not set them, so it is left as it is")
		return right, nil
	}
	return wrong, nil
}

// warnOfDifferences tells of properties that are not as the statements ask for, and
// are left so: a check may have been forgotten after an edit. A plan has them in its
// steps.
func (w *worker) warnOfDifferences(ctx context.Context, why string) {
	if w.d.reads {
		return
	}
	c, err := w.compare(ctx)
	if err != nil || c == nil || len(c.changes) == 0 {
		return // drift tells why it cannot be compared
	}
	w.d.tell(Event{Kind: Warning, Resource: w.r.Name, Message: why + ", although these properties are not what the statements ask for: " + c.names()})
}

// checkState runs the check of the state. It is not tried again where the
// properties differ from what the author's statements ask for: waiting does not
// change them.
func (w *worker) checkState(ctx context.Context, sql string) (bool, error) {
	q := w.query("statecheck")
	holds, err := w.check(ctx, q, sql, once(q))
	if holds || err != nil || q.Retries <= 1 {
		return holds, err
	}
	if differs, err := w.differs(ctx); err != nil || differs {
		return false, err
	}
	rest := patient(q)
	rest.most--
	return w.check(ctx, q, sql, rest)
}

// checkAll runs the check of the state where it stands for the existence, too. It
// is not tried again where there is nothing to wait for: a resource that is not
// there, or one whose statement runs at every build that finds it wrong.
func (w *worker) checkAll(ctx context.Context, sql string) (bool, error) {
	q := w.query("statecheck")
	holds, err := w.check(ctx, q, sql, once(q))
	if holds || err != nil || q.Retries <= 1 || w.query("createorupdate") != nil {
		return holds, err
	}
	if c, err := w.compare(ctx); err != nil || c != nil && c.current == nil {
		return false, err
	}
	rest := patient(q)
	rest.most--
	return w.check(ctx, q, sql, rest)
}

// proxy lets the exports stand for a check: a resource that gives them is there
// and as it should be. known is false if there are none, or they cannot be asked
// for yet.
func (w *worker) proxy(ctx context.Context) (holds, known bool, err error) {
	exports := w.query("exports")
	if exports == nil {
		return false, false, nil
	}
	sql, ok, err := w.render(exports)
	if !ok {
		return false, false, ignoreUndefined(err)
	}
	found, err := w.lookUp(ctx, sql, morePatient(exports))
	if err != nil || len(found) == 0 {
		return false, true, err
	}
	w.output = found[0]
	return true, true, nil
}
