package limit

import (
	"context"
	"math"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"skyql/internal/cloudcontrol"
)

// rate finds out how many calls per second the service takes, and spaces calls
// accordingly. It is open until the first throttle. From then on it looks at what
// became of the calls of each half a second or more, and goes at the highest rate
// that the service may well take by what was seen; see evidence.
type rate struct {
	turn *semaphore.Weighted // its holder waits for the next moment, others for their turn

	mu        sync.Mutex // guards the rest
	limited   bool
	perSecond float64   // while limited
	next      time.Time // when the next call may go
	fellAt    time.Time // when it last fell
	closedAt  time.Time // when it was last limited
	opened    tally     // before the first throttle
	epoch     tally     // since the rate was last set
	idle      time.Duration
	inRow     int // calls that passed since the last that did not
	seen      evidence
}

// tally counts what became of the calls that went out since it began.
type tally struct {
	began           time.Time
	passed, refused int
}

const (
	// firstRate is the least to begin with when the first calls were throttled: it
	// soon doubles if that is too little.
	firstRate = 2
	// openRate is so fast that spacing calls has no sense any more.
	openRate = 1000
	// epochTime is the least that an epoch lasts, enoughCalls how many calls it has
	// at least if one of them was refused.
	epochTime   = 500 * time.Millisecond
	enoughCalls = 8
	// openTime is how long calls count that were made while there was no limit.
	openTime = 10 * time.Second
	// keep is the share of what passed at first that is gone on with: the service
	// may let more pass at first than later.
	keep = 0.98
	// fallTo is the share of what the service most likely takes that is gone on with
	// when it is exceeded: a little less, so that calls that wait for a repetition
	// come through.
	fallTo = 0.95
	// savedUp is after how many calls in a row the first that is refused tells that
	// the service had saved up, and lived on that.
	savedUp = 20
)

func newRate() *rate { return &rate{turn: semaphore.NewWeighted(1)} }

// learned starts with a rate that was found before: about that much passed. That
// weighs little against what is seen, and says nothing of what would not pass.
func (r *rate) learned(perSecond float64, now time.Time) {
	r.limited, r.perSecond, r.next = true, perSecond, now
	r.epoch.began = now
	r.seen.add(perSecond/2, 10, 0)
}

// wait lets calls go in the order in which they came, one at each moment. It
// returns when the call may go.
func (r *rate) wait(ctx context.Context) error {
	if r.open(time.Now()) {
		return ctx.Err()
	}
	if err := r.turn.Acquire(ctx, 1); err != nil {
		return err
	}
	defer r.turn.Release(1)
	for {
		wait := r.take(time.Now())
		if wait <= 0 {
			return ctx.Err()
		}
		if err := cloudcontrol.Pause(ctx, wait); err != nil {
			return err
		}
	}
}

func (r *rate) open(now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.limited && !r.next.After(now)
}

// take takes the next moment if it has come, else tells how far off it is.
func (r *rate) take(now time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	if wait := r.next.Sub(now); wait > 0 {
		return wait
	}
	if r.limited {
		r.idle += now.Sub(later(r.next, r.epoch.began))
		r.next = now.Add(r.interval())
	}
	return 0
}

// succeeded notes a call that the service took, and when it went out.
func (r *rate) succeeded(started, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case !r.limited:
		r.noteOpen(now)
		r.opened.passed++
	case !started.Before(r.epoch.began):
		r.epoch.passed++
		r.inRow++
		r.adjust(now)
	case r.closedAt.Equal(r.epoch.began):
		// The answers of the first calls may come behind that of a throttled one.
		r.opened.passed++
		r.perSecond = max(r.perSecond, r.openedRate(now))
	}
}

// throttled notes a call that the service did not take, and when it went out.
// Calls that were on their way when the rate changed say nothing of the new one.
func (r *rate) throttled(started, now time.Time, retryAfter time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if retryAfter > 0 {
		r.next = later(r.next, now.Add(retryAfter))
	}
	switch {
	case !r.limited:
		r.close(now)
	case started.Before(r.epoch.began):
	case r.inRow >= savedUp:
		// What was saved up is used: the calls before tell nothing of what the service
		// takes in the long run.
		r.begin(now)
	default:
		r.epoch.refused++
		r.inRow = 0
		r.adjust(now)
	}
}

// noteOpen forgets calls of some time ago, which do not stand for what the service
// takes now.
func (r *rate) noteOpen(now time.Time) {
	if now.Sub(r.opened.began) > openTime {
		r.opened = tally{began: now}
	}
}

// close begins to space calls, at the first throttle.
func (r *rate) close(now time.Time) {
	r.noteOpen(now)
	r.limited = true
	r.perSecond = max(firstRate, r.openedRate(now))
	r.fellAt, r.closedAt = now, now
	r.next = later(r.next, now.Add(r.interval()))
	r.begin(now)
}

// openedRate gives what passed while there was no limit. A second is the least that
// is looked at, as the service lets more pass at first than later.
func (r *rate) openedRate(now time.Time) float64 {
	return keep * float64(r.opened.passed) / max(now.Sub(r.opened.began).Seconds(), 1)
}

// begin starts a new epoch.
func (r *rate) begin(now time.Time) {
	r.epoch, r.idle, r.inRow = tally{began: now}, 0, 0
}

// adjust ends an epoch that tells enough, and sets the rate of the next.
func (r *rate) adjust(now time.Time) {
	if !r.tellsEnough(now) {
		return
	}
	calls, span := r.epoch.passed+r.epoch.refused, now.Sub(r.epoch.began).Seconds()
	offered := r.perSecond
	if span > 0 { // else all came at one moment, and nobody was idle
		offered *= max(0.05, 1-r.idle.Seconds()/span)
	}
	r.seen.fade(calls, span)
	r.seen.add(offered, r.epoch.passed, r.epoch.refused)
	likely, most := r.seen.capacity()
	if r.perSecond > 1.02*likely {
		r.perSecond = max(fallTo*likely, r.perSecond/4)
		r.fellAt = now
		r.next = later(r.next, now.Add(r.interval()))
	} else if r.perSecond < most {
		r.perSecond *= min(2, math.Sqrt(most/r.perSecond))
	}
	inRow := r.inRow
	r.begin(now)
	r.inRow = inRow
	if r.perSecond > openRate {
		r.limited, r.opened = false, tally{began: now}
	}
}

// tellsEnough reports whether the epoch says something about the rate: soon if most
// calls are refused.
func (r *rate) tellsEnough(now time.Time) bool {
	passed, refused := r.epoch.passed, r.epoch.refused
	if refused >= enoughCalls/2 && refused >= passed {
		return true
	}
	return now.Sub(r.epoch.began) >= epochTime && (passed+refused >= enoughCalls || refused == 0 && passed >= 2)
}

// current gives the rate, and false if there is no limit.
func (r *rate) current() (perSecond float64, fellAt time.Time, limited bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.perSecond, r.fellAt, r.limited
}

func (r *rate) interval() time.Duration {
	return time.Duration(float64(time.Second) / r.perSecond)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
