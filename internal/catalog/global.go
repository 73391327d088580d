package catalog

import (
	_ "embed"
	"strings"
	"sync"

	"skyql/internal/resource"
)

//go:embed global-services.txt
var globalServices string

// HomeRegions are the regions of a global service's own API, one for each partition
// in which it is known to be global.
type HomeRegions []resource.Region

// homes holds those of each global service. Services are in lower case, as in the
// names of tables.
var homes = sync.OnceValue(func() map[string]HomeRegions {
	known := map[string]HomeRegions{}
	for line := range strings.Lines(globalServices) {
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		service := strings.ToLower(fields[0])
		for _, region := range fields[1:] {
			known[service] = append(known[service], resource.Region(region))
		}
	}
	return known
})

// Homes gives the homes of a type's service, none if its resources belong to
// regions.
func Homes(name resource.TypeName) HomeRegions {
	if name.Organization() != "AWS" {
		return nil
	}
	return homes()[strings.ToLower(name.Service())]
}

// In gives the home that lies in the same partition as the region, or "" if the
// service is not known to be global there.
func (h HomeRegions) In(region resource.Region) resource.Region {
	for _, home := range h {
		if resource.PartitionOf(home).Name == resource.PartitionOf(region).Name {
			return home
		}
	}
	return ""
}
