package template

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nikolalohinski/gonja/v2/nodes"
)

// run is one rendering.
type run struct {
	opts    Options
	globals map[string]any
	tables  tables
	filters map[string]filter
	quotes  map[int]byte
	out     *strings.Builder
	steps   int
	secrets map[string]bool   // names of the template that are made of secrets
	printed int               // secrets that were
	marks   map[string]string // of names of the template that are not known yet
	uuid    string
	now     time.Time
}

// scope holds the names of one loop's round, or of the whole text.
type scope struct {
	names  map[string]any
	parent *scope
}

func newScope(names map[string]any) *scope { return &scope{names: names} }

func (s *scope) inner() *scope { return &scope{names: map[string]any{}, parent: s} }

func (s *scope) get(name string) (any, bool) {
	for ; s != nil; s = s.parent {
		if v, ok := s.names[name]; ok {
			return v, true
		}
	}
	return nil, false
}

func (s *scope) root() *scope {
	for s.parent != nil {
		s = s.parent
	}
	return s
}

// What the tags of these names do, as the loop around them sees it.
var (
	errBreak    = errors.New("break")
	errContinue = errors.New("continue")
)

// start makes values of the variables.
func (r *run) start() error {
	r.globals = make(map[string]any, len(r.opts.Variables))
	for name, v := range r.opts.Variables {
		value, err := fromGo(v, 0)
		if err != nil {
			return errorAt(1, "variable %s: %v", name, err)
		}
		r.globals[name] = value
	}
	return nil
}

// step counts the work, so that no template runs for ever.
func (r *run) step() error { return r.work(1) }

func (r *run) work(steps int) error {
	if r.steps += steps; r.steps > maxSteps {
		return fmt.Errorf("the template takes more than %d steps", maxSteps)
	}
	return nil
}

// weigh counts the work of going over a value once, and refuses one that has
// grown too large.
func (r *run) weigh(v any) error {
	switch v := v.(type) {
	case string:
		if len(v) > maxText {
			return tooLong()
		}
		return r.work(len(v) / 256)
	case []any:
		if len(v) > maxItems {
			return fmt.Errorf("a list of more than %d items", maxItems)
		}
		return r.work(len(v) / 4)
	case *dict:
		return r.work(len(v.keys) / 4)
	}
	return nil
}

func (r *run) nodes(list []nodes.Node, s *scope) error {
	for _, node := range list {
		if node == nil {
			continue // the end of the text
		}
		switch err := r.node(node, s); err {
		case nil:
		case errBreak, errContinue:
			return err
		default:
			return located(err, node.Position().Line)
		}
	}
	return nil
}

func (r *run) node(node nodes.Node, s *scope) error {
	switch n := node.(type) {
	case *nodes.Data:
		return r.write(n.Data.Val)
	case *nodes.Output:
		return r.output(n, s)
	case *nodes.ControlStructureBlock:
		return r.tag(n.ControlStructure, s)
	}
	return fmt.Errorf("unexpected %T", node)
}

func (r *run) tag(node nodes.ControlStructure, s *scope) error {
	switch n := node.(type) {
	case *ifNode:
		return r.branch(n, s)
	case *forNode:
		return r.loop(n, s)
	case *setNode:
		return r.set(n, s, s)
	case *withNode:
		inner := s.inner()
		for _, set := range n.sets {
			if err := r.set(set, s, inner); err != nil {
				return err
			}
		}
		return r.nodes(n.body.Nodes, inner)
	case *jumpNode:
		if n.at.Val == "break" {
			return errBreak
		}
		return errContinue
	}
	return fmt.Errorf("unexpected %T", node)
}

func (r *run) write(text string) error {
	if r.out.Len()+len(text) > maxText {
		return tooLong()
	}
	r.out.WriteString(text)
	return nil
}

// output writes a value. In quotes, a value that stands there by its name alone
// has these quotes doubled, so that it cannot end what it stands in; an
// expression that makes text of its own may mean to end it.
func (r *run) output(n *nodes.Output, s *scope) error {
	if n.Condition != nil {
		return errors.New("syntax error: the if in {{ … }} lacks a part, as in {{ a if b else c }}")
	}
	e, err := r.chosen(n.Expression, s)
	if err != nil || e == nil {
		return err
	}
	v, err := r.value(e, s)
	if mark, ok := r.unknown(e, v, err); ok {
		return r.write(mark)
	}
	if err != nil {
		return err
	}
	text, err := r.text(v)
	if err != nil {
		return err
	}
	if r.secret(e) {
		r.printed++
		r.opts.OnSecret(text)
	}
	if quote := r.quotes[n.Start.Pos]; quote != 0 && quote != ']' && bare(e) {
		text = strings.ReplaceAll(text, string(quote), string(quote)+string(quote))
	}
	return r.write(text)
}

// chosen is the arm that an inline if takes, nil if it takes none.
func (r *run) chosen(e nodes.Expression, s *scope) (nodes.Expression, error) {
	for {
		call, ok := e.(*nodes.Call)
		if !ok || !isInlineIf(call) {
			return e, nil
		}
		yes, err := r.truth(call.Args[1], s)
		switch {
		case err != nil:
			return nil, err
		case yes:
			e = call.Args[0]
		case len(call.Args) == 3:
			e = call.Args[2]
		default:
			return nil, nil
		}
	}
}

// bareFilters leave a value what it is.
var bareFilters = map[string]bool{
	"default": true, "d": true, "trim": true, "upper": true, "lower": true, "string": true, "as_str": true,
	"tojson": true, "json_encode": true,
}

// bare reports whether the expression is a reference to a value, or several in a
// row.
func bare(e nodes.Expression) bool {
	switch n := e.(type) {
	case *nodes.Name:
		return true
	case *nodes.GetAttribute:
		return bare(n.Node)
	case *nodes.GetItem:
		return bare(n.Node)
	case *nodes.FilteredExpression:
		for _, f := range n.Filters {
			if !bareFilters[f.Name] {
				return false
			}
		}
		return bare(n.Expression)
	case *nodes.BinaryExpression:
		return n.Operator.Token.Val == "~" && part(n.Left) && part(n.Right)
	}
	return false
}

// part also takes strings that have nothing to do with quotes.
func part(e nodes.Expression) bool {
	if s, ok := e.(*nodes.String); ok {
		return !strings.ContainsAny(s.Val, "'\"`")
	}
	return bare(e)
}

func (r *run) branch(n *ifNode, s *scope) error {
	for _, arm := range n.arms {
		yes, err := r.truth(arm.condition, s)
		if err != nil {
			return err
		}
		if yes {
			return r.nodes(arm.body.Nodes, s)
		}
	}
	if n.last != nil {
		return r.nodes(n.last.Nodes, s)
	}
	return nil
}

// set evaluates in one scope and sets in the other.
func (r *run) set(n *setNode, from, to *scope) error {
	printed := r.printed
	v, err := r.assigned(n, from)
	if mark := r.opaque(n.value); mark != "" {
		if made, ok := r.unknown(n.value, v, err); ok {
			v, err = made, nil
		}
		if name, ok := n.target.(*nodes.Name); ok {
			r.keepMark(name.Name.Val, mark)
		}
	}
	if err != nil {
		return err
	}
	if name, ok := n.target.(*nodes.Name); ok && (r.printed > printed || n.value != nil && r.secret(n.value)) {
		r.taint(name.Name.Val)
	}
	switch target := n.target.(type) {
	case *nodes.Name:
		if n.global {
			to = to.root()
		}
		to.names[target.Name.Val] = v
	case *nodes.GetAttribute:
		name := target.Node.(*nodes.Name).Name.Val // parseSet has seen to it
		held, _ := from.get(name)
		space, ok := held.(*namespace)
		if !ok {
			return fmt.Errorf("%s.%s cannot be set: %s is not a namespace(…)", name, target.Attribute, name)
		}
		if err := r.noNamespace(v); err != nil {
			return err
		}
		space.set(target.Attribute, v)
	}
	return nil
}

func (r *run) assigned(n *setNode, s *scope) (any, error) {
	if n.value != nil {
		return r.value(n.value, s)
	}
	outer := r.out
	defer func() { r.out = outer }()
	r.out = &strings.Builder{}
	if err := r.nodes(n.body.Nodes, s.inner()); err != nil {
		return nil, err
	}
	return r.out.String(), nil
}
