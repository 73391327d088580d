package fetch

import (
	"container/list"
	"context"
	"sync"

	"golang.org/x/sync/errgroup"

	"skyql/internal/table"
)

// Rows held at most while they wait for their turn. Above half of it they come
// out in whatever order they are ready, so that one slow place does not hold
// back all others.
const (
	held      = 4096
	heldAhead = 512 // where the rows may not be wanted at all
)

// merger brings the rows of many places into one order while the places are
// listed and the rows are read side by side: branch by branch, lane by lane, and
// in each lane as they were put in.
type merger struct {
	ctx   context.Context
	reads *errgroup.Group
	most  int // rows to hold

	mu       sync.Mutex
	changed  sync.Cond // with mu: something below is different
	branches []*branch
	held     int
	finished bool
	err      error
}

// branch is the lanes of one scope.
type branch struct {
	merger *merger
	lanes  list.List // of *lane, in order, without those that were found done
	closed bool
}

// lane is the queue of one place.
type lane struct {
	merger *merger
	slots  []*slot
	closed bool
}

// slot holds the place of a row that may still have to be read.
type slot struct {
	row   *table.Row
	ready bool
}

func newMerger(ctx context.Context, most int) *merger {
	m := &merger{ctx: ctx, reads: &errgroup.Group{}, most: most}
	m.changed.L = &m.mu
	context.AfterFunc(ctx, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.changed.Broadcast()
	})
	return m
}

func (m *merger) branch() *branch {
	m.mu.Lock()
	defer m.mu.Unlock()
	b := &branch{merger: m}
	m.branches = append(m.branches, b)
	return b
}

func (b *branch) lane() *lane {
	b.merger.mu.Lock()
	defer b.merger.mu.Unlock()
	l := &lane{merger: b.merger}
	b.lanes.PushBack(l)
	return l
}

func (b *branch) close() { b.merger.update(func() { b.closed = true }) }
func (l *lane) close()   { l.merger.update(func() { l.closed = true }) }

func (m *merger) update(change func()) {
	m.mu.Lock()
	change()
	m.changed.Broadcast()
	m.mu.Unlock()
}

// push puts a complete row in. It waits while too many rows are held.
func (l *lane) push(ctx context.Context, row *table.Row) error {
	return l.put(ctx, &slot{row: row, ready: true})
}

// pushRead puts in the place of a row and starts reading it. A read that gives
// no row leaves nothing behind.
func (l *lane) pushRead(ctx context.Context, read func(context.Context) (*table.Row, error)) error {
	s := &slot{}
	if err := l.put(ctx, s); err != nil {
		return err
	}
	l.merger.reads.Go(func() error {
		row, err := read(l.merger.ctx) // ctx may end with the walk that found the row
		l.merger.update(func() {
			s.row, s.ready = row, true
			if err != nil && l.merger.err == nil {
				l.merger.err = err
			}
		})
		return err
	})
	return nil
}

// future is a read that is under way before its row has a place.
type future struct {
	done chan struct{}
	row  *table.Row
	err  error
}

// start begins a read whose place in a lane comes later: others wait for it, and
// the place may have to wait for them.
func (m *merger) start(read func(context.Context) (*table.Row, error)) *future {
	f := &future{done: make(chan struct{})}
	m.reads.Go(func() error {
		defer close(f.done)
		f.row, f.err = read(m.ctx)
		return f.err
	})
	return f
}

func (f *future) wait(ctx context.Context) (*table.Row, error) {
	select {
	case <-f.done:
		return f.row, f.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *lane) put(ctx context.Context, s *slot) error {
	m := l.merger
	m.mu.Lock()
	defer m.mu.Unlock()
	for m.held >= m.most && ctx.Err() == nil && m.err == nil {
		m.changed.Wait()
	}
	if m.err != nil {
		return m.err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	l.slots = append(l.slots, s)
	m.held++
	m.changed.Broadcast()
	return nil
}

// finish waits for the reads and says that nothing more will come.
func (m *merger) finish(err error) {
	if read := m.reads.Wait(); err == nil {
		err = read
	}
	m.update(func() {
		m.finished = true
		if m.err == nil {
			m.err = err
		}
	})
}

// next gives the next row, or nil after the last one.
func (m *merger) next() (*table.Row, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for {
		if m.err != nil {
			return nil, m.err
		}
		if row, ok := m.take(); ok {
			return row, nil
		}
		if m.finished && m.held == 0 {
			return nil, nil
		}
		if err := m.ctx.Err(); err != nil {
			return nil, err
		}
		m.changed.Wait()
	}
}

// take removes the first row if it is ready, or any ready one if many wait.
func (m *merger) take() (*table.Row, bool) {
	anyOrder := m.held > m.most/2
	for _, b := range m.branches {
		for at := b.lanes.Front(); at != nil; {
			l, next := at.Value.(*lane), at.Next()
			row, ok := l.take()
			if l.done() {
				b.lanes.Remove(at)
			}
			if ok {
				return row, true
			}
			if !anyOrder && !l.done() {
				return nil, false
			}
			at = next
		}
		if !anyOrder && !b.closed {
			return nil, false
		}
	}
	return nil, false
}

// take removes the lane's first row, and what was read and found gone before it.
func (l *lane) take() (*table.Row, bool) {
	for len(l.slots) > 0 && l.slots[0].ready {
		row := l.slots[0].row
		l.slots[0] = nil // the array behind it lives on
		l.slots = l.slots[1:]
		l.merger.held--
		l.merger.changed.Broadcast() // there is room for another
		if row != nil {
			return row, true
		}
	}
	return nil, false
}

func (l *lane) done() bool { return l.closed && len(l.slots) == 0 }
