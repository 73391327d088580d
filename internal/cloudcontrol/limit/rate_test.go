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

// read makes so many reads at once as a statement does, and gives how long they
// took together.
func (b *bounded) read(t *testing.T, calls int, options limit.Options) time.Duration {
	t.Helper()
	client := retry.New(limit.New(options).Wrap(b), retry.Options{})
	slots := make(chan struct{}, 64)
	var running sync.WaitGroup
	start := time.Now()
	for range calls {
		slots <- struct{}{}
		running.Go(func() {
			if _, err := client.Get(t.Context(), cloudcontrol.GetInput{}); err != nil {
				t.Error(err)
			}
			<-slots
		})
	}
	running.Wait()
	return time.Since(start)
}

func known(perSecond float64) limit.Options {
	return limit.Options{Known: []limit.Rate{{Class: limit.Reads, PerSecond: perSecond}}}
}

// The rate of the service is found, and kept close to: nearly all of it is used,
// and few calls are throttled.
func TestRateIsFound(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		perSecond, burst float64
		calls            int
		options          limit.Options
	}{
		{2, 5, 400, limit.Options{}},
		{5, 5, 400, limit.Options{}},
		{20, 5, 400, limit.Options{}},
		{20, 5, 5000, limit.Options{}},
		{20, 100, 1000, limit.Options{}},
		{50, 10, 2000, limit.Options{}},
		{200, 20, 5000, limit.Options{}},
		{20, 5, 400, known(100)},
		{50, 5, 1000, known(5)},
	} {
		t.Run(fmt.Sprintf("%g per second, %g saved up, %d calls, known %v", test.perSecond, test.burst, test.calls, test.options.Known), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := &bounded{perSecond: test.perSecond, burst: test.burst, latency: 50 * time.Millisecond}
				took := service.read(t, test.calls, test.options).Seconds()
				ideal := (float64(test.calls) - test.burst) / test.perSecond
				share := float64(service.throttled) / float64(service.calls)
				if took > ideal*1.3 || share > 0.1 {
					t.Errorf("took %.2f of what is ideal, and %.3f of the calls were throttled after the first second", took/ideal, share)
				}
				t.Logf("%.2f of ideal, %.1f%% throttled", took/ideal, 100*share)
			})
		})
	}
}

// A service that changes what it takes is followed, down and up.
func TestRateIsFollowed(t *testing.T) {
	t.Parallel()
	for _, then := range []float64{5, 100} {
		t.Run(fmt.Sprintf("20, then %g per second", then), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				service := &bounded{perSecond: 20, burst: 5, latency: 50 * time.Millisecond}
				time.AfterFunc(20*time.Second, func() {
					service.mu.Lock()
					defer service.mu.Unlock()
					service.perSecond = then
				})
				took := service.read(t, 800, limit.Options{}).Seconds()
				if ideal := 20 + 400/then; took > ideal*1.3 {
					t.Errorf("took %.1f s where %.1f are ideal", took, ideal)
				}
			})
		})
	}
}

// Throttles that come at any rate do not bring the rate down for long. Chance has a
// part in how long it takes: the limits are two to four times the worst of thirty
// runs.
func TestThrottlesThatCannotBeHelped(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		random  float64
		most    time.Duration
		options limit.Options
	}{
		{0.02, 30 * time.Second, limit.Options{}},
		{0.1, time.Minute, limit.Options{}},
		{0.3, 4 * time.Minute, limit.Options{}},
		{0.5, 15 * time.Minute, limit.Options{}},
		{0.1, 6 * time.Minute, known(2)},
	} {
		for run := range 5 {
			t.Run(fmt.Sprintf("%g, known %v, %d", test.random, test.options.Known, run), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					service := &bounded{perSecond: 1e9, burst: 1e9, random: test.random, latency: 50 * time.Millisecond}
					took := service.read(t, 1500, test.options)
					if took > test.most {
						t.Errorf("took %v", took)
					}
					t.Logf("%v", took)
				})
			})
		}
	}
}
