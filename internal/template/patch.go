package template

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// pointer escapes a key for a JSON pointer.
//
// https://www.rfc-editor.org/rfc/rfc6901#section-3
var pointer = strings.NewReplacer("~", "~0", "/", "~1")

// patchDocument makes one operation of each member, in their order. Apostrophes
// become escapes, since the document stands in a literal.
func patchDocument(in any, a arguments) (any, error) {
	object, err := objectOf(in)
	if err != nil {
		return nil, err
	}
	table := ""
	if a.run.opts.Convert != nil {
		table = a.run.tables.at(a.offset)
	}
	operations := []any{}
	for _, property := range object.keys {
		value, err := a.patchValue(table, property, object.values[property])
		if err != nil {
			return nil, &Error{a.line, fmt.Sprintf("filter generate_patch_document: property %s: %v", property, err), err}
		}
		if value == nil {
			continue
		}
		operation := newDict()
		operation.set("op", "add")
		operation.set("path", "/"+pointer.Replace(property))
		operation.set("value", value)
		operations = append(operations, operation)
	}
	text, err := a.run.json(operations, jsonStyle{})
	return strings.ReplaceAll(text, "'", `\u0027`), err
}

// patchValue gives a property its type: that of the schema, if there is a table
// to ask about, else that which text has as JSON. It is nil for none.
func (a arguments) patchValue(table, property string, v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	if table != "" {
		if _, err := a.run.json(v, jsonStyle{}); err != nil { // too large, or no JSON
			return nil, err
		}
		converted, err := a.run.opts.Convert(table, property, toGo(v))
		if err != nil {
			return nil, err
		}
		return fromGo(converted, 0)
	}
	text, ok := v.(string)
	if !ok {
		return v, nil
	}
	var compact bytes.Buffer
	if json.Compact(&compact, []byte(text)) != nil {
		return text, nil
	}
	if compact.String() == "null" {
		return nil, nil
	}
	return rawJSON(compact.String()), nil
}
