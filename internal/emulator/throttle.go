package emulator

import (
	"sync"
	"time"

	"skyql/internal/resource"
)

// burstShare is how much of a second's calls may come at once.
const burstShare = 0.1

// throttle lets a number of calls per second pass in each account and region.
type throttle struct {
	rate float64 // zero for no bound

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

// allow reports whether one more call may pass now.
func (t *throttle) allow(scope resource.Scope) bool {
	if t.rate <= 0 {
		return true
	}
	burst := max(1, t.rate*burstShare)
	now := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	b := t.buckets[scope]
	if b == nil {
		if t.buckets == nil {
			t.buckets = map[resource.Scope]*bucket{}
		}
		b = &bucket{tokens: burst, updated: now}
		t.buckets[scope] = b
	}
	b.tokens = min(burst, b.tokens+now.Sub(b.updated).Seconds()*t.rate)
	b.updated = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
