package stack

import (
	"slices"
	"strings"

	"skyql/internal/template"
)

// Use is a variable that a resource's templates ask for, and that others may give
// it.
type Use struct {
	Name string // vpc_id, or vpc.vpc_id
	// Exporter are the resources before this one that export it, in the order of the
	// manifest. There are several where they export the same bare name; then the
	// nearest one that was carried out counts.
	Exporter []*Resource
}

// Uses gives the variables of a resource that earlier resources export. From these
// follow the edges between resources.
func (s *Stack) Uses(r *Resource) []Use {
	var all []Use
	for _, name := range s.Names(r) {
		if from := s.exporters(r, name); len(from) > 0 {
			all = append(all, Use{name, from})
		}
	}
	return all
}

// Names gives every variable that the templates of a resource ask for, sorted,
// each once, without what the resource has itself: its props, and this.
func (s *Stack) Names(r *Resource) []string {
	all := map[string]bool{}
	for _, ref := range r.references {
		all[ref.name] = true
	}
	return sortedKeys(all)
}

// Names is Stack.Names.
func (v *Variables) Names(r *Resource) []string { return v.stack.Names(r) }

// exporters gives the resources before r that the name may come from.
func (s *Stack) exporters(r *Resource, name string) []*Resource {
	root, rest, dotted := strings.Cut(name, ".")
	var from []*Resource
	for _, q := range s.Resources[:r.order] {
		switch {
		case q.exports(name),
			dotted && q.Name == root && rest != "idempotency_token",
			root == "callback" && dotted && q.changes():
			from = append(from, q)
		}
	}
	return from
}

// MayHave reports whether a variable that has no value now can have one when a
// template of the resource asks for it. A script exports what it likes.
func (s *Stack) MayHave(r *Resource, name string) bool {
	name = strings.NewReplacer("[", ".", "]", "", "'", "", `"`, "").Replace(withoutPrefix(name))
	root, _, dotted := strings.Cut(name, ".")
	switch {
	case root == "this", root == "callback", dotted && root == r.Name, slices.Contains(always, root), s.given(name), s.given(root):
		return true
	case r.exportsColumn(root), slices.ContainsFunc(r.Props, func(p Prop) bool { return p.Name == root }):
		return true
	}
	return slices.ContainsFunc(s.Resources, func(q *Resource) bool { return q.Type == TypeScript || dotted && q.Name == root })
}

// changes reports whether the resource runs statements that may give a callback.
func (r *Resource) changes() bool {
	return r.Type == TypeResource || r.Type == TypeMulti || r.Type == TypeCommand
}

// reference is a place where a template of a resource asks for what it does not
// have itself.
type reference struct {
	name     string
	file     string
	line     int
	what     string
	optional bool
	late     bool // only when the resource is deleted, long after all have exported
}

// referencing collects the references of a resource.
type referencing struct {
	resource *Resource
	props    map[string]bool // those before the place
	all      []reference
	wants    map[string]bool // every name, up to the first dot
}

// findReferences does it for all of its templates, in the order in which they are
// rendered.
func (r *Resource) findReferences(s *Stack) {
	f := &referencing{resource: r, props: map[string]bool{}, wants: map[string]bool{}}
	for i := range r.Props {
		p := &r.Props[i]
		what := "prop " + p.Name
		for _, name := range p.Merge {
			f.add(reference{name: name, file: ManifestName, line: p.Line, what: "merge of " + what})
		}
		if p.value != nil {
			f.inNode(p.value, what)
		}
		for _, env := range sortedKeys(p.values) {
			f.inNode(p.values[env], what)
		}
		f.props[p.Name] = true
	}
	f.inText(r.If, true, reference{file: ManifestName, line: r.ifLine, what: "if"})
	for _, word := range conditionWords(r.If) {
		if !s.given(word) {
			continue // it stands for itself
		}
		f.add(reference{name: word, file: ManifestName, line: r.ifLine, what: "if", optional: true})
	}
	f.inText(r.Run, true, reference{file: ManifestName, line: r.runLine, what: "run"})
	for _, anchor := range anchors {
		if q := r.Queries[anchor]; q != nil {
			late := anchor == "delete" || strings.HasSuffix(anchor, ":delete")
			f.inText(q.Text, false, reference{file: q.File, line: q.Line, what: "query " + anchor, late: late})
		}
	}
	r.references, r.wants = f.all, f.wants
	r.wantsAll = r.wants["vars"] || r.wants["globals"] || strings.Contains(r.If, "{") // vars[x], and words that are rendered, may be any
}

// asksFor reports whether a template of the resource may ask for something under the
// name.
func (r *Resource) asksFor(root string) bool {
	return r.wantsAll || r.wants[root]
}

func (f *referencing) inNode(n *node, what string) {
	if n.kind == textKind {
		f.inText(n.text, true, reference{file: ManifestName, line: n.line, what: what})
	}
	for _, item := range n.items {
		f.inNode(item, what)
	}
	for _, p := range n.pairs {
		f.inNode(p.value, what)
	}
}

// inText adds those of one text; at has the place of its first line.
func (f *referencing) inText(text string, plain bool, at reference) {
	references, err := template.References(text, template.Options{Plain: plain})
	if err != nil {
		return // the syntax has been checked, with a fault
	}
	ownCallback := strings.HasPrefix(at.what, "query callback") || strings.HasPrefix(at.what, "query troubleshoot")
	for _, ref := range references {
		f.want(ref.Name)
		found := at
		found.name, found.line, found.optional = ref.Name, at.line+ref.Line-1, ref.Optional
		if !ownCallback || !strings.HasPrefix(ref.Name, "callback.") {
			f.add(found)
		}
	}
}

func (f *referencing) want(name string) {
	root, _, _ := strings.Cut(withoutPrefix(name), ".")
	f.wants[root] = true
}

// add leaves out what the resource has itself.
func (f *referencing) add(ref reference) {
	f.want(ref.name)
	ref.name = withoutPrefix(ref.name)
	root, _, dotted := strings.Cut(ref.name, ".")
	mine := dotted && (root == "this" || root == f.resource.Name)
	if !mine && !f.props[ref.name] && !(dotted && f.props[root]) {
		f.all = append(f.all, ref)
	}
}

// conditionWords gives the words of a condition that may be names.
func conditionWords(text string) []string {
	pieces := cutTemplates(text)
	tokens, err := conditionTokens(pieces, make([]string, len(pieces)/2))
	if err != nil {
		return nil // evaluating it will tell
	}
	var words []string
	for _, t := range tokens {
		if !t.quoted && t.operand() && !slices.Contains(words, t.text) {
			words = append(words, t.text)
		}
	}
	return words
}
