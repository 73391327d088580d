package store

import "skyql/internal/schema"

// remove takes out the values that the path leads to. An object or array that
// has nothing left goes too: a Code of nothing but write-only members is not in
// the state at all.
func remove(members map[string]any, path schema.Path) {
	for name, member := range members {
		if path[0] != "*" && path[0] != name {
			continue
		}
		if rest, left := without(member, path[1:]); left {
			members[name] = rest
		} else {
			delete(members, name)
		}
	}
}

// without gives the value with what the path leads to taken out, and false if
// that leaves nothing.
func without(value any, path schema.Path) (rest any, left bool) {
	if len(path) == 0 {
		return nil, false
	}
	switch value := value.(type) {
	case map[string]any:
		if len(value) == 0 {
			return value, true
		}
		remove(value, path)
		return value, len(value) > 0
	case []any:
		if len(value) == 0 {
			return value, true
		}
		if path[0] == "*" {
			path = path[1:]
		}
		kept := value[:0]
		for _, element := range value {
			if rest, left := without(element, path); left {
				kept = append(kept, rest)
			}
		}
		return kept, len(kept) > 0
	}
	return value, true
}

// clone copies decoded JSON.
func clone(value any) any {
	switch value := value.(type) {
	case map[string]any:
		members := make(map[string]any, len(value))
		for name, member := range value {
			members[name] = clone(member)
		}
		return members
	case []any:
		elements := make([]any, len(value))
		for i, element := range value {
			elements[i] = clone(element)
		}
		return elements
	}
	return value
}
