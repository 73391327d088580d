package change

import (
	"encoding/json"
	"strconv"

	"skyql/internal/jsonpatch"
	"skyql/internal/schema"
)

// Masked gives a desired state with every write-only value replaced by a text:
// such values are passwords and keys, and plans are shown.
func Masked(t *schema.ResourceType, state json.RawMessage, text string) json.RawMessage {
	members, err := decodeObject(state)
	if err != nil {
		return encode(text)
	}
	return encode(masked(t.WriteOnly, members, text))
}

// MaskedPatch is Masked for a patch document.
func MaskedPatch(t *schema.ResourceType, document json.RawMessage, text string) json.RawMessage {
	patch, err := jsonpatch.Parse(document)
	if err != nil {
		return encode(text)
	}
	for i := range patch {
		operation := &patch[i]
		if operation.Value == nil {
			continue
		}
		var value any
		if json.Unmarshal(operation.Value, &value) != nil {
			value = text
		}
		operation.Value = encode(masked(below(t.WriteOnly, operation.Path), value, text))
	}
	out, err := patch.Encode()
	if err != nil {
		return encode(text)
	}
	return out
}

// masked replaces what the paths lead to. The value is used up.
func masked(paths []schema.Path, value any, text string) any {
	for _, path := range paths {
		if len(path) == 0 {
			return text
		}
		switch value := value.(type) {
		case map[string]any:
			for name, member := range value {
				if path[0] == "*" || path[0] == name {
					value[name] = masked([]schema.Path{path[1:]}, member, text)
				}
			}
		case []any:
			rest := path
			if path[0] == "*" {
				rest = path[1:]
			}
			for i, element := range value {
				value[i] = masked([]schema.Path{rest}, element, text)
			}
		}
	}
	return value
}

// below gives what is left of the paths that lead to the place or beyond it. A
// path may leave out that it goes through an array.
func below(paths []schema.Path, place []string) []schema.Path {
	var left []schema.Path
	for _, path := range paths {
		rest, ok := path, true
		for _, segment := range place {
			switch _, err := strconv.Atoi(segment); {
			case len(rest) == 0: // the place lies inside of what the path names
			case rest[0] == "*" || rest[0] == segment:
				rest = rest[1:]
			case err == nil || segment == "-":
			default:
				ok = false
			}
		}
		if ok {
			left = append(left, rest)
		}
	}
	return left
}
