package apply

import (
	"context"
	"fmt"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

// passes reports whether a request that ended with the code may succeed when it
// is made again.
//
// https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html
func passes(code resource.Code) bool {
	switch code {
	case resource.Throttling, resource.NetworkFailure, resource.ServiceInternalError,
		resource.ResourceConflict, resource.ServiceTimeout:
		return true
	}
	return false
}

// didNothing reports whether a handler that ended with the code did no work.
func didNothing(code resource.Code) bool { return code == resource.Throttling }

// afterFailure decides what follows when a request that was accepted has
// failed.
func (r *run) afterFailure(ctx context.Context, event cloudcontrol.ProgressEvent, failure error) (again bool, _ error) {
	c, code := r.change, event.ErrorCode
	switch {
	case event.Status == cloudcontrol.CancelComplete:
		return false, failure
	case c.Operation == cloudcontrol.Delete && code == resource.NotFound:
		r.out.Gone = true
		return false, nil
	case !passes(code):
		return false, failure
	case r.out.Adopted:
		// Whoever made the request may have made it again since.
		return false, fmt.Errorf("%w; this request was made before with the same client token: "+
			"choose another to try again", failure)
	case c.Operation == cloudcontrol.Create && r.identifier() == "" && !didNothing(code):
		return false, fmt.Errorf("%w; the resource may exist, under an identifier that is not known: "+
			"look before creating it again", failure)
	case c.Operation == cloudcontrol.Update && !didNothing(code) && !repeatable(c.Document):
		return false, fmt.Errorf("%w; the patch may have been applied, and applying it twice would differ: "+
			"compare the resource before updating it again", failure)
	}
	again, err := r.againLater(ctx, code, time.Until(event.RetryAfter), failure)
	if !again {
		return false, err
	}
	if c.Operation == cloudcontrol.Create && r.identifier() != "" {
		if done, err := r.existsAfterAll(ctx, event, failure); done || err != nil {
			return false, err
		}
	}
	r.renew()
	return true, nil
}

// identifier gives what the latest request's resource is called, "" if that is
// not known.
func (r *run) identifier() string {
	if r.out.Event.Identifier != "" {
		return r.out.Event.Identifier
	}
	return r.change.Identifier
}

// againLater waits before another attempt, if there is to be one after a
// failure with the code. The service asked to wait for the time asked.
func (r *run) againLater(
	ctx context.Context, code resource.Code, asked time.Duration, failure error,
) (again bool, _ error) {
	wait, again := r.schedule.next(code, asked)
	if !again {
		return false, fmt.Errorf("%w; gave up after %s", failure, attempts(r.out.Attempts))
	}
	if stopped := cloudcontrol.Pause(ctx, wait); stopped != nil {
		return false, fmt.Errorf("%w; stopped before trying again: %w", failure, stopped)
	}
	return true, nil
}

func attempts(n int) string {
	if n == 1 {
		return "1 attempt"
	}
	return fmt.Sprintf("%d attempts", n)
}
