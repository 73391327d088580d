package template

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"github.com/nikolalohinski/gonja/v2/nodes"
)

// checks are the tests of Jinja: x is even. They get at most one argument.
var checks = map[string]func(v any, argument any, r *run) (bool, error){
	"none":    plainly(func(v any) bool { return v == nil }),
	"string":  plainly(func(v any) bool { return kind(v) == "text" }),
	"number":  plainly(func(v any) bool { return kind(v) == "a number" }),
	"boolean": plainly(isBool),
	"true":    plainly(func(v any) bool { return v == true }),
	"false":   plainly(func(v any) bool { return v == false }),
	"integer": plainly(isInteger),
	"float": plainly(func(v any) bool {
		_, ok := v.(float64)
		return ok
	}),
	"mapping":  plainly(isMap),
	"object":   plainly(isMap),
	"sequence": plainly(isList),
	"iterable": plainly(func(v any) bool { return isList(v) || isMap(v) || kind(v) == "text" }),
	"lower":    plainly(func(v any) bool { s, ok := v.(string); return ok && s == strings.ToLower(s) }),
	"upper":    plainly(func(v any) bool { s, ok := v.(string); return ok && s == strings.ToUpper(s) }),
	"even":     func(v, _ any, _ *run) (bool, error) { return divisible(v, 2) },
	"odd": func(v, _ any, _ *run) (bool, error) {
		even, err := divisible(v, 2)
		return !even, err
	},
	"divisibleby":   func(v, by any, _ *run) (bool, error) { return divisible(v, by) },
	"eq":            func(v, other any, r *run) (bool, error) { return r.equal(v, other) },
	"equalto":       func(v, other any, r *run) (bool, error) { return r.equal(v, other) },
	"ne":            func(v, other any, r *run) (bool, error) { same, err := r.equal(v, other); return !same, err },
	"lt":            ordering(func(order int) bool { return order < 0 }),
	"le":            ordering(func(order int) bool { return order <= 0 }),
	"gt":            ordering(func(order int) bool { return order > 0 }),
	"ge":            ordering(func(order int) bool { return order >= 0 }),
	"in":            func(v, holder any, r *run) (bool, error) { return r.contains(holder, v) },
	"containing":    func(v, part any, r *run) (bool, error) { return r.contains(v, part) },
	"starting_with": textual(strings.HasPrefix),
	"ending_with":   textual(strings.HasSuffix),
}

// alone are the checks that take no argument.
var alone = map[string]bool{
	"defined": true, "undefined": true, "none": true, "string": true, "number": true, "boolean": true, "true": true,
	"false": true, "integer": true, "float": true, "mapping": true, "object": true, "sequence": true, "iterable": true,
	"lower": true, "upper": true, "even": true, "odd": true,
}

func plainly(f func(any) bool) func(any, any, *run) (bool, error) {
	return func(v, _ any, _ *run) (bool, error) { return f(v), nil }
}

func ordering(f func(int) bool) func(any, any, *run) (bool, error) {
	return func(v, other any, _ *run) (bool, error) {
		order, err := compare(v, other)
		return f(order) && err == nil, err
	}
}

func textual(f func(text, part string) bool) func(any, any, *run) (bool, error) {
	return func(v, part any, _ *run) (bool, error) {
		a, isText := v.(string)
		b, partIsText := part.(string)
		if !isText || !partIsText {
			return false, fmt.Errorf("it compares text, not %s with %s", kind(v), kind(part))
		}
		return f(a, b), nil
	}
}

func isBool(v any) bool { return kind(v) == "a bool" }
func isList(v any) bool { return kind(v) == "a list" }
func isMap(v any) bool  { return kind(v) == "a map" }

func isInteger(v any) bool {
	switch v := v.(type) {
	case int:
		return true
	case json.Number:
		return !strings.ContainsAny(string(v), ".eE")
	}
	return false
}

func divisible(v, by any) (bool, error) {
	x, y, ok := floats(v, by)
	if !ok {
		return false, fmt.Errorf("it wants numbers, not %s; text becomes a number with int", kind(v))
	}
	if y == 0 {
		return false, errZero
	}
	return math.Mod(x, y) == 0, nil
}

// contains is in: an item of a list, a key of a map, a part of text.
func (r *run) contains(holder, v any) (bool, error) {
	switch h := holder.(type) {
	case []any:
		for _, item := range h {
			if same, err := r.equal(item, v); same || err != nil {
				return same, err
			}
		}
		return false, nil
	case *dict, *namespace:
		_, ok := asDict(h).member(v)
		return ok, nil
	case string:
		part, ok := v.(string)
		if !ok {
			return false, fmt.Errorf("in looks for text in text, not for %s", kind(v))
		}
		return strings.Contains(h, part), nil
	}
	return false, fmt.Errorf("in looks into lists, maps and text, not into %s", kind(holder))
}

func (r *run) tested(n *nodes.TestExpression, s *scope) (any, error) {
	yes, err := r.test(n, s)
	if err != nil {
		return nil, located(err, n.Test.Token.Line)
	}
	return yes, nil
}

func (r *run) test(n *nodes.TestExpression, s *scope) (bool, error) {
	name := n.Test.Name
	v, err := r.eval(n.Expression, s)
	if err != nil {
		return false, err
	}
	if alone[name] && len(n.Test.Args) > 0 {
		return false, fmt.Errorf("syntax error: something follows is %s", name)
	}
	_, missing := v.(undefined)
	switch name {
	case "defined":
		return !missing, nil
	case "undefined":
		return missing, nil
	}
	if v, err = r.defined(v); err == nil {
		err = r.weigh(v)
	}
	if err != nil {
		return false, err
	}
	var argument any
	if len(n.Test.Args) > 0 {
		if argument, err = r.value(n.Test.Args[0], s); err != nil {
			return false, err
		}
	} else if !alone[name] && checks[name] != nil {
		return false, fmt.Errorf("syntax error: is %s wants something to compare with", name)
	}
	if err := r.weigh(argument); err != nil {
		return false, err
	}
	return r.check(name, v, argument)
}

func (r *run) check(name string, v, argument any) (bool, error) {
	check, ok := checks[name]
	if !ok {
		return false, fmt.Errorf("there is no test %s", name)
	}
	yes, err := check(v, argument, r)
	if err != nil {
		return false, fmt.Errorf("is %s: %w", name, err)
	}
	return yes, nil
}
