package listing

import (
	"encoding/json"
	"sync"
	"time"

	"skyql/internal/resource"
)

const (
	// A type of which something turned out to be untrue is left alone for this long.
	mistrust = 7 * 24 * time.Hour
	// What was learned is learned anew after this long: handlers change.
	memory = 30 * 24 * time.Hour
)

// Options configures a Store.
type Options struct {
	// Path is the file to keep what was learned in; "" keeps nothing.
	Path string
	// Host is the endpoint that is asked. What one does says nothing of another.
	Host string
	Now  func() time.Time // nil means time.Now
}

// Store holds what was learned. Its methods may be called from many goroutines.
// The file is read when something is asked for the first time.
type Store struct {
	opts Options
	load sync.Once

	mu      sync.Mutex // guards all below
	types   map[string]*record
	changed map[string]bool // keys of types, since the file was read
}

// record is what was learned of one type in one partition.
type record struct {
	Since      time.Time            `json:"since"`
	Seen       time.Time            `json:"seen"`           // a row, last
	Mistrusted time.Time            `json:"until,omitzero"` // until when nothing is learned of it
	Properties map[string]*evidence `json:"properties,omitempty"`
}

// New makes a store. Nothing is read before it is needed.
func New(opts Options) *Store {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	return &Store{opts: opts, types: map[string]*record{}, changed: map[string]bool{}}
}

// keyOf names a type in the partition of the region.
func keyOf(region resource.Region, name resource.TypeName) string {
	return resource.PartitionOf(region).Name + " " + string(name)
}

// Given tells what can be said of a property from a list alone. present: a value
// in a list is the one that a read gives. absent: besides, a resource of which a
// list does not give the property does not have it.
func (s *Store) Given(region resource.Region, name resource.TypeName, property string) (present, absent bool) {
	s.load.Do(s.read)
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.types[keyOf(region, name)]
	if r == nil || r.Properties[property] == nil {
		return false, false
	}
	e := r.Properties[property]
	return e.present(), e.absent()
}

// Learn compares what a list and a read said of one resource. list names the list,
// so that rows of several can be told from those of one. If anything contradicts
// what was known, all that is known of the type is forgotten.
func (s *Store) Learn(list string, region resource.Region, name resource.TypeName, listed, read json.RawMessage) {
	fromList, err := decode(listed)
	if err != nil {
		return // not for us to judge
	}
	fromRead, err := decode(read)
	if err != nil {
		return
	}
	s.load.Do(s.read)
	s.mu.Lock()
	defer s.mu.Unlock()
	key, now := keyOf(region, name), s.opts.Now().UTC()
	r := s.types[key]
	if r == nil || !now.Before(r.Since.Add(memory)) || !r.Mistrusted.IsZero() && !now.Before(r.Mistrusted) {
		r = &record{Since: now, Properties: map[string]*evidence{}}
		s.types[key] = r
	}
	if !r.Mistrusted.IsZero() {
		return
	}
	agrees, news := r.learn(list, fromList, fromRead)
	if !agrees {
		r = &record{Since: now, Mistrusted: now.Add(mistrust)}
		s.types[key] = r
	}
	if !agrees || news || now.Sub(r.Seen) > 24*time.Hour {
		r.Seen = now
		s.changed[key] = true
	}
}

// learn counts a row for each property that it or an earlier one has. It reports
// whether all that could be concluded before is true of it, and whether it told
// anything new.
func (r *record) learn(list string, listed, read map[string]any) (agrees, news bool) {
	for _, model := range []map[string]any{listed, read} {
		for property, value := range model {
			if r.Properties[property] == nil && value != nil {
				r.Properties[property] = &evidence{}
			}
		}
	}
	for property, e := range r.Properties {
		concluded := e.present()
		agrees, more := e.add(list, listed[property], read[property])
		if !agrees && concluded {
			return false, true
		}
		news = news || more
	}
	return true, news
}
