package jsonpatch

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"strings"

	engine "github.com/evanphx/json-patch/v5"
)

// Patch is a patch document.
type Patch []Operation

// ErrTooLarge says that the copies a patch document makes come to more than a
// model can hold.
var ErrTooLarge = errors.New("the patch document copies too much")

// maxCopied is some sixty times as much as the service takes for a document.
const maxCopied = 16 << 20

// Error says that an operation does not apply to the document it met.
type Error struct {
	Index     int // of the operation in the patch document
	Operation Operation
	Missing   []string // the place that is not there; nil if a test failed
}

// Error uses the words of zjsonpatch, which is what the service runs.
//
// https://github.com/flipkart-incubator/zjsonpatch
func (e *Error) Error() string {
	name := strings.ToUpper(string(e.Operation.Op))
	if e.Missing == nil {
		return fmt.Sprintf("[%s Operation] value differs from expectations, path provided : /%s",
			name, formatPointer(e.Operation.Path))
	}
	return fmt.Sprintf("[%s Operation] noSuchPath in source, path provided : /%s", name, formatPointer(e.Missing))
}

// Apply is Parse and Patch.Apply in one.
func Apply(document any, patch []byte) (any, error) {
	p, err := Parse(patch)
	if err != nil {
		return nil, err
	}
	return p.Apply(document)
}

// Apply carries out the operations in their order, each on the outcome of the
// one before, and gives the document that results, with its numbers as
// json.Number. The document itself, which may also be a json.RawMessage, is
// not changed. If one operation does not apply, none is, and the error is an
// *Error or ErrTooLarge. A document is an object or an array.
func (p Patch) Apply(document any) (any, error) {
	before, err := json.Marshal(document)
	if err != nil {
		return nil, fmt.Errorf("document: %w", err)
	}
	after, err := p.apply(before)
	if err != nil {
		return nil, p.locate(before, err)
	}
	return decode(after)
}

func (p Patch) apply(document []byte) ([]byte, error) {
	operations := make(engine.Patch, len(p))
	for i, o := range p {
		operations[i] = o.engine()
	}
	options := engine.NewApplyOptions()
	options.SupportNegativeIndices = false
	options.EscapeHTML = false
	options.AccumulatedCopySizeLimit = maxCopied
	return operations.ApplyWithOptions(document, options)
}

func (o Operation) engine() engine.Operation {
	text := func(s string) *json.RawMessage {
		raw, _ := json.Marshal(s) // a string always has a JSON form
		return (*json.RawMessage)(&raw)
	}
	members := engine.Operation{"op": text(string(o.Op)), "path": text(formatPointer(o.Path))}
	if o.From != nil {
		members["from"] = text(formatPointer(o.From))
	}
	if o.Value != nil {
		members["value"] = &o.Value
	}
	return members
}

// locate finds the first operation that does not apply: the shortest front part
// of the patch that fails ends with it.
func (p Patch) locate(document []byte, cause error) error {
	var tooLarge *engine.AccumulatedCopySizeError
	if errors.As(cause, &tooLarge) {
		return ErrTooLarge
	}
	index := sort.Search(len(p), func(i int) bool {
		_, err := p[:i+1].apply(document)
		return err != nil
	})
	if index == len(p) {
		return cause
	}
	failure := &Error{Index: index, Operation: p[index]}
	if errors.Is(cause, engine.ErrTestFailed) {
		return failure
	}
	failure.Missing = p[index].Path
	if from := p[index].From; from != nil {
		if met, err := p[:index].apply(document); err == nil && !exists(met, from) {
			failure.Missing = from
		}
	}
	if failure.Missing == nil {
		failure.Missing = []string{}
	}
	return failure
}

// exists tells whether there is something at a place, by asking for a copy of
// it to where everything can be put.
func exists(document []byte, path []string) bool {
	_, err := Patch{{Op: Copy, From: path, Path: []string{"-"}}}.apply(document)
	return err == nil
}

func decode(source []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(source))
	decoder.UseNumber()
	var document any
	if err := decoder.Decode(&document); err != nil {
		return nil, fmt.Errorf("patched document: %w", err)
	}
	return document, nil
}
