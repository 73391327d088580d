package stack

import (
	"errors"
	"strings"

	"skyql/internal/template"
)

// templateFault gives what is wrong with a template its place in a file; line is
// that of the text's first line.
func templateFault(file string, line int, subject string, err error) *Fault {
	var bad *template.Error
	if errors.As(err, &bad) {
		return &Fault{File: file, Line: line + bad.Line - 1, What: subject + ": " + bad.Message, Err: err}
	}
	return &Fault{File: file, Line: line, What: subject + ": " + err.Error(), Err: err}
}

// fault does the same for a template of the resource, and says how a missing
// variable gets its value.
func (c *Scope) fault(file string, line int, subject string, err error) *Fault {
	return c.variables.faultOf(c.resource, file, line, subject, err)
}

func (v *Variables) faultOf(r *Resource, file string, line int, subject string, err error) *Fault {
	var missing *template.UndefinedError
	if !errors.As(err, &missing) {
		return templateFault(file, line, subject, err)
	}
	placed := &template.UndefinedError{Name: missing.Name, Line: line + missing.Line - 1}
	return &Fault{
		File: file, Line: placed.Line, Err: placed,
		What:   subject + " wants {{ " + missing.Name + " }}, which has no value",
		Remedy: v.remedy(r, withoutPrefix(missing.Name)),
	}
}

// remedy says how a variable gets its value.
func (v *Variables) remedy(r *Resource, name string) string {
	name = strings.NewReplacer("[", ".", "]", "").Replace(name)
	root, rest, dotted := strings.Cut(name, ".")
	other := v.stack.Resource(root)
	switch {
	case root == "callback":
		return "only a statement with RETURNING gives it"
	case dotted && (root == "this" || other == r):
		return "the exists query gives it as a column, or return_vals keeps it"
	case dotted && other != nil && other.exports(rest):
		return root + " has to export it first, and has not"
	case dotted && other != nil:
		return "add " + rest + " to the exports of " + root
	case v.external[name] != "":
		return "variables from outside are for globals: add a global " + name + " with the value \"{{ " + name + " }}\""
	}
	for _, q := range v.stack.Resources {
		if q.exports(name) {
			return q.Name + " has to export it first, and has not"
		}
	}
	return "add a global or prop of this name, or export it from an earlier resource"
}

// exports reports whether the resource gives others something of this name.
func (r *Resource) exports(alias string) bool {
	for _, e := range r.Exports {
		if e.Alias == alias {
			return true
		}
	}
	return false
}
