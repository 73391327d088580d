package template

import (
	"fmt"
	"strings"
)

// UndefinedError says that a template wants a variable that nobody set.
type UndefinedError struct {
	Name string // as the template writes it: a, a.b, a[0]
	Line int    // in the text, from 1
}

// Error tells how to set it.
func (e *UndefinedError) Error() string {
	if root, _, indexed := strings.Cut(e.Name, "["); indexed {
		return fmt.Sprintf("{{ %s }} has no value; give %s a value that has this item", e.Name, root)
	}
	return fmt.Sprintf("{{ %s }} has no value; give it with --var %s=…", e.Name, e.Name)
}

// Error is anything else that is wrong with a template.
type Error struct {
	Line    int // in the text, from 1
	Message string
	Err     error // what it comes from, or nil
}

// Error gives the line and the reason.
func (e *Error) Error() string {
	return fmt.Sprintf("template, line %d: %s", e.Line, e.Message)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

func errorAt(line int, format string, args ...any) *Error {
	return &Error{Line: line, Message: fmt.Sprintf(format, args...)}
}
