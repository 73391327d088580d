package awsclient

import (
	"context"
	"sync"
)

// lazy is a value that is loaded when it is first needed. Unlike sync.Once it
// forgets failures, so that a load which was cancelled can be made again, and
// who waits for another goroutine's load can be cancelled too.
type lazy[T any] struct {
	init sync.Once
	turn chan struct{} // holds one element while nobody loads

	value  T    // guarded by turn
	loaded bool // guarded by turn
}

// get returns the value, loading it if need be.
func (l *lazy[T]) get(ctx context.Context, load func(context.Context) (T, error)) (T, error) {
	l.init.Do(func() {
		l.turn = make(chan struct{}, 1)
		l.turn <- struct{}{}
	})
	var none T
	select {
	case <-l.turn:
		defer func() { l.turn <- struct{}{} }()
	case <-ctx.Done():
		return none, ctx.Err()
	}
	if l.loaded {
		return l.value, nil
	}
	value, err := load(ctx)
	if err != nil {
		return none, err
	}
	l.value, l.loaded = value, true
	return value, nil
}
