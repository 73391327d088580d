package template

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/nikolalohinski/gonja/v2/nodes"
)

// path writes a reference the way the template has it: a.b, a[0].
func (r *run) path(e nodes.Node, s *scope) (path string, line int) {
	switch n := e.(type) {
	case *nodes.Name:
		return n.Name.Val, n.Name.Line
	case *nodes.GetAttribute:
		path, line = r.path(n.Node, s)
		if n.Attribute == "" {
			return path + "." + strconv.Itoa(n.Index), line
		}
		return path + "." + n.Attribute, line
	case *nodes.GetItem:
		path, line = r.path(n.Node, s)
		key := "…"
		if v, err := r.value(n.Arg, s); err == nil {
			if key, err = r.text(v); err != nil {
				key = "…"
			}
		}
		return path + "[" + key + "]", line
	}
	if position := e.Position(); position != nil {
		line = position.Line
	}
	return "(…)", line
}

func (r *run) missing(e nodes.Node, s *scope) any {
	path, line := r.path(e, s)
	return undefined{&UndefinedError{path, line}}
}

// attribute finds a.b: the variable that is called so, or the member b of a.
func (r *run) attribute(n *nodes.GetAttribute, s *scope) (any, error) {
	if path, ok := dotted(n); ok {
		if v, ok := r.globals[path]; ok {
			return v, nil
		}
	}
	holder, err := r.eval(n.Node, s)
	if err != nil {
		return nil, err
	}
	var key any = n.Attribute
	if n.Attribute == "" {
		key = n.Index
	}
	if v, ok := member(holder, key); ok {
		return v, nil
	}
	return r.missing(n, s), nil
}

// dotted gives names that dots join.
func dotted(e nodes.Node) (string, bool) {
	switch n := e.(type) {
	case *nodes.Name:
		return n.Name.Val, true
	case *nodes.GetAttribute:
		path, ok := dotted(n.Node)
		return path + "." + n.Attribute, ok && n.Attribute != ""
	}
	return "", false
}

func (r *run) item(n *nodes.GetItem, s *scope) (any, error) {
	if n.Arg == nil {
		return nil, errors.New("syntax error: [] lacks an index")
	}
	holder, err := r.eval(n.Node, s)
	if err != nil {
		return nil, err
	}
	key, err := r.value(n.Arg, s)
	if err != nil {
		return nil, err
	}
	if text, ok := holder.(string); ok {
		if err := r.weigh(text); err != nil {
			return nil, err
		}
	}
	if v, ok := member(holder, key); ok {
		return v, nil
	}
	return r.missing(n, s), nil
}

// member finds a part of a value. An index below zero counts from the end.
func member(holder, key any) (any, bool) {
	switch h := holder.(type) {
	case *dict:
		return h.member(key)
	case *namespace:
		return h.member(key)
	case *loopInfo:
		if name, ok := key.(string); ok {
			return h.attribute(name)
		}
	case []any:
		if i, ok := index(key, len(h)); ok {
			return h[i], true
		}
	case string:
		characters := []rune(h)
		if i, ok := index(key, len(characters)); ok {
			return string(characters[i]), true
		}
	}
	return nil, false
}

func (d *dict) member(key any) (any, bool) {
	switch k := key.(type) {
	case string:
		v, ok := d.values[k]
		return v, ok
	case int:
		v, ok := d.values[strconv.Itoa(k)]
		return v, ok
	}
	return nil, false
}

func index(key any, n int) (int, bool) {
	i, ok := key.(int)
	if ok && i < 0 {
		i += n
	}
	return i, ok && 0 <= i && i < n
}

// slice is a[from:to:step].
func (r *run) slice(n *nodes.GetSlice, s *scope) (any, error) {
	holder, err := r.value(n.Node, s)
	if err == nil {
		err = r.weigh(holder)
	}
	if err != nil {
		return nil, err
	}
	var bounds [3]*int
	for i, e := range []nodes.Node{n.Start, n.End, n.Step} {
		if e == nil {
			continue
		}
		v, err := r.value(e, s)
		if err != nil {
			return nil, err
		}
		at, ok := v.(int)
		if !ok {
			return nil, fmt.Errorf("a slice wants whole numbers, not %s", kind(v))
		}
		bounds[i] = &at
	}
	return cut(holder, bounds[0], bounds[1], bounds[2])
}

// cut gives a part of a list or text, with the bounds as Python has them.
func cut(v any, start, end, step *int) (any, error) {
	var items []any
	characters, isText := v.(string)
	switch {
	case isText:
		for _, c := range characters {
			items = append(items, string(c))
		}
	default:
		var ok bool
		if items, ok = v.([]any); !ok {
			return nil, fmt.Errorf("%s cannot be sliced", kind(v))
		}
	}
	by := 1
	if step != nil {
		by = *step
	}
	if by == 0 {
		return nil, errors.New("the step of a slice cannot be 0")
	}
	out := []any{}
	from, to := bounds(len(items), start, end, by)
	for i := from; by > 0 && i < to || by < 0 && i > to; i += by {
		out = append(out, items[i])
		if i > maxItems || i < -maxItems {
			break
		}
	}
	if isText {
		return joined(out), nil
	}
	return out, nil
}

// bounds clips the ends of a slice to the list.
func bounds(n int, start, end *int, step int) (from, to int) {
	low, high := 0, n
	from, to = 0, n
	if step < 0 {
		low, high = -1, n-1
		from, to = n-1, -1
	}
	clip := func(at *int, otherwise int) int {
		if at == nil {
			return otherwise
		}
		i := *at
		if i < 0 {
			i = max(i+n, -1)
		}
		return min(max(i, low), high)
	}
	return clip(start, from), clip(end, to)
}
