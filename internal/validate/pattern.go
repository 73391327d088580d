package validate

import (
	"regexp"
	"sync"
	"time"

	"github.com/dlclark/regexp2"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// matchTimeout bounds the work on one string by the engine that can run away.
const matchTimeout = 250 * time.Millisecond

// pattern is a regular expression that is compiled when the first string comes,
// since most of a type's patterns never see one.
type pattern struct {
	text  string
	match func() func(string) bool
}

// newPattern takes every text for a regular expression.
func newPattern(text string) (jsonschema.Regexp, error) {
	return &pattern{text: text, match: sync.OnceValue(func() func(string) bool { return compilePattern(text) })}, nil
}

// String gives the expression as the schema has it.
func (p *pattern) String() string { return p.text }

// MatchString reports whether the expression is found somewhere in s.
func (p *pattern) MatchString(s string) bool { return p.match()(s) }

// compilePattern prefers the engine that takes linear time. Schemas are
// written for engines that can do more, look-ahead above all: those patterns go
// to the other one. What neither understands matches everything, and so does
// a string on which the second engine takes too long.
func compilePattern(text string) func(string) bool {
	if linear, err := regexp.Compile(text); err == nil {
		return linear.MatchString
	}
	for _, dialect := range []regexp2.RegexOptions{regexp2.ECMAScript, regexp2.None} {
		if expression, err := regexp2.Compile(text, dialect); err == nil {
			expression.MatchTimeout = matchTimeout
			return func(s string) bool {
				found, err := expression.MatchString(s)
				return found || err != nil
			}
		}
	}
	return func(string) bool { return true }
}
