package limit

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
	"skyql/internal/tagging"
)

// DefaultConcurrency is how many calls may be in flight when Options does not
// say.
const DefaultConcurrency = 64

// Options says what a Limiter allows.
type Options struct {
	// Concurrency is how many calls may be in flight in each account and region;
	// default DefaultConcurrency. One region that is slow takes nothing from the
	// others.
	Concurrency int
	// MaxRate is how many calls per second may go out in each account and region;
	// 0 leaves it to what the service takes.
	MaxRate float64
	// Known are rates that were found before; see Rates. They are taken for no less
	// than what a run without them falls to at first: the service may be well again.
	Known []Rate
}

// Class is a group of operations that the service counts together, as far as is
// known.
type Class string

// The classes.
const (
	Reads  Class = "reads" // also looking at requests
	Lists  Class = "lists"
	Writes Class = "writes"
	Tags   Class = "tags" // the tagging API is a service of its own
)

// Rate is how many calls per second of a class an account and region was found to
// take.
type Rate struct {
	Scope     resource.Scope
	Class     Class
	PerSecond float64
	// FellAt is when the service last made the rate fall; of a rate that was known
	// before, zero until it does so again.
	FellAt time.Time
}

// Limiter lets calls pass in the order in which they came, as fast as the service
// takes them: for each account, region and class of operations it finds the rate.
// One Limiter serves all clients of the process, from any goroutine; a statement
// that has many calls to make has no more of them waiting here than are in flight
// at most, so that those of others come between.
type Limiter struct {
	opts Options

	mu     sync.Mutex // guards the rest
	home   string
	scopes map[resource.Scope]*scope
}

// scope is an account in a region.
type scope struct {
	slots *semaphore.Weighted
	most  *spacing // nil if there is no MaxRate
	rates map[Class]*rate
}

// New returns a Limiter.
func New(opts Options) *Limiter {
	if opts.Concurrency <= 0 {
		opts.Concurrency = DefaultConcurrency
	}
	l := &Limiter{opts: opts, scopes: map[resource.Scope]*scope{}}
	for _, known := range opts.Known {
		if rate := l.scope(known.Scope).rates[known.Class]; rate != nil && known.PerSecond > 0 {
			rate.learned(max(known.PerSecond, firstRate), time.Now())
		}
	}
	return l
}

// SetHome tells which account calls without an account are made in, so that they
// count together with those that name it.
func (l *Limiter) SetHome(account string) {
	l.mu.Lock()
	l.home = account
	l.mu.Unlock()
}

func (l *Limiter) scope(at resource.Scope) *scope {
	l.mu.Lock()
	defer l.mu.Unlock()
	if at.Account == l.home {
		at.Account = ""
	}
	s := l.scopes[at]
	if s == nil {
		s = &scope{
			slots: semaphore.NewWeighted(int64(l.opts.Concurrency)),
			rates: map[Class]*rate{Reads: newRate(), Lists: newRate(), Writes: newRate(), Tags: newRate()},
		}
		if l.opts.MaxRate > 0 {
			s.most = newSpacing(l.opts.MaxRate)
		}
		l.scopes[at] = s
	}
	return s
}

// Rates gives the rates that are limited at present.
func (l *Limiter) Rates() []Rate {
	l.mu.Lock()
	defer l.mu.Unlock()
	var rates []Rate
	for at, s := range l.scopes {
		for class, r := range s.rates {
			if perSecond, fellAt, limited := r.current(); limited {
				rates = append(rates, Rate{at, class, perSecond, fellAt})
			}
		}
	}
	return rates
}

// call is what a decision to let a call pass depends on.
type call struct {
	operation string
	scope     resource.Scope
}

func (c call) class() Class {
	if strings.HasPrefix(c.operation, tagging.Prefix) {
		return Tags
	}
	switch c.operation {
	case cloudcontrol.ListResources, cloudcontrol.ListResourceRequests:
		return Lists
	case cloudcontrol.CreateResource, cloudcontrol.UpdateResource, cloudcontrol.DeleteResource,
		cloudcontrol.CancelResourceRequest:
		return Writes
	}
	return Reads
}

// pass makes one call when its turn has come.
func pass[T any](ctx context.Context, l *Limiter, c call, do func() (T, error)) (out T, err error) {
	s := l.scope(c.scope)
	r := s.rates[c.class()]
	if s.most != nil {
		if err := s.most.wait(ctx); err != nil {
			return out, notSent(err)
		}
	}
	if err := r.wait(ctx); err != nil {
		return out, notSent(err)
	}
	if err := s.slots.Acquire(ctx, 1); err != nil {
		return out, notSent(err)
	}
	defer s.slots.Release(1)
	started := time.Now()
	out, err = do()
	r.outcome(started, err)
	return out, err
}

// notSent says of a call that was given up while it waited that nothing came of it.
func notSent(err error) error { return fmt.Errorf("%w; %w", err, cloudcontrol.ErrNotSent) }

// throttledLater notes a change that was accepted and then failed because the
// service behind the API throttled it.
func (l *Limiter) throttledLater(at resource.Scope, event cloudcontrol.ProgressEvent) {
	now := time.Now()
	started := event.EventTime
	if started.IsZero() || started.After(now) {
		started = now
	}
	l.scope(at).rates[Writes].throttled(started, now, time.Until(event.RetryAfter))
}

// outcome learns from how a call ended. An answer that is no throttle means that
// the service took the call; no answer means nothing.
func (r *rate) outcome(started time.Time, err error) {
	var failure *resource.Error
	switch {
	case err == nil:
		r.succeeded(started, time.Now())
	case errors.Is(err, resource.Throttling):
		var retryAfter time.Duration
		if errors.As(err, &failure) {
			retryAfter = failure.RetryAfter
		}
		r.throttled(started, time.Now(), retryAfter)
	case errors.As(err, &failure) && !cloudcontrol.Transient(failure.Code):
		r.succeeded(started, time.Now())
	}
}

// spacing keeps calls apart by a fixed time.
type spacing struct {
	turn *semaphore.Weighted
	gap  time.Duration
	next time.Time // used by the holder of the turn only
}

func newSpacing(perSecond float64) *spacing {
	return &spacing{turn: semaphore.NewWeighted(1), gap: time.Duration(float64(time.Second) / perSecond)}
}

func (s *spacing) wait(ctx context.Context) error {
	if err := s.turn.Acquire(ctx, 1); err != nil {
		return err
	}
	defer s.turn.Release(1)
	if wait := time.Until(s.next); wait > 0 {
		if err := cloudcontrol.Pause(ctx, wait); err != nil {
			return err
		}
	}
	s.next = time.Now().Add(s.gap)
	return nil
}
