package template

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// A value is nil, a bool, an int, a float64, a json.Number that neither of the
// two can hold, a string, a []any, a *dict, or one of the things below that a
// template can name but not print.

// dict is a map that keeps its order: the order of a patch document is that of
// the template.
type dict struct {
	keys   []string
	values map[string]any
}

func newDict() *dict { return &dict{values: map[string]any{}} }

func (d *dict) set(key string, v any) {
	if _, known := d.values[key]; !known {
		d.keys = append(d.keys, key)
	}
	d.values[key] = v
}

func (d *dict) pairs() []any {
	pairs := make([]any, len(d.keys))
	for i, key := range d.keys {
		pairs[i] = []any{key, d.values[key]}
	}
	return pairs
}

func (d *dict) list() []any {
	values := make([]any, len(d.keys))
	for i, key := range d.keys {
		values[i] = d.values[key]
	}
	return values
}

// namespace is a dict whose members {% set %} can change, also from inside a
// loop.
type namespace struct{ *dict }

var errNested = errors.New("a namespace cannot hold a namespace")

// noNamespace keeps namespaces out of themselves.
func (r *run) noNamespace(v any) error {
	if err := r.step(); err != nil {
		return err
	}
	var members []any
	switch v := v.(type) {
	case *namespace:
		return errNested
	case []any:
		members = v
	case *dict:
		members = v.list()
	}
	for _, member := range members {
		if err := r.noNamespace(member); err != nil {
			return err
		}
	}
	return nil
}

// undefined stands for a value that is not there; the error is what happens to
// whoever needs it.
type undefined struct{ err error }

// fromGo makes a value of a variable. Maps without order are sorted.
func fromGo(v any, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("more than %d lists and maps inside each other", maxDepth)
	}
	switch v := v.(type) {
	case nil, bool, string, int:
		return v, nil
	case json.Number:
		return number(v), nil
	case json.RawMessage:
		return decodeJSON(string(v))
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("%v is not a number that can be written", v)
		}
		return v, nil
	}
	switch rv := reflect.ValueOf(v); rv.Kind() {
	case reflect.Pointer:
		if rv.IsNil() {
			return nil, nil
		}
		return fromGo(rv.Elem().Interface(), depth+1)
	case reflect.String:
		return rv.String(), nil
	case reflect.Bool:
		return rv.Bool(), nil
	case reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Int:
		return int(rv.Int()), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return number(json.Number(strconv.FormatUint(rv.Uint(), 10))), nil
	case reflect.Float32, reflect.Float64:
		return fromGo(rv.Float(), depth)
	case reflect.Slice, reflect.Array:
		return listFromGo(rv, depth)
	case reflect.Map:
		return dictFromGo(rv, depth)
	}
	return nil, fmt.Errorf("a %T is none of text, number, bool, list and map", v)
}

func listFromGo(rv reflect.Value, depth int) (any, error) {
	list := make([]any, rv.Len())
	for i := range list {
		item, err := fromGo(rv.Index(i).Interface(), depth+1)
		if err != nil {
			return nil, err
		}
		list[i] = item
	}
	return list, nil
}

func dictFromGo(rv reflect.Value, depth int) (any, error) {
	members := make(map[string]any, rv.Len())
	for _, key := range rv.MapKeys() {
		member, err := fromGo(rv.MapIndex(key).Interface(), depth+1)
		if err != nil {
			return nil, err
		}
		members[fmt.Sprint(key.Interface())] = member
	}
	d := newDict()
	for _, key := range slices.Sorted(maps.Keys(members)) {
		d.set(key, members[key])
	}
	return d, nil
}

// toGo gives what encoding/json would decode to.
func toGo(v any) any {
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = toGo(item)
		}
		return list
	case *dict:
		object := make(map[string]any, len(v.keys))
		for key, member := range v.values {
			object[key] = toGo(member)
		}
		return object
	case int:
		return json.Number(strconv.Itoa(v))
	case float64:
		return json.Number(formatFloat(v))
	}
	return v
}

// number reads a JSON number, and keeps one that would lose digits.
func number(n json.Number) any {
	text := string(n)
	if i, err := strconv.Atoi(text); err == nil {
		return i
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || !strings.ContainsAny(text, ".eE") {
		return n
	}
	return f
}

// formatFloat writes no exponent where the digits are few.
func formatFloat(f float64) string {
	if size := math.Abs(f); size != 0 && (size >= 1e21 || size < 1e-7) {
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// kind names what a value is, for errors; never the value, which may be secret.
func kind(v any) string {
	switch v.(type) {
	case nil:
		return "none"
	case bool:
		return "a bool"
	case int, float64, json.Number:
		return "a number"
	case string:
		return "text"
	case []any:
		return "a list"
	case *dict, *namespace:
		return "a map"
	case *loopInfo:
		return "the loop"
	}
	return "undefined"
}

// text writes a value into the statement.
func (r *run) text(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case bool:
		return strconv.FormatBool(v), nil
	case int:
		return strconv.Itoa(v), nil
	case float64:
		return formatFloat(v), nil
	case json.Number:
		return string(v), nil
	case []any, *dict:
		return r.json(v, jsonStyle{})
	}
	return "", fmt.Errorf("%s cannot be written as text", kind(v))
}

// truthy is what Python takes for true.
func truthy(v any) bool {
	switch v := v.(type) {
	case nil, undefined:
		return false
	case bool:
		return v
	case int:
		return v != 0
	case float64:
		return v != 0
	case string:
		return v != ""
	case []any:
		return len(v) > 0
	case *dict:
		return len(v.keys) > 0
	}
	return true
}

// elements gives what one walks over: the items of a list, the keys of a map,
// the characters of text.
func elements(v any) ([]any, error) {
	switch v := v.(type) {
	case []any:
		return v, nil
	case *dict:
		keys := make([]any, len(v.keys))
		for i, key := range v.keys {
			keys[i] = key
		}
		return keys, nil
	case string:
		if decoded, err := decodeJSON(v); err == nil {
			switch decoded.(type) {
			case []any, *dict:
				return nil, fmt.Errorf("this is text that holds JSON; make a value of it with from_json")
			}
		}
		characters := make([]any, 0, len(v))
		for _, r := range v {
			characters = append(characters, string(r))
		}
		return characters, nil
	case nil:
		return nil, nil
	}
	return nil, fmt.Errorf("%s has no items", kind(v))
}
