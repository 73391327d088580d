package listing

import (
	"bytes"
	"encoding/json"
	"reflect"
)

// What has to be seen before anything is concluded, and never with an exception.
const (
	enoughRows  = 20
	enoughLists = 2
)

// evidence counts, for one property of a type, rows that were listed and read.
type evidence struct {
	Equal     int `json:"equal,omitempty"`     // both have it, with the same value
	Different int `json:"different,omitempty"` // both have it, with other values
	Missing   int `json:"missing,omitempty"`   // the read has it, the list does not
	Extra     int `json:"extra,omitempty"`     // the list has it, the read does not
	Neither   int `json:"neither,omitempty"`   // none has it

	// In how many lists such rows were found.
	EqualLists   int `json:"equal_lists,omitempty"`
	NeitherLists int `json:"neither_lists,omitempty"`

	equalIn, neitherIn string // the lists that were counted last
}

// add counts a row of a list. It reports whether the row speaks for the property,
// and whether it told anything new: counting ends where it makes no difference.
func (e *evidence) add(list string, listed, read any) (agrees, news bool) {
	switch {
	case listed == nil && read == nil:
		news = count(&e.Neither, enoughRows)
		return true, countList(&e.NeitherLists, &e.neitherIn, list) || news
	case listed == nil:
		return false, count(&e.Missing, 1)
	case read == nil:
		return false, count(&e.Extra, 1)
	case !reflect.DeepEqual(listed, read):
		return false, count(&e.Different, 1)
	}
	news = count(&e.Equal, enoughRows)
	return true, countList(&e.EqualLists, &e.equalIn, list) || news
}

func count(n *int, most int) bool {
	if *n >= most {
		return false
	}
	*n++
	return true
}

func countList(lists *int, last *string, list string) bool {
	if *last == list || !count(lists, enoughLists) {
		return false
	}
	*last = list
	return true
}

// present reports whether a value in a list is the value that a read gives.
func (e *evidence) present() bool {
	return e.Equal >= enoughRows && e.EqualLists >= enoughLists && e.Different+e.Missing+e.Extra == 0
}

// absent reports whether a value that a list lacks is lacking in a read as well.
func (e *evidence) absent() bool {
	return e.present() && e.Neither >= enoughRows && e.NeitherLists >= enoughLists
}

func (e *evidence) sound() bool {
	for _, n := range []int{e.Equal, e.Different, e.Missing, e.Extra, e.Neither, e.EqualLists, e.NeitherLists} {
		if n < 0 {
			return false
		}
	}
	return true
}

// decode reads a model. Numbers keep their digits, so that none is rounded to
// another one. No model at all has no properties; null is no value.
func decode(model json.RawMessage) (map[string]any, error) {
	if len(model) == 0 {
		return nil, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(model))
	decoder.UseNumber()
	var properties map[string]any
	err := decoder.Decode(&properties)
	return properties, err
}
