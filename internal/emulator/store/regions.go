package store

import (
	"slices"

	"skyql/internal/resource"
)

// Regions lists the regions of which anything is known, in order.
func (s *Store) Regions() []resource.Region {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var regions []resource.Region
	for scope := range s.worlds {
		regions = append(regions, scope.Region)
	}
	slices.Sort(regions)
	return slices.Compact(regions)
}
