package limit

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// rate finds out how many calls per second the service takes, and spaces calls
// accordingly. It is open until the first throttle. From then on it grows slowly
// while nothing is throttled, fast where it is well below what was found to work,
// and with each throttle it falls to what did pass.
//
// https://en.wikipedia.org/wiki/Additive_increase/multiplicative_decrease
type rate struct {
	turn *semaphore.Weighted // its holder waits for the next moment, others for their turn

	mu        sync.Mutex // guards the rest
	limited   bool
	perSecond float64   // while limited
	threshold float64   // what the service took when it last throttled
	next      time.Time // when the next call may go
	grown     time.Time // when perSecond was last changed
	cut       time.Time // when it last fell
	first     time.Time // when it fell first
	passed    meter
}

const (
	// firstRate is the least to begin with when the first calls were throttled: it
	// soon doubles if that is too little.
	firstRate = 2
	leastRate = 0.05
	// openRate is so fast that spacing calls has no sense any more.
	openRate = 1000
	// doubling is how long it takes to double below the threshold.
	doubling = 500 * time.Millisecond
	// growth is the share of the threshold by which the rate grows in a second.
	growth = 0.015
	// patience is after how long without a throttle the growth itself grows: who
	// shared the service's rate may have gone.
	patience = 15 * time.Second
	// enough calls that passed since the last cut tell the rate by their number.
	enough = 8
	// The shares of the rate that are left after a throttle: of what passed, if
	// that is known, else of the rate itself.
	keepPassed, keepRate = 0.9, 0.7
)

func newRate() *rate { return &rate{turn: semaphore.NewWeighted(1)} }

// learned starts with a rate that was found before.
func (r *rate) learned(perSecond float64, now time.Time) {
	r.limited, r.perSecond, r.threshold, r.grown, r.cut = true, perSecond, perSecond, now, now
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
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
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
	r.grow(now)
	if wait := r.next.Sub(now); wait > 0 {
		return wait
	}
	if r.limited {
		r.next = now.Add(time.Duration(float64(time.Second) / r.perSecond))
	}
	return 0
}

// grow raises the rate for the time that has gone by. Only calls that want to go
// make it grow, and not for longer than a second each: idle time tells nothing.
func (r *rate) grow(now time.Time) {
	if !r.limited {
		return
	}
	elapsed := min(now.Sub(r.grown), time.Second).Seconds()
	r.grown = now
	before := r.perSecond
	switch fast := r.threshold * 0.9; {
	case r.threshold == 0 || r.perSecond < fast:
		r.perSecond *= 1 + elapsed/doubling.Seconds()
		if r.threshold > 0 {
			r.perSecond = min(r.perSecond, fast)
		}
	case now.Sub(r.cut) > patience:
		r.perSecond *= 1 + 4*growth*elapsed
	default:
		r.perSecond += growth * r.threshold * elapsed
	}
	if r.perSecond > openRate {
		r.limited = false
	}
	if r.perSecond > before && r.next.After(now) { // the moment that was set comes sooner
		r.next = now.Add(time.Duration(float64(r.next.Sub(now)) * before / r.perSecond))
	}
}

// succeeded notes a call that the service took, and when it went out.
func (r *rate) succeeded(started, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.passed.add(now)
	if r.limited && r.threshold == 0 && started.Before(r.first) {
		// One of the first calls, whose answer came behind that of a throttled one.
		n, _ := r.passed.since(time.Time{}, now)
		r.perSecond = max(r.perSecond, keepPassed*float64(n))
	}
}

// throttled notes a call that the service did not take, and when it went out.
// Calls that were on their way when the rate fell say nothing of the new one.
func (r *rate) throttled(started, now time.Time, retryAfter time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if pause := now.Add(retryAfter); retryAfter > 0 && pause.After(r.next) {
		r.next = pause
	}
	if started.Before(r.cut) {
		return
	}
	measured, known := r.passed.rate(r.cut, now)
	switch {
	case !r.limited:
		// The service may let more pass at first than later.
		r.limited, r.threshold, r.first = true, 0, now
		n, span := r.passed.since(time.Time{}, now)
		r.perSecond = max(firstRate, keepPassed*float64(n)/max(span, time.Second).Seconds())
		if span > time.Second && known {
			r.threshold = measured
		}
	case known:
		r.perSecond = min(r.perSecond, keepPassed*measured)
		r.threshold = measured
	default:
		r.threshold = r.perSecond
		r.perSecond *= keepRate
	}
	r.perSecond = max(r.perSecond, leastRate)
	r.cut, r.grown = now, now
	if next := now.Add(time.Duration(float64(time.Second) / r.perSecond)); next.After(r.next) {
		r.next = next
	}
}

// current gives the rate, and false if there is no limit.
func (r *rate) current() (perSecond float64, limited bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.perSecond, r.limited
}

// meter counts what passed in the last ten seconds.
type meter struct {
	counts [meterSlots]int
	slots  [meterSlots]int64 // which slot of time each count is of
	first  time.Time
}

const (
	meterSlots = 200
	meterSlot  = 50 * time.Millisecond
)

// rate tells how many calls passed per second of late: in the shortest time that
// had enough of them, which is not before the given moment. It is not known if
// there were too few.
func (m *meter) rate(from, now time.Time) (perSecond float64, known bool) {
	for _, span := range []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second} {
		start := now.Add(-span)
		if start.Before(from) {
			start = from
		}
		n, covered := m.since(start, now)
		if n >= enough && covered >= 2*meterSlot {
			return float64(n) / covered.Seconds(), true
		}
	}
	return 0, false
}

func (m *meter) add(now time.Time) {
	if m.first.IsZero() {
		m.first = now
	}
	slot := now.UnixNano() / int64(meterSlot)
	i := slot % meterSlots
	if m.slots[i] != slot {
		m.slots[i], m.counts[i] = slot, 0
	}
	m.counts[i]++
}

// since gives the count from a moment on, and the time that it covers: ten
// seconds at the most.
func (m *meter) since(from, now time.Time) (n int, span time.Duration) {
	if from.Before(m.first) {
		from = m.first
	}
	if oldest := now.Add(-(meterSlots - 1) * meterSlot); from.Before(oldest) {
		from = oldest
	}
	first, last := from.UnixNano()/int64(meterSlot), now.UnixNano()/int64(meterSlot)
	for i, slot := range m.slots {
		if slot >= first && slot <= last {
			n += m.counts[i]
		}
	}
	return n, now.Sub(from)
}
