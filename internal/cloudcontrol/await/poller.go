package await

import (
	"context"
	"errors"
	"fmt"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

// poller asks about one request and remembers the answers.
type poller struct {
	tracker cloudcontrol.RequestTracker
	scope   resource.Scope
	opts    Options

	last      cloudcontrol.RequestStatus
	notBefore time.Time // when the service wants to be asked again; zero if it did not say
	failure   error     // of the latest poll, nil if that succeeded
	silent    time.Time // since when nobody is reached; zero if somebody is
}

// poll asks once. It returns an error only if asking again is of no use.
func (p *poller) poll(ctx context.Context) error {
	status, err := p.tracker.RequestStatus(ctx,
		cloudcontrol.RequestInput{Scope: p.scope, RequestToken: p.last.Event.RequestToken})
	p.failure = err
	if resource.CodeOf(err) != resource.Unreachable {
		p.silent = time.Time{}
	} else if p.silent.IsZero() {
		p.silent = time.Now()
	}
	switch {
	case err == nil:
		status.Event = complete(status.Event, p.last.Event)
		p.last, p.notBefore = status, status.Event.RetryAfter
		if p.opts.OnEvent != nil {
			p.opts.OnEvent(status.Event)
		}
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case !p.silent.IsZero() && time.Since(p.silent) >= mostSilence:
		return err
	case cloudcontrol.Transient(resource.CodeOf(err)):
		p.notBefore = retryAfter(err)
		return nil
	default:
		return err
	}
}

// mostSilence is how long nobody may be reached. Who comes back finds the request by
// its token.
const mostSilence = 5 * time.Minute

func (p *poller) unfinished(reason error) error {
	return &UnfinishedError{Scope: p.scope, Last: p.last.Event, Err: reason}
}

func (p *poller) outOfTime() error {
	if p.failure == nil {
		return fmt.Errorf("%w: %s", ErrMaxWait, p.opts.MaxWait)
	}
	return fmt.Errorf("%w: %s: %w", ErrMaxWait, p.opts.MaxWait, p.failure)
}

// complete fills in what the service leaves out of an event although it said so
// before: who reads the event should not need the earlier ones.
func complete(event, before cloudcontrol.ProgressEvent) cloudcontrol.ProgressEvent {
	if event.Type == "" {
		event.Type = before.Type
	}
	if event.Operation == "" {
		event.Operation = before.Operation
	}
	if event.Identifier == "" {
		event.Identifier = before.Identifier
	}
	if event.RequestToken == "" {
		event.RequestToken = before.RequestToken
	}
	return event
}

// retryAfter gives the moment before which a failed poll should not be made
// again, or zero.
func retryAfter(err error) time.Time {
	var failure *resource.Error
	if errors.As(err, &failure) && failure.RetryAfter > 0 {
		return time.Now().Add(failure.RetryAfter)
	}
	return time.Time{}
}
