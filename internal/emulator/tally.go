package emulator

import (
	"sync"
	"sync/atomic"
)

// maxTally bounds how many names a tally has, and maxName how long they are, since
// callers choose them.
const (
	maxTally = 10_000
	maxName  = 200
)

// tally counts by name. The zero value has none.
type tally struct {
	names sync.Map // string to *atomic.Int64
	size  atomic.Int64
}

// add counts one more. Where there are too many names, or one is too long for a
// name, it goes uncounted.
func (t *tally) add(name string) {
	count, ok := t.names.Load(name)
	if !ok {
		if t.size.Load() >= maxTally || len(name) > maxName {
			return
		}
		var known bool
		if count, known = t.names.LoadOrStore(name, new(atomic.Int64)); !known {
			t.size.Add(1)
		}
	}
	count.(*atomic.Int64).Add(1)
}

// counts gives all that is above 0; nil if nothing is.
func (t *tally) counts() map[string]int64 {
	var out map[string]int64
	t.names.Range(func(name, count any) bool {
		if n := count.(*atomic.Int64).Load(); n > 0 {
			if out == nil {
				out = map[string]int64{}
			}
			out[name.(string)] = n
		}
		return true
	})
	return out
}

// reset sets all counts to zero.
func (t *tally) reset() {
	t.names.Range(func(_, count any) bool {
		count.(*atomic.Int64).Store(0)
		return true
	})
}
