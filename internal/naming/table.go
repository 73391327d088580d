package naming

import (
	"regexp"
	"strings"

	"skyql/internal/resource"
)

// Provider is the first part of every table name.
const Provider = "awscc"

// ListOnlySuffix is what the name of a table ends in that lists resources and
// never reads them.
const ListOnlySuffix = "_list_only"

// Service gives the second part of a type's table name.
func Service(t resource.TypeName) string { return strings.ToLower(t.Service()) }

// Table gives the canonical third part of a type's table name, a plural.
func Table(t resource.TypeName) string { return plural(snake(t.Thing())) }

// Singular gives the name of one resource of the type.
func Singular(t resource.TypeName) string { return snake(t.Thing()) }

// FullName gives the canonical three-part name of a type's table.
func FullName(t resource.TypeName) string {
	return Provider + "." + Service(t) + "." + Table(t)
}

// Tables gives every accepted third part of a type's table name, the canonical
// one first, without duplicates.
func Tables(t resource.TypeName) []string {
	thing := t.Thing()
	return distinct(plural(snake(thing)), plural(providerSnake(thing)), plural(conventional(thing)))
}

var (
	providerRun   = regexp.MustCompile(`([A-Z]+)([A-Z][a-z]+)`)
	providerLower = regexp.MustCompile(`([a-z])([A-Z])`)
)

// providerSnake is the provider's own snake case. It lower-cases a run of
// capitals together with the word behind it and so loses the boundary before
// the run: LocationFSxLustre becomes locationf_sx_lustre.
func providerSnake(name string) string {
	name = providerRun.ReplaceAllStringFunc(name, func(match string) string {
		groups := providerRun.FindStringSubmatch(match)
		return strings.ToLower(groups[1]) + "_" + strings.ToLower(groups[2])
	})
	name = providerLower.ReplaceAllString(name, "${1}_${2}")
	return strings.ToLower(underscores.ReplaceAllString(name, "_"))
}

func distinct(names ...string) []string {
	kept := names[:0]
	for _, name := range names {
		seen := false
		for _, have := range kept {
			seen = seen || strings.EqualFold(have, name)
		}
		if !seen {
			kept = append(kept, name)
		}
	}
	return kept
}
