package apply

import (
	"context"
	"errors"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/await"
	"skyql/internal/resource"
)

// afterRefusal decides what follows when the call that starts a request failed
// for good.
func (r *run) afterRefusal(ctx context.Context, err error) (again bool, _ error) {
	var unanswered *cloudcontrol.UnansweredError
	if errors.As(err, &unanswered) {
		r.uncertain = true
		if unanswered.RequestToken != "" {
			return false, r.lostSight(unanswered.RequestToken, unanswered.Err)
		}
	}
	refusal := refusalOf(err)
	code, request := refusal.Code, refusal.RequestToken
	switch {
	case code == resource.ClientTokenConflict && request != "":
		return r.adopt(ctx, err, request)
	case code == resource.ClientTokenConflict && r.own:
		return false, inUse(err, r.token)
	case code == resource.ConcurrentOperation && request != "":
		return r.waitForOther(ctx, err, request)
	case code == resource.NotFound && r.change.Operation == cloudcontrol.Delete:
		r.out.Gone = true
		return false, nil
	case r.uncertain || cloudcontrol.MayBeAccepted(err):
		return false, r.unknown(err)
	case errors.Is(err, cloudcontrol.ErrNotSent):
		return false, r.stopped(err)
	case code == resource.ResourceConflict:
		// The layer below does not repeat this one, and nothing was accepted.
		again, err := r.againLater(ctx, code, refusal.RetryAfter, err)
		r.renewAfterRefusal()
		return again, err
	default:
		return false, err
	}
}

// refusalOf gives the service's answer in an error, one of code Unknown if there
// is none.
func refusalOf(err error) *resource.Error {
	refusal := &resource.Error{Code: resource.Unknown}
	errors.As(err, &refusal)
	return refusal
}

// lostSight says that a request of the change is known to go on but could not
// be looked at.
func (r *run) lostSight(request string, reason error) error {
	r.out.Event = r.complete(cloudcontrol.ProgressEvent{
		RequestToken: request, Identifier: r.change.Identifier, Status: cloudcontrol.InProgress,
	})
	return &await.UnfinishedError{Scope: r.change.Scope, Last: r.out.Event, Err: reason}
}
