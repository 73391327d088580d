package record

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"skyql/internal/resource"
)

// kept is how many calls a Log keeps one by one.
const kept = 10_000

// Log remembers calls: the latest one by one, and all of them by kind. The zero
// value works and may be used from many goroutines.
type Log struct {
	mu     sync.Mutex // guards the rest
	latest []Call
	next   int // where the next one goes, once latest is full
	totals map[Kind]Total
}

// Kind is what calls are counted by.
type Kind struct {
	Operation string
	Type      resource.TypeName
	Region    resource.Region
}

// Total is what became of the calls of a kind.
type Total struct {
	Calls, Attempts, Throttled, Failed int
	Waited, Duration                   time.Duration
}

// Add remembers a call.
func (l *Log) Add(call Call) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.latest) < kept {
		l.latest = append(l.latest, call)
	} else {
		l.latest[l.next] = call
		l.next = (l.next + 1) % kept
	}
	if l.totals == nil {
		l.totals = map[Kind]Total{}
	}
	kind := Kind{call.Operation, call.Type, call.Scope.Region}
	total := l.totals[kind]
	total.Calls++
	total.Attempts += call.Attempts
	total.Throttled += call.Throttled
	total.Waited += call.Waited
	total.Duration += call.Duration
	if call.Err != nil && !errors.Is(call.Err, resource.NotFound) { // which is an answer like another
		total.Failed++
	}
	l.totals[kind] = total
}

// Latest gives the calls that are kept, the oldest first.
func (l *Log) Latest() []Call {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Concat(l.latest[l.next:], l.latest[:l.next])
}

// Totals gives the counts so far.
func (l *Log) Totals() Totals {
	l.mu.Lock()
	defer l.mu.Unlock()
	totals := make(Totals, len(l.totals))
	for kind, total := range l.totals {
		totals[kind] = total
	}
	return totals
}

// Totals are counts by kind.
type Totals map[Kind]Total

// Since gives what has come since an earlier moment.
func (t Totals) Since(before Totals) Totals {
	since := Totals{}
	for kind, total := range t {
		old := before[kind]
		if total.Calls == old.Calls {
			continue
		}
		since[kind] = Total{
			total.Calls - old.Calls, total.Attempts - old.Attempts, total.Throttled - old.Throttled,
			total.Failed - old.Failed, total.Waited - old.Waited, total.Duration - old.Duration,
		}
	}
	return since
}

// Sum adds all kinds up.
func (t Totals) Sum() Total {
	var sum Total
	for _, total := range t {
		sum.Calls += total.Calls
		sum.Attempts += total.Attempts
		sum.Throttled += total.Throttled
		sum.Failed += total.Failed
		sum.Waited += total.Waited
		sum.Duration += total.Duration
	}
	return sum
}

// Kinds lists the kinds in a stable order.
func (t Totals) Kinds() []Kind {
	kinds := make([]Kind, 0, len(t))
	for kind := range t {
		kinds = append(kinds, kind)
	}
	slices.SortFunc(kinds, func(a, b Kind) int {
		return cmp.Or(strings.Compare(string(a.Type), string(b.Type)), strings.Compare(a.Operation, b.Operation),
			strings.Compare(string(a.Region), string(b.Region)))
	})
	return kinds
}
