package store

// inherit gives a resource what it only shows and its parent names: an instance is in
// the VPC of its subnet.
func (v *visit) inherit(state map[string]any) {
	above := ties().above
	for _, t := range above[v.kind.Name] {
		parent, err := v.store.kind(t.parent.name)
		if err != nil || len(t.from) != 1 {
			continue
		}
		for _, values := range t.values(state) {
			it, ok := v.world.shelf(parent).get(values[0])
			if !ok {
				continue
			}
			of := decodeKept(it.model.visible)
			for _, up := range above[parent.Name] {
				if len(up.from) != 1 || len(up.from[0]) != 1 || !containsPath(v.kind.ReadOnly, up.from[0]) {
					continue
				}
				if value, known := up.from[0].Value(of); known && !up.from[0].Holds(state) {
					state[up.from[0][0]] = value
				}
			}
		}
	}
}
