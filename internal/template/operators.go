package template

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/nikolalohinski/gonja/v2/nodes"
	"github.com/nikolalohinski/gonja/v2/tokens"
)

func (r *run) unary(n *nodes.UnaryExpression, s *scope) (any, error) {
	v, err := r.value(n.Term, s)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case int:
		if n.Negative {
			return arithmetic(tokens.Subtraction, 0, v)
		}
		return v, nil
	case float64:
		if n.Negative {
			return -v, nil
		}
		return v, nil
	}
	return nil, fmt.Errorf("%s wants a number, not %s", n.Operator.Val, kind(v))
}

func (r *run) binary(n *nodes.BinaryExpression, s *scope) (any, error) {
	left, err := r.value(n.Left, s)
	if err != nil {
		return nil, err
	}
	op := n.Operator.Token
	if op.Type == tokens.And && !truthy(left) || op.Type == tokens.Or && truthy(left) {
		return left, nil
	}
	right, err := r.value(n.Right, s)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(r.weigh(left), r.weigh(right)); err != nil {
		return nil, err
	}
	switch op.Type {
	case tokens.And, tokens.Or:
		return right, nil
	case tokens.Equals, tokens.Ne:
		same, err := r.equal(left, right)
		return same == (op.Type == tokens.Equals), err
	case tokens.LowerThan, tokens.LowerThanOrEqual, tokens.GreaterThan, tokens.GreaterThanOrEqual:
		order, err := compare(left, right)
		return ordered(op.Type, order), err
	case tokens.Tilde:
		return r.concat(left, right)
	}
	return calculate(op, left, right)
}

func (r *run) concat(left, right any) (any, error) {
	a, err := r.text(left)
	if err != nil {
		return nil, err
	}
	b, err := r.text(right)
	return a + b, err
}

func ordered(op tokens.Type, order int) bool {
	switch op {
	case tokens.LowerThan:
		return order < 0
	case tokens.LowerThanOrEqual:
		return order <= 0
	case tokens.GreaterThan:
		return order > 0
	}
	return order >= 0
}

// equal compares values; numbers by what they count, everything else by kind and
// content.
func (r *run) equal(a, b any) (bool, error) {
	if err := r.step(); err != nil {
		return false, err
	}
	_, aWhole := a.(int)
	_, bWhole := b.(int)
	_, aLong := a.(json.Number)
	_, bLong := b.(json.Number)
	exact := aWhole && bWhole || aLong && bLong // as floats they would lose digits
	if x, y, ok := floats(a, b); ok && !exact {
		return x == y, nil
	}
	switch a := a.(type) {
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false, nil
		}
		for i := range a {
			if same, err := r.equal(a[i], b[i]); !same || err != nil {
				return false, err
			}
		}
		return true, nil
	case *dict:
		if b, ok := b.(*dict); ok {
			return r.equalDicts(a, b)
		}
		return false, nil
	}
	switch b.(type) {
	case []any, *dict:
		return false, nil
	}
	return a == b, nil
}

func (r *run) equalDicts(a, b *dict) (bool, error) {
	if len(a.keys) != len(b.keys) {
		return false, nil
	}
	for _, key := range a.keys {
		other, ok := b.values[key]
		if !ok {
			return false, nil
		}
		if same, err := r.equal(a.values[key], other); !same || err != nil {
			return false, err
		}
	}
	return true, nil
}

// floats gives both numbers, if both are.
func floats(a, b any) (x, y float64, ok bool) {
	x, isX := float(a)
	y, isY := float(b)
	return x, y, isX && isY
}

func float(v any) (float64, bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true
	case float64:
		return v, true
	case json.Number:
		f, err := v.Float64()
		return f, err == nil
	}
	return 0, false
}

// compare orders two numbers or two texts.
func compare(a, b any) (int, error) {
	if i, ok := a.(int); ok {
		if j, ok := b.(int); ok {
			return order(i, j), nil
		}
	}
	if x, y, ok := floats(a, b); ok {
		return order(x, y), nil
	}
	x, isX := a.(string)
	y, isY := b.(string)
	if isX && isY {
		return strings.Compare(x, y), nil
	}
	return 0, fmt.Errorf("%s and %s have no order; text becomes a number with int", kind(a), kind(b))
}

func order[T int | float64](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func calculate(op *tokens.Token, left, right any) (any, error) {
	switch a := left.(type) {
	case string:
		if b, ok := right.(string); ok && op.Type == tokens.Addition {
			return a + b, nil
		}
		if n, ok := right.(int); ok && op.Type == tokens.Multiply {
			if n > 0 && len(a) > maxText/n {
				return nil, tooLong()
			}
			return strings.Repeat(a, max(n, 0)), nil
		}
	case []any:
		if b, ok := right.([]any); ok && op.Type == tokens.Addition {
			return append(append([]any{}, a...), b...), nil
		}
	case int:
		if b, ok := right.(int); ok {
			return arithmetic(op.Type, a, b)
		}
	}
	x, y, ok := floats(left, right)
	if !ok {
		hint := "; text is joined with ~, and becomes a number with int"
		return nil, fmt.Errorf("%s does not work on %s and %s%s", op.Val, kind(left), kind(right), hint)
	}
	return finite(floatArithmetic(op.Type, x, y))
}

func add(a, b any) (any, error) {
	return calculate(&tokens.Token{Type: tokens.Addition, Val: "+"}, a, b)
}

var errZero = errors.New("division by zero")

// arithmetic calculates with whole numbers, and as Python does where they are
// below zero.
func arithmetic(op tokens.Type, a, b int) (any, error) {
	switch op {
	case tokens.Division, tokens.Power:
		v, err := finite(floatArithmetic(op, float64(a), float64(b)))
		if f, ok := v.(float64); ok && op == tokens.Power && b >= 0 && math.Abs(f) < 1<<53 {
			return int(f), nil
		}
		return v, err
	case tokens.FloorDivision, tokens.Modulo:
		if b == 0 {
			return nil, errZero
		}
		quotient, rest := a/b, a%b
		if rest != 0 && (rest < 0) != (b < 0) {
			quotient, rest = quotient-1, rest+b
		}
		if op == tokens.Modulo {
			return rest, nil
		}
		return quotient, nil
	}
	c, exact := 0, true
	switch op {
	case tokens.Addition:
		c = a + b
		exact = (c > a) == (b > 0)
	case tokens.Subtraction:
		c = a - b
		exact = (c < a) == (b > 0)
	case tokens.Multiply:
		c = a * b
		exact = a == 0 || c/a == b && !(a == -1 && b == math.MinInt)
	}
	if !exact {
		return nil, errors.New("the number is too large")
	}
	return c, nil
}

func floatArithmetic(op tokens.Type, x, y float64) (float64, error) {
	if y == 0 && (op == tokens.Division || op == tokens.FloorDivision || op == tokens.Modulo) {
		return 0, errZero
	}
	switch op {
	case tokens.Addition:
		return x + y, nil
	case tokens.Subtraction:
		return x - y, nil
	case tokens.Multiply:
		return x * y, nil
	case tokens.Division:
		return x / y, nil
	case tokens.FloorDivision:
		return math.Floor(x / y), nil
	case tokens.Modulo:
		return x - y*math.Floor(x/y), nil
	}
	return math.Pow(x, y), nil
}

func finite(f float64, err error) (any, error) {
	if err == nil && (math.IsInf(f, 0) || math.IsNaN(f)) {
		err = errors.New("the number is too large")
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}
