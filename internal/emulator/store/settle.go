package store

import (
	"time"

	"skyql/internal/cloudcontrol"
)

// settle carries out the requests whose time has come. Every call does so
// first, so that the state it meets is that of its time.
func (w *world) settle(now time.Time) {
	if w.ledger.nextDue.Load() > now.UnixNano() {
		return
	}
	w.settling.Lock()
	defer w.settling.Unlock()
	for r := w.ledger.ripe(now); r != nil; r = w.ledger.ripe(now) {
		w.ledger.close(r, r.work(r.due))
	}
}

// settle carries out what may concern the visit: all that is due in its world, and
// for a resource of a global service in every world of the account.
func (s *Store) settle(v *visit) {
	v.world.settle(v.now)
	if v.kind.homes == nil {
		return
	}
	s.mu.RLock()
	var others []*world
	for scope, w := range s.worlds {
		if scope.Account == v.world.scope.Account && w != v.world {
			others = append(others, w)
		}
	}
	s.mu.RUnlock()
	for _, w := range others {
		w.settle(v.now)
	}
}

// start enters a request and either does its work or leaves it for later. The
// event is the first one, in progress in either case. A client token that is
// in use gives the request it stands for instead.
func (v *visit) start(r *request, clientToken string) (first cloudcontrol.ProgressEvent, holder string) {
	r.token, r.started = NewToken(), v.now
	r.due = r.started.Add(v.store.opts.Stabilize)
	r.status, r.identifier = cloudcontrol.InProgress, r.target.identifier
	if holder := v.world.ledger.open(r, clientToken); holder != "" {
		return first, holder
	}
	first = r.event(v.now)
	if v.store.opts.Stabilize > 0 {
		v.world.ledger.await(r)
	} else {
		v.world.ledger.close(r, r.work(v.now))
	}
	return first, ""
}
