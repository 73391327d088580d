package fetch

import (
	"context"

	"golang.org/x/sync/errgroup"

	"skyql/internal/pushdown"
	"skyql/internal/table"
)

// newBatch makes one that has no rows to pull yet.
func newBatch(f *Fetcher, scan pushdown.Scan) *batch {
	if scan.Limit < 0 {
		return &batch{f: f, scan: scan, size: 4}
	}
	return &batch{f: f, scan: scan, size: max(1, int(min(scan.Limit, int64(f.opts.Concurrency)))), left: scan.Limit}
}

// batch reads the rows of a lazy scan, some at a time.
type batch struct {
	f     *Fetcher
	scan  pushdown.Scan
	size  int   // of the next batch
	left  int64 // rows that will be wanted, as far as a LIMIT tells; then 0
	pull  func() (*table.Row, error, bool)
	ready []*table.Row
	ended bool
}

// next gives the next row, or nil after the last one.
func (b *batch) next(ctx context.Context) (*table.Row, error) {
	for len(b.ready) == 0 {
		if b.ended {
			return nil, nil
		}
		if err := b.fill(ctx); err != nil {
			return nil, err
		}
	}
	row := b.ready[0]
	b.ready = b.ready[1:]
	return row, nil
}

// fill takes the next rows from the walk and reads those that need it at once.
// If they were not enough, the next batch is larger.
func (b *batch) fill(ctx context.Context) error {
	size := b.size
	if b.left > 0 {
		size = int(min(b.left, int64(size)))
	}
	rows := make([]*table.Row, 0, size)
	for len(rows) < size && !b.ended {
		row, err, ok := b.pull()
		if err != nil {
			return err
		}
		if b.ended = !ok; ok {
			rows = append(rows, row)
		}
	}
	if err := b.read(ctx, rows); err != nil {
		return err
	}
	for _, row := range rows {
		if row != nil {
			b.ready = append(b.ready, row)
		}
	}
	b.left -= int64(len(b.ready))
	if len(b.ready) < size {
		b.left = 0 // some are gone: no telling how many more
	}
	b.size = min(2*b.size, b.f.opts.Concurrency)
	return nil
}

// read replaces rows by what their reads give, where they need one. It looks twice:
// the first reads may show that lists do not give what they were known to give.
func (b *batch) read(ctx context.Context, rows []*table.Row) error {
	done := make([]bool, len(rows))
	for range 2 {
		group, ctx := errgroup.WithContext(ctx)
		for i, row := range rows {
			if done[i] || b.scan.Handler != pushdown.Get && b.f.needs(b.scan, row) == none {
				continue
			}
			done[i] = true
			group.Go(func() (err error) {
				rows[i], err = b.f.hydrate(ctx, b.scan, row)
				return err
			})
		}
		if err := group.Wait(); err != nil {
			return err
		}
	}
	return nil
}
