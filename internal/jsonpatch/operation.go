package jsonpatch

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Op is the name of an operation.
type Op string

// The operations.
const (
	Add     Op = "add"
	Remove  Op = "remove"
	Replace Op = "replace"
	Move    Op = "move"
	Copy    Op = "copy"
	Test    Op = "test"
)

// Operation is one step of a patch document.
type Operation struct {
	Op    Op
	Path  []string        // where it works, without escapes; empty for the whole document
	From  []string        // of Move and Copy
	Value json.RawMessage // of Add, Replace and Test
}

// Writes lists the places that the operation may change.
func (o Operation) Writes() [][]string {
	switch o.Op {
	case Test:
		return nil
	case Move:
		return [][]string{o.From, o.Path}
	default:
		return [][]string{o.Path}
	}
}

// SyntaxError says that a document is no patch document.
type SyntaxError struct {
	Index  int // of the operation, -1 if it is the document as a whole
	Reason string
}

// Error names the operation by its place in the document.
func (e *SyntaxError) Error() string {
	if e.Index < 0 {
		return "malformed patch document: " + e.Reason
	}
	return fmt.Sprintf("malformed patch document: operation %d: %s", e.Index, e.Reason)
}

// document mirrors one operation on the wire. A pointer tells an absent member
// from an empty one.
type document struct {
	Op    *string          `json:"op"`
	Path  *string          `json:"path"`
	From  *string          `json:"from"`
	Value *json.RawMessage `json:"value"`
}

// UnmarshalJSON keeps a value of null, which encoding/json would drop.
func (d *document) UnmarshalJSON(source []byte) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(source, &members); err != nil || members == nil {
		return fmt.Errorf("an operation is an object")
	}
	for name, field := range map[string]**string{"op": &d.Op, "path": &d.Path, "from": &d.From} {
		raw, given := members[name]
		if !given {
			continue
		}
		if err := json.Unmarshal(raw, field); err != nil || *field == nil {
			return fmt.Errorf("%q is not a string", name)
		}
	}
	if raw, given := members["value"]; given {
		d.Value = &raw
	}
	return nil
}

// Parse reads a patch document. What it refuses is a *SyntaxError.
func Parse(source []byte) (Patch, error) {
	var elements []json.RawMessage
	decoder := json.NewDecoder(bytes.NewReader(source))
	if err := decoder.Decode(&elements); err != nil {
		return nil, &SyntaxError{-1, "not a JSON array"}
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, &SyntaxError{-1, "more than one JSON value"}
	}
	if elements == nil {
		return nil, &SyntaxError{-1, "not a JSON array"}
	}
	patch := make(Patch, len(elements))
	for i, element := range elements {
		var doc document
		err := json.Unmarshal(element, &doc)
		if err == nil {
			patch[i], err = doc.operation()
		}
		if err != nil {
			return nil, &SyntaxError{i, err.Error()}
		}
	}
	return patch, nil
}

// operation checks that the members fit the operation.
func (d document) operation() (Operation, error) {
	var o Operation
	var err error
	if d.Op == nil {
		return o, fmt.Errorf(`"op" is missing`)
	}
	o.Op = Op(*d.Op)
	if o.Path, err = parsePointer("path", d.Path); err != nil {
		return o, err
	}
	switch o.Op {
	case Add, Replace, Test:
		return d.valued(o)
	case Move, Copy:
		if o.From, err = parsePointer("from", d.From); err == nil && (len(o.From) == 0 || len(o.Path) == 0) {
			err = fmt.Errorf("the whole document cannot take part in a %s", o.Op)
		}
		return o, err
	case Remove:
		return o, nil
	}
	return o, fmt.Errorf("no operation %q", *d.Op)
}

func (d document) valued(o Operation) (Operation, error) {
	if d.Value == nil {
		return o, fmt.Errorf(`"value" is missing`)
	}
	if len(o.Path) == 0 && o.Op != Test && (*d.Value)[0] != '{' {
		return o, fmt.Errorf("the whole document can only become an object")
	}
	o.Value = *d.Value
	return o, nil
}

// parsePointer reads a JSON pointer; the slash at its front may be missing, as
// it is in the API's own examples. Empty keys do not occur in models.
//
// https://www.rfc-editor.org/rfc/rfc6901
func parsePointer(member string, pointer *string) ([]string, error) {
	if pointer == nil {
		return nil, fmt.Errorf("%q is missing", member)
	}
	if *pointer == "" {
		return nil, nil
	}
	segments := strings.Split(strings.TrimPrefix(*pointer, "/"), "/")
	for i, segment := range segments {
		if segment == "" {
			return nil, fmt.Errorf("%q has an empty segment", member)
		}
		if rest := strings.NewReplacer("~0", "", "~1", "").Replace(segment); strings.Contains(rest, "~") {
			return nil, fmt.Errorf("%q has a ~ that is followed by neither 0 nor 1", member)
		}
		segments[i] = strings.ReplaceAll(strings.ReplaceAll(segment, "~1", "/"), "~0", "~")
	}
	return segments, nil
}

// formatPointer is the inverse of parsePointer.
func formatPointer(segments []string) string {
	var b strings.Builder
	for _, segment := range segments {
		b.WriteByte('/')
		b.WriteString(strings.ReplaceAll(strings.ReplaceAll(segment, "~", "~0"), "/", "~1"))
	}
	return b.String()
}
