package template

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

var listFilters = map[string]filter{
	"first":      {"", at(0)},
	"last":       {"", at(-1)},
	"nth":        {"n", nth},
	"join":       {"sep/d? attribute?", join},
	"list":       {"", list},
	"items":      {"", items},
	"dictsort":   {"", dictSort},
	"reverse":    {"", reverse},
	"sort":       {"reverse? case_sensitive? attribute?", sortItems},
	"unique":     {"case_sensitive? attribute?", unique},
	"min":        {"", extreme(-1)},
	"max":        {"", extreme(1)},
	"sum":        {"attribute?", sum},
	"slice":      {"start? end?", slicePart},
	"concat":     {"with", concat},
	"get":        {"key default?", get},
	"attr":       {"name", func(in any, a arguments) (any, error) { return attributeOf(in, a.values["name"]) }},
	"map":        {"filter? =attribute? =default? …", mapItems},
	"group_by":   {"attribute", groupBy},
	"groupby":    {"attribute", groupPairs},
	"filter":     {"attribute value?", keepByValue},
	"select":     {"test? argument?", choose(true)},
	"reject":     {"test? argument?", choose(false)},
	"selectattr": {"attribute test? argument?", choose(true)},
	"rejectattr": {"attribute test? argument?", choose(false)},
}

// missingItem is a value that is not there for a reason of its own, so that
// default can stand in for it.
func missingItem(a arguments, format string, args ...any) any {
	return undefined{errorAt(a.line, format, args...)}
}

func at(i int) func(any, arguments) (any, error) {
	return func(in any, a arguments) (any, error) {
		a.values["n"] = i
		return nth(in, a)
	}
}

func nth(in any, a arguments) (any, error) {
	n, err := a.int("n", 0)
	if err != nil {
		return nil, err
	}
	list, err := elements(in)
	if err != nil {
		return nil, err
	}
	i, ok := index(n, len(list))
	if !ok {
		return missingItem(a, "the list has no such item: it has %d", len(list)), nil
	}
	return list[i], nil
}

// attributeOf finds a.b.c in a value.
func attributeOf(v, path any) (any, error) {
	name, ok := path.(string)
	if !ok {
		found, ok := member(v, path)
		if !ok {
			return nil, errors.New("an item has no such attribute")
		}
		return found, nil
	}
	for part := range strings.SplitSeq(name, ".") {
		found, ok := member(v, part)
		if !ok {
			return nil, fmt.Errorf("an item has no attribute %s", name)
		}
		v = found
	}
	return v, nil
}

// keyOf gives the attribute that the arguments name, or the item itself.
func keyOf(a arguments, item any) (any, error) {
	if a.values["attribute"] == nil {
		return item, nil
	}
	return attributeOf(item, a.values["attribute"])
}

func join(in any, a arguments) (any, error) {
	separator, err := a.text("sep", "")
	if err != nil {
		return nil, err
	}
	list, err := elements(in)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	for i, item := range list {
		if item, err = keyOf(a, item); err != nil {
			return nil, err
		}
		text, err := a.run.text(item)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			b.WriteString(separator)
		}
		b.WriteString(text)
		if b.Len() > maxText {
			return nil, tooLong()
		}
	}
	return b.String(), nil
}

// joined puts characters together again.
func joined(characters []any) string {
	var b strings.Builder
	for _, c := range characters {
		b.WriteString(c.(string))
	}
	return b.String()
}

func list(in any, _ arguments) (any, error) {
	items, err := elements(in)
	return append([]any{}, items...), err
}

func items(in any, _ arguments) (any, error) {
	d := asDict(in)
	if d == nil {
		return nil, fmt.Errorf("it wants a map, not %s", kind(in))
	}
	return d.pairs(), nil
}

func dictSort(in any, a arguments) (any, error) {
	pairs, err := items(in, a)
	if err != nil {
		return nil, err
	}
	list := pairs.([]any)
	slices.SortStableFunc(list, func(x, y any) int {
		return strings.Compare(strings.ToLower(x.([]any)[0].(string)), strings.ToLower(y.([]any)[0].(string)))
	})
	return list, nil
}

func reverse(in any, _ arguments) (any, error) {
	if text, ok := in.(string); ok {
		characters := []rune(text)
		slices.Reverse(characters)
		return string(characters), nil
	}
	items, err := elements(in)
	out := append([]any{}, items...)
	slices.Reverse(out)
	return out, err
}

func extreme(sign int) func(any, arguments) (any, error) {
	return func(in any, a arguments) (any, error) {
		items, err := elements(in)
		if err != nil {
			return nil, err
		}
		if len(items) == 0 {
			return missingItem(a, "the list is empty"), nil
		}
		best := items[0]
		for _, item := range items[1:] {
			order, err := compare(item, best)
			if err != nil {
				return nil, err
			}
			if order*sign > 0 {
				best = item
			}
		}
		return best, nil
	}
}

func sum(in any, a arguments) (any, error) {
	items, err := elements(in)
	if err != nil {
		return nil, err
	}
	var total any = 0
	for _, item := range items {
		key, err := keyOf(a, item)
		if err != nil {
			return nil, err
		}
		if total, err = add(total, key); err != nil {
			return nil, err
		}
	}
	return total, nil
}

func slicePart(in any, a arguments) (any, error) {
	var bounds [2]*int
	for i, name := range []string{"start", "end"} {
		if a.values[name] == nil {
			continue
		}
		n, err := a.int(name, 0)
		if err != nil {
			return nil, err
		}
		bounds[i] = &n
	}
	return cut(in, bounds[0], bounds[1], nil)
}

// concat puts a list or one item behind a list.
func concat(in any, a arguments) (any, error) {
	list, ok := in.([]any)
	if !ok {
		return nil, fmt.Errorf("it wants a list, not %s", kind(in))
	}
	out := append([]any{}, list...)
	if more, ok := a.values["with"].([]any); ok {
		return append(out, more...), nil
	}
	return append(out, a.values["with"]), nil
}

func get(in any, a arguments) (any, error) {
	if v, ok := member(in, a.values["key"]); ok {
		return v, nil
	}
	if a.has("default") {
		return a.values["default"], nil
	}
	return missingItem(a, "get: %s has no such key; give get a default", kind(in)), nil
}
