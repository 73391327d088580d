package listing

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"skyql/internal/resource"
)

// mostSizes bounds the file of sizes. Those that were seen longest ago are left out.
const mostSizes = 20_000

// SizesOptions configures Sizes.
type SizesOptions struct {
	// Path is the file to keep sizes in; "" keeps nothing.
	Path string
	// Owner names whose resources they are: who asks, and the endpoint.
	Owner string
	Now   func() time.Time // nil means time.Now
}

// Sizes remembers how many resources lists gave. Nothing but the order of joins
// and what EXPLAIN reckons depends on it. Its methods may be called from many
// goroutines. The file is read when something is asked for the first time.
type Sizes struct {
	opts SizesOptions
	load sync.Once

	mu      sync.Mutex // guards all below
	known   map[sizeKey]size
	learned map[sizeKey]size
}

// sizeKey names lists: of a type in a region, all of it or below one parent.
type sizeKey struct {
	region resource.Region
	name   resource.TypeName
	below  bool
}

// size is what lists gave in sum.
type size struct {
	Resources, Lists int64
	Seen             time.Time
}

// keptSize is a size in the file.
type keptSize struct {
	Owner  string
	Region resource.Region
	Type   resource.TypeName
	Below  bool `json:",omitempty"`
	size
}

// NewSizes makes an empty one. Nothing is read before it is needed.
func NewSizes(opts SizesOptions) *Sizes {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	return &Sizes{opts: opts, known: map[sizeKey]size{}, learned: map[sizeKey]size{}}
}

// Counted hears how many resources a whole list gave.
func (s *Sizes) Counted(region resource.Region, name resource.TypeName, below bool, n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := sizeKey{region, name, below}
	sum := s.learned[key]
	if !below {
		sum = size{} // the latest list is the best
	}
	s.learned[key] = size{sum.Resources + n, sum.Lists + 1, s.opts.Now().UTC()}
}

// Size tells how many resources of the type lists of a region gave last, and how
// many they gave below one parent in the mean. It is 0 if that is not known, and 1
// if there were none.
func (s *Sizes) Size(region resource.Region, name resource.TypeName) (resources, children int64) {
	s.load.Do(s.read)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mean(sizeKey{region, name, false}), s.mean(sizeKey{region, name, true})
}

func (s *Sizes) mean(key sizeKey) int64 {
	for _, from := range []map[sizeKey]size{s.learned, s.known} {
		if found := from[key]; found.Lists > 0 {
			return max(1, (found.Resources+found.Lists-1)/found.Lists)
		}
	}
	return 0
}

func (s *Sizes) read() {
	kept := loadSizes(s.opts.Path)
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.opts.Now()
	for _, k := range kept {
		if k.Owner == s.opts.Owner && now.Before(k.Seen.Add(memory)) && k.Lists > 0 && k.Resources >= 0 {
			s.known[sizeKey{k.Region, k.Type, k.Below}] = k.size
		}
	}
}

// loadSizes reads the file. One that is not there, or not whole, tells nothing.
func loadSizes(path string) []keptSize {
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	var kept []keptSize
	if json.NewDecoder(io.LimitReader(file, mostBytes)).Decode(&kept) != nil {
		return nil
	}
	return kept
}

// Save writes what was learned into the file, beside what others have there.
func (s *Sizes) Save() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.opts.Path == "" || len(s.learned) == 0 {
		return nil
	}
	type owned struct {
		owner string
		sizeKey
	}
	all := map[owned]size{}
	for _, k := range loadSizes(s.opts.Path) {
		all[owned{k.Owner, sizeKey{k.Region, k.Type, k.Below}}] = k.size
	}
	for key, learned := range s.learned {
		all[owned{s.opts.Owner, key}] = learned
	}
	kept := make([]keptSize, 0, len(all))
	for _, key := range slices.SortedFunc(maps.Keys(all), func(a, b owned) int { return all[b].Seen.Compare(all[a].Seen) }) {
		kept = append(kept, keptSize{key.owner, key.region, key.name, key.below, all[key]})
	}
	if err := replace(s.opts.Path, kept[:min(len(kept), mostSizes)]); err != nil {
		return fmt.Errorf("keep the sizes of lists: %w", err)
	}
	return nil
}
