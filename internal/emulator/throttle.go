package emulator

import (
	"sync"
	"time"

	"skyql/internal/resource"
)

// throttle lets a number of calls per second pass in each account and region.
type throttle struct {
	rate  float64 // zero for no bound
	burst float64 // how many may come at once after a pause

	mu      sync.Mutex // guards buckets
	buckets map[resource.Scope]*bucket
}

// bucket has one token for each call that may pass.
//
// https://en.wikipedia.org/wiki/Token_bucket
type bucket struct {
	tokens  float64
	updated time.Time
}

// newThrottle makes one. A burst of 0 is that of a quarter of a second, but at
// least 5.
func newThrottle(rate float64, burst int) *throttle {
	t := &throttle{rate: rate, burst: float64(burst)}
	if burst == 0 {
		t.burst = max(5, rate/4)
	}
	return t
}

// allow reports whether one more call may pass now.
func (t *throttle) allow(scope resource.Scope) bool {
	if t.rate <= 0 {
		return true
	}
	now := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.buckets[scope]
	if b == nil {
		if t.buckets == nil {
			t.buckets = map[resource.Scope]*bucket{}
		}
		b = &bucket{tokens: t.burst, updated: now}
		t.buckets[scope] = b
	}
	b.tokens = min(t.burst, b.tokens+now.Sub(b.updated).Seconds()*t.rate)
	b.updated = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
