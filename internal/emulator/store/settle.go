package store

import (
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

// settle carries out the requests whose time has come. Every call does so
// first, so that the state it meets is that of its time.
func (s *Store) settleWorld(w *world, now time.Time) {
	if w.ledger.nextDue.Load() > now.UnixNano() {
		return
	}
	w.settling.Lock()
	defer w.settling.Unlock()
	for r := w.ledger.ripe(now); r != nil; r = w.ledger.ripe(now) {
		w.ledger.close(r, s.carryOut(w, r, r.due))
	}
}

// carryOut does what a request is there for.
func (s *Store) carryOut(w *world, r *request, now time.Time) outcome {
	if r.end != nil {
		return *r.end
	}
	k, err := s.kind(r.target.name)
	if err != nil {
		return outcome{identifier: r.identifier, code: resource.InternalFailure, message: err.Error()}
	}
	v := &visit{scope: w.scope, store: s, kind: k, world: w, shelf: w.shelf(k), now: now, request: r}
	switch r.operation {
	case cloudcontrol.Create:
		return v.create([]byte(r.task.Desired), now)
	case cloudcontrol.Update:
		return v.done(r.target, v.shelf.replace(r.target.identifier, model{r.task.Visible, r.task.Hidden}, r))
	}
	return v.destroy(r.target)
}

// settle carries out what may concern the visit: all that is due in its world, and
// for a resource of a global service in every world of the account.
func (s *Store) settle(v *visit) {
	s.settleWorld(v.world, v.now)
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
		s.settleWorld(w, v.now)
	}
}

// start enters a request and either does its work or leaves it for later. The
// event is the first one, in progress in either case. A client token that is
// in use gives the request it stands for instead.
func (v *visit) start(r *request) (first cloudcontrol.ProgressEvent, holder string) {
	stabilize := v.store.knobs.Load().stabilize(r.target.name)
	r.token, r.scope, r.started = NewToken(), v.world.scope, v.now
	r.due = r.started.Add(stabilize)
	r.status, r.identifier = cloudcontrol.InProgress, r.target.identifier
	if holder := v.world.ledger.open(r); holder != "" {
		return first, holder
	}
	first = r.event(v.now)
	if stabilize > 0 {
		v.world.ledger.await(r)
	} else {
		v.world.ledger.close(r, v.store.carryOut(v.world, r, v.now))
	}
	return first, ""
}
