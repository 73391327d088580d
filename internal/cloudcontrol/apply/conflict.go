package apply

import (
	"context"
	"errors"
	"fmt"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/await"
	"skyql/internal/resource"
)

// adopt follows the request that the client token stands for, if that is this
// change. A token that was made up here can stand for nothing else.
func (r *run) adopt(ctx context.Context, conflict error, request string) (again bool, _ error) {
	status, err := r.client.RequestStatus(ctx,
		cloudcontrol.RequestInput{Scope: r.change.Scope, RequestToken: request})
	foreign := r.own && !r.uncertain // it may be the request of something else
	switch {
	case err != nil && !foreign:
		return false, r.lostSight(request, err)
	case err != nil:
		return false, fmt.Errorf("%w; looking at that request: %w", conflict, err)
	case foreign && !r.matches(status.Event):
		return false, inUse(conflict, r.token)
	}
	if status.Event.RequestToken == "" {
		status.Event.RequestToken = request
	}
	r.out.Adopted = foreign
	return r.follow(ctx, status)
}

// matches reports whether a request is of this change, as far as the API shows
// it: neither a desired state nor a patch can be compared.
func (r *run) matches(event cloudcontrol.ProgressEvent) bool {
	c := r.change
	return event.Operation == c.Operation && event.Type == c.Type &&
		(event.Identifier == "" || c.Identifier == "" || event.Identifier == c.Identifier)
}

// usedBefore is the refusal that the layer below did not pass on.
func (r *run) usedBefore(event cloudcontrol.ProgressEvent) error {
	c := r.change
	return inUse(&resource.Error{
		Operation: string(c.Operation), Type: c.Type, Identifier: c.Identifier, Scope: c.Scope,
		Code: resource.ClientTokenConflict, RequestToken: event.RequestToken,
		Message: fmt.Sprintf("request %s is the %s of %s", event.RequestToken, event.Operation, event.Type),
	}, r.token)
}

func inUse(conflict error, clientToken string) error {
	return fmt.Errorf("%w; the client token %q is in use for another operation: choose another", conflict, clientToken)
}

// waitForOther waits for the end of a request that keeps the resource busy. How
// it ends does not matter.
func (r *run) waitForOther(ctx context.Context, conflict error, request string) (again bool, _ error) {
	other := cloudcontrol.RequestStatus{
		Event: cloudcontrol.ProgressEvent{RequestToken: request, Status: cloudcontrol.InProgress},
	}
	var err error
	if r.patience > 0 {
		start := time.Now()
		other, err = r.awaitOther(ctx, other.Event)
		r.patience -= time.Since(start)
	}
	var unfinished *await.UnfinishedError
	switch {
	case other.Event.Status.Terminal():
		r.renewAfterRefusal()
		return true, nil
	case ctx.Err() != nil:
		return false, r.stopped(ctx.Err())
	case errors.As(err, &unfinished) && r.patience > 0:
		return false, r.orUnknown(fmt.Errorf("%w; waiting for that request: %w", conflict, unfinished.Err))
	default:
		return false, r.orUnknown(fmt.Errorf("%w; waited %s for other requests, and %s is still %s: "+
			"try again when it has ended",
			conflict, r.opts.MaxConflictWait, nameOf(other.Event), other.Event.Status))
	}
}

// awaitOther bounds the polls themselves, too: the layer below may repeat one
// for minutes.
func (r *run) awaitOther(ctx context.Context, first cloudcontrol.ProgressEvent) (cloudcontrol.RequestStatus, error) {
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	opts := r.opts.Await
	opts.MaxWait, opts.OnEvent = r.patience, nil
	return await.Wait(ctx, r.client, r.change.Scope, first, opts)
}

// nameOf gives a request with what is known of it.
func nameOf(event cloudcontrol.ProgressEvent) string {
	name := "request " + event.RequestToken
	if event.Operation != "" {
		name += fmt.Sprintf(" (%s)", event.Operation)
	}
	return name
}
