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

// Run carries out a change. It returns when the change has ended, has been
// accepted if Options.NoWait is set, or promptly after ctx ends.
func Run(ctx context.Context, client cloudcontrol.Client, c Change, opts Options) Outcome {
	opts = opts.withDefaults()
	r := &run{
		client: client, change: c, opts: opts,
		token: c.ClientToken, own: c.ClientToken != "",
		schedule: schedule{maxResubmits: opts.MaxResubmits}, patience: opts.MaxConflictWait,
	}
	if !r.own {
		r.token = cloudcontrol.NewClientToken()
	}
	for again := true; again; {
		again, r.out.Err = r.attempt(ctx)
	}
	return r.out
}

// run is one change on its way.
type run struct {
	client cloudcontrol.Client
	change Change
	opts   Options

	token     string // client token of the next request
	own       bool   // token is the caller's
	uncertain bool   // a call with token may have been accepted
	schedule  schedule
	patience  time.Duration // left to wait for other requests
	out       Outcome
}

// attempt tries to start one request and to follow it. Each step returns
// whether there is to be another attempt, and else how the change ended.
func (r *run) attempt(ctx context.Context) (again bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, r.stopped(err)
	}
	r.out.Attempts++
	first, err := r.start(ctx)
	if err != nil {
		return r.afterRefusal(ctx, err)
	}
	if first = r.complete(first); r.own && (first.Operation != r.change.Operation || first.Type != r.change.Type) {
		// The layer below took it for the request of a call that was not answered.
		return false, r.usedBefore(first)
	}
	return r.follow(ctx, cloudcontrol.RequestStatus{Event: first})
}

// start makes the call that starts a request.
func (r *run) start(ctx context.Context) (cloudcontrol.ProgressEvent, error) {
	c := r.change
	switch c.Operation {
	case cloudcontrol.Create:
		return r.client.Create(ctx, cloudcontrol.CreateInput{
			Call: c.Call, DesiredState: c.Document, ClientToken: r.token,
		})
	case cloudcontrol.Update:
		return r.client.Update(ctx, cloudcontrol.UpdateInput{
			Call: c.Call, Identifier: c.Identifier, PatchDocument: c.Document, ClientToken: r.token,
		})
	case cloudcontrol.Delete:
		return r.client.Delete(ctx, cloudcontrol.DeleteInput{
			Call: c.Call, Identifier: c.Identifier, ClientToken: r.token,
		})
	}
	return cloudcontrol.ProgressEvent{}, &resource.Error{
		Operation: string(c.Operation), Type: c.Type, Identifier: c.Identifier, Scope: c.Scope,
		Code: resource.Validation, Message: fmt.Sprintf("no such operation: want %s, %s or %s",
			cloudcontrol.Create, cloudcontrol.Update, cloudcontrol.Delete),
	}
}

// follow waits for the end of a request that was accepted.
func (r *run) follow(ctx context.Context, status cloudcontrol.RequestStatus) (again bool, err error) {
	status.Event = r.complete(status.Event)
	r.out.Event, r.out.Hooks = status.Event, status.Hooks
	r.tell(status.Event)
	if !status.Event.Status.Terminal() {
		if r.opts.NoWait {
			return false, nil
		}
		status, err = await.Wait(ctx, r.client, r.change.Scope, status.Event, r.awaitOptions())
		r.out.Event, r.out.Hooks = status.Event, status.Hooks
		var unfinished *await.UnfinishedError
		if errors.As(err, &unfinished) {
			return false, err
		}
	}
	if failure := failureOf(status, r.change.Scope); failure != nil {
		return r.afterFailure(ctx, status.Event, failure)
	}
	return false, nil
}

// complete fills in what the service may leave out of an event, so that errors
// can name the change.
func (r *run) complete(event cloudcontrol.ProgressEvent) cloudcontrol.ProgressEvent {
	if event.Type == "" {
		event.Type = r.change.Type
	}
	if event.Operation == "" {
		event.Operation = r.change.Operation
	}
	if event.Identifier == "" && r.change.Operation != cloudcontrol.Create {
		event.Identifier = r.change.Identifier
	}
	return event
}

func (r *run) tell(event cloudcontrol.ProgressEvent) {
	if r.opts.OnEvent != nil {
		r.opts.OnEvent(r.change, event)
	}
}

func (r *run) awaitOptions() await.Options {
	opts := r.opts.Await
	polled := opts.OnEvent
	opts.OnEvent = func(event cloudcontrol.ProgressEvent) {
		r.tell(event)
		if polled != nil {
			polled(event)
		}
	}
	return opts
}

// renew makes the next attempt another request: a client token stands for one
// only.
func (r *run) renew() {
	r.token, r.own, r.uncertain = cloudcontrol.NewClientToken(), false, false
}

// renewAfterRefusal does so after a call that was refused. The caller's token
// is not used up then. Nor is it given up while an unanswered call may have been
// accepted with it: only the same token can tell.
func (r *run) renewAfterRefusal() {
	if !r.own && !r.uncertain {
		r.renew()
	}
}
