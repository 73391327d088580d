package fetch

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"skyql/internal/catalog"
	"skyql/internal/cloudcontrol"
	"skyql/internal/pushdown"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/table"
)

// Types gives schemas and tells which parents list handlers want. A
// *catalog.Catalog does.
type Types interface {
	Type(resource.TypeName) (*schema.ResourceType, error)
	Parents(t *schema.ResourceType, inputs []string) []catalog.Parent
}

// Accounts tells the number of the account that calls are made in.
type Accounts interface {
	Account(ctx context.Context, region resource.Region) (string, error)
}

// Options configures a Fetcher.
type Options struct {
	Concurrency int              // reads at a time in each region; 0 means 64
	Now         func() time.Time // nil means time.Now
	Strict      bool             // the first failure ends the statement
	// OnProgress, if set, hears of every page and resource that came. It is
	// called from many goroutines and must be quick.
	OnProgress func(Progress)
	Lists      Lists // what list handlers were found to give; nil: nothing is known
	Sizes      Sizes // how much they gave; nil: nothing is known
}

// Sizes knows how much lists gave. Its methods are called from many goroutines.
type Sizes interface {
	// Size tells how many resources of the type a region has, and how many lie
	// below one parent; 0 if that is not known.
	Size(region resource.Region, name resource.TypeName) (resources, children int64)
	// Counted hears how many a whole list gave, of a region or below one parent.
	Counted(region resource.Region, name resource.TypeName, below bool, n int64)
}

// Progress counts what one statement has fetched so far.
type Progress struct {
	Type   resource.TypeName
	Listed int64 // resources named by list handlers
	Read   int64 // resources read
}

// Fetcher fetches the rows of one statement. Its methods may be called from
// many goroutines.
type Fetcher struct {
	reader   cloudcontrol.Reader
	types    Types
	accounts Accounts
	opts     Options
	regions  []resource.Region
	began    time.Time

	listed, read atomic.Int64

	mu        sync.Mutex                       // guards all below
	reads     map[resource.Scope]chan struct{} // hold one token for each read under way
	keep      bool                             // remember what was fetched, since a scan will come again
	compares  bool                             // the statement compares regions
	units     map[string]*unit
	gets      map[resourceKey]*reading
	tables    map[resource.TypeName]*table.Table
	learned   map[resource.TypeName][]string // inputs that a list handler was found to demand
	witnessed map[witness]bool
	problems  []Problem
	noted     map[problemKey]bool // of problems
	tallies   map[string]*tally   // by type and operation
}

// resourceKey names a resource among all of them.
type resourceKey struct {
	scope      resource.Scope
	name       resource.TypeName
	identifier string
}

// New makes the fetcher of one statement. Scans that name no region go to the
// regions given here, those of global services to one of them.
func New(reader cloudcontrol.Reader, types Types, accounts Accounts, regions []resource.Region, opts Options) *Fetcher {
	if opts.Concurrency <= 0 {
		opts.Concurrency = 64
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	return &Fetcher{
		reader: reader, types: types, accounts: accounts, regions: regions, opts: opts, began: opts.Now(),
		reads:     map[resource.Scope]chan struct{}{},
		units:     map[string]*unit{},
		gets:      map[resourceKey]*reading{},
		tables:    map[resource.TypeName]*table.Table{},
		learned:   map[resource.TypeName][]string{},
		witnessed: map[witness]bool{},
		noted:     map[problemKey]bool{},
		tallies:   map[string]*tally{},
	}
}

// Keep makes the fetcher remember every page and resource, for statements whose
// scans come more than once. Without it a large table streams through.
func (f *Fetcher) Keep() {
	f.mu.Lock()
	f.keep = true
	f.mu.Unlock()
}

// Progress tells what has been fetched so far.
func (f *Fetcher) Progress() Progress {
	return Progress{Listed: f.listed.Load(), Read: f.read.Load()}
}

// scopes gives the places that a scan goes to.
func (f *Fetcher) scopes(ctx context.Context, scan pushdown.Scan) ([]resource.Scope, error) {
	regions := scan.Regions
	if regions == nil {
		if regions = Asked(scan.Table.Type.Name, f.regions); len(regions) == 0 {
			return nil, ErrNoRegion
		}
	}
	scopes := make([]resource.Scope, 0, len(regions))
	for _, region := range regions {
		if !resource.KnownRegion(region) {
			continue // no row is there: no region has that name
		}
		scope := resource.Scope{Region: region}
		if f.wantsAccount(scan) {
			account, err := f.accounts.Account(ctx, region)
			if err != nil {
				return nil, err
			}
			scope.Account = account
		}
		if scan.Accounts == nil || contains(scan.Accounts, scope.Account) {
			scopes = append(scopes, scope)
		}
	}
	return scopes, nil
}

// wantsAccount reports whether the statement looks at the account's number,
// which costs a call of its own.
func (f *Fetcher) wantsAccount(scan pushdown.Scan) bool {
	if scan.Accounts != nil {
		return true
	}
	for _, column := range scan.Used {
		if scan.Table.Columns[column].Origin == table.FromAccount {
			return true
		}
	}
	return false
}

func contains(list []string, wanted string) bool {
	for _, have := range list {
		if have == wanted {
			return true
		}
	}
	return false
}

// table gives the reading table of a type, made once.
func (f *Fetcher) table(t *schema.ResourceType) *table.Table {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.tables[t.Name] == nil {
		f.tables[t.Name] = table.New(t)
	}
	return f.tables[t.Name]
}

// slots gives the channel that holds one token for each read under way in a
// scope.
func (f *Fetcher) slots(scope resource.Scope) chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.reads[scope] == nil {
		f.reads[scope] = make(chan struct{}, f.opts.Concurrency)
	}
	return f.reads[scope]
}

// call starts the input of an API call.
func call(scope resource.Scope, name resource.TypeName) cloudcontrol.Call {
	return cloudcontrol.Call{Scope: scope, Type: name}
}
