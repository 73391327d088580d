package template

import (
	"errors"

	"github.com/nikolalohinski/gonja/v2/nodes"
	"github.com/nikolalohinski/gonja/v2/tokens"
)

// The nodes of the tags. What is evaluated as it stands has no node of ours.
type (
	ifNode struct {
		place
		arms []arm
		last *nodes.Wrapper // behind else, or nil
	}
	arm struct {
		condition nodes.Expression
		body      *nodes.Wrapper
	}
	forNode struct {
		place
		names  []string
		items  nodes.Expression
		choose nodes.Expression // the if behind the items, or nil
		body   *nodes.Wrapper
		empty  *nodes.Wrapper // behind else, or nil
	}
	setNode struct {
		place
		target nodes.Expression
		value  nodes.Expression // or nil if it is the body's text
		body   *nodes.Wrapper
		global bool
	}
	withNode struct {
		place
		sets []*setNode
		body *nodes.Wrapper
	}
	jumpNode struct{ place } // break or continue
)

func parseIf(t tag) (nodes.ControlStructure, error) {
	node := &ifNode{place: place{t.at}}
	condition, err := t.args.ParseExpression()
	if err == nil {
		err = t.end()
	}
	for err == nil {
		body, args, bodyErr := t.until("elif", "else", "endif")
		if bodyErr != nil {
			return nil, bodyErr
		}
		node.arms = append(node.arms, arm{condition, body})
		switch body.EndTag {
		case "else":
			node.last, _, err = t.until("endif")
			return node, err
		case "endif":
			return node, nil
		}
		if condition, err = args.ParseExpression(); err == nil && !args.End() {
			err = errorAt(args.Current().Line, "unexpected %q in {%% elif %%}", args.Current().Val)
		}
	}
	return nil, err
}

func parseFor(t tag) (nodes.ControlStructure, error) {
	node := &forNode{place: place{t.at}}
	for {
		name := t.args.Match(tokens.Name)
		if name == nil {
			return nil, errors.New("{% for %} wants names, as in {% for x in list %}")
		}
		node.names = append(node.names, name.Val)
		if t.args.Match(tokens.Comma) == nil {
			break
		}
	}
	if t.args.Match(tokens.In) == nil {
		return nil, errors.New("{% for %} wants in behind the names, as in {% for x in list %}")
	}
	var err error
	if node.items, err = t.args.ParseExpression(); err != nil {
		return nil, err
	}
	if t.args.MatchName("if") != nil {
		if node.choose, err = t.args.ParseExpression(); err != nil {
			return nil, err
		}
	}
	if err := t.end(); err != nil {
		return nil, err
	}
	t.all.loops++
	node.body, _, err = t.until("else", "endfor")
	t.all.loops--
	if err == nil && node.body.EndTag == "else" {
		node.empty, _, err = t.until("endfor")
	}
	return node, err
}

func parseSet(t tag) (nodes.ControlStructure, error) {
	node, err := assignment(t)
	if err != nil {
		return nil, err
	}
	node.global = t.name == "set_global"
	if err := t.end(); err != nil || node.value != nil {
		return node, err
	}
	if node.global {
		return nil, errors.New("{% set_global %} wants a value, as in {% set_global x = 1 %}")
	}
	node.body, _, err = t.until("endset")
	return node, err
}

// assignment reads name = value, or a name alone.
func assignment(t tag) (*setNode, error) {
	target, err := t.args.ParseVariableOrLiteral()
	if err != nil {
		return nil, err
	}
	node := &setNode{place: place{t.at}, target: target}
	switch target := target.(type) {
	case *nodes.Name:
	case *nodes.GetAttribute:
		if _, plain := target.Node.(*nodes.Name); !plain || target.Attribute == "" {
			return nil, errors.New("only x and x.y can be set")
		}
	default:
		return nil, errors.New("only x and x.y can be set")
	}
	if t.args.Match(tokens.Assign) != nil {
		node.value, err = t.args.ParseExpression()
	}
	return node, err
}

func parseWith(t tag) (nodes.ControlStructure, error) {
	node := &withNode{place: place{t.at}}
	for !t.args.End() {
		set, err := assignment(t)
		if err != nil {
			return nil, err
		}
		if _, plain := set.target.(*nodes.Name); !plain || set.value == nil {
			return nil, errors.New("{% with %} wants names and values, as in {% with a = 1, b = 2 %}")
		}
		node.sets = append(node.sets, set)
		if t.args.Match(tokens.Comma) == nil {
			break
		}
	}
	if err := t.end(); err != nil {
		return nil, err
	}
	var err error
	node.body, _, err = t.until("endwith")
	return node, err
}

func parseJump(t tag) (nodes.ControlStructure, error) {
	if t.all.loops == 0 {
		return nil, errorAt(t.at.Line, "{%% %s %%} stands outside of a loop", t.name)
	}
	return &jumpNode{place{t.at}}, t.end()
}
