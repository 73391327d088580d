package diff

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"strings"
)

// sameScalar compares values of which at most one is an object or array.
func (c *comparison) sameScalar(p place, have, want any) bool {
	if n, ok := number(have); ok {
		if m, ok := number(want); ok {
			return n == m
		}
	}
	switch have := have.(type) {
	case nil:
		return want == nil
	case bool:
		if want, ok := want.(bool); ok {
			return have == want
		}
	case string:
		if want, ok := want.(string); ok {
			return have == want || c.sameText(p, have, want)
		}
		return c.sameAsText(p, want, have)
	}
	text, ok := want.(string)
	return ok && c.sameAsText(p, have, text)
}

// sameAsText compares a value with a text that stands for it, where the schema
// allows both.
func (c *comparison) sameAsText(p place, value any, text string) bool {
	if !p.allows("string") {
		return false
	}
	switch value := value.(type) {
	case bool:
		return p.allows("boolean") && text == fmt.Sprint(value)
	case map[string]any, []any:
		parsed, err := decode([]byte(text))
		return err == nil && isContainer(parsed) && p.allows("object", "array") && c.sameWhole(p, value, parsed)
	}
	n, isNumber := number(value)
	parsed, err := decode([]byte(text))
	m, isToo := number(parsed)
	return isNumber && err == nil && isToo && n == m && p.allows("number", "integer")
}

// sameText compares two texts as JSON where the schema allows that in their
// place.
func (c *comparison) sameText(p place, have, want string) bool {
	if !p.allows("object", "array") {
		return false
	}
	a, errA := decode([]byte(have))
	b, errB := decode([]byte(want))
	return errA == nil && errB == nil && isContainer(a) && isContainer(b) && c.sameWhole(p, a, b)
}

func isContainer(value any) bool {
	switch value.(type) {
	case map[string]any, []any:
		return true
	}
	return false
}

// number gives a form that is the same for all spellings of a number: its digits
// without zeros around them, and the exponent. Nothing is computed from an
// exponent, however large.
func number(value any) (form string, ok bool) {
	var text string
	switch value := value.(type) {
	case json.Number:
		text = string(value)
	case float64, int, int64:
		text = strings.ReplaceAll(fmt.Sprint(value), "e+", "e")
	default:
		return "", false
	}
	digits, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	digits, negative := strings.CutPrefix(digits, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	power := new(big.Int)
	if exponent != "" {
		if _, ok := power.SetString(exponent, 10); !ok {
			return text, true
		}
	}
	digits = strings.TrimLeft(whole+fraction, "0")
	if digits == "" {
		return "0", true
	}
	short := strings.TrimRight(digits, "0")
	power.Add(power, big.NewInt(int64(len(digits)-len(short)-len(fraction))))
	if negative {
		short = "-" + short
	}
	return short + "e" + power.String(), true
}

// decode reads one JSON value and keeps its numbers.
func decode(source []byte) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(source))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("more than one JSON value")
	}
	return value, nil
}

// encode gives compact JSON in which the characters of HTML stay as they are.
func encode(value any) json.RawMessage {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(fmt.Sprintf("diff: decoded JSON has no JSON form: %v", err))
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// identical compares values without a schema: as JSON, with numbers by value.
func identical(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for name, value := range a {
			if other, has := b[name]; !has || !identical(value, other) {
				return false
			}
		}
		return true
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i, value := range a {
			if !identical(value, b[i]) {
				return false
			}
		}
		return true
	}
	if n, ok := number(a); ok {
		m, ok := number(b)
		return ok && n == m
	}
	return !isContainer(b) && a == b
}

// canonical gives a text that is the same for values that are identical.
func canonical(value any) string { return string(encode(plain(value))) }

func plain(value any) any {
	switch value := value.(type) {
	case map[string]any:
		members := make(map[string]any, len(value))
		for name, part := range value {
			members[name] = plain(part)
		}
		return members
	case []any:
		elements := make([]any, len(value))
		for i, part := range value {
			elements[i] = plain(part)
		}
		return elements
	}
	if form, ok := number(value); ok {
		return json.Number(form)
	}
	return value
}
