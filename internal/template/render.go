package template

import (
	"errors"
	"fmt"
	"strings"
)

// Options say what a template may use.
type Options struct {
	// Variables are strings, numbers, bools, lists and maps. A name with dots is
	// found as it stands and, failing that, part by part.
	Variables map[string]any
	// Lenient makes undefined variables empty text, as old stacks expect it.
	Lenient bool
	// Plain says that the text is not SQL: it has no comments, and quotes mean
	// nothing.
	Plain bool
	// Convert, if set, gives a value the JSON type that the schema of a property
	// wants. It is asked for each top-level property of generate_patch_document
	// where the statement names its table; table is as the statement names it,
	// without quotes. It gets and returns what encoding/json decodes to, numbers as
	// json.Number; nil leaves the property out.
	Convert func(table, property string, value any) (any, error)
	// Secret, if set, tells which variables must not be seen. OnSecret hears of every
	// text that is made of one, with whatever filters.
	Secret   func(name string) bool
	OnSecret func(text string)
	// Opaque, if set, gives the mark in the value of a variable that is not known yet.
	// What is made of such a value is the mark, whatever filters are applied.
	Opaque func(name string) string
	// Later, if set, stands for what is another one each time: uuid(), and the text
	// of now().
	Later func(name string) string
}

// What one call of Render may use up. The limits end templates that would not
// end themselves; no sensible template comes near them.
const (
	maxText   = 16 << 20   // bytes of the result, and of every value on the way
	maxItems  = 1_000_000  // of a range or list
	maxSteps  = 10_000_000 // expressions evaluated, rounds of loops, values printed
	maxTokens = 20_000     // of one construct
	maxDepth  = 100        // brackets, tags or JSON values inside each other
)

// Render carries out the template. Text without a template comes back unchanged.
// The error is an *UndefinedError or an *Error.
func Render(text string, opts Options) (rendered string, err error) {
	if !strings.Contains(text, "{{") && !strings.Contains(text, "{%") && !strings.Contains(text, "{#") {
		return text, nil
	}
	s := scanner{text: text, plain: opts.Plain, line: lineCounter{text: text, line: 1}}
	if err := s.run(); err != nil {
		return "", err
	}
	if !s.constructs {
		return text, nil
	}
	tree, err := parse(s.pieces, s.line.at(len(text)))
	if err != nil {
		return "", err
	}
	r := &run{opts: opts, tables: tables{text: text, plain: opts.Plain, pieces: s.pieces}, filters: allFilters(), quotes: s.quotes, out: &strings.Builder{}}
	if err := r.start(); err != nil {
		return "", err
	}
	if err := r.nodes(tree, newScope(r.globals)); err != nil {
		return "", located(err, 1)
	}
	return r.out.String(), nil
}

// located makes sure that an error is one of the two kinds that Render promises.
func located(err error, line int) error {
	var undefined *UndefinedError
	var known *Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &undefined):
		return undefined
	}
	return &Error{Line: max(line, 1), Message: err.Error(), Err: err}
}

func tooLong() error {
	return fmt.Errorf("the template makes more than %d MB of text", maxText>>20)
}
