package fetch

import (
	"context"
	"slices"
	"strings"

	"skyql/internal/pushdown"
	"skyql/internal/table"
)

// fromList answers a look-up by identifier without a call, where the statement
// lists all resources of the type in that place as well, and looks at nothing but
// what every list gives. A row of nil then means that there is no such resource.
func (f *Fetcher) fromList(ctx context.Context, scan pushdown.Scan, wanted *table.Row) (row *table.Row, known bool) {
	if !f.keeps() || strings.HasPrefix(wanted.Identifier, "{") || !impliedOnly(scan) {
		return nil, false
	}
	key := place{scope: wanted.Scope, table: scan.Table}.key()
	f.mu.Lock()
	u := f.units[key]
	f.mu.Unlock()
	if u == nil {
		return nil, false
	}
	select {
	case <-u.done:
	case <-ctx.Done():
		return nil, false // whoever reads the row hears of that
	}
	if u.broken || u.err != nil {
		return nil, false
	}
	found := u.find(wanted.Identifier)
	if found == nil {
		return nil, true
	}
	row = clone([]*table.Row{found})[0]
	return row, !f.incomplete(scan, row) // an identifier may hide where its parts end
}

// impliedOnly reports whether the identifier and the place tell every column
// that the scan looks at.
func impliedOnly(scan pushdown.Scan) bool {
	return !slices.ContainsFunc(scan.Used, func(column int) bool { return !scan.Table.Implied(column, nil) })
}

// find looks a row up by its identifier.
func (u *unit) find(identifier string) *table.Row {
	u.index.Do(func() {
		u.byIdentifier = make(map[string]*table.Row, len(u.rows))
		for _, row := range u.rows {
			u.byIdentifier[row.Identifier] = row
		}
	})
	return u.byIdentifier[identifier]
}
