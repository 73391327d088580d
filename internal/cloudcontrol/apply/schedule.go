package apply

import (
	"math/rand/v2"
	"time"

	"skyql/internal/resource"
)

const (
	// firstDelay bounds the first wait before a request is made again; each
	// further one may be twice as long, up to maxDelay.
	firstDelay = time.Second
	maxDelay   = 30 * time.Second
	// maxThrottleWait bounds the waits for throttled requests, all together. It
	// also bounds a wait that the service asks for.
	maxThrottleWait = 10 * time.Minute
)

// schedule decides whether and when a change is tried again.
type schedule struct {
	maxResubmits int
	resubmits    int // for other reasons than throttling
	throttles    int
	throttled    time.Duration // waited
}

// next returns how long to wait after a failure with the code. Throttles are
// bounded by time: how many attempts they take depends on what else goes on.
func (s *schedule) next(code resource.Code, asked time.Duration) (wait time.Duration, again bool) {
	if code == resource.Throttling {
		left := maxThrottleWait - s.throttled
		if left <= 0 {
			return 0, false
		}
		s.throttles++
		wait = min(delay(s.throttles, asked), left)
		s.throttled += wait
		return wait, true
	}
	if s.resubmits >= s.maxResubmits {
		return 0, false
	}
	s.resubmits++
	return min(delay(s.resubmits, asked), maxThrottleWait), true
}

// delay is exponential backoff with jitter before the nth repetition: changes
// that failed together must not come back together.
//
// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
func delay(n int, asked time.Duration) time.Duration {
	if asked > 0 {
		return asked + rand.N(firstDelay)
	}
	bound := maxDelay
	if doublings := n - 1; doublings < 5 {
		bound = min(bound, firstDelay<<doublings)
	}
	return bound/2 + rand.N(bound/2) // never zero, so that a total of waits always grows
}
