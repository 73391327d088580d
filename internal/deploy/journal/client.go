package journal

import (
	"context"
	"encoding/json"
	"errors"
	"hash/fnv"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

// Layer is a client whose changes are in the journal, as those of one resource
// of a stack.
type Layer struct {
	cloudcontrol.Client
	journal  *Journal
	resource string
	opts     LayerOptions
	attempt  attempt
}

// LayerOptions says what a Layer does besides noting changes. The zero value works.
type LayerOptions struct {
	// Before asks for the models that updates and deletes find, at the price of a
	// read for each.
	Before bool
	// Several says that the resource makes several things. Then a create goes on
	// with one of an earlier run only if it asks for exactly the same.
	Several bool
	// Anew lets a create make what an earlier run has made: it is meant to be made in
	// each run.
	Anew bool
	// Unnoted lets what only undoes something go ahead if it cannot be noted.
	Unnoted bool
	// OnKnown, if set, hears of what is not made because it was before.
	OnKnown func(Entry)
}

var _ cloudcontrol.Client = (*Layer)(nil)

// Wrap makes a Layer.
func (j *Journal) Wrap(client cloudcontrol.Client, resource string, opts LayerOptions) *Layer {
	l := &Layer{Client: client, journal: j, resource: resource, opts: opts}
	l.Again()
	return l
}

// Again says that what was begun is begun anew: what the attempts before have made
// is not made again.
func (l *Layer) Again() {
	l.journal.mu.Lock()
	defer l.journal.mu.Unlock()
	l.journal.attempts++
	l.attempt = l.journal.attempts
}

// Create implements cloudcontrol.Mutator.
func (l *Layer) Create(ctx context.Context, in cloudcontrol.CreateInput) (cloudcontrol.ProgressEvent, error) {
	e := l.entry(cloudcontrol.Create, in.Call, "", in.ClientToken)
	e.Document = hash(in.DesiredState)
	if made, err := l.madeBefore(ctx, e, in.Call); made != nil || err != nil {
		return event(made), err
	}
	former, err := l.former(ctx, e, in.Scope)
	if err != nil {
		return cloudcontrol.ProgressEvent{}, err
	}
	if former != "" {
		event, nothing, err := l.goOn(ctx, e, former, in)
		if !nothing {
			return event, err
		}
	}
	return l.make(ctx, e, false, func() (cloudcontrol.ProgressEvent, error) { return l.Client.Create(ctx, in) })
}

// Update implements cloudcontrol.Mutator.
func (l *Layer) Update(ctx context.Context, in cloudcontrol.UpdateInput) (cloudcontrol.ProgressEvent, error) {
	e := l.entry(cloudcontrol.Update, in.Call, in.Identifier, in.ClientToken)
	e.Before = l.model(ctx, in.Call, in.Identifier)
	return l.make(ctx, e, false, func() (cloudcontrol.ProgressEvent, error) { return l.Client.Update(ctx, in) })
}

// Delete implements cloudcontrol.Mutator.
func (l *Layer) Delete(ctx context.Context, in cloudcontrol.DeleteInput) (cloudcontrol.ProgressEvent, error) {
	e := l.entry(cloudcontrol.Delete, in.Call, in.Identifier, in.ClientToken)
	e.Before = l.model(ctx, in.Call, in.Identifier)
	return l.make(ctx, e, false, func() (cloudcontrol.ProgressEvent, error) { return l.Client.Delete(ctx, in) })
}

// RequestStatus implements cloudcontrol.RequestTracker. It notes the end of
// requests that the journal knows.
func (l *Layer) RequestStatus(ctx context.Context, in cloudcontrol.RequestInput) (cloudcontrol.RequestStatus, error) {
	status, err := l.Client.RequestStatus(ctx, in)
	if err == nil && status.Event.Status.Terminal() {
		err = l.ended(status.Event)
	}
	return status, err
}

func (l *Layer) ended(event cloudcontrol.ProgressEvent) error {
	e, known := l.journal.ofRequest(event.RequestToken)
	if !known || e.State == Done || e.State == Failed {
		return nil
	}
	if e.State, e.Message = Done, event.StatusMessage; event.Status != cloudcontrol.Success {
		e.State = Failed
	}
	if event.Identifier != "" {
		e.Identifier = event.Identifier
	}
	return l.journal.append(e)
}

func (l *Layer) entry(operation cloudcontrol.Operation, call cloudcontrol.Call, identifier, clientToken string) Entry {
	return Entry{
		Resource: l.resource, Operation: operation, Type: call.Type, Region: call.Scope.Region, Identifier: identifier,
		ClientToken: clientToken,
	}
}

// make notes the change, makes the call, and notes what came of it. again says that
// the same call may have been accepted before: then a refusal does not tell.
func (l *Layer) make(
	ctx context.Context, e Entry, again bool, call func() (cloudcontrol.ProgressEvent, error),
) (cloudcontrol.ProgressEvent, error) {
	if err := ctx.Err(); err != nil {
		return cloudcontrol.ProgressEvent{}, err
	}
	e.State = Intended
	l.journal.begin(l, e.ClientToken)
	if err := l.journal.append(e); err != nil && !(l.opts.Unnoted && e.Operation != cloudcontrol.Create) {
		return cloudcontrol.ProgressEvent{}, err
	}
	event, err := call()
	var refused *resource.Error
	switch {
	case err == nil:
		e.State, e.RequestToken = Accepted, event.RequestToken
		if event.Identifier != "" {
			e.Identifier = event.Identifier
		}
	case errors.As(err, &refused) && refused.Code == resource.ClientTokenConflict && refused.RequestToken != "":
		e.State, e.RequestToken = Accepted, refused.RequestToken // of this change: the token is nobody else's
	case cloudcontrol.MayBeAccepted(err), again && resource.CodeOf(err) != resource.ClientTokenConflict:
		return event, err // it stays intended
	default:
		e.State, e.Message = Failed, string(resource.CodeOf(err))
	}
	if failed := l.journal.append(e); failed != nil {
		return event, errors.Join(err, failed)
	}
	if err == nil && event.Status.Terminal() {
		return event, l.ended(event)
	}
	return event, err
}

// model reads what a change finds, nil if that is not wanted or not possible.
func (l *Layer) model(ctx context.Context, call cloudcontrol.Call, identifier string) json.RawMessage {
	if !l.opts.Before {
		return nil
	}
	found, err := l.Client.Get(ctx, cloudcontrol.GetInput{Call: call, Identifier: identifier})
	if err != nil {
		return nil // rollback says that it cannot restore this one
	}
	return found.Properties
}

func hash(document []byte) uint32 {
	h := fnv.New32a()
	_, _ = h.Write(document) // never fails
	return h.Sum32()
}

func (j *Journal) ofRequest(requestToken string) (Entry, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	e := j.latest[j.requests[requestToken]]
	if e == nil {
		return Entry{}, false
	}
	return *e, true
}
