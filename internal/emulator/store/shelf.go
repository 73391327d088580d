package store

import (
	"sync"
	"sync/atomic"

	"skyql/internal/resource"
)

// item is one resource. Identifier and number never change.
type item struct {
	identifier string
	number     uint64 // of its creation
	model      model
}

// shelf has the resources of one type in one world.
type shelf struct {
	kind    *kind
	scope   resource.Scope
	journal Journal       // nil for none
	seeds   atomic.Uint64 // handed out for values that must differ

	mu      sync.RWMutex // guards the rest
	items   map[string]*item
	order   sequence // by creation
	last    uint64   // number given to an item
	indexes []*index
}

func newShelf(k *kind, scope resource.Scope, journal Journal) *shelf {
	s := &shelf{kind: k, scope: scope, journal: journal, items: map[string]*item{}}
	for _, names := range k.demands {
		s.addIndex(k.pathsOf(names))
	}
	return s
}

// nextSeed gives a number that no other resource of the shelf got.
func (s *shelf) nextSeed() uint64 { return s.seeds.Add(1) }

// get gives a copy of the resource.
func (s *shelf) get(identifier string) (item, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	it, ok := s.items[identifier]
	if !ok {
		return item{}, false
	}
	return *it, true
}

// insert adds a resource, by a request or without one, and reports whether its
// identifier was free.
func (s *shelf) insert(identifier string, m model, by *request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, taken := s.items[identifier]; taken {
		return false
	}
	s.last++
	s.place(&item{identifier: identifier, number: s.last, model: m})
	s.keep(*s.items[identifier], false, by)
	return true
}

// place puts an item where it belongs.
func (s *shelf) place(it *item) {
	s.items[it.identifier] = it
	s.order.insert(it)
	s.enter(it)
}

// replace changes the model of a resource and reports whether there is one.
func (s *shelf) replace(identifier string, m model, by *request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	it, ok := s.items[identifier]
	if !ok {
		return false
	}
	s.leave(it)
	it.model = m
	s.enter(it)
	s.keep(*it, false, by)
	return true
}

// remove takes a resource away and reports whether there was one.
func (s *shelf) remove(identifier string, by *request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	it, ok := s.items[identifier]
	if !ok {
		return false
	}
	s.leave(it)
	s.order.remove(it.number)
	delete(s.items, identifier)
	s.keep(*it, true, by)
	return true
}

// page copies up to size resources that the filter lets through and that come
// after the number, and reports whether there are more.
func (s *shelf) page(f filter, after uint64, size int) (items []item, more bool) {
	s.mu.RLock()
	for !s.ready(f) {
		s.mu.RUnlock()
		s.prepare(f)
		s.mu.RLock()
	}
	defer s.mu.RUnlock()
	for it := range s.matching(f).after(after) {
		if len(items) == size {
			return items, true
		}
		items = append(items, *it)
	}
	return items, false
}

// size counts the resources.
func (s *shelf) size() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.order.count
}
