package retry

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

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
		if stopped := pause(ctx, wait); stopped != nil {
			// The text names what was waited for, so that a deadline which
			// throttling used up does not look like a mystery.
			return out, fmt.Errorf("%w while waiting to repeat: %s", stopped, err.Error())
		}
	}
}

// start makes a call that starts a change. All attempts carry the same client
// token. When an attempt failed without an answer from the service, the change
// may be under way; the next attempt then learns its request token from the
// conflict, and its progress event is the answer.
func (c *Client) start(
	ctx context.Context, about Attempt, try func() (cloudcontrol.ProgressEvent, error),
) (cloudcontrol.ProgressEvent, error) {
	mayHaveLanded, landedAs := false, ""
	return repeat(ctx, c, about, func() (cloudcontrol.ProgressEvent, error) {
		if landedAs == "" {
			event, err := try()
			request := conflictingRequest(err)
			if request == "" || !mayHaveLanded {
				// A throttled call did no work; any other failure leaves it open.
				mayHaveLanded = mayHaveLanded || err != nil && !errors.Is(err, resource.Throttling)
				return event, err
			}
			landedAs = request
		}
		status, err := c.Client.RequestStatus(ctx,
			cloudcontrol.RequestInput{Scope: about.Scope, RequestToken: landedAs})
		return status.Event, err
	})
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

// tokenOr returns the client token, or a new random one (a version 4 UUID, as
// the AWS SDKs use) when there is none.
//
// https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-4
func tokenOr(token string) string {
	if token != "" {
		return token
	}
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails, says crypto/rand
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}

// pause waits, and returns the context's error if that ends first.
func pause(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
