package docgen

import (
	"slices"
	"strings"

	"skyql/internal/resource"
)

// Service is a service with the pages of its tables.
type Service struct {
	Name    string
	Entries []Entry
}

// Services lists the services of the types, both in order. Types are named in
// any order.
func (l *Library) Services(types []resource.TypeName) ([]Service, error) {
	summaries, err := l.types.Summaries()
	if err != nil {
		return nil, err
	}
	descriptions := make(map[resource.TypeName]string, len(summaries))
	for _, summary := range summaries {
		descriptions[summary.Type] = summary.Description
	}
	var services []Service
	byName := map[string]int{}
	for _, name := range types {
		entry := Entry{Related: related(name), Description: Sentence(described(name, descriptions[name]))}
		i, known := byName[entry.Service]
		if !known {
			i = len(services)
			byName[entry.Service] = i
			services = append(services, Service{Name: entry.Service})
		}
		services[i].Entries = append(services[i].Entries, entry)
	}
	slices.SortFunc(services, func(a, b Service) int { return strings.Compare(a.Name, b.Name) })
	for _, service := range services {
		slices.SortFunc(service.Entries, func(a, b Entry) int { return strings.Compare(a.Table, b.Table) })
	}
	return services, nil
}
