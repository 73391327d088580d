package markup

import "skyql/internal/docgen"

// Index writes the list of all services, which lies above their folders.
func (d Dialect) Index(services []docgen.Service) string {
	w := &writer{Dialect: d}
	total := 0
	for _, service := range services {
		total += len(service.Entries)
	}
	w.head("Tables", "Tables of AWS", []string{"tables"})
	w.printf("%d tables of %d services.\n\n", total, len(services))
	for _, service := range services {
		w.printf("- [%s](%s/index%s): %d\n", service.Name, service.Name, d.Extension(), len(service.Entries))
	}
	return w.String()
}

// Service writes the list of a service's tables, which lies in its folder.
func (d Dialect) Service(service docgen.Service) string {
	w := &writer{Dialect: d}
	w.head(service.Name, "awscc."+service.Name, []string{service.Name})
	w.printf("%d tables.\n\n", len(service.Entries))
	for _, entry := range service.Entries {
		w.printf("- [%s](%s%s)", entry.Table, entry.Table, d.Extension())
		if entry.Description != "" {
			w.printf(": %s", Inline(entry.Description))
		}
		w.printf("\n")
	}
	return w.String()
}
