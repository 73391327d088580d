package template

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

var jsonFilters = map[string]filter{
	"from_json":     {"", fromJSON},
	"tojson":        {"indent?", toJSON},
	"json_encode":   {"pretty?", jsonEncode},
	"base64_encode": {"", ofText(func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) })},
	"base64_decode": {"", base64Decode},
}

// fromJSON lets values that are none of text pass: they are parsed already.
func fromJSON(in any, _ arguments) (any, error) {
	text, ok := in.(string)
	if !ok {
		return in, nil
	}
	return decodeJSON(text)
}

// safe are the escapes that let JSON stand in quotes and in markup.
var safe = strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`, "'", `\u0027`)

// toJSON is Jinja's: sorted, spaced, and safe inside of '…'.
func toJSON(in any, a arguments) (any, error) {
	indent, err := a.int("indent", 0)
	if err != nil {
		return nil, err
	}
	if indent < 0 || indent > 16 {
		return nil, errors.New("indent is 0 to 16")
	}
	text, err := a.run.json(structure(in), jsonStyle{sorted: true, spaced: true, indent: indent})
	return safe.Replace(text), err
}

// jsonEncode is Tera's: sorted and compact.
func jsonEncode(in any, a arguments) (any, error) {
	style := jsonStyle{sorted: true}
	if truthy(a.values["pretty"]) {
		style.indent = 2
	}
	return a.run.json(structure(in), style)
}

// structure gives the list or map that a text is: variables that are lists or maps
// are such text.
func structure(in any) any {
	text, ok := in.(string)
	if ok && (strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")) {
		if value, err := decodeJSON(text); err == nil {
			return value
		}
	}
	return in
}

func base64Decode(in any, a arguments) (any, error) {
	text, err := a.run.text(in)
	if err != nil {
		return nil, err
	}
	decoded, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return nil, fmt.Errorf("this is not base64 with padding")
	}
	if !utf8.Valid(decoded) {
		return nil, errors.New("what is decoded is not text")
	}
	return string(decoded), nil
}
