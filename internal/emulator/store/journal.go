package store

import (
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

// Journal hears of everything that changes in a store, in an order from which the
// store can be made again; see Restore. Its methods are called from many
// goroutines, Append with locks held: it must not wait for anything.
type Journal interface {
	Append(Change)
}

// Change is what belongs together: it is kept as a whole or not at all.
type Change struct {
	Cleared  bool      // all that was before is gone
	Resource *Resource // nil if none changed
	Request  *Request  // nil if none changed
}

// Resource is a resource as it is kept.
type Resource struct {
	Scope      resource.Scope
	Type       resource.TypeName
	Identifier string
	Number     uint64 // of its creation, among those of its type and scope
	Seeds      uint64 // handed out in that type and scope for values that must differ
	Removed    bool
	Visible    string // properties that reads return, as JSON
	Hidden     string // properties that have write-only values, as JSON; "" for none
}

// Request is a request as it is kept.
type Request struct {
	Token   string
	Scope   resource.Scope
	Number  uint64
	Started time.Time
	Record  json.RawMessage // all the rest, for Restore alone
}

// record is the rest of a request.
type record struct {
	ClientToken string `json:",omitempty"`
	Operation   cloudcontrol.Operation
	Type        resource.TypeName
	Target      string    `json:",omitempty"` // identifier, as far as it was known at first
	Identifier  string    `json:",omitempty"`
	Due         time.Time `json:",omitzero"`
	Status      cloudcontrol.OperationStatus
	Code        resource.Code            `json:",omitempty"`
	Message     string                   `json:",omitempty"`
	Task        *task                    `json:",omitempty"`
	End         *ending                  `json:",omitempty"`
	Hooks       []cloudcontrol.HookEvent `json:",omitempty"`
	HooksToken  string                   `json:",omitempty"`
}

// ending is an outcome that was decided beforehand.
type ending struct {
	Identifier, Message string
	Code                resource.Code
}

// keep tells the journal of a resource, and of the request that is carried out
// by it. It is called with the shelf locked, so that what is kept of a resource
// comes in the order in which it changed.
func (s *shelf) keep(it item, removed bool, by *request) {
	if s.journal == nil {
		return
	}
	change := Change{Resource: &Resource{
		Scope: s.scope, Type: s.kind.Name, Identifier: it.identifier, Number: it.number, Seeds: s.seeds.Load(),
		Removed: removed, Visible: it.model.visible, Hidden: it.model.hidden,
	}}
	if by != nil { // whose status is still to be set, with the ledger locked
		done := request{
			number: by.number, token: by.token, clientToken: by.clientToken, operation: by.operation, target: by.target,
			started: by.started, due: by.due, hooks: by.hooks, hooksToken: by.hooksToken,
			identifier: it.identifier, status: cloudcontrol.Success,
		}
		change.Request = done.kept(by.scope)
	}
	s.journal.Append(change)
}

// keep tells the journal of a request. It is called with the ledger locked.
func (l *ledger) keep(r *request) {
	if l.journal != nil {
		l.journal.Append(Change{Request: r.kept(l.scope)})
	}
}

func (r *request) kept(scope resource.Scope) *Request {
	rest := record{
		ClientToken: r.clientToken, Operation: r.operation, Type: r.target.name, Target: r.target.identifier,
		Identifier: r.identifier, Due: r.due, Status: r.status, Code: r.outcome.code, Message: r.outcome.message,
		Hooks: r.hooks, HooksToken: r.hooksToken,
	}
	if !r.status.Terminal() {
		rest.Task = &r.task
		if r.end != nil {
			rest.End = &ending{r.end.identifier, r.end.message, r.end.code}
		}
	}
	text, err := json.Marshal(rest)
	if err != nil {
		panic(err) // texts and times have a JSON form
	}
	return &Request{Token: r.token, Scope: scope, Number: r.number, Started: r.started, Record: text}
}

// Restore makes a new store what another one was when it told its journal of
// these: each resource in its last state, in order of their numbers, and each
// request likewise. It is called before the store is used, and the journal hears
// nothing of it. What was in progress goes on.
func (s *Store) Restore(resources iter.Seq2[Resource, error], requests iter.Seq2[Request, error]) error {
	for kept, err := range resources {
		if err == nil {
			err = s.restoreResource(kept)
		}
		if err != nil {
			return err
		}
	}
	now := s.now()
	for kept, err := range requests {
		if err == nil {
			err = s.restoreRequest(kept, now)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) restoreResource(kept Resource) error {
	k, err := s.kind(kept.Type)
	if err != nil {
		return fmt.Errorf("resource %s: %w", kept.Identifier, err)
	}
	shelf := s.world(kept.Scope).shelf(k)
	shelf.mu.Lock()
	defer shelf.mu.Unlock()
	shelf.last = max(shelf.last, kept.Number)
	shelf.seeds.Store(max(shelf.seeds.Load(), kept.Seeds))
	if !kept.Removed {
		shelf.place(&item{kept.Identifier, kept.Number, model{kept.Visible, kept.Hidden}})
	}
	return nil
}

func (s *Store) restoreRequest(kept Request, now time.Time) error {
	if now.Sub(kept.Started) >= RequestLife {
		return nil
	}
	var rest record
	if err := json.Unmarshal(kept.Record, &rest); err != nil {
		return fmt.Errorf("request %s: %w", kept.Token, err)
	}
	r := &request{
		number: kept.Number, token: kept.Token, clientToken: rest.ClientToken, scope: kept.Scope,
		operation: rest.Operation, target: target{rest.Type, rest.Target}, started: kept.Started, due: rest.Due,
		identifier: rest.Identifier, status: rest.Status, hooks: rest.Hooks, hooksToken: rest.HooksToken,
		outcome: outcome{identifier: rest.Identifier, code: rest.Code, message: rest.Message},
	}
	if rest.Task != nil {
		r.task = *rest.Task
	}
	if rest.End != nil {
		r.end = &outcome{identifier: rest.End.Identifier, code: rest.End.Code, message: rest.End.Message}
	}
	l := s.world(kept.Scope).ledger
	l.mu.Lock()
	l.last = max(l.last, kept.Number)
	l.enter(r)
	l.mu.Unlock()
	if !r.status.Terminal() {
		l.await(r)
	}
	return nil
}

// Clear takes everything away, as if the store had just been made.
func (s *Store) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.worlds, s.reports = map[resource.Scope]*world{}, map[string]report{}
	if s.journal != nil {
		s.journal.Append(Change{Cleared: true})
	}
}
