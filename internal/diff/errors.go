package diff

import (
	"strings"

	"skyql/internal/resource"
	"skyql/internal/schema"
)

// ReadOnlyError says that the wanted model states values for properties that
// only the service sets.
type ReadOnlyError struct {
	Type  resource.TypeName
	Paths []schema.Path
}

// Error names all of them, but no value.
func (e *ReadOnlyError) Error() string {
	return string(e.Type) + ": " + names(e.Paths) + are(e.Paths, " is read-only and has another value; leave it out",
		" are read-only and have other values; leave them out")
}

// ReplacementError says that the wanted model needs a new resource.
type ReplacementError struct {
	Type    resource.TypeName
	Changed []schema.Path // create-only properties that would change
	// Unknown are both create-only and write-only: no one can tell whether they
	// would change, and the service refuses even the value that they have. A
	// plan that states them on creation may go on if there are only these.
	Unknown []schema.Path
}

// Error names all of them, but no value.
func (e *ReplacementError) Error() string {
	var parts []string
	if len(e.Changed) > 0 {
		parts = append(parts, names(e.Changed)+" can only be set on creation: the change needs replacement; "+
			"delete the resource and create it anew")
	}
	if len(e.Unknown) > 0 {
		parts = append(parts, names(e.Unknown)+" can only be set on creation and not be read: "+
			are(e.Unknown, "it can neither be compared nor changed; leave it out",
				"they can neither be compared nor changed; leave them out"))
	}
	return string(e.Type) + ": " + strings.Join(parts, "; ")
}

// WriteOnlyNeededError says that an update lacks values that the service cannot
// take from the current model, because they are not in it.
type WriteOnlyNeededError struct {
	Type  resource.TypeName
	Paths []schema.Path
}

// Error names all of them.
func (e *WriteOnlyNeededError) Error() string {
	return string(e.Type) + ": " + names(e.Paths) + are(e.Paths,
		" is required and cannot be read: its value is needed with every update; state it too",
		" are required and cannot be read: their values are needed with every update; state them too")
}

func names(paths []schema.Path) string {
	all := make([]string, len(paths))
	for i, path := range paths {
		all[i] = path.String()
	}
	return strings.Join(all, ", ")
}

func are(paths []schema.Path, one, many string) string {
	if len(paths) == 1 {
		return one
	}
	return many
}
