package recording

import (
	"bytes"
	"encoding/json"
	"strings"

	"skyql/internal/resource"
	"skyql/internal/schema"
)

// masked stands for what a record must not have.
const masked = "***"

// masker takes secrets out of one call and its answer.
type masker struct {
	types   func(resource.TypeName) (*schema.ResourceType, error)
	secrets []string // texts that were masked in the request
}

// document masks within JSON that is written into a text.
func (m *masker) document(value any, name resource.TypeName, mask func(*schema.ResourceType, any) any) any {
	if value == nil {
		return nil
	}
	text, ok := value.(string)
	t := m.typeOf(name)
	if !ok || t == nil {
		return masked
	}
	document := decodeAny([]byte(text))
	if document == nil {
		return masked
	}
	return string(encodeAny(mask(t, document)))
}

func (m *masker) typeOf(name resource.TypeName) *schema.ResourceType {
	if m.types == nil || name == "" {
		return nil
	}
	t, err := m.types(name)
	if err != nil {
		return nil
	}
	return t
}

// model masks the properties of a model that are write-only, or none of the
// type's.
func (m *masker) model(t *schema.ResourceType, model any) any {
	members, ok := model.(map[string]any)
	if !ok {
		return m.mask(model)
	}
	for name := range members {
		if t.Property(name) == nil {
			members[name] = m.mask(members[name])
		}
	}
	for _, path := range t.WriteOnly {
		model = m.hide(model, path)
	}
	return model
}

// patch masks the values of a patch document in the same way.
func (m *masker) patch(t *schema.ResourceType, document any) any {
	operations, ok := document.([]any)
	if !ok {
		return m.mask(document)
	}
	for i, item := range operations {
		operation, ok := item.(map[string]any)
		if !ok {
			operations[i] = m.mask(item)
			continue
		}
		place, _ := operation["path"].(string)
		for name, value := range operation {
			switch name {
			case "op", "path", "from":
			case "value":
				operation[name] = m.valueAt(t, place, value)
			default:
				operation[name] = m.mask(value)
			}
		}
	}
	return operations
}

// valueAt masks what a patch puts at a place: all of it if that is in a write-only
// property, else such properties in it.
func (m *masker) valueAt(t *schema.ResourceType, place string, value any) any {
	if strings.Trim(place, "/") == "" {
		return m.model(t, value)
	}
	segments := schema.ParsePath(place)
	if t.Property(segments[0]) == nil {
		return m.mask(value)
	}
	for _, path := range t.WriteOnly {
		for _, rest := range below(path, segments) {
			value = m.hide(value, rest)
		}
	}
	return value
}

// below gives what is left of a schema's path beneath a place. There may be several
// ways, since the path need not mention the elements of an array.
func below(path schema.Path, place []string) []schema.Path {
	if len(place) == 0 || len(path) == 0 {
		return []schema.Path{path}
	}
	var all []schema.Path
	if path[0] == "*" || strings.EqualFold(path[0], place[0]) {
		all = below(path[1:], place[1:])
	}
	if path[0] != "*" && strings.Trim(place[0], "0123456789-") == "" {
		all = append(all, below(path, place[1:])...)
	}
	return all
}

// hide masks what the path leads to. A value of another shape than the path is for
// is masked as well: it may be the secret in a wrong place.
func (m *masker) hide(value any, path schema.Path) any {
	if len(path) == 0 {
		return m.mask(value)
	}
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if path[0] == "*" || strings.EqualFold(path[0], name) {
				value[name] = m.hide(member, path[1:])
			}
		}
		return value
	case []any:
		rest := path
		if path[0] == "*" {
			rest = path[1:]
		}
		for i, element := range value {
			value[i] = m.hide(element, rest)
		}
		return value
	case nil:
		return nil
	}
	return m.mask(value)
}

// mask gives what stands for a value, and remembers the texts in it: errors may
// quote them.
func (m *masker) mask(value any) any {
	switch value := value.(type) {
	case string:
		if value != "" && value != masked {
			m.secrets = append(m.secrets, value)
		}
	case json.Number:
		if len(value) > 2 { // shorter ones are in every text
			m.secrets = append(m.secrets, value.String())
		}
	case map[string]any:
		for _, member := range value {
			m.mask(member)
		}
	case []any:
		for _, element := range value {
			m.mask(element)
		}
	}
	return masked
}

// decodeAny reads JSON, numbers as they are written; nil if it is none.
func decodeAny(source []byte) any {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(source))
	decoder.UseNumber()
	if !json.Valid(source) || decoder.Decode(&value) != nil {
		return nil
	}
	return value
}

// encodeAny writes what decodeAny has read.
func encodeAny(value any) json.RawMessage {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // it came from JSON
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
