package store

import (
	"sync"
	"sync/atomic"
	"time"

	"skyql/internal/catalog"
	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

// DefaultAccount is the account of a scope that names none.
const DefaultAccount = "123456789012"

const defaultPageSize = 100

// Options says how a Store behaves. The zero value works.
type Options struct {
	// Catalog has the resource types; default the starter catalog.
	Catalog *catalog.Catalog
	// PageSize is how many resources a page of a list has; default 100. A
	// caller can only ask for fewer.
	PageSize int
	// Stabilize is how long a request is in progress. By default the work is
	// done within the call that starts it, and the first poll finds the end.
	Stabilize time.Duration
	// Orphans lets resources be created that name others which are not there.
	Orphans bool
	// Now is the clock; default time.Now.
	Now func() time.Time
	// Journal hears of all that changes; default nobody.
	Journal Journal
}

// Store is the Cloud Control API in memory. Its methods may be called from many
// goroutines.
type Store struct {
	orphans bool
	knobs   atomic.Pointer[knobs]
	journal Journal // nil for none
	types   atomic.Pointer[catalog.Catalog]
	kinds   sync.Map // resource.TypeName to *kind

	mu      sync.RWMutex // guards worlds and reports
	worlds  map[resource.Scope]*world
	reports map[string]report // of tagging, by account
}

var _ cloudcontrol.Client = (*Store)(nil)

// New returns a store without resources.
func New(opts Options) *Store {
	if opts.Catalog == nil {
		opts.Catalog = catalog.Starter()
	}
	if opts.PageSize <= 0 {
		opts.PageSize = defaultPageSize
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	s := &Store{journal: opts.Journal, orphans: opts.Orphans, worlds: map[resource.Scope]*world{}, reports: map[string]report{}}
	s.knobs.Store(&knobs{pageSize: opts.PageSize, now: opts.Now})
	s.SetStabilize(opts.Stabilize)
	s.types.Store(opts.Catalog)
	return s
}

// Use gives the store another catalog, as one with more types that was fetched
// meanwhile. Types that are in use stay as they are.
func (s *Store) Use(c *catalog.Catalog) { s.types.Store(c) }

// kind gives what the store knows about a type, made once. An unknown type
// gives the catalog's error.
func (s *Store) kind(name resource.TypeName) (*kind, error) {
	if known, ok := s.kinds.Load(name); ok {
		return known.(*kind), nil
	}
	made, err := newKind(s.types.Load(), name)
	if err != nil {
		return nil, err
	}
	known, _ := s.kinds.LoadOrStore(name, made)
	return known.(*kind), nil
}

// world gives the world of a scope, made when it is first asked for.
func (s *Store) world(scope resource.Scope) *world {
	if scope.Account == "" {
		scope.Account = DefaultAccount
	}
	s.mu.RLock()
	w := s.worlds[scope]
	s.mu.RUnlock()
	if w != nil {
		return w
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.worlds[scope] == nil {
		s.worlds[scope] = newWorld(scope, s.journal, func(region resource.Region) *world {
			return s.world(resource.Scope{Account: scope.Account, Region: region})
		})
	}
	return s.worlds[scope]
}
