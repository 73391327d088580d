package template

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// rawJSON is a value that is JSON already.
type rawJSON string

// decodeJSON reads one JSON value and keeps the order of its members.
func decodeJSON(text string) (any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	v, err := decodeNext(d, 0)
	if err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil, errors.New("the JSON ends too early")
		}
		return nil, fmt.Errorf("this is not JSON, from byte %d on", d.InputOffset())
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("something follows the JSON at byte %d", d.InputOffset())
	}
	return v, nil
}

func decodeNext(d *json.Decoder, depth int) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	if depth > maxDepth {
		return nil, fmt.Errorf("more than %d levels", maxDepth)
	}
	switch token := token.(type) {
	case json.Delim:
		if token == '{' {
			return decodeObject(d, depth)
		}
		return decodeList(d, depth)
	case json.Number:
		return number(token), nil
	}
	return token, nil // nil, bool or string
}

func decodeObject(d *json.Decoder, depth int) (any, error) {
	object := newDict()
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		member, err := decodeNext(d, depth+1)
		if err != nil {
			return nil, err
		}
		object.set(key.(string), member) // the decoder lets nothing else be a key
	}
	_, err := d.Token()
	return object, err
}

func decodeList(d *json.Decoder, depth int) (any, error) {
	list := []any{}
	for d.More() {
		item, err := decodeNext(d, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	_, err := d.Token()
	return list, err
}

// jsonStyle says how JSON is written; the zero value is compact.
type jsonStyle struct {
	sorted bool
	spaced bool // a blank behind commas and colons
	indent int  // members on lines of their own
}

// json writes a value as JSON.
func (r *run) json(v any, style jsonStyle) (string, error) {
	w := jsonWriter{run: r, jsonStyle: style}
	if err := w.value(v, 0); err != nil {
		return "", err
	}
	return w.out.String(), nil
}

type jsonWriter struct {
	jsonStyle
	run *run
	out strings.Builder
}

func (w *jsonWriter) value(v any, depth int) error {
	if err := w.run.step(); err != nil {
		return err
	}
	if w.out.Len() > maxText {
		return tooLong()
	}
	if depth > maxDepth {
		return fmt.Errorf("more than %d lists and maps inside each other", maxDepth)
	}
	switch v := v.(type) {
	case nil:
		w.out.WriteString("null")
	case string:
		w.out.WriteString(quoteJSON(v))
	case rawJSON:
		w.out.WriteString(string(v))
	case []any:
		return w.members('[', ']', len(v), depth, func(i int) error { return w.value(v[i], depth+1) })
	case *dict:
		keys := v.keys
		if w.sorted {
			keys = slices.Sorted(slices.Values(keys))
		}
		return w.members('{', '}', len(keys), depth, func(i int) error {
			w.out.WriteString(quoteJSON(keys[i]))
			w.out.WriteByte(':')
			if w.spaced || w.indent > 0 {
				w.out.WriteByte(' ')
			}
			return w.value(v.values[keys[i]], depth+1)
		})
	default:
		text, err := w.run.text(v)
		if err != nil {
			return err
		}
		w.out.WriteString(text)
	}
	return nil
}

func (w *jsonWriter) members(open, shut byte, n, depth int, member func(int) error) error {
	w.out.WriteByte(open)
	for i := range n {
		if i > 0 {
			w.out.WriteByte(',')
			if w.spaced && w.indent == 0 {
				w.out.WriteByte(' ')
			}
		}
		w.newLine(depth + 1)
		if err := member(i); err != nil {
			return err
		}
	}
	if n > 0 {
		w.newLine(depth)
	}
	w.out.WriteByte(shut)
	return nil
}

func (w *jsonWriter) newLine(depth int) {
	if w.indent > 0 {
		w.out.WriteByte('\n')
		w.out.WriteString(strings.Repeat(" ", w.indent*depth))
	}
}

// quoteJSON writes a string without the escapes that are for HTML.
func quoteJSON(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string always has a JSON form
	return strings.TrimSuffix(b.String(), "\n")
}
