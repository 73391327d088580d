package engine

import (
	"skyql/internal/catalog"
	"skyql/internal/fetch"
	"skyql/internal/pushdown"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/table"
	"skyql/internal/vtable"
)

var _ vtable.Sizer = (*statement)(nil)

// Size tells how large a table is, as earlier lists have shown, so that SQLite
// begins a join with the smaller one. SQLite asks for every order of a join that it
// considers.
func (s *statement) Size(t *table.Table) pushdown.Size {
	if size, known := s.sizes[t.Type.Name]; known {
		return size
	}
	size := s.session.size(t.Type.Name)
	if input := t.Type.Handlers[schema.List].Input; input.Demands() {
		for _, parent := range s.session.opts.Types.Catalog().Parents(t.Type, input.Alternatives()[0]) {
			if parent.Origin == catalog.FromParent {
				size.Parents = s.session.size(parent.Type).Resources
			}
		}
	}
	s.sizes[t.Type.Name] = size
	return size
}

// size is the mean over the regions of which something is known.
func (s *Session) size(name resource.TypeName) pushdown.Size {
	asked := fetch.Asked(name, s.opts.Regions)
	size := pushdown.Size{Regions: len(asked)}
	if s.opts.Fetch.Sizes == nil {
		return size
	}
	var resources, children mean
	for _, region := range asked {
		n, below := s.opts.Fetch.Sizes.Size(region, name)
		resources.add(n)
		children.add(below)
	}
	size.Resources, size.Children = resources.value(), children.value()
	return size
}

// mean is of numbers that are known, which 0 is not.
type mean struct{ sum, count float64 }

func (m *mean) add(n int64) {
	if n > 0 {
		m.sum, m.count = m.sum+float64(n), m.count+1
	}
}

func (m *mean) value() float64 {
	if m.count == 0 {
		return 0
	}
	return m.sum / m.count
}
