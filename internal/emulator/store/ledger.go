package store

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

const (
	// RequestLife is how long a request can be asked about.
	RequestLife = 7 * 24 * time.Hour
	// clientTokenLife is how long a client token stands for its request.
	clientTokenLife = 36 * time.Hour
	// pollInterval bounds how long RetryAfter asks to wait.
	pollInterval = 5 * time.Second
)

// request is one operation on a resource.
type request struct {
	number      uint64
	scope       resource.Scope
	token       string
	clientToken string
	operation   cloudcontrol.Operation
	target      target
	started     time.Time
	due         time.Time // when the work is done
	task        task
	end         *outcome // that it comes to instead of being carried out; mostly nil
	hooks       []cloudcontrol.HookEvent
	hooksToken  string

	// What follows changes, and is guarded by the ledger.
	identifier string // empty until known
	status     cloudcontrol.OperationStatus
	outcome    outcome
}

// task is what a request is to do. It is data, so that it can be kept in a file.
type task struct {
	Desired string `json:",omitempty"` // state, of a create
	// What an update makes of the resource; see model.
	Visible string `json:",omitempty"`
	Hidden  string `json:",omitempty"`
}

// outcome is how a request ended.
type outcome struct {
	identifier string
	code       resource.Code // empty for success
	message    string
}

// event gives the progress event of a request.
func (r *request) event(now time.Time) cloudcontrol.ProgressEvent {
	event := cloudcontrol.ProgressEvent{
		Type: r.target.name, Identifier: r.identifier, RequestToken: r.token, HooksRequestToken: r.hooksToken, Operation: r.operation,
		Status: r.status, EventTime: r.started, StatusMessage: r.outcome.message, ErrorCode: r.outcome.code,
	}
	if r.status == cloudcontrol.InProgress {
		event.RetryAfter = now.Add(min(max(r.due.Sub(now), 0), pollInterval))
	}
	return event
}

// claim is the use of a client token.
type claim struct {
	clientToken string
	request     string
	made        time.Time
}

// ledger has the requests of one world.
type ledger struct {
	scope   resource.Scope
	journal Journal      // nil for none
	nextDue atomic.Int64 // Unix nanoseconds of the first of waiting

	mu      sync.Mutex // guards the rest
	last    uint64
	byToken map[string]*request
	order   []*request          // oldest first
	running map[target]*request // in progress on a resource whose identifier is known
	waiting []*request          // in progress, in the order in which they are due
	claims  map[string]claim    // by client token
	claimed []claim             // oldest first
}

func newLedger(scope resource.Scope, journal Journal) *ledger {
	l := &ledger{scope: scope, journal: journal, byToken: map[string]*request{}, running: map[target]*request{}, claims: map[string]claim{}}
	l.nextDue.Store(math.MaxInt64)
	return l
}

// holder gives the request that a client token stands for, "" if none.
func (l *ledger) holder(clientToken string, now time.Time) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.holderLocked(clientToken, now)
}

func (l *ledger) holderLocked(clientToken string, now time.Time) string {
	made, ok := l.claims[clientToken]
	if !ok || now.Sub(made.made) >= clientTokenLife {
		return ""
	}
	return made.request
}

// busy gives the request that is in progress on a resource, "" if none.
func (l *ledger) busy(t target) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r := l.running[t]; r != nil {
		return r.token
	}
	return ""
}

// open enters a request in progress, unless its client token stands for
// another one, whose token it then gives.
func (l *ledger) open(r *request) (holder string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if holder := l.holderLocked(r.clientToken, r.started); holder != "" {
		return holder
	}
	l.last++
	r.number = l.last
	l.enter(r)
	l.forget(r.started)
	l.keep(r)
	return ""
}

// enter puts a request where it belongs.
func (l *ledger) enter(r *request) {
	if r.clientToken != "" {
		made := claim{r.clientToken, r.token, r.started}
		l.claims[r.clientToken] = made
		l.claimed = append(l.claimed, made)
	}
	l.byToken[r.token] = r
	l.order = append(l.order, r)
	if r.target.identifier != "" && !r.status.Terminal() {
		l.running[r.target] = r
	}
}

// await leaves the work of a request until it is due.
func (l *ledger) await(r *request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at, _ := slices.BinarySearchFunc(l.waiting, r, func(a, b *request) int {
		if c := a.due.Compare(b.due); c != 0 {
			return c
		}
		return int(int64(a.number) - int64(b.number))
	})
	l.waiting = slices.Insert(l.waiting, at, r)
	l.nextDue.Store(l.waiting[0].due.UnixNano())
}

// ripe gives the first request whose work is due, nil if none.
func (l *ledger) ripe(now time.Time) *request {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) == 0 || l.waiting[0].due.After(now) {
		return nil
	}
	return l.waiting[0]
}

// close ends a request; one that was cancelled meanwhile stays so.
func (l *ledger) close(r *request, out outcome) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r.status.Terminal() {
		return
	}
	r.status, r.outcome = cloudcontrol.Success, out
	if out.code != "" {
		r.status = cloudcontrol.Failed
	}
	if out.identifier != "" {
		r.identifier = out.identifier
	}
	l.release(r)
	l.keep(r)
}

// release takes a request that ended out of what goes on.
func (l *ledger) release(r *request) {
	r.task, r.end = task{}, nil
	if l.running[r.target] == r {
		delete(l.running, r.target)
	}
	if at := slices.Index(l.waiting, r); at >= 0 {
		l.waiting = slices.Delete(l.waiting, at, at+1)
		l.nextDue.Store(math.MaxInt64)
		if len(l.waiting) > 0 {
			l.nextDue.Store(l.waiting[0].due.UnixNano())
		}
	}
}

// forget drops what is too old to be asked about. Requests in progress stay.
func (l *ledger) forget(now time.Time) {
	for len(l.order) > 0 && now.Sub(l.order[0].started) >= RequestLife && l.order[0].status.Terminal() {
		delete(l.byToken, l.order[0].token)
		l.order[0] = nil
		l.order = l.order[1:]
	}
	for len(l.claimed) > 0 && now.Sub(l.claimed[0].made) >= clientTokenLife {
		if l.claims[l.claimed[0].clientToken] == l.claimed[0] {
			delete(l.claims, l.claimed[0].clientToken)
		}
		l.claimed = l.claimed[1:]
	}
}
