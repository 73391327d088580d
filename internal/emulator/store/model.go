package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"

	"skyql/internal/schema"
	"skyql/internal/validate"
)

// model is the state of a resource as it is kept: compact JSON, because there
// may be a million.
type model struct {
	visible string // what the read handler returns
	// hidden has the top-level properties that held write-only values when they
	// were last set, in full; "" if there are none.
	hidden string
}

// newModel parts a state into what may be seen and what may not. The state is
// used up.
func (k *kind) newModel(state map[string]any) model {
	hidden := map[string]any{}
	for _, path := range k.WriteOnly {
		if !path.Holds(state) {
			continue
		}
		if _, kept := hidden[path[0]]; !kept {
			hidden[path[0]] = clone(state[path[0]])
		}
		remove(state, path)
	}
	m := model{visible: encode(state)}
	if len(hidden) > 0 {
		m.hidden = encode(hidden)
	}
	return m
}

// keepHidden takes over the write-only values of a former model that the new
// one says nothing about: a service goes on with what it was given.
func (m model) keepHidden(former model) model {
	if former.hidden == "" || m.hidden == "" {
		m.hidden += former.hidden
		return m
	}
	all := decodeKept(former.hidden)
	maps.Copy(all, decodeKept(m.hidden))
	m.hidden = encode(all)
	return m
}

// textAt finds a value in the state with its write-only values, in the form in which it is
// compared.
func (m model) textAt(path schema.Path) (text string, ok bool) {
	if m.hidden != "" {
		if _, hides := memberOf(m.hidden, path[0]); hides {
			return textAt(m.hidden, path)
		}
	}
	return textAt(m.visible, path)
}

// decodeKept reads JSON that this package wrote.
func decodeKept(source string) map[string]any {
	members, err := decodeObject([]byte(source))
	if err != nil {
		panic(fmt.Sprintf("store: kept %q: %v", source, err))
	}
	return members
}

func decodeObject(source []byte) (map[string]any, error) {
	value, err := validate.Decode(source)
	if err != nil {
		return nil, err
	}
	members, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("not a JSON object")
	}
	return members, nil
}

// encode gives compact JSON in which the characters of HTML stay as they are.
func encode(value any) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(fmt.Sprintf("store: decoded JSON has no JSON form: %v", err))
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// appendText appends a text as JSON. Most need no escapes.
func appendText(b []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return append(b, encode(text)...)
		}
	}
	b = append(b, '"')
	b = append(b, text...)
	return append(b, '"')
}
