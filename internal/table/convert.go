package table

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"skyql/internal/resource"
)

// convert turns a JSON value into the value of a column of that kind. Services
// do not always keep to their schemas: a value of another kind is passed on as
// what it is rather than lost.
func convert(raw json.RawMessage, kind resource.Kind) any {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return nil
	}
	switch raw[0] {
	case '"':
		var text string
		if json.Unmarshal(raw, &text) != nil {
			return string(raw)
		}
		return fromText(text, kind)
	case '{', '[':
		return compact(raw)
	case 't', 'f':
		return fromBool(raw[0] == 't', kind)
	case 'n':
		return nil
	}
	if number := fromNumber(string(raw), kind); number != nil {
		return number
	}
	return string(raw) // too large
}

func fromText(text string, kind resource.Kind) any {
	switch kind {
	case resource.Boolean:
		switch strings.ToLower(text) {
		case "true":
			return true
		case "false":
			return false
		}
	case resource.Integer, resource.Number:
		if number := fromNumber(text, kind); number != nil {
			return number
		}
	}
	return text
}

func fromBool(value bool, kind resource.Kind) any {
	if kind == resource.Boolean {
		return value
	}
	return strconv.FormatBool(value)
}

// exact is up to where a float holds every integer.
const exact = 1 << 53

// fromNumber keeps an integer exact as long as 64 bits hold it; what may have a
// fraction is a float, so that it divides as one, unless that would change it. Text
// that is not a number gives nil.
func fromNumber(text string, kind resource.Kind) any {
	if kind == resource.Text || kind == resource.Timestamp {
		return text
	}
	if integer, err := strconv.ParseInt(text, 10, 64); err == nil && (kind != resource.Number || integer > exact || integer < -exact) {
		return integer
	}
	float, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(float, 0) || math.IsNaN(float) {
		return nil
	}
	if integer := int64(float); kind == resource.Integer && float64(integer) == float && float < exact && float > -exact {
		return integer
	}
	return float
}

func compact(raw json.RawMessage) any {
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return string(raw)
	}
	return json.RawMessage(b.Bytes())
}
