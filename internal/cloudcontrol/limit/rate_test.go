package limit_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/limit"
	"skyql/internal/cloudcontrol/retry"
	"skyql/internal/resource"
)

// bounded is a service that takes so many reads per second.
type bounded struct {
	cloudcontrol.Client
	perSecond, burst float64
	random           float64 // share of calls that are throttled at any rate
	latency          time.Duration

	mu        sync.Mutex // guards the rest
	tokens    float64
	updated   time.Time
	began     time.Time
	calls     int // after the first second
	throttled int // of these
}

// Get implements cloudcontrol.Reader.
func (b *bounded) Get(context.Context, cloudcontrol.GetInput) (cloudcontrol.Description, error) {
	taken := b.take(time.Now())
	<-time.After(b.latency)
	if !taken {
		return cloudcontrol.Description{}, &resource.Error{Code: resource.Throttling}
	}
	return cloudcontrol.Description{}, nil
}

func (b *bounded) take(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.updated.IsZero() {
		b.tokens, b.updated, b.began = b.burst, now, now
	}
	b.tokens = min(b.burst, b.tokens+now.Sub(b.updated).Seconds()*b.perSecond)
	b.updated = now
	later := now.Sub(b.began) > time.Second
	if later {
		b.calls++
	}
	if b.tokens < 1 || rand.Float64() < b.random {
		if later {
			b.throttled++
		}
		return false
	}
	b.tokens--
	return true
}

// The rate of the service is found, and kept close to: nearly all of it is used,
// and few calls are throttled.
func TestRateIsFound(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		perSecond, burst float64
		calls            int
	}{
		{2, 5, 400}, {5, 5, 400}, {20, 5, 400}, {20, 5, 5000}, {50, 10, 2000}, {200, 20, 5000},
	} {
		for seed := range 3 {
			t.Run(fmt.Sprintf("%g per second, %d calls, %d", test.perSecond, test.calls, seed), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					service := &bounded{perSecond: test.perSecond, burst: test.burst, latency: 50 * time.Millisecond}
					client := retry.New(limit.New(limit.Options{}).Wrap(service), retry.Options{})
					slots := make(chan struct{}, 64) // as a statement has them
					var calls sync.WaitGroup
					start := time.Now()
					for range test.calls {
						slots <- struct{}{}
						calls.Go(func() {
							if _, err := client.Get(t.Context(), cloudcontrol.GetInput{}); err != nil {
								t.Error(err)
							}
							<-slots
						})
					}
					calls.Wait()
					ideal := time.Duration((float64(test.calls) - test.burst) / test.perSecond * float64(time.Second))
					if took := time.Since(start); took > ideal*13/10 {
						t.Errorf("took %v, %.2f of what is ideal", took, float64(took)/float64(ideal))
					}
					if share := float64(service.throttled) / float64(service.calls); share > 0.1 {
						t.Errorf("%d of %d calls were throttled after the first second", service.throttled, service.calls)
					}
					t.Logf("%.2f of ideal, %.1f%% throttled", float64(time.Since(start))/float64(ideal), 100*float64(service.throttled)/float64(service.calls))
				})
			})
		}
	}
}

// Throttles that come at any rate do not bring the rate down.
func TestThrottlesThatCannotBeHelped(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		random float64
		most   time.Duration
	}{{0.02, time.Minute}, {0.1, 3 * time.Minute}} {
		for seed := range 5 {
			t.Run(fmt.Sprintf("%g, %d", test.random, seed), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					service := &bounded{perSecond: 1e9, burst: 1e9, random: test.random, latency: 50 * time.Millisecond}
					client := retry.New(limit.New(limit.Options{}).Wrap(service), retry.Options{})
					slots := make(chan struct{}, 64)
					var calls sync.WaitGroup
					start := time.Now()
					for range 1500 {
						slots <- struct{}{}
						calls.Go(func() {
							if _, err := client.Get(t.Context(), cloudcontrol.GetInput{}); err != nil {
								t.Error(err)
							}
							<-slots
						})
					}
					calls.Wait()
					if took := time.Since(start); took > test.most {
						t.Errorf("took %v", took)
					}
					t.Logf("%v", time.Since(start))
				})
			})
		}
	}
}
