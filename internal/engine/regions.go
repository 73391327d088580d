package engine

import (
	"errors"
	"slices"
	"strings"

	"skyql/internal/resource"
)

// ParseRegions reads a list of regions with commas between. Each must exist.
func ParseRegions(list string) ([]resource.Region, error) {
	var regions []resource.Region
	for _, name := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		region := resource.Region(strings.ToLower(name))
		if !resource.KnownRegion(region) {
			return nil, &resource.UnknownRegionError{Region: region}
		}
		if !slices.Contains(regions, region) {
			regions = append(regions, region)
		}
	}
	if len(regions) == 0 {
		return nil, errors.New("no region is named")
	}
	return regions, nil
}
