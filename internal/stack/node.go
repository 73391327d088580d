package stack

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
)

// node is a value of the manifest, as it stands there.
type node struct {
	kind  nodeKind
	text  string // of text; of numbers and bools, their JSON
	line  int
	items []*node
	pairs []pair
	size  int // nodes in it, itself included
}

type nodeKind uint8

const (
	nullKind nodeKind = iota
	textKind
	boolKind
	numberKind
	listKind
	mapKind
)

func (k nodeKind) String() string {
	return [...]string{"empty", "text", "true or false", "a number", "a list", "a map"}[k]
}

type pair struct {
	key   string
	line  int
	value *node
}

// get gives the member with the key, or nil.
func (n *node) get(key string) *node {
	for _, p := range n.pairs {
		if p.key == key {
			return p.value
		}
	}
	return nil
}

// weigh sums up the size.
func (n *node) weigh() *node {
	n.size = 1
	for _, item := range n.items {
		n.size += item.size
	}
	for _, p := range n.pairs {
		n.size += p.value.size
	}
	return n
}

// evaluated makes of a node what json.Marshal takes, with every text in it
// rendered. Text in a list or map that comes out as a list or map is one: that is
// how an exported list gets into another. All that cannot be rendered is told.
func (n *node) evaluated(render func(text string, line int) (string, error)) (any, error) {
	switch n.kind {
	case textKind:
		text, err := render(n.text, n.line)
		if err != nil {
			return nil, err
		}
		return text, nil
	case boolKind, numberKind:
		return json.RawMessage(n.text), nil
	case listKind:
		list, errs := make([]any, len(n.items)), make([]error, len(n.items))
		for i, item := range n.items {
			list[i], errs[i] = item.member(render)
		}
		return list, errors.Join(errs...)
	case mapKind:
		object, errs := make(map[string]any, len(n.pairs)), make([]error, len(n.pairs))
		for i, p := range n.pairs {
			object[p.key], errs[i] = p.value.member(render)
		}
		return object, errors.Join(errs...)
	}
	return nil, nil
}

func (n *node) member(render func(string, int) (string, error)) (any, error) {
	v, err := n.evaluated(render)
	if text, ok := v.(string); ok && err == nil {
		if structure, ok := structureOf(text); ok {
			return structure, nil
		}
	}
	return v, err
}

// contextText is what a value is to a template: everything is text there, lists
// and maps are compact JSON with sorted keys.
func contextText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.RawMessage:
		return string(v)
	}
	return compactJSON(v)
}

// compactJSON writes lists and maps; it keeps what is not ASCII.
func compactJSON(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic("stack: a value has no JSON form: " + err.Error()) // it was made of JSON
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// structureOf reads text that is a JSON list or map as a whole.
func structureOf(text string) (any, bool) {
	trimmed := strings.TrimSpace(text)
	if !strings.HasPrefix(trimmed, "{") && !strings.HasPrefix(trimmed, "[") {
		return nil, false
	}
	v, err := decodeJSON(trimmed)
	return v, err == nil
}

func decodeJSON(text string) (any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the JSON")
	}
	return v, nil
}

// canonical writes text that is a JSON list or map the way contextText does, and
// leaves other text alone.
func canonical(text string) string {
	if v, ok := structureOf(text); ok {
		return compactJSON(v)
	}
	return text
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
