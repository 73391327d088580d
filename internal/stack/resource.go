package stack

import (
	"slices"
	"strings"
)

var (
	resourceKeys = []string{"name", "type", "file", "sql", "run", "props", "exports", "protected", "description", "if",
		"skip_validation", "auth", "return_vals", "protect", "allow_replace"}
	types      = []Type{TypeResource, TypeQuery, TypeMulti, TypeScript, TypeCommand}
	operations = []string{"create", "update", "delete"}
)

// resource reads an entry of resources; i is its place.
func (l *loader) resource(n *node, i int) {
	name, ok := l.named(n, "resource")
	if !ok {
		return
	}
	for _, before := range l.stack.Resources {
		if before.Name == name {
			l.fault(n.line, "give each resource a name of its own", "resource %s is there twice, first on line %d", name, before.Line)
		}
	}
	l.keys(name, n, resourceKeys...)
	r := &Resource{
		Name: name, Line: n.line, order: len(l.stack.Resources), Type: l.typeOf(n, name),
		Description:    l.text(n, "description", name),
		SQL:            l.text(n, "sql", name),
		Run:            l.text(n, "run", name),
		If:             l.text(n, "if", name),
		SkipValidation: l.flag(n, "skip_validation", name),
		Protect:        l.flag(n, "protect", name),
		AllowReplace:   l.flag(n, "allow_replace", name),
		Queries:        map[string]*Query{},
	}
	r.sqlLine, r.runLine, r.ifLine = n.get("sql").at(n), n.get("run").at(n), n.get("if").at(n)
	if auth := n.get("auth"); !auth.empty() {
		l.warn(ManifestName, auth.line, "auth of %s is ignored: credentials come from the AWS SDK's chain", name)
	}
	for _, p := range l.list(n, "props", name) {
		l.prop(r, p)
	}
	r.Exports = l.exportList(l.list(n, "exports", name), "exports of "+name)
	l.protected(r, l.list(n, "protected", name))
	l.returnVals(r, n.get("return_vals"))
	l.stack.Resources = append(l.stack.Resources, r)
	l.queries(r, n)
}

// typeOf reads the type; without one, or with one that is not known, it is
// resource.
func (l *loader) typeOf(n *node, name string) Type {
	kind := Type(l.text(n, "type", name))
	if kind == "" {
		return TypeResource
	}
	if !slices.Contains(types, kind) {
		l.fault(n.get("type").line, "write resource, query, multi, script or command", "resource %s has the unknown type %s", name, kind)
		return TypeResource
	}
	return kind
}

// at gives the line of a value, or that of what it is missing in.
func (n *node) at(holder *node) int {
	if n == nil {
		return holder.line
	}
	return n.line
}

func (l *loader) prop(r *Resource, n *node) {
	name, ok := l.named(n, "prop of "+r.Name)
	if !ok {
		return
	}
	what := "prop " + name + " of " + r.Name
	l.keys(what, n, "name", "value", "values", "merge", "description")
	p := Prop{Name: name, Description: l.text(n, "description", what), Line: n.line}
	for _, variable := range l.list(n, "merge", what) {
		if variable.kind != textKind {
			l.fault(variable.line, "list the names of variables, without braces", "merge of %s names %s, not a variable", what, variable.kind)
			continue
		}
		p.Merge = append(p.Merge, bareName(variable.text))
	}
	p.values = l.values(n.get("values"), what)
	if value := n.get("value"); value != nil && (value.kind != nullKind || len(p.values) == 0) {
		p.value = l.included(value)
		l.template(p.value, what)
	}
	if p.value == nil && len(p.values) == 0 && len(p.Merge) == 0 {
		l.fault(n.line, "add value, values or merge", "%s has no value", what)
	}
	for _, before := range r.Props {
		if before.Name == name {
			l.warn(ManifestName, n.line, "%s is set twice; the later one counts", what)
		}
	}
	r.Props = append(r.Props, p)
}

// bareName takes the braces from a name that is written as a template.
func bareName(text string) string {
	text = strings.TrimSpace(text)
	if inner, ok := strings.CutPrefix(text, "{{"); ok {
		text = strings.TrimSpace(strings.TrimSuffix(inner, "}}"))
	}
	return text
}

// values reads those that a prop has for each environment.
func (l *loader) values(n *node, what string) map[string]*node {
	if n.empty() {
		return nil
	}
	if n.kind != mapKind {
		l.fault(n.line, "write the environments as keys, each with a value", "values of %s is %s, not a map", what, n.kind)
		return nil
	}
	all := map[string]*node{}
	for _, p := range n.pairs {
		value := p.value.get("value")
		if value == nil {
			l.fault(p.line, "write "+p.key+": {value: …}", "%s has no value for %s", what, p.key)
			continue
		}
		all[p.key] = l.included(value)
		l.template(all[p.key], what)
	}
	return all
}

// exportList reads names, or columns with their aliases, but not both: older
// tools lose one of the two.
func (l *loader) exportList(items []*node, what string) []Export {
	var all []Export
	for _, n := range items {
		switch {
		case n.kind != items[0].kind && (n.kind == mapKind || items[0].kind == mapKind):
			l.fault(n.line, "write all entries as names, or all as column: alias", "%s mixes names with column: alias", what)
			return all
		case n.kind == mapKind && len(n.pairs) == 1 && n.pairs[0].value.kind == textKind:
			all = append(all, Export{n.pairs[0].key, n.pairs[0].value.text})
		case n.kind == textKind && n.text != "":
			all = append(all, Export{n.text, n.text})
		default:
			l.fault(n.line, "write a name, or column: alias", "an entry of %s is neither a name nor column: alias", what)
		}
	}
	return all
}

func (l *loader) protected(r *Resource, items []*node) {
	for _, n := range items {
		if n.kind != textKind {
			l.fault(n.line, "list names of exports", "an entry of protected of %s is %s, not a name", r.Name, n.kind)
			continue
		}
		if !r.exports(n.text) {
			l.warn(ManifestName, n.line, "protected of %s names %s, which it does not export", r.Name, n.text)
		}
		r.Protected = append(r.Protected, n.text)
	}
}

func (l *loader) returnVals(r *Resource, n *node) {
	if n.empty() {
		return
	}
	what := "return_vals of " + r.Name
	if n.kind != mapKind {
		l.fault(n.line, "write create, update or delete, each with a list", "%s is %s, not a map", what, n.kind)
		return
	}
	r.ReturnVals = map[string][]Export{}
	for _, p := range n.pairs {
		if !slices.Contains(operations, p.key) {
			l.fault(p.line, "write create, update or delete", "%s has the unknown operation %s", what, p.key)
			continue
		}
		// Here a name and column: alias may stand side by side.
		for _, item := range l.list(n, p.key, what) {
			r.ReturnVals[p.key] = append(r.ReturnVals[p.key], l.exportList([]*node{item}, what+"."+p.key)...)
		}
	}
}
