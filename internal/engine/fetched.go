package engine

import (
	"maps"
	"slices"
	"sync"

	"skyql/internal/fetch"
	"skyql/internal/pushdown"
	"skyql/internal/table"
	"skyql/internal/vtable"
)

// fetchedScan is the rows of a scan, which come in while passes run. It has a hash
// index for each column by which they are looked up: SQLite builds none over a
// virtual table, and would compare every row with every other.
type fetchedScan struct {
	mu      sync.Mutex // guards the next four while rows come in
	changed sync.Cond  // with mu: there is another row, or the end
	rows    []*table.Row
	ended   bool
	err     error

	indexes map[int]map[string][]*table.Row
	rest    *fetch.Stream // of a scan that is fetched a part at a time, where there is more of it
}

func newFetchedScan() *fetchedScan {
	f := &fetchedScan{}
	f.changed.L = &f.mu
	return f
}

// fill takes all rows of the stream, and closes it.
func (f *fetchedScan) fill(rows *fetch.Stream) error {
	defer rows.Close()
	for {
		row, err := rows.Next()
		f.mu.Lock()
		if f.ended, f.err = row == nil, err; !f.ended {
			f.rows = append(f.rows, row)
		}
		f.changed.Broadcast()
		f.mu.Unlock()
		if f.ended {
			return err
		}
	}
}

// wait gives the rows when there are more than so many of them, or all.
func (f *fetchedScan) wait(more int) (rows []*table.Row, ended bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for len(f.rows) <= more && !f.ended {
		f.changed.Wait()
	}
	return f.rows, f.ended, f.err
}

// grow fetches more rows, until there are so many or all.
func (f *fetchedScan) grow(most int) error {
	f.indexes, f.ended = nil, true
	for f.rest != nil && len(f.rows) < most {
		row, err := f.rest.Next()
		switch {
		case err != nil:
			return err
		case row == nil:
			f.close()
		default:
			f.rows = append(f.rows, row)
		}
	}
	return nil
}

func (f *fetchedScan) close() {
	if f.rest != nil {
		f.rest.Close()
		f.rest = nil
	}
}

// matching gives the rows, of which all must be here, that may equal the scan's
// values. Of several columns it takes the one that leaves the fewest. more is
// called at the end of rows that are not all.
func (f *fetchedScan) matching(scan pushdown.Scan, more func() error) vtable.Rows {
	rows := f.rows
	for _, column := range slices.Sorted(maps.Keys(scan.Matches)) {
		if equal := f.equal(scan.Table, column, scan.Matches[column]); len(equal) < len(rows) {
			rows = equal
		}
	}
	if scan.Order != nil {
		rows = slices.SortedStableFunc(slices.Values(rows), scan.Compare)
	}
	if f.rest == nil {
		more = nil
	}
	return &sliceRows{rows: rows, more: more}
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
type sliceRows struct {
	rows []*table.Row
	more func() error // says that these were not all; nil if they were
}

// Next gives the next row, or nil after the last one.
func (s *sliceRows) Next() (*table.Row, error) {
	if len(s.rows) == 0 {
		if s.more != nil {
			return nil, s.more()
		}
		return nil, nil
	}
	row := s.rows[0]
	s.rows = s.rows[1:]
	return row, nil
}

// Close does nothing: the rows stay for the next pass.
func (s *sliceRows) Close() {}

// followedRows walks over rows while they come in.
type followedRows struct {
	scan *fetchedScan
	wait func(f *fetchedScan, more int) ([]*table.Row, bool, error)
	rows []*table.Row // those that were there when last looked
	at   int
}

// Next gives the next row, or nil after the last one.
func (f *followedRows) Next() (*table.Row, error) {
	if f.at == len(f.rows) {
		var err error
		if f.rows, _, err = f.wait(f.scan, f.at); err != nil || f.at == len(f.rows) {
			return nil, err
		}
	}
	f.at++
	return f.rows[f.at-1], nil
}

// Close does nothing: the rows stay for the next pass.
func (f *followedRows) Close() {}
