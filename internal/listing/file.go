package listing

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"skyql/internal/wholefile"
)

// How large the file may get. Beyond it what was seen longest ago is left out; a
// file that is larger nevertheless is not ours.
const (
	mostTypes = 2000
	mostBytes = 8 << 20
)

// contents of the file: records by type and partition, by host.
type contents map[string]map[string]*record

// read fills the store from its file. A file that is not there, or not whole,
// tells nothing.
func (s *Store) read() {
	found, err := load(s.opts.Path)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.opts.Now()
	for key, r := range found[s.opts.Host] {
		if now.Before(r.Since.Add(memory)) && !r.Since.After(now) {
			s.types[key] = r
		}
	}
}

func load(path string) (contents, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, mostBytes+1))
	if err != nil {
		return nil, err
	}
	if len(text) > mostBytes {
		return nil, errors.New("it is too large")
	}
	var found contents
	if err := json.Unmarshal(text, &found); err != nil {
		return nil, err
	}
	for _, types := range found {
		for key, r := range types {
			if r == nil || !r.sound() {
				return nil, fmt.Errorf("%s makes no sense", key)
			}
		}
	}
	return found, nil
}

func (r *record) sound() bool {
	for _, e := range r.Properties {
		if e == nil || !e.sound() {
			return false
		}
	}
	return r.Properties != nil || !r.Mistrusted.IsZero()
}

// Save writes what was learned since the file was read into it. What others have
// learned of other types, hosts and partitions meanwhile stays, and so does their
// mistrust of a type.
func (s *Store) Save() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.opts.Path == "" || len(s.changed) == 0 {
		return nil
	}
	all, err := load(s.opts.Path)
	if err != nil || all == nil {
		all = contents{}
	}
	types := all[s.opts.Host]
	if types == nil {
		types = map[string]*record{}
		all[s.opts.Host] = types
	}
	for key := range s.changed {
		if theirs := types[key]; theirs == nil || !theirs.Mistrusted.After(s.opts.Now()) {
			types[key] = s.types[key]
		}
	}
	all.trim()
	if err := replace(s.opts.Path, all); err != nil {
		return fmt.Errorf("keep what lists give: %w", err)
	}
	clear(s.changed)
	return nil
}

// trim drops the types that were seen longest ago, if there are too many.
func (c contents) trim() {
	type entry struct{ host, key string }
	var entries []entry
	for host, types := range c {
		for key := range types {
			entries = append(entries, entry{host, key})
		}
	}
	if len(entries) <= mostTypes {
		return
	}
	slices.SortFunc(entries, func(a, b entry) int { return c[b.host][b.key].Seen.Compare(c[a.host][a.key].Seen) })
	for _, e := range entries[mostTypes:] {
		delete(c[e.host], e.key)
	}
	maps.DeleteFunc(c, func(_ string, types map[string]*record) bool { return len(types) == 0 })
}

// replace writes the file in one step.
func replace(path string, all any) error {
	text, err := json.Marshal(all)
	if err != nil {
		return err
	}
	if len(text) > mostBytes {
		return errors.New("it would be too large")
	}
	return wholefile.WriteBytes(path, wholefile.Private, text)
}
