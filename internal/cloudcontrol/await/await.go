package await

import (
	"context"
	"errors"
	"fmt"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

// Options says how often to ask and for how long. The zero value works.
type Options struct {
	// MinDelay is the wait before the first poll, unless the first event says
	// when to poll, and the shortest between two; default 500 milliseconds.
	MinDelay time.Duration
	// MaxDelay is the longest wait between two polls, whatever the service
	// says; default 30 seconds.
	MaxDelay time.Duration
	// MaxWait bounds everything together; default 2 hours.
	MaxWait time.Duration
	// OnEvent, if not nil, is told each progress event that a poll brought, the
	// final one included.
	OnEvent func(cloudcontrol.ProgressEvent)
}

const (
	defaultMinDelay = 500 * time.Millisecond
	defaultMaxDelay = 30 * time.Second
	defaultMaxWait  = 2 * time.Hour
)

func (o Options) withDefaults() Options {
	if o.MinDelay <= 0 {
		o.MinDelay = defaultMinDelay
	}
	if o.MaxDelay <= 0 {
		o.MaxDelay = defaultMaxDelay
	}
	if o.MaxWait <= 0 {
		o.MaxWait = defaultMaxWait
	}
	o.MaxDelay = max(o.MaxDelay, o.MinDelay)
	return o
}

// ErrMaxWait is what an UnfinishedError wraps when Options.MaxWait was over.
var ErrMaxWait = errors.New("waited long enough")

// UnfinishedError says that waiting ended before the request did. The request
// goes on by itself; its token can be asked about for seven days.
type UnfinishedError struct {
	Scope resource.Scope
	Last  cloudcontrol.ProgressEvent // as last known; always has the RequestToken
	Err   error                      // why waiting ended: a context's error, ErrMaxWait or a *resource.Error
}

// Error names the request and the reason in one line.
func (e *UnfinishedError) Error() string {
	what := string(e.Last.Operation) + " " + string(e.Last.Type)
	if e.Last.Identifier != "" {
		what += fmt.Sprintf(" %q", e.Last.Identifier)
	}
	return fmt.Sprintf("%s in %s is still %s (request token %s): %s",
		what, e.Scope, e.Last.Status, e.Last.RequestToken, e.Err.Error())
}

// Unwrap gives the reason.
func (e *UnfinishedError) Unwrap() error { return e.Err }

// Wait polls until the request that answered with the event first has ended,
// and returns its last known status in any case. The error is nil if the
// request succeeded, a *resource.Error if it failed or was cancelled, and an
// *UnfinishedError if waiting ended first. A poll that fails with a transient
// code is made again until Options.MaxWait.
func Wait(
	ctx context.Context, tracker cloudcontrol.RequestTracker, scope resource.Scope,
	first cloudcontrol.ProgressEvent, opts Options,
) (cloudcontrol.RequestStatus, error) {
	opts = opts.withDefaults()
	p := &poller{
		tracker: tracker, scope: scope, opts: opts,
		last: cloudcontrol.RequestStatus{Event: first}, notBefore: first.RetryAfter,
	}
	deadline := time.Now().Add(opts.MaxWait)
	delays := newDelays(opts)
	for !p.last.Event.Status.Terminal() {
		left := time.Until(deadline)
		if left <= 0 {
			return p.last, p.unfinished(p.outOfTime())
		}
		if err := cloudcontrol.Pause(ctx, min(delays.next(p.notBefore), left)); err != nil {
			return p.last, p.unfinished(err)
		}
		if err := p.poll(ctx); err != nil {
			return p.last, p.unfinished(err)
		}
	}
	return p.last, p.last.Event.Err(scope)
}
