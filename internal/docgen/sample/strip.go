package sample

import "skyql/internal/schema"

// strip takes out of a state what only the service sets, and what is empty then.
func strip(t *schema.ResourceType, state map[string]any) {
	for _, path := range t.ReadOnly {
		if len(path) > 1 && !names(t.CreateOnly, path) {
			remove(state, withoutStars(path))
		}
	}
}

// remove takes out what the path leads to, through lists and maps on the way. It
// reports whether it left the value empty.
func remove(value any, path schema.Path) (empty bool) {
	switch value := value.(type) {
	case map[string]any:
		inner, have := value[path[0]]
		if !have {
			return false
		}
		if len(path) == 1 || remove(inner, path[1:]) {
			delete(value, path[0])
		}
		return len(value) == 0
	case []any:
		empty = len(value) > 0
		for _, element := range value {
			empty = remove(element, path) && empty
		}
		return empty
	}
	return false
}
