package limit

import (
	"context"

	"golang.org/x/sync/semaphore"

	"skyql/internal/resource"
)

// DefaultConcurrency is how many calls may be in flight when Options does not
// say.
const DefaultConcurrency = 64

// Options says what a Limiter allows.
type Options struct {
	Concurrency int // calls in flight in the whole process; default DefaultConcurrency
}

// Limiter lets calls pass in the order in which they came. One Limiter serves
// all clients of the process, from any goroutine.
type Limiter struct {
	slots *semaphore.Weighted
}

// New returns a Limiter.
func New(opts Options) *Limiter {
	if opts.Concurrency <= 0 {
		opts.Concurrency = DefaultConcurrency
	}
	return &Limiter{slots: semaphore.NewWeighted(int64(opts.Concurrency))}
}

// call is what a decision to let a call pass may depend on.
type call struct {
	operation string
	scope     resource.Scope
}

// acquire waits for the call's turn. After success, release must be called
// once, with the outcome of the call.
func (l *Limiter) acquire(ctx context.Context, _ call) (release func(error), err error) {
	if err := l.slots.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	return func(error) { l.slots.Release(1) }, nil
}

// pass makes one call when its turn has come.
func pass[T any](ctx context.Context, l *Limiter, c call, do func() (T, error)) (out T, err error) {
	release, err := l.acquire(ctx, c)
	if err != nil {
		return out, err
	}
	defer func() { release(err) }()
	return do()
}
