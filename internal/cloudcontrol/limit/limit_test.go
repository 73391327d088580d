package limit_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/limit"
	"skyql/internal/resource"
)

// slow is a client whose reads take a second.
type slow struct {
	cloudcontrol.Client
	running, most atomic.Int64

	mu    sync.Mutex
	order []string // guarded by mu
}

func (s *slow) Get(_ context.Context, in cloudcontrol.GetInput) (cloudcontrol.Description, error) {
	now := s.running.Add(1)
	defer s.running.Add(-1)
	s.mu.Lock()
	s.most.Store(max(s.most.Load(), now))
	s.order = append(s.order, in.Identifier)
	s.mu.Unlock()
	<-time.After(time.Second)
	return cloudcontrol.Description{}, nil
}

func (s *slow) List(context.Context, cloudcontrol.ListInput) (cloudcontrol.Page, error) {
	return cloudcontrol.Page{}, resource.Throttling
}

func TestCallsInFlight(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ option, want int }{{0, limit.DefaultConcurrency}, {-1, limit.DefaultConcurrency}, {3, 3}} {
		synctest.Test(t, func(t *testing.T) {
			inner := &slow{}
			limiter := limit.New(limit.Options{Concurrency: test.option})
			clients := []*limit.Client{limiter.Wrap(inner), limiter.Wrap(inner)}
			var calls sync.WaitGroup
			for i := range 200 {
				calls.Go(func() { clients[i%2].Get(t.Context(), cloudcontrol.GetInput{}) })
			}
			calls.Wait()
			if got := inner.most.Load(); got != int64(test.want) {
				t.Errorf("want %d calls at a time, got %d", test.want, got)
			}
		})
	}
}

func TestFirstComeFirstServed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inner := &slow{}
		client := limit.New(limit.Options{Concurrency: 1}).Wrap(inner)
		var calls sync.WaitGroup
		var want []string
		for i := range 20 {
			name := fmt.Sprint(i)
			want = append(want, name)
			calls.Go(func() { client.Get(t.Context(), cloudcontrol.GetInput{Identifier: name}) })
			synctest.Wait()
		}
		calls.Wait()
		if !slices.Equal(inner.order, want) {
			t.Errorf("want order %v, got %v", want, inner.order)
		}
	})
}

func TestCancelWhileWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inner := &slow{}
		client := limit.New(limit.Options{Concurrency: 1}).Wrap(inner)
		go client.Get(t.Context(), cloudcontrol.GetInput{})
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		start := time.Now()
		if _, err := client.Get(ctx, cloudcontrol.GetInput{}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("want context.DeadlineExceeded, got %v", err)
		}
		if took := time.Since(start); took != 100*time.Millisecond {
			t.Errorf("want an answer after 100ms, took %s", took)
		}
		if _, err := client.Get(t.Context(), cloudcontrol.GetInput{}); err != nil || len(inner.order) != 2 {
			t.Errorf("want the slot to be free afterwards, got %v, %v", inner.order, err)
		}
	})
}

func TestErrorsPassAndFreeTheirSlot(t *testing.T) {
	t.Parallel()
	client := limit.New(limit.Options{Concurrency: 1}).Wrap(&slow{})
	for range 3 {
		if _, err := client.List(t.Context(), cloudcontrol.ListInput{}); err != resource.Throttling {
			t.Errorf("want the error itself, got %v", err)
		}
	}
}
