package await

import (
	"math/rand/v2"
	"time"
)

// growth of the wait between polls. At 1.5 an operation is noticed at most half
// as long after its end as it took, for about ten polls in the first minute.
const growth = 1.5

// delays gives the waits between polls.
type delays struct {
	opts    Options
	backoff time.Duration
	later   bool // the first wait is over
}

func newDelays(opts Options) *delays {
	return &delays{opts: opts, backoff: opts.MinDelay}
}

// next returns how long to wait before the next poll, when the last event said
// not to ask before retryAfter; a zero or past time says nothing.
func (d *delays) next(retryAfter time.Time) time.Duration {
	shortest := d.opts.MinDelay
	if !d.later && !retryAfter.IsZero() {
		shortest = 0 // the service says that it can be asked at once
	}
	d.later = true
	wait := d.backoff + time.Duration(0.2*rand.Float64()*float64(d.backoff))
	d.backoff = min(time.Duration(growth*float64(d.backoff)), d.opts.MaxDelay)
	if asked := time.Until(retryAfter); asked > 0 || shortest == 0 {
		wait = asked
	}
	return min(max(wait, shortest), d.opts.MaxDelay)
}
