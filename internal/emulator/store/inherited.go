package store

import (
	"skyql/internal/resource"
	"skyql/internal/schema"
)

// inherit gives a resource what it only shows and its parent names: an instance is in
// the VPC of its subnet.
func (v *visit) inherit(state map[string]any) {
	for _, t := range ties().above[v.kind.Name] {
		shared := v.kind.shows(t.parent.name)
		if len(shared) == 0 || len(t.from) != 1 {
			continue
		}
		parent, err := v.store.kind(t.parent.name)
		if err != nil {
			continue
		}
		for _, values := range t.values(state) {
			it, ok := v.world.shelf(parent).get(values[0])
			if !ok {
				continue
			}
			of := decodeKept(it.model.visible)
			for _, path := range shared {
				if value, known := path.Value(of); known && !path.Holds(state) {
					state[path[0]] = value
				}
			}
		}
	}
}

// shows gives the properties by which a parent names its own parents, and which are
// read-only here.
func (k *kind) shows(parent resource.TypeName) (shared []schema.Path) {
	for _, up := range ties().above[parent] {
		if len(up.from) == 1 && len(up.from[0]) == 1 && containsPath(k.ReadOnly, up.from[0]) {
			shared = append(shared, up.from[0])
		}
	}
	return shared
}
