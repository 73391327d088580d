package emulator

import (
	"sync"
	"time"

	"skyql/internal/emulator/opname"
	"skyql/internal/emulator/settings"
	"skyql/internal/resource"
)

// throttle lets a number of calls per second pass in each account and region.
type throttle struct {
	rates  []settings.Rate
	bursts []settings.Burst

	mu      sync.Mutex // guards buckets
	buckets map[bucketKey]*bucket
}

// bucketKey is whose calls a bucket counts: an account's in a region, as far as
// one rule is for them.
type bucketKey struct {
	scope resource.Scope
	rule  int
}

// bucket has one token for each call that may pass.
//
// https://en.wikipedia.org/wiki/Token_bucket
type bucket struct {
	burst   float64 // how many may come at once after a pause
	tokens  float64
	updated time.Time
}

func newThrottle(rates []settings.Rate, bursts []settings.Burst) *throttle {
	return &throttle{rates: rates, bursts: bursts, buckets: map[bucketKey]*bucket{}}
}

// allow reports whether one more call may pass now.
func (t *throttle) allow(operation string, scope resource.Scope) bool {
	rule := settings.Pick(t.rates, operation, scope.Region)
	if rule < 0 || t.rates[rule].Operation == "" && !opname.OfCloudControl(operation) {
		return true
	}
	rate := t.rates[rule]
	if rate.PerSecond == 0 {
		return true
	}
	now := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	key := bucketKey{scope, rule}
	b := t.buckets[key]
	if b == nil {
		burst := t.burst(rate, scope.Region)
		b = &bucket{burst: burst, tokens: burst, updated: now}
		t.buckets[key] = b
	}
	b.tokens = min(b.burst, b.tokens+now.Sub(b.updated).Seconds()*rate.PerSecond)
	b.updated = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

// burst gives how many calls that the rate is for may come at once in a region.
// A burst for a class is also one for the rate of an operation in it.
func (t *throttle) burst(rate settings.Rate, region resource.Region) float64 {
	if i := settings.Pick(t.bursts, rate.Operation, region); i >= 0 && t.bursts[i].Calls > 0 {
		return float64(t.bursts[i].Calls)
	}
	return max(5, rate.PerSecond/4)
}
