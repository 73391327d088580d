package fetch

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"time"

	"skyql/internal/pushdown"
	"skyql/internal/resource"
	"skyql/internal/table"
)

// Lists knows what the replies of list handlers contain beyond identifiers. Its
// methods are called from many goroutines.
type Lists interface {
	// Given tells of a property whether a value in a list is the one that a read
	// gives, and whether one that a list lacks is lacking in a read as well.
	Given(region resource.Region, name resource.TypeName, property string) (present, absent bool)
	// Learn hears of a resource that was listed and read. list names the list.
	Learn(list string, region resource.Region, name resource.TypeName, listed, read json.RawMessage)
}

// proofs is one in how many rows that need no read are read all the same, to see
// whether what was learned still holds.
const proofs = 50

// incomplete reports whether the row lacks a column that only a read tells.
func (f *Fetcher) incomplete(scan pushdown.Scan, row *table.Row) bool {
	for _, column := range scan.Used {
		if _, known := scan.Table.Value(row, column); !known {
			return true
		}
	}
	return false
}

// need says why a row has to be read.
type need uint8

const (
	none     need = iota
	proof         // to see whether lists still give what they are known to give
	content       // a column is not known
	unwanted      // nobody asks for the row
)

// needs looks at a listed row: whether it has all columns that are wanted, by
// itself or by what lists of its type are known to give.
func (f *Fetcher) needs(scan pushdown.Scan, row *table.Row) need {
	why := none
	for _, column := range scan.Used {
		value, known := scan.Table.Value(row, column)
		c := &scan.Table.Columns[column]
		if f.opts.Lists == nil || c.Origin != table.FromProperty || c.Part >= 0 {
			if !known {
				return content
			}
			continue
		}
		w := witness{row.Scope.Region, scan.Table.Type.Name, c.Path[0]}
		if value != nil {
			f.witness(w)
		}
		if known {
			continue
		}
		if !f.given(w, value != nil) {
			return content
		}
		if f.chosen(row.Identifier) {
			why = proof
		}
	}
	return why
}

// witness names a property that some row of a region's lists had.
type witness struct {
	region   resource.Region
	name     resource.TypeName
	property string
}

func (f *Fetcher) witness(w witness) {
	f.mu.Lock()
	f.witnessed[w] = true
	f.mu.Unlock()
}

// given reports whether a listed row shows of a property what a read would. That a
// value lacks is believed only where another row of the same region has one: a
// handler that has stopped to give the property lets it lack everywhere.
func (f *Fetcher) given(w witness, has bool) bool {
	present, absent := f.opts.Lists.Given(w.region, w.name, w.property)
	if has {
		return present
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return absent && f.witnessed[w]
}

// chosen picks one in so many resources: the same ones for a day, so that asking
// again costs no more, and others on the next, so that a change comes to light.
func (f *Fetcher) chosen(identifier string) bool {
	hash := fnv.New32a()
	_, _ = fmt.Fprint(hash, f.began.UTC().Format(time.DateOnly), identifier) // never fails
	return hash.Sum32()%proofs == 0
}

// learnRow compares a listed row with what its read gave.
func (f *Fetcher) learnRow(scan pushdown.Scan, listed, read *table.Row) {
	if f.opts.Lists == nil || scan.Handler != pushdown.List {
		return
	}
	p := place{scope: listed.Scope, table: scan.Table, inputs: listed.Inputs}
	list := fmt.Sprintf("%s %s", f.began.Format(time.RFC3339Nano), p.key())
	f.opts.Lists.Learn(list, listed.Scope.Region, scan.Table.Type.Name, listed.Model, read.Model)
}

// pushRows puts listed rows into the lane, each with the read that it needs. Those
// that are to prove that lists still give what they are known to give are read
// first, and the others of the page wait for them: if it does not hold any more,
// all are read.
func (f *Fetcher) pushRows(ctx context.Context, scan pushdown.Scan, rows []*table.Row, l *lane) error {
	needs := make([]need, len(rows))
	proofs := map[int]*future{}
	for i, row := range rows {
		if scan.Excludes(row) {
			needs[i] = unwanted
			continue
		}
		if needs[i] = f.needs(scan, row); needs[i] == proof {
			proofs[i] = l.merger.start(func(ctx context.Context) (*table.Row, error) { return f.hydrate(ctx, scan, row) })
		}
	}
	for i, row := range rows {
		var err error
		switch {
		case needs[i] == unwanted:
		case needs[i] == proof:
			err = l.pushRead(ctx, proofs[i].wait)
		case needs[i] == content:
			err = l.pushRead(ctx, func(ctx context.Context) (*table.Row, error) { return f.hydrate(ctx, scan, row) })
		case len(proofs) > 0:
			err = l.pushRead(ctx, func(ctx context.Context) (*table.Row, error) { return f.proven(ctx, scan, row, proofs) })
		default:
			err = l.push(ctx, row)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// proven gives a row as it was listed, if that is enough after the proofs.
func (f *Fetcher) proven(ctx context.Context, scan pushdown.Scan, row *table.Row, proofs map[int]*future) (*table.Row, error) {
	for _, p := range proofs {
		if _, err := p.wait(ctx); err != nil {
			return nil, err
		}
	}
	if f.needs(scan, row) == content {
		return f.hydrate(ctx, scan, row)
	}
	return row, nil
}
