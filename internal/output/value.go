package output

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// appendJSON adds the value as JSON on one line.
func appendJSON(b []byte, value any) ([]byte, error) {
	switch v := value.(type) {
	case nil:
		return append(b, "null"...), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case int64:
		return strconv.AppendInt(b, v, 10), nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return append(b, "null"...), nil // JSON has no word for them
		}
		return append(b, floatText(v)...), nil
	case string:
		return appendJSONString(b, v), nil
	case []byte:
		b = append(b, '"')
		b = base64.StdEncoding.AppendEncode(b, v)
		return append(b, '"'), nil
	case json.RawMessage:
		if v == nil {
			return append(b, "null"...), nil
		}
		text, valid := compact(v)
		if !valid {
			return appendJSONString(b, text), nil
		}
		return append(b, text...), nil
	default:
		return b, typeError(value)
	}
}

// appendJSONString quotes s. Invalid UTF-8 becomes the replacement character.
func appendJSONString(b []byte, s string) []byte {
	if simple(s) {
		b = append(b, '"')
		b = append(b, s...)
		return append(b, '"')
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // strings always encode, and the buffer takes everything
	return append(b, bytes.TrimSuffix(out.Bytes(), []byte("\n"))...)
}

// simple reports whether s means itself between quotes.
func simple(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// compact gives the document on one line. One that is not valid JSON comes
// back as it is.
func compact(document json.RawMessage) (text string, valid bool) {
	var out bytes.Buffer
	if err := json.Compact(&out, document); err != nil {
		return string(document), false
	}
	return string(bytes.ToValidUTF8(out.Bytes(), []byte("\ufffd"))), true
}

// plainText gives the value for a person or a spreadsheet; blobs are left to
// the caller. NULL is the empty string.
func plainText(value any, blob func([]byte) string) (string, error) {
	switch v := value.(type) {
	case nil:
		return "", nil
	case bool:
		return strconv.FormatBool(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		return floatText(v), nil
	case string:
		return v, nil
	case []byte:
		return blob(v), nil
	case json.RawMessage:
		text, _ := compact(v)
		return text, nil
	default:
		return "", typeError(value)
	}
}

func base64Text(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// blobLiteral gives the blob as SQL spells it.
func blobLiteral(b []byte) string { return "x'" + hex.EncodeToString(b) + "'" }

// floatText gives the shortest text that reads back as the same number.
func floatText(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	text, _ := json.Marshal(f) // finite numbers always encode
	return string(text)
}

// isNull holds for NULL and for a JSON document that was never set.
func isNull(value any) bool {
	if document, ok := value.(json.RawMessage); ok {
		return document == nil
	}
	return value == nil
}

func typeError(value any) error { return fmt.Errorf("cannot write a value of Go type %T", value) }
