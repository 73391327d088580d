package catalog

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"skyql/internal/naming"
	"skyql/internal/resource"
)

// UnknownError says that the catalog has no such service, table or type.
type UnknownError struct {
	What       string // "service", "table" or "resource type"
	Name       string
	Suggestion string // a name that is there and looks alike, or ""
	Starter    bool   // the catalog is the starter catalog: others have more types
}

// Error names the thing and the nearest one that exists.
func (e *UnknownError) Error() string {
	text := fmt.Sprintf("no %s %s", e.What, e.Name)
	if e.Suggestion != "" {
		text += "; did you mean " + e.Suggestion + "?"
	}
	return text
}

// Lookup finds the type of awscc.<service>.<table>, in any accepted spelling
// and any letters' case. listOnly is true for the table that only lists.
func (c *Catalog) Lookup(service, table string) (name resource.TypeName, listOnly bool, err error) {
	service, table = strings.ToLower(service), strings.ToLower(table)
	tables := c.serviceTables(service)
	if len(tables) == 0 {
		return "", false, &UnknownError{
			What: "service", Name: naming.Provider + "." + service, Starter: c.Starter(),
			Suggestion: qualified(resource.Closest(service, c.Services())),
		}
	}
	if name, ok := tables[table]; ok {
		return name, false, nil
	}
	if base, cut := strings.CutSuffix(table, naming.ListOnlySuffix); cut {
		if name, ok := tables[base]; ok {
			return name, true, nil
		}
	}
	candidates := slices.Sorted(maps.Keys(tables))
	for _, base := range candidates[:len(candidates):len(candidates)] {
		candidates = append(candidates, base+naming.ListOnlySuffix)
	}
	return "", false, &UnknownError{
		What: "table", Name: naming.Provider + "." + service + "." + table, Starter: c.Starter(),
		Suggestion: qualified(service, resource.Closest(table, candidates)),
	}
}

// qualified joins a name behind the provider's, or gives "" if the last part
// is empty.
func qualified(parts ...string) string {
	if parts[len(parts)-1] == "" {
		return ""
	}
	return naming.Provider + "." + strings.Join(parts, ".")
}

// serviceTables gives the accepted table names of a service, made once.
func (c *Catalog) serviceTables(service string) map[string]resource.TypeName {
	c.mu.Lock()
	defer c.mu.Unlock()
	if tables, ok := c.tables[service]; ok {
		return tables
	}
	tables := map[string]resource.TypeName{}
	for _, name := range c.InService(service) {
		for _, table := range naming.Tables(name) {
			tables[table] = name
		}
	}
	c.tables[service] = tables
	return tables
}

func (c *Catalog) unknownType(name resource.TypeName) error {
	candidates := make([]string, len(c.names))
	for i, known := range c.names {
		candidates[i] = string(known)
	}
	return &UnknownError{
		What: "resource type", Name: string(name), Starter: c.Starter(),
		Suggestion: resource.Closest(string(name), candidates),
	}
}
