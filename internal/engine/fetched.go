package engine

import (
	"maps"
	"slices"

	"skyql/internal/fetch"
	"skyql/internal/pushdown"
	"skyql/internal/table"
	"skyql/internal/vtable"
)

// fetchedScan is the rows of a scan, with a hash index for each column by which
// they are looked up. SQLite builds no index over a virtual table, and would
// compare every row with every other.
type fetchedScan struct {
	rows    []*table.Row
	indexes map[int]map[string][]*table.Row
	rest    *fetch.Stream // rows that have not been fetched yet; nil if there are none
}

// grow fetches more rows, until there are so many or all.
func (f *fetchedScan) grow(most int) error {
	f.indexes = nil
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

// matching gives the rows that may equal the scan's values. Of several columns it
// takes the one that leaves the fewest. more is called at the end of rows that are
// not all.
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
