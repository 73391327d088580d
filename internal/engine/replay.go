package engine

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"time"

	"golang.org/x/sync/errgroup"

	"skyql/internal/pushdown"
	"skyql/internal/vtable"
)

// Keys that a pass may lack before it is broken off to fetch them. The bound
// doubles with every pass: small at first so that little is fetched in vain for
// a statement that soon has enough rows, and then soon no bound at all.
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

// replay holds the scans of a statement that have been fetched, and those that
// the pass under way was found to lack.
type replay struct {
	statement *statement
	fetched   map[string]*fetchedScan
	lacking   map[string]pushdown.Scan
	native    map[string][][]any // rows of tables that do not show one type
	order     []string           // keys of lacking, as they came up
	bound     int
	patience  time.Duration
	giveUp    *time.Timer // ends the pass; nil in one that must not be broken off
	direct    bool        // what is lacking is fetched at once
	seed      [2]uint64   // of what random() gives in each pass
	random    *rand.Rand
}

// errLacking ends a pass early.
var errLacking = errors.New("the pass lacks rows")

func newReplay(s *statement) *replay {
	s.fetcher.Keep()
	r := &replay{
		statement: s, fetched: map[string]*fetchedScan{}, lacking: map[string]pushdown.Scan{}, native: map[string][][]any{},
		bound: firstLack, patience: firstPatience, seed: [2]uint64{rand.Uint64(), rand.Uint64()},
	}
	if s.wanted > 0 {
		r.bound = int(min(s.wanted, firstLack))
	}
	return r
}

// restart begins a pass.
func (r *replay) restart() { r.random = rand.New(rand.NewPCG(r.seed[0], r.seed[1])) }

// rows gives the rows of a scan if they are here. If not, it notes the scan and
// gives none: this pass is in vain anyway.
func (r *replay) rows(scan pushdown.Scan) (vtable.Rows, error) {
	if scan.Empty {
		return &sliceRows{}, nil
	}
	key := scan.Key()
	have, ok := r.fetched[key]
	switch {
	case r.direct:
		return r.fetchNow(key, scan)
	case ok:
		return have.matching(scan, func() error { return r.lack(key, scan) }), nil
	}
	return &sliceRows{}, r.lack(key, scan)
}

// lack notes that rows of a scan are wanted, all or more of them.
func (r *replay) lack(key string, scan pushdown.Scan) error {
	if _, noted := r.lacking[key]; noted {
		return nil
	}
	// What the statement may leave off half-way is fetched a part at a time, but
	// for what has to be sorted or values are looked for in.
	scan.Lazy = r.statement.limited && scan.Handler == pushdown.List && len(scan.Matches) == 0 && scan.Order == nil
	scan.Matches, scan.Order = nil, nil // another scan with this key may look for other values; rows are sorted here
	r.lacking[key] = scan
	r.order = append(r.order, key)
	if r.giveUp != nil {
		r.giveUp.Reset(r.patience)
	}
	if len(r.order) >= r.bound {
		return errLacking
	}
	return nil
}

// fetchNow gets the rows of a scan while the pass waits.
func (r *replay) fetchNow(key string, scan pushdown.Scan) (vtable.Rows, error) {
	have, ok := r.fetched[key]
	var err error
	if ok {
		err = have.grow(math.MaxInt)
	} else {
		all := scan
		all.Matches, all.Order = nil, nil
		have = &fetchedScan{}
		have.rows, err = r.statement.fetcher.Collect(r.statement.ctx, all)
	}
	if err != nil {
		return nil, err
	}
	r.fetched[key] = have
	return have.matching(scan, nil), nil
}

// fetch gets all that the last pass lacked.
func (r *replay) fetch() error {
	group, ctx := errgroup.WithContext(r.statement.ctx)
	group.SetLimit(scansAtOnce)
	found := make([]*fetchedScan, len(r.order))
	for i, key := range r.order {
		scan := r.lacking[key]
		if found[i] = r.fetched[key]; found[i] == nil {
			found[i] = &fetchedScan{}
		}
		group.Go(func() error { return r.fill(ctx, found[i], scan) })
	}
	err := group.Wait()
	for i, key := range r.order {
		r.fetched[key] = found[i]
	}
	clear(r.lacking)
	r.order, r.patience = nil, 2*r.patience
	r.bound *= 2
	if r.bound < firstLack {
		r.bound *= 2
	}
	return err
}

// fill fetches the rows of a scan, or more of them.
func (r *replay) fill(ctx context.Context, f *fetchedScan, scan pushdown.Scan) (err error) {
	switch {
	case f.rest != nil:
		return f.grow(4 * len(f.rows))
	case scan.Lazy:
		scan.Limit, scan.Apart = int64(r.bound), true
		f.rest = r.statement.fetcher.Open(r.statement.ctx, scan)
		return f.grow(r.bound)
	}
	f.rows, err = r.statement.fetcher.Collect(ctx, scan)
	return err
}

// close ends the scans that are not at their end.
func (r *replay) close() {
	for _, f := range r.fetched {
		f.close()
	}
}
