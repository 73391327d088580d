package stack

import (
	"errors"
	"slices"
	"strings"
)

// conditionParser evaluates while it reads. Both sides of and and or are read; a
// fault in either is told.
type conditionParser struct {
	tokens    []conditionToken
	at        int
	depth     int
	variables map[string]string
	secret    bool // the tokens are made of values
}

// shown is the next token as errors may show it.
func (p *conditionParser) shown() string {
	t := p.tokens[p.at]
	if t.quoted || p.secret && !reserved[t.text] {
		return "a value"
	}
	return t.text
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
		return operand{}, badCondition("%s stands where a value should", p.shown())
	case 1:
		return p.named(words[0]), nil
	}
	return operand{text: strings.Join(words, " ")}, nil
}

func (p *conditionParser) named(word string) operand {
	if word == "True" || word == "False" {
		return operand{text: strings.ToLower(word)}
	}
	if value, ok := p.variables[withoutPrefix(word)]; ok {
		return operand{text: canonical(value)}
	}
	return operand{text: word}
}
