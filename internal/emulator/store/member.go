package store

import (
	"iter"
	"strings"

	"skyql/internal/schema"
	"skyql/internal/validate"
)

// What follows reads JSON that encode wrote, which has no white space, without
// decoding it: there may be a hundred thousand resources to look through.

// membersOf walks the members of an object. Names are as they are written.
func membersOf(object string) iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for at := 1; at < len(object) && object[at] == '"'; {
			end := at + stringLength(object[at:])
			name, start := object[at+1:end-1], end+1 // behind the colon
			end = start + valueLength(object[start:])
			if !yield(name, object[start:end]) {
				return
			}
			at = end + 1 // behind the comma
		}
	}
}

// elementsOf walks the elements of an array.
func elementsOf(array string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for at := 1; at < len(array)-1; {
			end := at + valueLength(array[at:])
			if !yield(array[at:end]) {
				return
			}
			at = end + 1 // behind the comma
		}
	}
}

// memberOf finds a member of an object. Names of properties have no escapes.
func memberOf(object, name string) (value string, ok bool) {
	for found, value := range membersOf(object) {
		if found == name {
			return value, true
		}
	}
	return "", false
}

// stringLength measures the JSON string that the text begins with.
func stringLength(text string) int {
	for at := 1; at < len(text); at++ {
		switch text[at] {
		case '\\':
			at++
		case '"':
			return at + 1
		}
	}
	return len(text)
}

// valueLength measures the JSON value that the text begins with.
func valueLength(text string) int {
	depth := 0
	for at := 0; at < len(text); at++ {
		switch text[at] {
		case '"':
			at += stringLength(text[at:]) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return at
			}
			depth--
		case ',':
			if depth == 0 {
				return at
			}
		}
	}
	return len(text)
}

// textAt finds the value at a path of an object, in the form in which it is
// compared.
func textAt(object string, path schema.Path) (text string, ok bool) {
	raw, ok := object, true
	for _, name := range path {
		if raw[0] != '{' {
			return "", false
		}
		if raw, ok = memberOf(raw, name); !ok {
			return "", false
		}
	}
	return textOf(raw), true
}

// textOf gives an encoded value in that form.
func textOf(raw string) string {
	switch {
	case raw[0] != '"':
		return schema.KeyText(decodeValue(raw))
	case strings.Contains(raw, `\`):
		return decodeValue(raw).(string)
	}
	return raw[1 : len(raw)-1]
}

// decodeValue reads a value that this package wrote.
func decodeValue(source string) any {
	value, err := validate.Decode([]byte(source))
	if err != nil {
		panic("store: kept a value that is no JSON: " + err.Error())
	}
	return value
}
