package stack

import (
	"os"
	"path/filepath"
	"strings"

	"skyql/internal/template"
)

// queries finds the SQL of a resource: in the manifest, or in its file.
func (l *loader) queries(r *Resource, n *node) {
	inline := map[Type]string{TypeQuery: "exports", TypeCommand: "command"}[r.Type]
	if r.SQL != "" && inline == "" {
		l.warn(ManifestName, r.sqlLine, "sql of %s is ignored: only a query or command has its SQL here", r.Name)
	}
	if r.Run != "" && r.Type != TypeScript {
		l.warn(ManifestName, r.runLine, "run of %s is ignored: only a script has it", r.Name)
	}
	switch {
	case r.Type == TypeScript:
		if strings.TrimSpace(r.Run) == "" {
			l.fault(r.runLine, "add run with a shell command", "script %s has no run", r.Name)
		}
		return
	case r.SQL != "" && inline != "":
		r.Queries[inline] = &Query{
			Anchor: inline, Text: strings.TrimSpace(r.SQL), File: ManifestName, Line: r.sqlLine, Strings: map[string]string{},
			Retries: DefaultRetries, PostDeleteRetries: DefaultPostDeleteRetries, PostDeleteRetryDelay: DefaultPostDeleteRetryDelay,
		}
		return
	}
	file := l.text(n, "file", r.Name)
	if file == "" {
		file = r.Name + ".iql"
	}
	r.File = filepath.ToSlash(filepath.Join("resources", filepath.FromSlash(file)))
	queries, ok := l.read(r, n.get("file").at(n))
	if !ok {
		return
	}
	r.Queries = queries
	l.required(r)
}

// read reads a file once, however many resources share it.
func (l *loader) read(r *Resource, line int) (map[string]*Query, bool) {
	if queries, known := l.files[r.File]; known {
		return queries, true
	}
	path := filepath.Join(l.stack.Dir, filepath.FromSlash(r.File))
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		l.fault(line, "name a file with anchors such as /*+ create */", "%s of resource %s is not a file", r.File, r.Name)
		return nil, false
	}
	data, err := os.ReadFile(path)
	if err != nil {
		l.all = append(l.all, &Fault{File: ManifestName, Line: line, What: r.File + " of resource " + r.Name + " cannot be read: " + reason(err),
			Remedy: "write the file, or name another one with file; the path starts at resources", Err: err})
		return nil, false
	}
	if isUTF16(data) {
		l.fault(line, "save it as UTF-8", "%s of resource %s is UTF-16", r.File, r.Name)
		return nil, false
	}
	f := parseQueries(r.File, string(data))
	l.stack.Warnings = append(l.stack.Warnings, f.warnings...)
	l.files[r.File] = f.queries
	for _, anchor := range anchors {
		if q := f.queries[anchor]; q != nil {
			l.syntax(q.File, q.Line, "query "+anchor, q.Text, false)
		}
	}
	return f.queries, true
}

// required checks that the anchors are there without which a resource cannot be
// dealt with.
func (l *loader) required(r *Resource) {
	has := func(anchor string) bool { return r.Queries[anchor] != nil }
	missing := func(remedy, format string) {
		l.all.add(r.File, 0, remedy, format, r.Name)
	}
	switch r.Type {
	case TypeQuery:
		if !has("exports") {
			missing("add /*+ exports */ and a SELECT, or write sql in the manifest", "query %s has no anchor exports")
		}
	case TypeCommand:
		if !has("command") {
			missing("add /*+ command */ and a statement, or write sql in the manifest", "command %s has no anchor command")
		}
	case TypeResource, TypeMulti:
		if !has("create") && !has("createorupdate") {
			missing("add /*+ create */ and an INSERT", "resource %s has neither the anchor create nor createorupdate")
		}
		if !has("createorupdate") && !has("exists") && !has("statecheck") && !has("exports") {
			missing("add /*+ exists */ and a SELECT that finds it", "nothing tells whether resource %s is there: it has no anchor exists, statecheck or exports")
		}
	}
}

// template checks the syntax of every text in a value.
func (l *loader) template(n *node, what string) {
	if n.kind == textKind {
		l.syntax(ManifestName, n.line, what, n.text, true)
	}
	for _, item := range n.items {
		l.template(item, what)
	}
	for _, p := range n.pairs {
		l.template(p.value, what)
	}
}

func (l *loader) syntax(file string, line int, what, text string, plain bool) {
	if _, err := template.References(text, template.Options{Plain: plain}); err != nil {
		fault := templateFault(file, line, what, err)
		fault.Remedy = "correct the template"
		l.all = append(l.all, fault)
	}
}
