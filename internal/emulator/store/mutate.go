package store

import (
	"cmp"
	"context"
	"fmt"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
	"skyql/internal/schema"
)

// Create implements cloudcontrol.Mutator.
func (s *Store) Create(ctx context.Context, in cloudcontrol.CreateInput) (cloudcontrol.ProgressEvent, error) {
	return s.create(ctx, in, nil)
}

func (s *Store) create(
	ctx context.Context, in cloudcontrol.CreateInput, end *outcome,
) (cloudcontrol.ProgressEvent, error) {
	var wrong violations
	wrong.document("desiredState", in.DesiredState)
	wrong.optional("clientToken", in.ClientToken, tokenPattern)
	v, err := s.enter(ctx, cloudcontrol.CreateResource, schema.Create, in.Call, wrong)
	if err != nil {
		return cloudcontrol.ProgressEvent{}, err
	}
	desired, err := v.desired(in.DesiredState)
	if err != nil {
		return cloudcontrol.ProgressEvent{}, err
	}
	identifier, _ := v.kind.Identify(desired)
	return v.change(change{
		operation: cloudcontrol.Create, identifier: identifier, clientToken: in.ClientToken, end: end,
		prepare: func() (task, error) { return task{Desired: string(in.DesiredState)}, nil },
	})
}

// Update implements cloudcontrol.Mutator.
func (s *Store) Update(ctx context.Context, in cloudcontrol.UpdateInput) (cloudcontrol.ProgressEvent, error) {
	return s.update(ctx, in, nil)
}

func (s *Store) update(
	ctx context.Context, in cloudcontrol.UpdateInput, end *outcome,
) (cloudcontrol.ProgressEvent, error) {
	var wrong violations
	wrong.required("identifier", in.Identifier, identifierPattern)
	wrong.document("patchDocument", in.PatchDocument)
	wrong.optional("clientToken", in.ClientToken, tokenPattern)
	v, err := s.enter(ctx, cloudcontrol.UpdateResource, schema.Update, in.Call, wrong)
	if err != nil {
		return cloudcontrol.ProgressEvent{}, err
	}
	identifier, err := v.shelf.find(in.Identifier)
	if err != nil {
		return cloudcontrol.ProgressEvent{}, v.invalid(in.Identifier, "%s", err)
	}
	return v.change(change{
		operation: cloudcontrol.Update, identifier: identifier, clientToken: in.ClientToken, end: end,
		prepare: func() (task, error) {
			changed, err := v.patched(identifier, in.PatchDocument)
			return task{Visible: changed.visible, Hidden: changed.hidden}, err
		},
	})
}

// Delete implements cloudcontrol.Mutator. That there is no such resource shows
// only in the request's end.
func (s *Store) Delete(ctx context.Context, in cloudcontrol.DeleteInput) (cloudcontrol.ProgressEvent, error) {
	return s.delete(ctx, in, nil)
}

func (s *Store) delete(
	ctx context.Context, in cloudcontrol.DeleteInput, end *outcome,
) (cloudcontrol.ProgressEvent, error) {
	var wrong violations
	wrong.required("identifier", in.Identifier, identifierPattern)
	wrong.optional("clientToken", in.ClientToken, tokenPattern)
	v, err := s.enter(ctx, cloudcontrol.DeleteResource, schema.Delete, in.Call, wrong)
	if err != nil {
		return cloudcontrol.ProgressEvent{}, err
	}
	identifier, err := v.shelf.find(in.Identifier)
	if err != nil {
		return cloudcontrol.ProgressEvent{}, v.invalid(in.Identifier, "%s", err)
	}
	return v.change(change{
		operation: cloudcontrol.Delete, identifier: identifier, clientToken: in.ClientToken, end: end,
		prepare: func() (task, error) { return task{}, nil },
	})
}

// change is what the three operations have in common.
type change struct {
	operation   cloudcontrol.Operation
	identifier  string // empty if the service makes it up
	clientToken string
	end         *outcome // what the request comes to instead of being carried out; mostly nil
	// prepare makes the checks that depend on the resource's state and says what is
	// to be done. Meanwhile nothing else changes the resource.
	prepare func() (task, error)
}

// change starts a request, if nothing stands against it.
func (v *visit) change(c change) (cloudcontrol.ProgressEvent, error) {
	t := v.target(c.identifier)
	if c.identifier != "" {
		defer v.world.owner(v.kind).lock(t)()
	}
	if holder := v.world.ledger.holder(c.clientToken, v.now); holder != "" {
		return cloudcontrol.ProgressEvent{}, v.conflict(c.clientToken, holder)
	}
	if busy := v.world.ledger.busy(t); busy != "" {
		refusal := v.refuse(resource.ConcurrentOperation, c.identifier, fmt.Sprintf(
			"Concurrent operation found for resource %s with RequestToken %s", c.identifier, busy))
		refusal.RequestToken = busy
		return cloudcontrol.ProgressEvent{}, refusal
	}
	work, err := c.prepare()
	if err != nil {
		return cloudcontrol.ProgressEvent{}, err
	}
	r := &request{operation: c.operation, target: t, clientToken: c.clientToken, task: work, end: c.end}
	if hooks, objection := v.store.hooked(t.name, c.operation, v.now); hooks != nil {
		r.hooks, r.hooksToken = hooks, NewToken()
		r.end = cmp.Or(r.end, objection)
	}
	event, holder := v.start(r)
	if holder != "" {
		return cloudcontrol.ProgressEvent{}, v.conflict(c.clientToken, holder)
	}
	return event, nil
}

func (v *visit) conflict(clientToken, holder string) *resource.Error {
	refusal := v.refuse(resource.ClientTokenConflict, "", fmt.Sprintf(
		"ClientToken %s is already associated with an existing operation with RequestToken %s", clientToken, holder))
	refusal.RequestToken = holder
	return refusal
}

// done gives the outcome of work that needs the resource to be there.
func (v *visit) done(t target, found bool) outcome {
	if !found {
		return outcome{identifier: t.identifier, code: resource.NotFound, message: notFoundText(t)}
	}
	return outcome{identifier: t.identifier}
}
