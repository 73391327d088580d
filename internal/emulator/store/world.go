package store

import (
	"hash/maphash"
	"sync"

	"skyql/internal/resource"
)

// world is what one account has in one region. Resources of global services are
// in the world of the service's home; every other region of the partition looks
// there.
type world struct {
	scope   resource.Scope
	ledger  *ledger
	journal Journal // nil for none
	// elsewhere gives the account's world in another region.
	elsewhere func(resource.Region) *world

	mu      sync.RWMutex // guards shelves
	shelves map[resource.TypeName]*shelf

	// settling is held while requests whose time has come are carried out, so
	// that a call which waits for it sees what they did.
	settling sync.Mutex

	// lineage is held by a delete of what others may lie below, from looking for
	// them to taking it away; by creates below it for reading. It is that of the
	// world which owns the resource.
	lineage sync.RWMutex

	// changing serialises calls that change the same resource, from reading its
	// state to writing it. A resource is guarded by one of the mutexes.
	changing [64]sync.Mutex
	seed     maphash.Seed
}

func newWorld(scope resource.Scope, journal Journal, elsewhere func(resource.Region) *world) *world {
	return &world{
		scope: scope, elsewhere: elsewhere, ledger: newLedger(scope, journal), journal: journal,
		shelves: map[resource.TypeName]*shelf{}, seed: maphash.MakeSeed(),
	}
}

// owner gives the world that has the resources of a type.
func (w *world) owner(k *kind) *world {
	if home := k.homes.In(w.scope.Region); home != "" && home != w.scope.Region {
		return w.elsewhere(home)
	}
	return w
}

// shelf gives the resources of a type, which may be none.
func (w *world) shelf(k *kind) *shelf {
	w = w.owner(k)
	w.mu.RLock()
	s := w.shelves[k.Name]
	w.mu.RUnlock()
	if s != nil {
		return s
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.shelves[k.Name] == nil {
		w.shelves[k.Name] = newShelf(k, w.scope, w.journal)
	}
	return w.shelves[k.Name]
}

// target names a resource of a world.
type target struct {
	name       resource.TypeName
	identifier string
}

// lock keeps other calls from changing the resource until unlock is called.
func (w *world) lock(t target) (unlock func()) {
	mu := &w.changing[maphash.Comparable(w.seed, t)%uint64(len(w.changing))]
	mu.Lock()
	return mu.Unlock
}
