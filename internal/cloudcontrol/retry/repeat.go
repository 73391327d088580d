package retry

import (
	"context"
	"errors"
	"fmt"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

// repeat makes a call until it succeeds, fails for good, or has failed often
// enough. The fields of about describe the call.
func repeat[T any](ctx context.Context, c *Client, about Attempt, try func() (T, error)) (T, error) {
	plan := schedule{opts: c.opts}
	for {
		out, err := try()
		if err == nil || ctx.Err() != nil {
			return out, err
		}
		wait, again := plan.next(err)
		if !again {
			return out, err
		}
		if c.opts.OnRetry != nil {
			about.Code, about.Err, about.Wait = resource.CodeOf(err), err, wait
			c.opts.OnRetry(about)
		}
		if stopped := cloudcontrol.Pause(ctx, wait); stopped != nil {
			// The error names what was waited for, so that a deadline which
			// throttling used up does not look like a mystery, and a change that
			// was only throttled is known not to be under way.
			return out, fmt.Errorf("%w while waiting to repeat: %w", stopped, err)
		}
	}
}

// start makes a call that starts a change. All attempts carry the same client
// token. When an attempt failed without an answer from the service, the change
// may be under way; the next attempt then learns its request token from the
// conflict, and its progress event is the answer. If there is none, an
// UnansweredError says what the last attempt's error hides.
func (c *Client) start(
	ctx context.Context, about Attempt, clientToken string, try func() (cloudcontrol.ProgressEvent, error),
) (cloudcontrol.ProgressEvent, error) {
	mayBeAccepted, acceptedAs := false, ""
	event, err := repeat(ctx, c, about, func() (cloudcontrol.ProgressEvent, error) {
		if acceptedAs == "" {
			event, err := try()
			request := conflictingRequest(err)
			if request == "" || !mayBeAccepted {
				mayBeAccepted = mayBeAccepted || cloudcontrol.MayBeAccepted(err)
				return event, err
			}
			acceptedAs = request
		}
		status, err := c.Client.RequestStatus(ctx,
			cloudcontrol.RequestInput{Scope: about.Scope, RequestToken: acceptedAs})
		return status.Event, err
	})
	if err != nil && (acceptedAs != "" || mayBeAccepted && !cloudcontrol.MayBeAccepted(err)) {
		err = &cloudcontrol.UnansweredError{ClientToken: clientToken, RequestToken: acceptedAs, Err: err}
	}
	return event, err
}

// conflictingRequest returns the request that used the client token before, or
// "" when err is no such conflict.
func conflictingRequest(err error) string {
	var failure *resource.Error
	if errors.As(err, &failure) && failure.Code == resource.ClientTokenConflict {
		return failure.RequestToken
	}
	return ""
}

// tokenOr returns the client token, or a new one when there is none.
func tokenOr(token string) string {
	if token != "" {
		return token
	}
	return cloudcontrol.NewClientToken()
}
