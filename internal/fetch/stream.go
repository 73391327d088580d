package fetch

import (
	"context"
	"errors"
	"iter"
	"strings"

	"golang.org/x/sync/errgroup"

	"skyql/internal/pushdown"
	"skyql/internal/resource"
	"skyql/internal/table"
)

// Stream hands out the rows of a scan while they come in. It is used from one
// goroutine, and has to be closed.
type Stream struct {
	next  func() (*table.Row, error)
	close func()
}

// Next gives the next row, or nil after the last one.
func (s *Stream) Next() (*table.Row, error) { return s.next() }

// Close ends the work that is still under way and waits for it.
func (s *Stream) Close() { s.close() }

// Open starts a scan. A lazy one fetches what is asked for, a little ahead; any
// other fetches all there is, as fast as it may.
func (f *Fetcher) Open(ctx context.Context, scan pushdown.Scan) *Stream {
	if scan.Order != nil {
		return f.openOrdered(ctx, scan)
	}
	rows := f.open(ctx, scan)
	if f.mirrors(scan) {
		return f.mirrored(scan, rows)
	}
	return rows
}

func (f *Fetcher) open(ctx context.Context, scan pushdown.Scan) *Stream {
	if scan.Empty {
		return &Stream{next: func() (*table.Row, error) { return nil, nil }, close: func() {}}
	}
	if scan.Lazy {
		return f.openLazy(ctx, scan)
	}
	return merged(ctx, held, func(ctx context.Context, m *merger) error { return f.run(ctx, scan, m) })
}

// merged hands out what is put into a merger, which holds that many rows at most.
func merged(ctx context.Context, held int, fill func(context.Context, *merger) error) *Stream {
	ctx, cancel := context.WithCancel(ctx)
	m := newMerger(ctx, held)
	var done errgroup.Group
	done.Go(func() error {
		m.finish(fill(ctx, m))
		return nil
	})
	return &Stream{
		next: m.next,
		close: func() {
			cancel()
			_ = done.Wait()
		},
	}
}

// each visits the rows of a scan one after the other.
func (f *Fetcher) each(ctx context.Context, scan pushdown.Scan, visit func(*table.Row) error) error {
	stream := f.Open(ctx, scan)
	defer stream.Close()
	for {
		row, err := stream.Next()
		if row == nil || err != nil {
			return err
		}
		if err := visit(row); err != nil {
			return err
		}
	}
}

// Collect gives all rows of a scan.
func (f *Fetcher) Collect(ctx context.Context, scan pushdown.Scan) ([]*table.Row, error) {
	var rows []*table.Row
	scan.Lazy = false
	err := f.each(ctx, scan, func(row *table.Row) error {
		rows = append(rows, row)
		return nil
	})
	return rows, err
}

// run fills the merger: a lane for each place, so that rows come out in the
// order in which the places were found and the service listed them.
func (f *Fetcher) run(ctx context.Context, scan pushdown.Scan, m *merger) error {
	scopes, err := f.scopes(ctx, scan)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	for _, scope := range scopes {
		lanes := m.branch()
		group.Go(func() error {
			defer lanes.close()
			if scan.Handler == pushdown.Get {
				return f.runGets(ctx, scan, scope, lanes.lane())
			}
			return f.runLists(ctx, scan, scope, lanes)
		})
	}
	return group.Wait()
}

func (f *Fetcher) runGets(ctx context.Context, scan pushdown.Scan, scope resource.Scope, l *lane) error {
	defer l.close()
	for _, identifier := range scan.Identifiers {
		if nameless(scan, identifier) {
			continue
		}
		row := &table.Row{Scope: scope, Identifier: identifier}
		if scan.Trusted && !f.incomplete(scan, row) {
			if err := l.push(ctx, row); err != nil {
				return err
			}
			continue
		}
		if listed, known := f.fromList(ctx, scan, row); known {
			f.Succeeded(scan.Table.Type.Name, "GetResource") // so a failure elsewhere is not all there is
			if listed == nil {
				continue
			}
			if err := l.push(ctx, listed); err != nil {
				return err
			}
			continue
		}
		if err := l.pushRead(ctx, func(ctx context.Context) (*table.Row, error) { return f.hydrate(ctx, scan, row) }); err != nil {
			return err
		}
	}
	return nil
}

// nameless reports whether no resource can have the identifier. One in JSON form
// is for the service to read.
func nameless(scan pushdown.Scan, identifier string) bool {
	return !strings.HasPrefix(identifier, "{") && resource.CheckIdentifier(identifier, scan.Table.Identifiers()) != nil
}

// runLists lists all places of a scope. Parents are found in the meantime.
func (f *Fetcher) runLists(ctx context.Context, scan pushdown.Scan, scope resource.Scope, lanes *branch) error {
	err, ended := f.sideBySide(ctx, scan, lanes, func(ctx context.Context, walk func(place) error) error {
		return f.places(ctx, scan, scope, walk)
	})
	if ended != nil {
		return ended
	}
	return f.Tolerate(Problem{Table: scan.Table.Name, Scope: scope, Err: err})
}

// sideBySide lists places at the same time, each into a lane of its own. It
// gives the error with which the places were not found, and that which ended
// the lists.
func (f *Fetcher) sideBySide(
	ctx context.Context, scan pushdown.Scan, lanes *branch, find func(context.Context, func(place) error) error,
) (found, ended error) {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(f.opts.Concurrency)
	walk := func(p place) error {
		l := lanes.lane()
		group.Go(func() error {
			defer l.close()
			return f.walk(ctx, scan, p, func(rows []*table.Row) error { return f.pushRows(ctx, scan, rows, l) })
		})
		return ctx.Err()
	}
	found = find(ctx, walk)
	return found, group.Wait()
}

// walk lists a place and, where resources lie below each other, what is below
// each row. What a handler is found to demand is looked up, and listed then. A
// parent that is not there has nothing below it.
func (f *Fetcher) walk(ctx context.Context, scan pushdown.Scan, p place, emit func([]*table.Row) error) error {
	if p.recurse != nil && p.recurse.entered(p) {
		return nil
	}
	var unwanted error
	err := f.list(ctx, p, func(rows []*table.Row) error {
		var next []place
		if p.recurse != nil {
			next = p.deeper(rows)
		}
		if unwanted = emit(rows); unwanted != nil {
			return unwanted
		}
		for _, deeper := range next {
			if unwanted = f.walk(ctx, scan, deeper, emit); unwanted != nil {
				return unwanted
			}
		}
		return nil
	})
	switch {
	case err == nil || unwanted != nil:
		return unwanted
	case errors.Is(err, resource.NotFound) && p.inputs != nil:
		f.Succeeded(scan.Table.Type.Name, "ListResources")
		return nil
	}
	if lacking := f.learn(p, err); len(lacking) > 0 {
		s := f.search(scan, p.scope, func(found place) error { return f.walk(ctx, scan, found, emit) })
		s.base.recurse = p.recurse
		return s.solve(ctx, p.inputs, lacking)
	}
	return f.Tolerate(Problem{Table: scan.Table.Name, Scope: p.scope, Err: err})
}

// deeper gives the places below the rows of this one.
func (p place) deeper(rows []*table.Row) []place {
	var next []place
	for _, row := range clone(rows) {
		if value, known := p.table.Value(row, p.recurse.column); known && value != nil {
			below := p
			below.inputs = with(p.inputs, p.recurse.input, pushdown.Text(value))
			next = append(next, below)
		}
	}
	return next
}

// hydrate reads a row in full. One that is gone by now gives nil.
func (f *Fetcher) hydrate(ctx context.Context, scan pushdown.Scan, row *table.Row) (*table.Row, error) {
	full, fresh, err := f.get(ctx, scan.Table, row.Scope, row.Identifier)
	if err != nil {
		return nil, f.Tolerate(Problem{Table: scan.Table.Name, Scope: row.Scope, Identifier: row.Identifier, Err: err})
	}
	if full != nil {
		full.Inputs = row.Inputs
		if fresh {
			f.learnRow(scan, row, full)
		}
	}
	return full, nil
}

// openLazy walks few places at first and reads rows in batches: to begin with, as
// many as the statement's LIMIT says, else a few, and then ever more.
func (f *Fetcher) openLazy(ctx context.Context, scan pushdown.Scan) *Stream {
	ctx, cancel := context.WithCancel(ctx)
	next, stop := iter.Pull2(f.listed1(ctx, scan))
	b := newBatch(f, scan)
	b.pull = next
	return &Stream{
		next:  func() (*table.Row, error) { return b.next(ctx) },
		close: func() { cancel(); stop() },
	}
}

// errStop ends a walk whose rows are wanted no more.
var errStop = errors.New("stop")

// listed1 gives the rows as they are listed, or named, without reading them.
func (f *Fetcher) listed1(ctx context.Context, scan pushdown.Scan) iter.Seq2[*table.Row, error] {
	return func(yield func(*table.Row, error) bool) {
		emit := func(rows []*table.Row) error {
			for _, row := range rows {
				if !scan.Excludes(row) && !yield(row, nil) {
					return errStop
				}
			}
			return nil
		}
		if err := f.walkAll(ctx, scan, emit); err != nil && !errors.Is(err, errStop) {
			yield(nil, err)
		}
	}
}

func (f *Fetcher) walkAll(ctx context.Context, scan pushdown.Scan, emit func([]*table.Row) error) error {
	scopes, err := f.scopes(ctx, scan)
	if err != nil {
		return err
	}
	a := &ahead{f: f, scan: scan, size: 1, emit: emit}
	for _, scope := range scopes {
		if scan.Handler == pushdown.Get {
			for _, identifier := range scan.Identifiers {
				if nameless(scan, identifier) {
					continue
				}
				if err := emit([]*table.Row{{Scope: scope, Identifier: identifier}}); err != nil {
					return err
				}
			}
			continue
		}
		var ended error
		found := f.places(ctx, scan, scope, func(p place) error {
			ended = a.add(ctx, p)
			return ended
		})
		if ended != nil {
			return ended
		}
		if err := f.Tolerate(Problem{Table: scan.Table.Name, Scope: scope, Err: found}); err != nil {
			return err
		}
	}
	return a.list(ctx)
}
