package jsonpatch

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// wire is the JSON form of an operation. The order of its fields is that of
// the examples in the RFC.
type wire struct {
	Op    Op              `json:"op"`
	From  string          `json:"from,omitempty"`
	Path  string          `json:"path"`
	Value json.RawMessage `json:"value,omitempty"`
}

// Encode gives the patch document as compact JSON, the inverse of Parse. The
// characters of HTML stay as they are, since the service bounds the length of a
// document. It fails only if a value is no JSON.
func (p Patch) Encode() ([]byte, error) {
	if len(p) == 0 {
		return []byte("[]"), nil
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	all := make([]wire, len(p))
	for i, o := range p {
		all[i] = wire{o.Op, formatPointer(o.From), formatPointer(o.Path), o.Value}
	}
	if err := encoder.Encode(all); err != nil {
		return nil, fmt.Errorf("patch document: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// MarshalJSON gives the same document; a nil patch is an empty one.
func (p Patch) MarshalJSON() ([]byte, error) { return p.Encode() }

// MarshalJSON gives the operation as it stands in a patch document.
func (o Operation) MarshalJSON() ([]byte, error) {
	document, err := Patch{o}.Encode()
	if err != nil {
		return nil, err
	}
	return document[1 : len(document)-1], nil
}
