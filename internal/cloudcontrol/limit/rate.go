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
// became of the calls of an epoch: if more were throttled than can be helped, it
// falls to what did pass; else it grows, fast where it is well below what was
// found to work, slowly beyond.
//
// Throttles that come however slow the calls are, as from a service behind the
// API that others use as well, say nothing of the rate. They show in that their
// share stays when the rate falls, and are put up with.
//
// https://en.wikipedia.org/wiki/Additive_increase/multiplicative_decrease
type rate struct {
	turn *semaphore.Weighted // its holder waits for the next moment, others for their turn

	mu        sync.Mutex // guards the rest
	limited   bool
	perSecond float64   // while limited
	threshold float64   // what the service took when it last throttled, 0 if not known
	next      time.Time // when the next call may go
	cut       time.Time // when it last fell, or was learned
	fellAt    time.Time // when it last fell
	clean     int       // epochs that went well since
	epoch     epoch
	opened    epoch // before the first throttle
	fell      fall  // the last one
	proven    proof
	drained   bool      // the last epoch was throttled
	risen     time.Time // when it was last looked at whether it may grow
	helpless  float64   // share of calls that are throttled at any rate
}

// epoch counts what became of the calls that went out since it began.
type epoch struct {
	began           time.Time
	passed, refused int
}

// fall is what the rate was before it fell in the latest epochs, and why.
type fall struct {
	times     int // without an epoch between that went well
	perSecond float64
	share     float64 // of the calls that were throttled at first
}

// proof is a rate at which calls did pass.
type proof struct {
	perSecond float64
	at        time.Time
}

const (
	// proofLife is how long a proof holds: the service may take less by then.
	proofLife = 30 * time.Second
	// firstRate is the least to begin with when the first calls were throttled: it
	// soon doubles if that is too little.
	firstRate = 2
	leastRate = 0.05
	// openRate is so fast that spacing calls has no sense any more.
	openRate = 1000
	// doubling is how long it takes to double below the threshold.
	doubling = 500 * time.Millisecond
	// growth is the share by which the rate grows in a second. With each epoch that
	// goes well it is a third more, up to mostGrowth in an epoch: the threshold
	// may be wrong, or who shared the service's rate may have gone.
	growth, mostGrowth = 0.015, 0.1
	// tolerance is the share of calls that may be throttled beyond what cannot be
	// helped.
	tolerance = 0.05
	// keep is the share of what passed to which the rate falls.
	keep = 0.95
)

func newRate() *rate { return &rate{turn: semaphore.NewWeighted(1)} }

// learned starts with a rate that was found before.
func (r *rate) learned(perSecond float64, now time.Time) {
	r.limited, r.perSecond, r.threshold, r.cut = true, perSecond, perSecond, now
	r.epoch = epoch{began: now}
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
		r.next = now.Add(time.Duration(float64(time.Second) / r.perSecond))
	}
	return 0
}

// succeeded notes a call that the service took, and when it went out.
func (r *rate) succeeded(started, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case !r.limited:
		r.opened.add(now, true)
	case started.Before(r.epoch.began):
		// The answers of the first calls may come behind that of a throttled one.
		if r.threshold == 0 && r.cut.Equal(r.epoch.began) {
			r.opened.passed++
			r.perSecond = max(r.perSecond, keep*float64(r.opened.passed)/max(now.Sub(r.opened.began), time.Second).Seconds())
		}
	default:
		r.epoch.passed++
		r.rise(now)
		r.judge(now)
	}
}

// throttled notes a call that the service did not take, and when it went out.
// Calls that were on their way when the rate changed say nothing of the new one.
func (r *rate) throttled(started, now time.Time, retryAfter time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if pause := now.Add(retryAfter); retryAfter > 0 && pause.After(r.next) {
		r.next = pause
	}
	switch {
	case !r.limited:
		r.opened.add(now, false)
		r.close(now)
	case !started.Before(r.epoch.began):
		r.epoch.refused++
		r.judge(now)
	}
}

// add counts calls while there is no limit: those of the last seconds, so that old
// ones do not stand for what the service takes now.
func (e *epoch) add(now time.Time, passed bool) {
	if now.Sub(e.began) > 10*time.Second {
		*e = epoch{began: now}
	}
	if passed {
		e.passed++
	} else {
		e.refused++
	}
}

// close begins to space calls, at the first throttle. The service may let more
// pass at first than later, so a second is the least that is looked at.
func (r *rate) close(now time.Time) {
	span := max(now.Sub(r.opened.began), time.Second).Seconds()
	r.limited, r.threshold = true, 0
	r.perSecond = max(firstRate, keep*float64(r.opened.passed)/span)
	r.cut, r.fellAt, r.risen, r.epoch = now, now, now, epoch{began: now}
	r.next = later(r.next, now.Add(time.Duration(float64(time.Second)/r.perSecond)))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// rise lets the rate grow within an epoch, as long as nothing is known of what the
// service takes.
func (r *rate) rise(now time.Time) {
	if elapsed := now.Sub(r.risen); r.threshold == 0 && r.epoch.share() <= r.helpless+tolerance {
		r.perSecond *= min(2, 1+elapsed.Seconds()/doubling.Seconds())
		r.openIfFast(now)
	}
	r.risen = now
}

func (r *rate) openIfFast(now time.Time) {
	if r.perSecond > openRate {
		r.limited, r.opened = false, epoch{began: now}
	}
}

// share is the share of the calls that were throttled.
func (e epoch) share() float64 {
	if e.passed+e.refused == 0 {
		return 0
	}
	return float64(e.refused) / float64(e.passed+e.refused)
}

// judge ends an epoch that tells enough, and sets the rate of the next.
func (r *rate) judge(now time.Time) {
	n, span, share := r.epoch.passed+r.epoch.refused, now.Sub(r.epoch.began), r.epoch.share()
	switch {
	case n >= min(max(20, int(r.perSecond)), 60):
	case r.epoch.refused >= 4 && share >= 0.5: // plainly too fast
	case n >= 8 && span > 20*time.Second:
	default:
		return
	}
	if share > r.helpless+tolerance && r.epoch.refused > 1 {
		r.fall(now, share, span)
	} else {
		r.grow(now, share, span)
	}
	r.drained = share > tolerance
	r.epoch = epoch{began: now}
	r.risen = now
}

// fall lowers the rate to what passed. If that did not help twice, the rate is not
// what is throttled. (Once may be because the service had calls saved up when the
// first fall was measured.)
func (r *rate) fall(now time.Time, share float64, span time.Duration) {
	r.prove(now, span)
	if r.fell.times >= 2 && share < 0.5 && share > 0.3*r.fell.share {
		r.helpless = share
		r.perSecond, r.threshold = r.fell.perSecond, r.fell.perSecond
		r.fell = fall{}
		return
	}
	if r.fell.times == 0 {
		r.fell = fall{0, r.perSecond, share}
	}
	r.fell.times++
	r.clean = 0
	r.threshold = max(r.perSecond*(1-share), r.proven.perSecond)
	r.perSecond = max(keep*r.threshold, leastRate)
	r.cut, r.fellAt = now, now
	r.next = later(r.next, now.Add(time.Duration(float64(time.Second)/r.perSecond)))
}

// prove remembers what passed in an epoch that began when the service had nothing
// saved up. Whatever it throttled, it took that much: the most of the last half a
// minute is what the rate never falls below.
func (r *rate) prove(now time.Time, span time.Duration) {
	perSecond := float64(r.epoch.passed-1) / max(span, time.Second).Seconds()
	if r.drained && r.epoch.passed >= 10 && (perSecond >= r.proven.perSecond || now.Sub(r.proven.at) > proofLife) {
		r.proven = proof{perSecond, now}
	} else if now.Sub(r.proven.at) > proofLife {
		r.proven = proof{}
	}
}

// grow raises the rate for an epoch that went well.
func (r *rate) grow(now time.Time, share float64, span time.Duration) {
	r.fell.times = 0
	if share < r.helpless { // it only grows where a fall has shown it
		r.helpless += (share - r.helpless) / 4
	}
	r.prove(now, span)
	seconds := min(span, 5*time.Second).Seconds()
	switch {
	case r.threshold == 0: // rises within the epoch
	default:
		r.perSecond *= 1 + min(growth*math.Pow(1.3, float64(r.clean))*seconds, mostGrowth)
		r.clean++
	}
	r.openIfFast(now)
}

// current gives the rate, and false if there is no limit.
func (r *rate) current() (perSecond float64, fellAt time.Time, limited bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.perSecond, r.fellAt, r.limited
}
