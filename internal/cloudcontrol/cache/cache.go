package cache

import (
	"context"
	"errors"
	"sync"
	"time"

	"skyql/internal/resource"
)

// mostBytes bounds what is remembered, by the size of the models.
const mostBytes = 128 << 20

// Cache remembers answers. Its methods may be called from many goroutines.
type Cache struct {
	mu      sync.Mutex // guards the rest
	ttl     time.Duration
	entries map[key]*entry
	bytes   int
	hits    int
}

// key is what an answer is to.
type key struct {
	scope resource.Scope
	what  string // the operation with all that it is given
}

// entry is an answer, or a call under way.
type entry struct {
	done    chan struct{} // closed when the answer is there
	value   any
	err     error
	size    int
	until   time.Time
	dropped bool // a change came between; whoever waits for it may have it
}

// New makes a Cache that remembers nothing until it is told for how long.
func New() *Cache { return &Cache{entries: map[key]*entry{}} }

// SetTTL says for how long answers are good; zero turns the cache off and forgets
// all.
func (c *Cache) SetTTL(ttl time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ttl = ttl
	if ttl <= 0 {
		c.clear()
	}
}

// TTL tells for how long answers are good.
func (c *Cache) TTL() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ttl
}

// Hits tells how many calls were answered without one.
func (c *Cache) Hits() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.hits
}

func (c *Cache) clear() {
	for _, e := range c.entries {
		e.dropped = true
	}
	clear(c.entries)
	c.bytes = 0
}

// Forget drops what is known of an account and region, after a change.
func (c *Cache) Forget(scope resource.Scope) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for k, e := range c.entries {
		// An empty account is that of the credentials: it may be the same.
		if k.scope.Region == scope.Region && (k.scope.Account == scope.Account || k.scope.Account == "" || scope.Account == "") {
			e.dropped = true
			c.bytes -= e.size
			delete(c.entries, k)
		}
	}
}

// recall gives the remembered answer, or makes the call. Several that want the
// same at the same time share one call. Errors are not remembered, except that a
// resource does not exist.
func recall[T any](ctx context.Context, c *Cache, k key, size func(T) int, do func() (T, error)) (T, error) {
	for {
		e, mine := c.enter(k)
		if e == nil {
			return do()
		}
		if mine {
			out, err := do()
			c.leave(k, e, out, size(out), err, ctx.Err() != nil)
			return out, err
		}
		select {
		case <-e.done:
		case <-ctx.Done():
			var none T
			return none, ctx.Err()
		}
		if errors.Is(e.err, context.Canceled) || errors.Is(e.err, context.DeadlineExceeded) {
			continue // somebody else gave up; this one goes on
		}
		out, _ := e.value.(T)
		return out, e.err
	}
}

// enter finds an answer, or a call under way, or begins one. It gives nil when
// nothing is to be remembered.
func (c *Cache) enter(k key) (e *entry, mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ttl <= 0 {
		return nil, false
	}
	if e, ok := c.entries[k]; ok && (e.until.IsZero() || time.Now().Before(e.until)) {
		c.hits++
		return e, false
	}
	if old, ok := c.entries[k]; ok {
		c.bytes -= old.size
	}
	e = &entry{done: make(chan struct{})}
	c.entries[k] = e
	return e, true
}

// leave keeps the answer of a call, if it may be kept.
func (c *Cache) leave(k key, e *entry, value any, size int, err error, gaveUp bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer close(e.done)
	e.value, e.err = value, err
	if gaveUp && err == nil {
		e.err = context.Canceled
	}
	keep := err == nil || errors.Is(err, resource.NotFound)
	if e.dropped {
		return
	}
	if !keep || gaveUp {
		delete(c.entries, k)
		return
	}
	if c.bytes+size > mostBytes {
		c.clear()
		return
	}
	e.size, e.until = size, time.Now().Add(c.ttl)
	c.bytes += size
}
