package template

import (
	"errors"

	"github.com/nikolalohinski/gonja/v2/nodes"
	"github.com/nikolalohinski/gonja/v2/tokens"
)

// value evaluates an expression that must have a value.
func (r *run) value(e nodes.Expression, s *scope) (any, error) {
	v, err := r.eval(e, s)
	if err != nil {
		return nil, err
	}
	return r.defined(v)
}

// defined gives the error of a value that is not there.
func (r *run) defined(v any) (any, error) {
	missing, ok := v.(undefined)
	switch {
	case !ok:
		return v, nil
	case r.opts.Lenient:
		return nil, nil
	}
	return nil, missing.err
}

// eval evaluates an expression; the value may be undefined.
func (r *run) eval(e nodes.Expression, s *scope) (any, error) {
	if err := r.step(); err != nil {
		return nil, err
	}
	v, err := r.evalNode(e, s)
	if _, isName := e.(*nodes.Name); err == nil && !isName {
		err = r.weigh(v)
	}
	return v, err
}

func (r *run) evalNode(e nodes.Expression, s *scope) (any, error) {
	switch n := e.(type) {
	case *nodes.None:
		return nil, nil
	case *nodes.String:
		return n.Val, nil
	case *nodes.Integer:
		return n.Val, nil
	case *nodes.Float:
		return n.Val, nil
	case *nodes.Bool:
		return n.Val, nil
	case *nodes.List:
		return r.list(n.Val, s)
	case *nodes.Tuple:
		return r.list(n.Val, s)
	case *nodes.Dict:
		return r.dict(n, s)
	case *nodes.Name:
		return r.name(n, s), nil
	case *nodes.GetAttribute:
		return r.attribute(n, s)
	case *nodes.GetItem:
		return r.item(n, s)
	case *nodes.GetSlice:
		return r.slice(n, s)
	case *nodes.Call:
		return r.call(n, s)
	case *nodes.FilteredExpression:
		return r.filtered(n, s)
	case *nodes.TestExpression:
		return r.tested(n, s)
	case *nodes.Negation:
		v, err := r.truth(n.Term, s)
		return !v, err
	case *nodes.UnaryExpression:
		return r.unary(n, s)
	case *nodes.BinaryExpression:
		return r.binary(n, s)
	}
	return nil, errors.New("syntax error: an expression is missing")
}

// truth evaluates a condition, in which a name without a value is false.
func (r *run) truth(e nodes.Expression, s *scope) (bool, error) {
	switch n := e.(type) {
	case *nodes.Negation:
		v, err := r.truth(n.Term, s)
		return !v, err
	case *nodes.BinaryExpression:
		kind := n.Operator.Token.Type
		if kind != tokens.And && kind != tokens.Or {
			break
		}
		left, err := r.truth(n.Left, s)
		if err != nil || left == (kind == tokens.Or) {
			return left, err
		}
		return r.truth(n.Right, s)
	}
	v, err := r.eval(e, s)
	return truthy(v), err
}

func (r *run) list(list []nodes.Expression, s *scope) (any, error) {
	values := make([]any, len(list))
	for i, e := range list {
		v, err := r.value(e, s)
		if err != nil {
			return nil, err
		}
		values[i] = v
	}
	return values, nil
}

func (r *run) dict(n *nodes.Dict, s *scope) (any, error) {
	d := newDict()
	for _, pair := range n.Pairs {
		key, err := r.value(pair.Key, s)
		if err != nil {
			return nil, err
		}
		name, err := r.text(key)
		if err != nil {
			return nil, err
		}
		v, err := r.value(pair.Value, s)
		if err != nil {
			return nil, err
		}
		d.set(name, v)
	}
	return d, nil
}

func (r *run) name(n *nodes.Name, s *scope) any {
	name := n.Name.Val
	if v, ok := s.get(name); ok {
		return v
	}
	if name == "none" || name == "null" {
		return nil
	}
	return undefined{&UndefinedError{name, n.Name.Line}}
}
