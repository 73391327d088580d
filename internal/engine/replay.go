package engine

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"time"

	"golang.org/x/sync/errgroup"

	"skyql/internal/pushdown"
	"skyql/internal/table"
	"skyql/internal/vtable"
)

// Keys that a pass may lack before it is broken off, in a statement that may soon
// have enough rows. The bound doubles with every pass: small at first so that
// little is fetched in vain, and then soon no bound at all.
const firstLack = 64

// How long a pass that lacks rows may go on without lacking more. It doubles
// with every pass as well.
const firstPatience = 200 * time.Millisecond

// After so many passes the next one fetches what it lacks while it runs, one scan
// after the other: each key may depend on the one before, or be another one each
// time, as with the time of day.
const mostPasses = 32

// Scans that are fetched at a time between two passes. The calls in flight have
// a bound of their own.
const scansAtOnce = 256

// replay holds the scans of a statement, and counts those that the pass under way
// was found to lack. What is lacking is fetched at once, while passes go on: one
// waits for the rows of a scan that an earlier pass lacked.
type replay struct {
	statement *statement
	fetched   map[string]*fetchedScan
	fetches   *errgroup.Group // that fill scans
	ctx       context.Context // of the fetches; one that fails ends all
	cancel    context.CancelFunc
	native    map[string][][]any       // rows of tables that do not show one type
	lacked    map[string]bool          // keys of what this pass lacks
	growing   map[string]pushdown.Scan // of them, those that are fetched a part at a time, before the next pass
	bound     int
	patience  time.Duration
	giveUp    *time.Timer // ends the pass; nil in one that must not be broken off
	direct    bool        // the pass waits for whatever it lacks
	seed      [2]uint64   // of what random() gives in each pass
	random    *rand.Rand
}

// errLacking ends a pass early.
var errLacking = errors.New("the pass lacks rows")

func newReplay(s *statement) *replay {
	s.fetcher.Keep()
	ctx, cancel := context.WithCancel(s.ctx)
	r := &replay{
		statement: s, fetched: map[string]*fetchedScan{}, native: map[string][][]any{},
		bound: firstLack, patience: firstPatience, seed: [2]uint64{rand.Uint64(), rand.Uint64()},
		cancel: cancel,
	}
	r.fetches, r.ctx = errgroup.WithContext(ctx)
	r.fetches.SetLimit(scansAtOnce)
	switch {
	case s.wanted > 0:
		r.bound = int(min(s.wanted, firstLack))
	case !s.lazy:
		r.bound = math.MaxInt32
	}
	return r
}

// restart begins a pass.
func (r *replay) restart() {
	r.random = rand.New(rand.NewPCG(r.seed[0], r.seed[1]))
	r.lacked, r.growing = map[string]bool{}, map[string]pushdown.Scan{}
}

// rows gives the rows of a scan, as far as an earlier pass has asked for it. If
// none has, it starts to fetch them and gives none: this pass is in vain anyway.
func (r *replay) rows(scan pushdown.Scan) (vtable.Rows, error) {
	if scan.Empty {
		return &sliceRows{}, nil
	}
	key := scan.Key()
	have := r.fetched[key]
	if have == nil && r.direct {
		have = r.start(key, r.whole(scan))
	}
	switch {
	case have == nil || r.lacked[key] && have.rest == nil:
		return &sliceRows{}, r.lack(key, scan)
	case have.rest == nil && len(scan.Matches) == 0 && scan.Order == nil:
		return &followedRows{scan: have, wait: r.wait}, nil
	case have.rest != nil && r.direct:
		if err := have.grow(math.MaxInt); err != nil {
			return nil, err
		}
	}
	if _, _, err := r.wait(have, math.MaxInt); err != nil {
		return nil, err
	}
	return have.matching(scan, func() error { return r.lack(key, scan) }), nil
}

// wait has a pass wait for rows. Its patience is for what it does itself.
func (r *replay) wait(f *fetchedScan, more int) ([]*table.Row, bool, error) {
	if r.giveUp != nil && len(r.lacked) > 0 {
		r.giveUp.Stop()
		defer r.giveUp.Reset(r.patience)
	}
	rows, ended, err := f.wait(more)
	if err != nil && r.ctx.Err() != nil {
		err = context.Cause(r.ctx) // that of the fetch which ended all others
	}
	return rows, ended, err
}

// whole gives the scan without what concerns one use of it alone: another one
// with this key may look for other values, and rows are sorted here.
func (r *replay) whole(scan pushdown.Scan) pushdown.Scan {
	scan.Matches, scan.Order = nil, nil
	return scan
}

// lack notes that rows of a scan are wanted, all or more of them.
func (r *replay) lack(key string, scan pushdown.Scan) error {
	if r.lacked[key] {
		return nil
	}
	r.lacked[key] = true
	// What the statement may leave off half-way is fetched a part at a time, but
	// for what has to be sorted or values are looked for in.
	if r.fetched[key] != nil || r.statement.limited && scan.Handler == pushdown.List && len(scan.Matches) == 0 && scan.Order == nil {
		r.growing[key] = r.whole(scan)
	} else {
		r.start(key, r.whole(scan))
	}
	if r.giveUp != nil {
		r.giveUp.Reset(r.patience)
	}
	if len(r.lacked) >= r.bound {
		return errLacking
	}
	return nil
}

// start begins to fetch a scan.
func (r *replay) start(key string, scan pushdown.Scan) *fetchedScan {
	f := newFetchedScan()
	r.fetched[key] = f
	scan.Lazy = false
	r.fetches.Go(func() error { return f.fill(r.statement.fetcher.Open(r.ctx, scan)) })
	return f
}

// grow ends a pass: it fetches the next part of what grows.
func (r *replay) grow() error {
	var group errgroup.Group
	group.SetLimit(scansAtOnce)
	for key, scan := range r.growing {
		if r.fetched[key] == nil {
			scan.Lazy, scan.Limit, scan.Apart = true, int64(r.bound), true
			r.fetched[key] = newFetchedScan()
			r.fetched[key].rest = r.statement.fetcher.Open(r.ctx, scan)
		}
		f, most := r.fetched[key], max(r.bound, 4*len(r.fetched[key].rows))
		group.Go(func() error { return f.grow(most) })
	}
	err := group.Wait()
	r.patience *= 2
	if r.bound = min(2*r.bound, math.MaxInt32); r.bound < firstLack {
		r.bound *= 2
	}
	if r.ctx.Err() != nil {
		return context.Cause(r.ctx)
	}
	return err
}

// close ends the scans that are under way.
func (r *replay) close() {
	r.cancel()
	_ = r.fetches.Wait() // whoever wanted the rows has had the error
	for _, f := range r.fetched {
		f.close()
	}
}
