package store

import (
	"slices"
	"strings"

	"skyql/internal/schema"
)

// index finds resources by the values at some paths.
type index struct {
	paths []schema.Path
	rows  map[string]*sequence // by the values' texts
}

// filter picks the resources that have the values at the paths. Without paths
// it picks all.
type filter struct {
	paths  []schema.Path
	values []string
}

// key joins the values; no JSON text has the separator in it unescaped.
func (f filter) key() string { return strings.Join(f.values, "\x00") }

// keys gives the values of a model at the index's paths. A resource that lacks
// one cannot be found by the index. A single path may lead through an array: then
// the resource is found by each element.
func (x *index) keys(m model) []string {
	if len(x.paths) == 1 && slices.Contains(x.paths[0], "*") {
		return m.eachText(x.paths[0])
	}
	f := filter{values: make([]string, len(x.paths))}
	for i, path := range x.paths {
		var ok bool
		if f.values[i], ok = m.textAt(path); !ok {
			return nil
		}
	}
	return []string{f.key()}
}

func (x *index) add(it *item) {
	for _, key := range x.keys(it.model) {
		if x.rows[key] == nil {
			x.rows[key] = &sequence{}
		}
		x.rows[key].insert(it)
	}
}

func (x *index) drop(it *item) {
	for _, key := range x.keys(it.model) {
		if x.rows[key].remove(it.number); x.rows[key].count == 0 {
			delete(x.rows, key)
		}
	}
}

func samePaths(a, b []schema.Path) bool {
	return slices.EqualFunc(a, b, func(p, q schema.Path) bool { return slices.Equal(p, q) })
}

// enter adds an item to all indexes. It, leave and addIndex are called with the
// shelf locked.
func (s *shelf) enter(it *item) {
	for _, x := range s.indexes {
		x.add(it)
	}
}

// leave takes an item out of all indexes.
func (s *shelf) leave(it *item) {
	for _, x := range s.indexes {
		x.drop(it)
	}
}

func (s *shelf) addIndex(paths []schema.Path) {
	if len(paths) == 0 || s.indexOf(paths) != nil {
		return
	}
	x := &index{paths: paths, rows: map[string]*sequence{}}
	for it := range s.order.after(0) {
		x.add(it)
	}
	s.indexes = append(s.indexes, x)
}

func (s *shelf) indexOf(paths []schema.Path) *index {
	for _, x := range s.indexes {
		if samePaths(x.paths, paths) {
			return x
		}
	}
	return nil
}

// ready reports whether the shelf has the index that the filter goes by.
func (s *shelf) ready(f filter) bool {
	return len(f.paths) == 0 || s.indexOf(f.paths) != nil
}

// prepare makes the index when a filter first goes by it. There can be no more
// of them than sets of list inputs, identifiers and references.
func (s *shelf) prepare(f filter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addIndex(f.paths)
}

// matching gives the items that the filter picks; nil stands for none.
func (s *shelf) matching(f filter) *sequence {
	if len(f.paths) == 0 {
		return &s.order
	}
	return s.indexOf(f.paths).rows[f.key()]
}
