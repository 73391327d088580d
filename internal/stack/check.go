package stack

import (
	"slices"
	"strings"
)

// always are the variables that every template has.
var always = []string{"stack_name", "stack_env", "resource_name", "idempotency_token"}

// check looks at what the parts of the stack say of each other.
func (l *loader) check() {
	s := l.stack
	for _, r := range s.Resources {
		l.syntax(ManifestName, r.ifLine, "if of "+r.Name, r.If, true)
		l.syntax(ManifestName, r.runLine, "run of "+r.Name, r.Run, true)
		if q := r.Queries["exports"]; q != nil && q.File == ManifestName {
			l.syntax(q.File, q.Line, "sql of "+r.Name, q.Text, false)
		}
		if q := r.Queries["command"]; q != nil && q.File == ManifestName {
			l.syntax(q.File, q.Line, "sql of "+r.Name, q.Text, false)
		}
		r.findReferences(s)
		l.exported(r)
		told := map[string]bool{}
		for _, ref := range r.references {
			if !told[ref.name] && l.reference(r, ref) {
				told[ref.name] = true
			}
		}
	}
	for _, name := range s.Exports {
		if !s.given(name) {
			l.fault(s.exportLines[name], "add it to the exports of a resource, or take it out here",
				"the stack exports %s, which no resource exports and no global sets", name)
		}
	}
}

// exported checks that what a resource exports can come from somewhere.
func (l *loader) exported(r *Resource) {
	if len(r.Exports) == 0 || r.Type == TypeScript || r.Queries["exports"] != nil {
		return
	}
	if r.Type == TypeCommand {
		l.warn(ManifestName, r.Line, "exports of %s are ignored: a command exports nothing", r.Name)
		return
	}
	if len(r.Queries) > 0 { // else its file is at fault
		l.warn(r.File, 1, "resource %s exports %s, but has no anchor exports that gives it", r.Name, r.Exports[0].Column)
	}
}

// reference tells of a variable that gets its value only later than it is asked for,
// and reports whether it told something.
func (l *loader) reference(r *Resource, ref reference) bool {
	root, _, dotted := strings.Cut(ref.name, ".")
	name := strings.TrimPrefix(ref.name, root+".")
	switch {
	case ref.optional, ref.late, root == "callback", slices.Contains(always, ref.name):
		return false
	case l.stack.global(ref.name), len(l.stack.exporters(r, ref.name)) > 0, r.exports(ref.name), r.exportsColumn(ref.name):
		return false
	}
	for _, later := range l.stack.Resources[r.order+1:] {
		if later.exports(ref.name) || dotted && later.Name == root && name != "idempotency_token" {
			l.all.add(ref.file, ref.line, "move "+later.Name+" before "+r.Name+" in the manifest",
				"%s of %s uses %s, an export of %s, which comes later", ref.what, r.Name, ref.name, later.Name)
			return true
		}
	}
	return false // whether it is asked for at all shows when the template is filled in
}

func (r *Resource) exportsColumn(column string) bool {
	return slices.ContainsFunc(r.Exports, func(e Export) bool { return e.Column == column })
}

func (s *Stack) global(name string) bool {
	return slices.ContainsFunc(s.Globals, func(g Global) bool { return g.Name == name })
}

// given reports whether a name can have a value in the end.
func (s *Stack) given(name string) bool {
	name = withoutPrefix(name)
	root, rest, dotted := strings.Cut(name, ".")
	if name == "stack_name" || name == "stack_env" || s.global(name) || root == "callback" {
		return true
	}
	return slices.ContainsFunc(s.Resources, func(r *Resource) bool {
		return r.exports(name) || dotted && r.Name == root && (r.exports(rest) || strings.HasPrefix(rest, "callback.") || rest == "idempotency_token")
	})
}
