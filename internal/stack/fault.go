package stack

import (
	"errors"
	"fmt"
	"strings"
)

// Fault is one thing that is wrong with a stack. It never holds the value of a
// variable.
type Fault struct {
	File   string // relative to the stack directory
	Line   int    // from 1; 0 if the fault has none
	What   string // names the thing and the reason
	Remedy string
	Err    error // what it comes from, or nil
}

// Error gives the place, what is wrong, and what to do.
func (f *Fault) Error() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Line > 0 {
		fmt.Fprintf(&b, ":%d", f.Line)
	}
	b.WriteString(": " + f.What)
	if f.Remedy != "" {
		b.WriteString("; " + f.Remedy)
	}
	return b.String()
}

// Unwrap gives the cause, such as a *template.UndefinedError.
func (f *Fault) Unwrap() error { return f.Err }

// Faults gives the faults that are joined in an error.
func Faults(err error) []*Fault {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []*Fault
		for _, one := range joined.Unwrap() {
			all = append(all, Faults(one)...)
		}
		return all
	}
	var f *Fault
	if errors.As(err, &f) {
		return []*Fault{f}
	}
	return nil
}

// faults collects what is wrong.
type faults []error

func (f *faults) add(file string, line int, remedy, format string, args ...any) {
	*f = append(*f, &Fault{File: file, Line: line, What: fmt.Sprintf(format, args...), Remedy: remedy})
}

func (f faults) err() error { return errors.Join(f...) }
