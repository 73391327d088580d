package template

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nikolalohinski/gonja/v2/nodes"
)

// arguments are those of a filter, test or function, by their names.
type arguments struct {
	run    *run
	line   int
	offset int // of the name in the text
	values map[string]any
	rest   []any // more than the signature names, where it ends in …
}

func (a arguments) has(name string) bool {
	_, ok := a.values[name]
	return ok
}

// text gives an argument as text, or what holds without it.
func (a arguments) text(name, otherwise string) (string, error) {
	v, ok := a.values[name]
	if !ok {
		return otherwise, nil
	}
	return a.run.text(v)
}

func (a arguments) int(name string, otherwise int) (int, error) {
	switch v := a.values[name].(type) {
	case int:
		return v, nil
	case nil:
		return otherwise, nil
	default:
		return 0, fmt.Errorf("%s wants a whole number, not %s", name, kind(v))
	}
}

// signature names the parameters in order, with blanks between them: "from/old
// to/new count?". A parameter may have several names, the first of which counts;
// ? makes it optional, and = in front wants it by name. … lets any number of
// arguments follow, by any name.
type signature string

// bind gives the arguments the names of the signature.
func (sig signature) bind(positional []any, named map[string]any) (arguments, error) {
	a := arguments{values: map[string]any{}}
	parameters := strings.Fields(string(sig))
	more := len(parameters) > 0 && parameters[len(parameters)-1] == "…"
	if more {
		parameters = parameters[:len(parameters)-1]
	}
	left := named
	for _, parameter := range parameters {
		names, optional := strings.CutSuffix(parameter, "?")
		names, byName := strings.CutPrefix(names, "=")
		all := strings.Split(names, "/")
		if len(positional) > 0 && !byName {
			a.values[all[0]], positional = positional[0], positional[1:]
		}
		for _, name := range all {
			v, ok := left[name]
			if !ok {
				continue
			}
			if a.has(all[0]) {
				return a, fmt.Errorf("%s is given twice", all[0])
			}
			a.values[all[0]] = v
			delete(left, name)
		}
		if !a.has(all[0]) && !optional {
			return a, fmt.Errorf("%s is missing", all[0])
		}
	}
	a.rest = positional
	for _, name := range sortedKeys(left) {
		if !more {
			return a, fmt.Errorf("there is no argument %s", name)
		}
		a.rest = append(a.rest, left[name])
	}
	if len(a.rest) > 0 && !more {
		return a, fmt.Errorf("there are %d arguments too many", len(a.rest))
	}
	return a, nil
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// arguments evaluates and binds.
func (r *run) arguments(sig signature, args []nodes.Expression, kwargs map[string]nodes.Expression, s *scope) (arguments, error) {
	positional, named, err := r.evaluated(args, kwargs, s)
	if err != nil {
		return arguments{}, err
	}
	a, err := sig.bind(positional, named)
	a.run = r
	return a, err
}

func (r *run) evaluated(args []nodes.Expression, kwargs map[string]nodes.Expression, s *scope) ([]any, map[string]any, error) {
	var positional []any
	named := make(map[string]any, len(kwargs))
	for _, e := range args {
		v, err := r.value(e, s)
		if err != nil {
			return nil, nil, err
		}
		positional = append(positional, v)
	}
	for name, e := range kwargs {
		v, err := r.value(e, s)
		if err != nil {
			return nil, nil, err
		}
		named[name] = v
	}
	return positional, named, nil
}

// filter turns a value into another.
type filter struct {
	signature signature
	apply     func(in any, a arguments) (any, error)
}

func (r *run) filtered(n *nodes.FilteredExpression, s *scope) (any, error) {
	v, err := r.eval(n.Expression, s)
	if err != nil {
		return nil, err
	}
	for _, call := range n.Filters {
		if err := errors.Join(r.step(), r.weigh(v)); err != nil {
			return nil, err
		}
		if v, err = r.filter(call, v, s); err == nil {
			err = r.weigh(v)
		}
		if err != nil {
			return nil, located(err, call.Token.Line)
		}
	}
	return v, nil
}

func (r *run) filter(call *nodes.FilterCall, in any, s *scope) (any, error) {
	f, ok := r.filters[call.Name]
	if !ok {
		return nil, fmt.Errorf("there is no filter %s", call.Name)
	}
	a, err := r.arguments(f.signature, call.Args, call.Kwargs, s)
	if err != nil {
		return nil, fmt.Errorf("filter %s: %w", call.Name, err)
	}
	a.line, a.offset = call.Token.Line, call.Token.Pos
	if call.Name != "default" && call.Name != "d" {
		if in, err = r.defined(in); err != nil {
			return nil, err
		}
	}
	v, err := f.apply(in, a)
	if err != nil {
		return nil, fmt.Errorf("filter %s: %w", call.Name, err)
	}
	return v, nil
}

// isInlineIf reports whether the call is what prepare makes of x if c else y.
func isInlineIf(n *nodes.Call) bool {
	name, ok := n.Func.(*nodes.Name)
	return ok && name.Name.Val == inlineIf && len(n.Args) >= 2
}

func (r *run) call(n *nodes.Call, s *scope) (any, error) {
	if isInlineIf(n) {
		e, err := r.chosen(n, s)
		if err != nil || e == nil {
			return nil, err
		}
		return r.eval(e, s)
	}
	switch f := n.Func.(type) {
	case *nodes.Name:
		v, err := r.function(f.Name.Val, n, s)
		if err != nil {
			return nil, located(err, f.Name.Line)
		}
		return v, nil
	case *nodes.GetAttribute:
		receiver, err := r.value(f.Node, s)
		if err != nil {
			return nil, err
		}
		m, ok := method(receiver, f.Attribute)
		if !ok {
			return nil, fmt.Errorf("%s has no method %s", kind(receiver), f.Attribute)
		}
		return r.invoke(m, f.Attribute, receiver, n, s)
	}
	return nil, errors.New("only a name can be called, as in range(3)")
}

// function calls one by its name. Those whose arguments do not fit a signature
// read them on their own.
func (r *run) function(name string, n *nodes.Call, s *scope) (any, error) {
	f, ok := functions[name]
	if !ok {
		return nil, fmt.Errorf("there is no function %s; the functions are range, uuid, now, dict and namespace", name)
	}
	if f.apply != nil {
		return r.invoke(f, name, nil, n, s)
	}
	positional, named, err := r.evaluated(n.Args, n.Kwargs, s)
	if err != nil {
		return nil, err
	}
	if name == "range" {
		list, err := numbers(positional, named)
		if err != nil {
			return nil, fmt.Errorf("range: %w", err)
		}
		return list, nil
	}
	d := newDict()
	if len(positional) > 0 {
		return nil, fmt.Errorf("%s wants names and values, as in %s(a=1)", name, name)
	}
	for _, key := range sortedKeys(named) {
		d.set(key, named[key])
	}
	if name == "namespace" {
		return &namespace{d}, r.noNamespace(d)
	}
	return d, nil
}

func (r *run) invoke(f filter, name string, in any, n *nodes.Call, s *scope) (any, error) {
	a, err := r.arguments(f.signature, n.Args, n.Kwargs, s)
	if err == nil {
		err = r.weigh(in)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	v, err := f.apply(in, a)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return v, nil
}
