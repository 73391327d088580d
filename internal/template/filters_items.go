package template

import (
	"errors"
	"slices"
	"strings"
)

// The filters here go by an attribute of the items, or by the items themselves.

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
