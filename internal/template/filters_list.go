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
	"map":        {"filter? attribute? default? …", mapItems},
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

// keyed is an item with what it is sorted or grouped by.
type keyed struct{ key, item any }

func keyedItems(in any, a arguments) ([]keyed, error) {
	items, err := elements(in)
	if err != nil {
		return nil, err
	}
	list := make([]keyed, len(items))
	for i, item := range items {
		key, err := keyOf(a, item)
		if err != nil {
			return nil, err
		}
		if text, ok := key.(string); ok && !truthy(a.values["case_sensitive"]) {
			key = strings.ToLower(text)
		}
		list[i] = keyed{key, item}
	}
	return list, nil
}

func sortItems(in any, a arguments) (any, error) {
	list, err := keyedItems(in, a)
	if err != nil {
		return nil, err
	}
	down := truthy(a.values["reverse"])
	slices.SortStableFunc(list, func(x, y keyed) int {
		order, orderErr := compare(x.key, y.key)
		if orderErr != nil && err == nil {
			err = orderErr
		}
		if down {
			return -order
		}
		return order
	})
	out := make([]any, len(list))
	for i, k := range list {
		out[i] = k.item
	}
	return out, err
}

func unique(in any, a arguments) (any, error) {
	list, err := keyedItems(in, a)
	if err != nil {
		return nil, err
	}
	seen, out := map[string]bool{}, []any{}
	for _, k := range list {
		text, err := a.run.json(k.key, jsonStyle{sorted: true})
		if err != nil {
			return nil, err
		}
		if !seen[text] {
			seen[text] = true
			out = append(out, k.item)
		}
	}
	return out, nil
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

// mapItems is map(attribute="a") and map("upper").
func mapItems(in any, a arguments) (any, error) {
	items, err := elements(in)
	if err != nil {
		return nil, err
	}
	apply := func(item any) (any, error) {
		v, err := keyOf(a, item)
		if err != nil && a.has("default") {
			return a.values["default"], nil
		}
		return v, err
	}
	if !a.has("attribute") {
		name, _ := a.values["filter"].(string)
		f, ok := a.run.filters[name]
		if !ok {
			return nil, errors.New(`it wants an attribute or the name of a filter, as in map("upper")`)
		}
		apply = func(item any) (any, error) {
			bound, err := f.signature.bind(a.rest, map[string]any{})
			if err != nil {
				return nil, err
			}
			bound.run, bound.line, bound.offset = a.run, a.line, a.offset
			v, err := f.apply(item, bound)
			if err != nil {
				return nil, err
			}
			return a.run.defined(v)
		}
	}
	out := make([]any, len(items))
	for i, item := range items {
		if out[i], err = apply(item); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// groups gives the items by their attribute, in the order in which it appears.
func groups(in any, a arguments) ([]keyed, error) {
	items, err := elements(in)
	if err != nil {
		return nil, err
	}
	places := map[string]int{}
	var out []keyed
	for _, item := range items {
		key, err := keyOf(a, item)
		if err != nil {
			return nil, err
		}
		text, err := a.run.text(key)
		if err != nil {
			return nil, err
		}
		i, known := places[text]
		if !known {
			i = len(out)
			places[text] = i
			out = append(out, keyed{key, []any{}})
		}
		out[i].item = append(out[i].item.([]any), item)
	}
	return out, nil
}

// groupBy is Tera's: a map of lists.
func groupBy(in any, a arguments) (any, error) {
	all, err := groups(in, a)
	if err != nil {
		return nil, err
	}
	d := newDict()
	for _, group := range all {
		name, err := a.run.text(group.key)
		if err != nil {
			return nil, err
		}
		d.set(name, group.item)
	}
	return d, nil
}

// groupPairs is Jinja's: pairs of key and list, sorted.
func groupPairs(in any, a arguments) (any, error) {
	all, err := groups(in, a)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(x, y keyed) int {
		order, orderErr := compare(x.key, y.key)
		if orderErr != nil && err == nil {
			err = orderErr
		}
		return order
	})
	out := make([]any, len(all))
	for i, group := range all {
		out[i] = []any{group.key, group.item}
	}
	return out, err
}

// keepByValue is Tera's filter: without a value it keeps what has the attribute.
func keepByValue(in any, a arguments) (any, error) {
	items, err := elements(in)
	if err != nil {
		return nil, err
	}
	out := []any{}
	for _, item := range items {
		key, err := keyOf(a, item)
		if err != nil {
			continue // an item without the attribute does not have the value
		}
		keep := key != nil
		if a.has("value") {
			if keep, err = a.run.equal(key, a.values["value"]); err != nil {
				return nil, err
			}
		}
		if keep {
			out = append(out, item)
		}
	}
	return out, nil
}

// choose keeps the items, or those whose attribute, pass a test; without a test,
// those that count as true.
func choose(wanted bool) func(any, arguments) (any, error) {
	return func(in any, a arguments) (any, error) {
		items, err := elements(in)
		if err != nil {
			return nil, err
		}
		out := []any{}
		for _, item := range items {
			passes, err := a.passes(item)
			if err != nil {
				return nil, err
			}
			if passes == wanted {
				out = append(out, item)
			}
		}
		return out, nil
	}
}

func (a arguments) passes(item any) (bool, error) {
	key, err := keyOf(a, item)
	name, _ := a.values["test"].(string)
	switch {
	case name == "defined":
		return err == nil, nil
	case name == "undefined":
		return err != nil, nil
	case err != nil:
		return false, err
	case !a.has("test"):
		return truthy(key), nil
	}
	return a.run.check(name, key, a.values["argument"])
}
