package template

import (
	"maps"
	"sync"

	"github.com/nikolalohinski/gonja/v2/nodes"
	"github.com/nikolalohinski/gonja/v2/tokens"
)

// Reference is a place where a template asks for a variable.
type Reference struct {
	Name string // a, or a.b where dots or ['b'] lead on from it
	Line int    // in the text, from 1
	// Optional says that the template also renders without the variable: it stands
	// in a condition, or has a default.
	Optional bool
}

// References lists the variables that a template asks for, in the order of the
// text, without those that it sets itself. The error is an *Error: of the syntax, or
// of a filter that there is none of. Of the options only Plain counts.
func References(text string, opts Options) ([]Reference, error) {
	s := scanner{text: text, plain: opts.Plain, line: lineCounter{text: text, line: 1}}
	if err := s.run(); err != nil {
		return nil, err
	}
	if !s.constructs {
		return nil, nil
	}
	tree, err := parse(s.pieces, s.line.at(len(text)))
	if err != nil {
		return nil, err
	}
	w := &walk{}
	w.nodes(tree, names{})
	return w.found, w.fault
}

// names are those that the template has set where a walk has come to.
type names map[string]bool

// walk looks at every expression of a tree, whether it would be evaluated or not.
type walk struct {
	found []Reference
	fault error // the first filter that there is none of
}

// knownFilters are those that there are.
var knownFilters = sync.OnceValue(allFilters)

func (w *walk) nodes(list []nodes.Node, set names) {
	for _, node := range list {
		switch n := node.(type) {
		case *nodes.Output:
			w.expression(n.Expression, set, false)
		case *nodes.ControlStructureBlock:
			w.tag(n.ControlStructure, set)
		}
	}
}

func (w *walk) tag(node nodes.ControlStructure, set names) {
	switch n := node.(type) {
	case *ifNode:
		w.branches(n, set)
	case *forNode:
		w.expression(n.items, set, false)
		inner := maps.Clone(set)
		for _, name := range n.names {
			inner[name] = true
		}
		inner["loop"] = true
		if n.choose != nil {
			w.expression(n.choose, inner, true)
		}
		w.nodes(n.body.Nodes, inner)
		if n.empty != nil {
			w.nodes(n.empty.Nodes, maps.Clone(set))
		}
	case *setNode:
		w.assignment(n, set, set)
	case *withNode:
		inner := maps.Clone(set)
		for _, one := range n.sets {
			w.assignment(one, set, inner)
		}
		w.nodes(n.body.Nodes, inner)
	}
}

// branches takes for set, behind an if, what every arm of it sets.
func (w *walk) branches(n *ifNode, set names) {
	var arms []names
	for _, arm := range n.arms {
		w.expression(arm.condition, set, true)
		inner := maps.Clone(set)
		w.nodes(arm.body.Nodes, inner)
		arms = append(arms, inner)
	}
	if n.last == nil {
		return
	}
	inner := maps.Clone(set)
	w.nodes(n.last.Nodes, inner)
	for name := range inner {
		all := true
		for _, arm := range arms {
			all = all && arm[name]
		}
		if all {
			set[name] = true
		}
	}
}

func (w *walk) assignment(n *setNode, from, to names) {
	if n.value != nil {
		w.expression(n.value, from, false)
	} else if n.body != nil {
		w.nodes(n.body.Nodes, maps.Clone(from))
	}
	if target, ok := n.target.(*nodes.Name); ok {
		to[target.Name.Val] = true
	}
}

// expression notes the references of one. Optional is as for Reference: nobody
// minds if the expression as a whole has no value.
func (w *walk) expression(e nodes.Node, set names, optional bool) {
	if path, line, ok := staticPath(e); ok {
		w.note(path, line, set, optional)
		return
	}
	switch n := e.(type) {
	case *nodes.List:
		w.expressions(n.Val, set)
	case *nodes.Tuple:
		w.expressions(n.Val, set)
	case *nodes.Dict:
		for _, pair := range n.Pairs {
			w.expression(pair.Key, set, false)
			w.expression(pair.Value, set, false)
		}
	case *nodes.GetAttribute:
		w.expression(n.Node, set, optional)
	case *nodes.GetItem:
		w.expression(n.Node, set, optional)
		if n.Arg != nil {
			w.expression(n.Arg, set, false)
		}
	case *nodes.GetSlice:
		for _, part := range []nodes.Node{n.Node, n.Start, n.End, n.Step} {
			if part != nil {
				w.expression(part, set, false)
			}
		}
	case *nodes.Call:
		w.call(n, set, optional)
	case *nodes.FilteredExpression:
		w.filtered(n, set, optional)
	case *nodes.TestExpression:
		asks := n.Test.Name == "defined" || n.Test.Name == "undefined"
		w.expression(n.Expression, set, asks)
		w.expressions(n.Test.Args, set)
	case *nodes.Negation:
		w.expression(n.Term, set, optional)
	case *nodes.UnaryExpression:
		w.expression(n.Term, set, false)
	case *nodes.BinaryExpression:
		kind := n.Operator.Token.Type
		optional = optional && (kind == tokens.And || kind == tokens.Or)
		w.expression(n.Left, set, optional)
		w.expression(n.Right, set, optional)
	}
}

func (w *walk) expressions(list []nodes.Expression, set names) {
	for _, e := range list {
		w.expression(e, set, false)
	}
}

func (w *walk) call(n *nodes.Call, set names, optional bool) {
	if isInlineIf(n) {
		w.expression(n.Args[1], set, true)
		w.expression(n.Args[0], set, optional)
		w.expressions(n.Args[2:], set)
		return
	}
	if method, ok := n.Func.(*nodes.GetAttribute); ok {
		w.expression(method.Node, set, false)
	}
	w.expressions(n.Args, set)
	for _, name := range sortedKwargs(n.Kwargs) {
		w.expression(n.Kwargs[name], set, false)
	}
}

func (w *walk) filtered(n *nodes.FilteredExpression, set names, optional bool) {
	if len(n.Filters) > 0 {
		first := n.Filters[0].Name
		optional = first == "default" || first == "d"
	}
	w.expression(n.Expression, set, optional)
	for _, f := range n.Filters {
		if _, ok := knownFilters()[f.Name]; !ok && w.fault == nil {
			w.fault = errorAt(f.Token.Line, "there is no filter %s", f.Name)
		}
		w.expressions(f.Args, set)
		for _, name := range sortedKwargs(f.Kwargs) {
			w.expression(f.Kwargs[name], set, false)
		}
	}
}

func sortedKwargs(kwargs map[string]nodes.Expression) []string {
	all := make(map[string]any, len(kwargs))
	for name := range kwargs {
		all[name] = nil
	}
	return sortedKeys(all)
}

// note adds a reference to a name that the template does not set.
func (w *walk) note(path []string, line int, set names, optional bool) {
	root := path[0]
	if set[root] || len(path) == 1 && (root == "none" || root == "null") {
		return
	}
	name := root
	for _, part := range path[1:] {
		name += "." + part
	}
	w.found = append(w.found, Reference{name, line, optional})
}

// staticPath gives the names of a.b and a['b'].
func staticPath(e nodes.Node) (path []string, line int, ok bool) {
	switch n := e.(type) {
	case *nodes.Name:
		return []string{n.Name.Val}, n.Name.Line, true
	case *nodes.GetAttribute:
		if path, line, ok = staticPath(n.Node); ok && n.Attribute != "" {
			return append(path, n.Attribute), line, true
		}
	case *nodes.GetItem:
		key, isText := n.Arg.(*nodes.String)
		if path, line, ok = staticPath(n.Node); ok && isText {
			return append(path, key.Val), line, true
		}
	}
	return nil, 0, false
}
