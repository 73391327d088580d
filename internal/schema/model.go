package schema

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"

	"skyql/internal/resource"
)

// Each visits the values of a model, decoded JSON, that the path leads to, with
// their places. The segment "*" leads to every element of an array and every
// member of an object; an array is also walked through where the path does not
// say so, as schemas differ in that.
func (p Path) Each(model any, visit func(place []string, value any)) {
	p.walk(model, nil, visit)
}

func (p Path) walk(value any, place []string, visit func([]string, any)) {
	if len(p) == 0 {
		visit(place, value)
		return
	}
	at := func(segment string) []string { return append(slices.Clip(place), segment) }
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if p[0] == "*" || p[0] == name {
				p[1:].walk(member, at(name), visit)
			}
		}
	case []any:
		rest := p
		if p[0] == "*" {
			rest = p[1:]
		}
		for i, element := range value {
			rest.walk(element, at(strconv.Itoa(i)), visit)
		}
	}
}

// Holds reports whether the path leads to any value of the model.
func (p Path) Holds(model any) bool {
	found := false
	p.Each(model, func([]string, any) { found = true })
	return found
}

// Identify gives the primary identifier that a model has, or false if the model
// lacks a part of it.
func (t *ResourceType) Identify(model map[string]any) (identifier string, ok bool) {
	return Identify(model, t.PrimaryIdentifier)
}

// Identify gives the values that the paths of an identifier lead to, joined, or
// false if one of them leads to none.
func Identify(model map[string]any, paths []Path) (identifier string, ok bool) {
	parts := make([]string, len(paths))
	for i, path := range paths {
		value, _ := path.Value(model)
		if parts[i] = KeyText(value); parts[i] == "" {
			return "", false
		}
	}
	return resource.JoinIdentifier(parts...), len(parts) > 0
}

// Value finds the value of a model that a path without "*" leads to.
func (p Path) Value(model any) (any, bool) {
	for _, segment := range p {
		members, ok := model.(map[string]any)
		if !ok {
			return nil, false
		}
		if model, ok = members[segment]; !ok {
			return nil, false
		}
	}
	return model, true
}

// KeyText gives a value as it stands in an identifier: a string as it is, nothing
// for null, anything else as JSON.
func KeyText(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		return value
	case json.Number:
		return value.String()
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(value) != nil {
		return "" // not decoded JSON
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}
