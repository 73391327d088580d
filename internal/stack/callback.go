package stack

// progressEvent is the column that, in the answers of some providers, holds all
// that others give as columns of their own.
const progressEvent = "ProgressEvent"

// flatten makes names of the row that RETURNING gave. A column that holds a JSON
// map becomes one name for each member, and so on inside; other columns stay text.
// What is in ProgressEvent is found without it too, and the other way round.
func flatten(row map[string]string) map[string]string {
	flat := map[string]string{}
	for column, value := range row {
		if structure, ok := structureOf(value); ok {
			if object, ok := structure.(map[string]any); ok {
				flattenInto(flat, column, object)
				continue
			}
		}
		flat[column] = value
	}
	prefix := progressEvent + "."
	for _, name := range sortedKeys(flat) {
		other := prefix + name
		if len(name) > len(prefix) && name[:len(prefix)] == prefix {
			other = name[len(prefix):]
		}
		if _, taken := flat[other]; !taken {
			flat[other] = flat[name]
		}
	}
	return flat
}

func flattenInto(flat map[string]string, name string, object map[string]any) {
	for key, value := range object {
		switch value := value.(type) {
		case nil: // an absent value has no name
		case map[string]any:
			flattenInto(flat, name+"."+key, value)
		case string:
			flat[name+"."+key] = value
		default:
			flat[name+"."+key] = compactJSON(value)
		}
	}
}
