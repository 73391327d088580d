package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// members is a JSON object that keeps the order of its keys: the order of the
// properties in a schema is the order of the columns.
type members []member

type member struct {
	key   string
	value json.RawMessage
}

// UnmarshalJSON reads an object; null is an empty one.
func (m *members) UnmarshalJSON(source []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(source))
	token, err := decoder.Token()
	if err != nil || token == nil {
		return err
	}
	if token != json.Delim('{') {
		return fmt.Errorf("want an object, have %v", token)
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return err
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return err
		}
		*m = append(*m, member{key.(string), value})
	}
	return nil
}

// lenientList is a list of strings that may be written as one string, as JSON
// schema's "type" may be.
type lenientList []string

// UnmarshalJSON reads a string or a list; other shapes say nothing.
func (l *lenientList) UnmarshalJSON(source []byte) error {
	var one string
	if json.Unmarshal(source, &one) == nil {
		*l = lenientList{one}
		return nil
	}
	var many []string
	if json.Unmarshal(source, &many) == nil {
		*l = many
	}
	return nil
}

// lenientLists is a list of lists of strings in which a single string stands
// for a list of one.
type lenientLists [][]string

// UnmarshalJSON reads the lists.
func (l *lenientLists) UnmarshalJSON(source []byte) error {
	var groups []lenientList
	if err := json.Unmarshal(source, &groups); err != nil {
		return err
	}
	for _, group := range groups {
		*l = append(*l, group)
	}
	return nil
}
