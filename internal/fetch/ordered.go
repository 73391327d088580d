package fetch

import (
	"context"
	"slices"

	"skyql/internal/pushdown"
	"skyql/internal/table"
)

// openOrdered lists all rows and sorts them before any is read, so that those
// which the statement's LIMIT leaves out are not read at all.
func (f *Fetcher) openOrdered(ctx context.Context, scan pushdown.Scan) *Stream {
	ctx, cancel := context.WithCancel(ctx)
	b := newBatch(f, scan)
	return &Stream{
		next: func() (*table.Row, error) {
			if b.pull == nil {
				rows, err := f.sorted(ctx, scan)
				if err != nil {
					return nil, err
				}
				b.pull = func() (*table.Row, error, bool) {
					if len(rows) == 0 {
						return nil, nil, false
					}
					row := rows[0]
					rows = rows[1:]
					return row, nil, true
				}
			}
			return b.next(ctx)
		},
		close: cancel,
	}
}

// sorted gives the rows in the scan's order, as they were listed if that shows it.
func (f *Fetcher) sorted(ctx context.Context, scan pushdown.Scan) ([]*table.Row, error) {
	order := func(rows []*table.Row) []*table.Row {
		slices.SortStableFunc(rows, scan.Compare)
		return rows
	}
	full := scan
	full.Order, full.Limit = nil, -1
	if !f.mirrors(scan) {
		listed := full
		listed.Used = slices.DeleteFunc(slices.Clone(scan.Used), func(column int) bool {
			return scan.Table.Columns[column].Origin != table.FromAccount // which belongs to the place
		})
		rows, err := f.Collect(ctx, listed)
		if err != nil || !slices.ContainsFunc(rows, func(row *table.Row) bool { return !scan.Listed(row) }) {
			return order(rows), err
		}
	}
	rows, err := f.Collect(ctx, full)
	return order(rows), err
}
