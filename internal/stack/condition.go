package stack

import (
	"errors"
	"fmt"
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
	p := &conditionParser{tokens: tokens, variables: c.visible(), secret: whole}
	v, err := p.or()
	if err == nil && p.at < len(p.tokens) {
		err = badCondition("%s follows the condition", p.shown())
	}
	if err != nil {
		return false, err
	}
	return v.truth()
}
