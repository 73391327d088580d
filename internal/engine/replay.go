package engine

import (
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"skyql/internal/pushdown"
	"skyql/internal/table"
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
	return &replay{
		statement: s, fetched: map[string]*fetchedScan{}, lacking: map[string]pushdown.Scan{}, native: map[string][][]any{},
		bound:    firstLack,
		patience: firstPatience, seed: [2]uint64{rand.Uint64(), rand.Uint64()},
	}
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
	if have, ok := r.fetched[key]; ok {
		return have.matching(scan), nil
	}
	if r.direct {
		return r.fetchNow(key, scan)
	}
	if _, noted := r.lacking[key]; !noted {
		scan.Matches, scan.Order = nil, nil // another scan with this key may want others
		r.lacking[key] = scan
		r.order = append(r.order, key)
		if r.giveUp != nil {
			r.giveUp.Reset(r.patience)
		}
		if len(r.order) >= r.bound {
			return nil, errLacking
		}
	}
	return &sliceRows{}, nil
}

// fetchNow gets the rows of a scan while the pass waits.
func (r *replay) fetchNow(key string, scan pushdown.Scan) (vtable.Rows, error) {
	all := scan
	all.Matches, all.Order = nil, nil
	rows, err := r.statement.fetcher.Collect(r.statement.ctx, all)
	if err != nil {
		return nil, err
	}
	r.fetched[key] = &fetchedScan{rows: rows}
	return r.fetched[key].matching(scan), nil
}

// fetch gets all that the last pass lacked.
func (r *replay) fetch() error {
	group, ctx := errgroup.WithContext(r.statement.ctx)
	group.SetLimit(scansAtOnce)
	found := make([]*fetchedScan, len(r.order))
	for i, key := range r.order {
		scan := r.lacking[key]
		group.Go(func() error {
			rows, err := r.statement.fetcher.Collect(ctx, scan)
			found[i] = &fetchedScan{rows: rows}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i, key := range r.order {
		r.fetched[key] = found[i]
	}
	clear(r.lacking)
	r.order, r.bound, r.patience = nil, 2*r.bound, 2*r.patience
	return nil
}

// fetchedScan is the rows of a scan, with a hash index for each column by which
// they are looked up. SQLite builds no index over a virtual table, and would
// compare every row with every other.
type fetchedScan struct {
	rows    []*table.Row
	indexes map[int]map[string][]*table.Row
}

// matching gives the rows that may equal the scan's values. Of several columns it
// takes the one that leaves the fewest.
func (f *fetchedScan) matching(scan pushdown.Scan) vtable.Rows {
	rows := f.rows
	for _, column := range slices.Sorted(maps.Keys(scan.Matches)) {
		if equal := f.equal(scan.Table, column, scan.Matches[column]); len(equal) < len(rows) {
			rows = equal
		}
	}
	if scan.Order != nil {
		rows = slices.SortedStableFunc(slices.Values(rows), scan.Compare)
	}
	return &sliceRows{rows: rows}
}

// equal gives the rows of which the column may equal one of the values.
func (f *fetchedScan) equal(t *table.Table, column int, values []any) []*table.Row {
	if f.indexes[column] == nil {
		f.build(t, column)
	}
	if len(values) == 1 {
		return f.indexes[column][pushdown.HashKey(values[0])]
	}
	var rows []*table.Row
	seen := map[string]bool{}
	for _, value := range values {
		if key := pushdown.HashKey(value); !seen[key] {
			seen[key] = true
			rows = append(rows, f.indexes[column][key]...)
		}
	}
	return rows
}

func (f *fetchedScan) build(t *table.Table, column int) {
	index := make(map[string][]*table.Row, len(f.rows))
	for _, row := range f.rows {
		if value, _ := t.Value(row, column); value != nil {
			key := pushdown.HashKey(value)
			index[key] = append(index[key], row)
		}
	}
	if f.indexes == nil {
		f.indexes = map[int]map[string][]*table.Row{}
	}
	f.indexes[column] = index
}

// sliceRows walks over rows in memory.
type sliceRows struct{ rows []*table.Row }

// Next gives the next row, or nil after the last one.
func (s *sliceRows) Next() (*table.Row, error) {
	if len(s.rows) == 0 {
		return nil, nil
	}
	row := s.rows[0]
	s.rows = s.rows[1:]
	return row, nil
}

// Close does nothing: the rows stay for the next pass.
func (s *sliceRows) Close() {}
