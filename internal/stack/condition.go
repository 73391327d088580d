package stack

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Condition tells whether the resource is there at all: what its if says.
func (c *Scope) Condition(r *Resource) (bool, error) {
	if strings.TrimSpace(r.If) == "" {
		return true, nil
	}
	subject := "if of " + r.Name
	yes, err := c.condition(r.If)
	var wrong *conditionError
	if errors.As(err, &wrong) {
		return false, &Fault{File: ManifestName, Line: r.ifLine, What: subject + ": " + wrong.what, Err: err,
			Remedy: "write a condition such as '{{ stack_env }}' == 'prod', with and, or, not, in, == and !="}
	}
	if err != nil {
		return false, c.fault(ManifestName, r.ifLine, subject, err)
	}
	return yes, nil
}

// conditionError is a condition that is none.
type conditionError struct{ what string }

func (e *conditionError) Error() string { return e.what }

func badCondition(format string, args ...any) error {
	return &conditionError{fmt.Sprintf(format, args...)}
}

// condition evaluates one. Each {{ … }} in it is rendered for itself and taken for
// one operand, whatever its text is; only where there is nothing else, or where
// there are tags, is what is rendered a condition.
func (c *Scope) condition(text string) (bool, error) {
	var holes []string
	pieces := cutTemplates(text)
	whole := strings.Contains(text, "{%") || len(pieces) == 3 && strings.TrimSpace(pieces[0]+pieces[2]) == ""
	if whole {
		rendered, err := c.Render(text)
		if err != nil {
			return false, err
		}
		pieces = []string{rendered}
	}
	for i := 1; i < len(pieces); i += 2 {
		rendered, err := c.Render(strings.Repeat("\n", strings.Count(strings.Join(pieces[:i], ""), "\n")) + pieces[i])
		if err != nil {
			return false, err
		}
		holes = append(holes, strings.TrimLeft(rendered, "\n"))
	}
	tokens, err := conditionTokens(pieces, holes)
	if err != nil {
		return false, err
	}
	p := &conditionParser{tokens: tokens, variables: c.visible()}
	v, err := p.or()
	if err == nil && p.at < len(p.tokens) {
		err = badCondition("%s follows the condition", p.tokens[p.at])
	}
	if err != nil {
		return false, err
	}
	return v.truth()
}

// operand is a value in a condition: text, or a list of texts.
type operand struct {
	text string
	list []string
	many bool
}

func ofBool(yes bool) operand { return operand{text: strconv.FormatBool(yes)} }

func (v operand) truth() (bool, error) {
	switch {
	case v.many:
		return false, badCondition("a list is neither true nor false")
	case strings.EqualFold(v.text, "true"):
		return true, nil
	case strings.EqualFold(v.text, "false"):
		return false, nil
	}
	return false, badCondition("it comes to text that is neither true nor false")
}

// items gives what in looks into: a list, or text that is a JSON list.
func (v operand) items() ([]string, error) {
	if v.many {
		return v.list, nil
	}
	structure, _ := structureOf(v.text)
	list, ok := structure.([]any)
	if !ok {
		return nil, badCondition("in wants a list, as in x in [a, b]")
	}
	items := make([]string, len(list))
	for i, item := range list {
		items[i] = memberText(item)
	}
	return items, nil
}

// memberText is the text of what decodeJSON made.
func memberText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	return compactJSON(v)
}

// conditionParser evaluates while it reads. Both sides of and and or are read; a
// fault in either is told.
type conditionParser struct {
	tokens    []conditionToken
	at        int
	depth     int
	variables map[string]any
}

func (p *conditionParser) next(text string) bool {
	if p.at < len(p.tokens) && p.tokens[p.at].is(text) {
		p.at++
		return true
	}
	return false
}

func (p *conditionParser) or() (operand, error) {
	return p.joined("or", p.and, func(a, b bool) bool { return a || b })
}

func (p *conditionParser) and() (operand, error) {
	return p.joined("and", p.not, func(a, b bool) bool { return a && b })
}

func (p *conditionParser) joined(word string, part func() (operand, error), join func(a, b bool) bool) (operand, error) {
	left, err := part()
	for err == nil && p.next(word) {
		var right operand
		if right, err = part(); err != nil {
			break
		}
		a, errA := left.truth()
		b, errB := right.truth()
		left, err = ofBool(join(a, b)), errors.Join(errA, errB)
	}
	return left, err
}

// maxConditionDepth bounds parentheses and nots inside each other.
const maxConditionDepth = 100

func (p *conditionParser) not() (operand, error) {
	if p.depth++; p.depth > maxConditionDepth {
		return operand{}, badCondition("more than %d parentheses inside each other", maxConditionDepth)
	}
	defer func() { p.depth-- }()
	if !p.next("not") {
		return p.comparison()
	}
	v, err := p.not()
	if err != nil {
		return v, err
	}
	yes, err := v.truth()
	return ofBool(!yes), err
}

func (p *conditionParser) comparison() (operand, error) {
	left, err := p.operand()
	if err != nil || p.at == len(p.tokens) || p.tokens[p.at].quoted {
		return left, err
	}
	op := p.tokens[p.at].text
	switch {
	case op == "not" && p.at+1 < len(p.tokens) && p.tokens[p.at+1].is("in"):
		op = "not in"
		p.at++
	case !slices.Contains([]string{"==", "!=", "in", "<", "<=", ">", ">="}, op):
		return left, nil
	}
	p.at++
	right, err := p.operand()
	if err != nil {
		return right, err
	}
	yes, err := compared(op, left, right)
	return ofBool(yes), err
}

func compared(op string, left, right operand) (bool, error) {
	switch op {
	case "in", "not in":
		items, err := right.items()
		return slices.Contains(items, left.text) == (op == "in"), err
	case "==", "!=":
		same := left.text == right.text && left.many == right.many && slices.Equal(left.list, right.list)
		return same == (op == "=="), nil
	}
	a, errA := strconv.ParseFloat(left.text, 64)
	b, errB := strconv.ParseFloat(right.text, 64)
	if errA != nil || errB != nil {
		return false, badCondition("%s compares numbers", op)
	}
	switch op {
	case "<":
		return a < b, nil
	case "<=":
		return a <= b, nil
	case ">":
		return a > b, nil
	}
	return a >= b, nil
}

func (p *conditionParser) operand() (operand, error) {
	if p.at == len(p.tokens) {
		return operand{}, badCondition("something is missing at its end")
	}
	if p.next("(") {
		v, err := p.or()
		if err == nil && !p.next(")") {
			err = badCondition("a ( is never closed")
		}
		return v, err
	}
	if p.next("[") {
		return p.list()
	}
	return p.word()
}

func (p *conditionParser) list() (operand, error) {
	v := operand{many: true}
	for !p.next("]") {
		item, err := p.word()
		if err != nil {
			return v, err
		}
		v.list = append(v.list, item.text)
		if !p.next(",") && (p.at == len(p.tokens) || !p.tokens[p.at].is("]")) {
			return v, badCondition("a [ is never closed, or a comma is missing")
		}
	}
	return v, nil
}

// word is text in quotes, or words without: the variable of this name, or else the
// words themselves.
func (p *conditionParser) word() (operand, error) {
	var words []string
	for p.at < len(p.tokens) && p.tokens[p.at].operand() {
		t := p.tokens[p.at]
		if t.quoted && len(words) > 0 {
			break
		}
		p.at++
		if t.quoted {
			return operand{text: t.text}, nil
		}
		words = append(words, t.text)
	}
	switch len(words) {
	case 0:
		if p.at == len(p.tokens) {
			return operand{}, badCondition("something is missing at its end")
		}
		return operand{}, badCondition("%s stands where a value should", p.tokens[p.at])
	case 1:
		return p.named(words[0]), nil
	}
	return operand{text: strings.Join(words, " ")}, nil
}

func (p *conditionParser) named(word string) operand {
	if word == "True" || word == "False" {
		return operand{text: strings.ToLower(word)}
	}
	if value, ok := p.variables[word].(string); ok {
		return operand{text: value}
	}
	return operand{text: word}
}
