package stack

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// What aliases may make of a file: without a bound, nine lines of them make a
// billion nodes.
const (
	maxNodes     = 1_000_000
	maxYAMLDepth = 200
)

// parseYAML reads a file of one YAML document. It goes by the syntax tree, not by
// what the library decodes to: an unquoted date must stay the text that it is.
func parseYAML(file string, data []byte, warn func(line int, format string, args ...any)) (root *node, err error) {
	defer func() {
		if recover() != nil { // the parser's own; it has indexes run out on broken files
			root, err = nil, yamlFault(file, 0, "the YAML cannot be read")
		}
	}()
	parsed, err := parser.ParseBytes(data, 0)
	if err != nil {
		var syntax yaml.Error
		if errors.As(err, &syntax) {
			return nil, quoteTemplate(yamlFault(file, lineOf(syntax.GetToken()), syntax.GetMessage()), string(data))
		}
		return nil, yamlFault(file, 0, "the YAML cannot be read")
	}
	var bodies []ast.Node
	for _, doc := range parsed.Docs {
		if doc.Body == nil {
			continue
		}
		switch doc.Body.Type() {
		case ast.CommentType, ast.CommentGroupType, ast.DirectiveType:
		default:
			bodies = append(bodies, doc.Body)
		}
	}
	switch {
	case len(bodies) == 0:
		return &node{line: 1, size: 1}, nil
	case len(bodies) > 1:
		return nil, yamlFault(file, lineOf(bodies[1].GetToken()), "a second document begins")
	}
	y := &yamlReader{file: file, anchors: map[string]*node{}, warn: warn}
	root = y.node(bodies[0], 0)
	if err := y.all.err(); err != nil {
		return nil, err
	}
	return root, nil
}

func yamlFault(file string, line int, what string) *Fault {
	return &Fault{File: file, Line: line, What: "bad YAML: " + what, Remedy: "correct the line, or the one before it"}
}

// quoteTemplate gives the fault of a template that looks like a map a better
// remedy; it is a mistake that everybody makes.
func quoteTemplate(f *Fault, text string) *Fault {
	lines := strings.Split(text, "\n")
	for i := max(f.Line-2, 0); i < min(f.Line, len(lines)); i++ {
		if before, _, ok := strings.Cut(lines[i], "{{"); ok && !strings.ContainsAny(before, `'"`) {
			f.Remedy = "put text that begins with {{ in quotes"
		}
	}
	return f
}

func lineOf(t *token.Token) int {
	if t == nil || t.Position == nil {
		return 0
	}
	return t.Position.Line
}

// yamlReader makes nodes of a syntax tree.
type yamlReader struct {
	file    string
	anchors map[string]*node
	all     faults
	warn    func(line int, format string, args ...any)
}

func (y *yamlReader) fault(n ast.Node, format string, args ...any) *node {
	line := lineOf(n.GetToken())
	y.all = append(y.all, yamlFault(y.file, line, fmt.Sprintf(format, args...)))
	return &node{line: line, size: 1}
}

func (y *yamlReader) node(n ast.Node, depth int) *node {
	if depth > maxYAMLDepth {
		return y.fault(n, "more than %d lists and maps inside each other", maxYAMLDepth)
	}
	made := y.convert(n, depth)
	if made.size > maxNodes {
		return y.fault(n, "aliases make more than %d values of it", maxNodes)
	}
	return made
}

func (y *yamlReader) convert(n ast.Node, depth int) *node {
	switch n := n.(type) {
	case nil:
		return &node{size: 1}
	case *ast.MappingNode:
		return y.mapping(n, n.Values, depth)
	case *ast.MappingValueNode:
		return y.mapping(n, []*ast.MappingValueNode{n}, depth)
	case *ast.SequenceNode:
		list := &node{kind: listKind, line: lineOf(n.GetToken())}
		for _, item := range n.Values {
			list.items = append(list.items, y.node(item, depth+1))
		}
		return list.weigh()
	case *ast.AnchorNode:
		made := y.node(n.Value, depth+1)
		y.anchors[n.Name.GetToken().Value] = made
		return made
	case *ast.AliasNode:
		name := n.Value.GetToken().Value
		made, ok := y.anchors[name]
		if !ok {
			return y.fault(n, "*%s stands before its anchor &%s, or inside of it", name, name)
		}
		return made
	case *ast.TagNode:
		return y.tagged(n, depth)
	case *ast.LiteralNode:
		return textNode(n.Value.Value, lineOf(n.GetToken())+1)
	case *ast.StringNode:
		if n.Token.Type == token.SingleQuoteType || n.Token.Type == token.DoubleQuoteType {
			return textNode(n.Value, lineOf(n.Token))
		}
		return y.plain(n.Value, lineOf(n.Token))
	case *ast.NullNode:
		return &node{line: lineOf(n.GetToken()), size: 1}
	case ast.ScalarNode:
		return y.plain(n.GetToken().Value, lineOf(n.GetToken()))
	}
	return y.fault(n, "%s has no meaning here", n.Type())
}

func textNode(text string, line int) *node {
	return &node{kind: textKind, text: text, line: line, size: 1}
}

// plain reads a scalar without quotes.
func (y *yamlReader) plain(text string, line int) *node {
	n, exact := scalar(text)
	n.line = line
	if !exact {
		y.warn(line, "%s is read as the number %s; put it in quotes to keep it as it stands", text, n.text)
	}
	return n
}

func (y *yamlReader) tagged(n *ast.TagNode, depth int) *node {
	switch n.Start.Value {
	case "!!str", "!":
		return y.asText(n.Value, depth)
	case "!!map", "!!seq", "!!int", "!!float", "!!bool", "!!null":
		return y.node(n.Value, depth+1)
	}
	return y.fault(n, "the tag %s is not known", n.Start.Value)
}

// asText leaves a scalar as it is written.
func (y *yamlReader) asText(n ast.Node, depth int) *node {
	switch n := n.(type) {
	case *ast.StringNode:
		return textNode(n.Value, lineOf(n.Token))
	case *ast.LiteralNode:
	case *ast.NullNode:
		if n.Token.Type == token.ImplicitNullType {
			return textNode("", lineOf(n.Token))
		}
		return textNode(n.Token.Value, lineOf(n.Token))
	case ast.ScalarNode:
		return textNode(n.GetToken().Value, lineOf(n.GetToken()))
	}
	return y.node(n, depth+1)
}

// mapping reads the members. What << merges counts where the map has no member of
// its own, and of several merged maps the first counts.
func (y *yamlReader) mapping(n ast.Node, values []*ast.MappingValueNode, depth int) *node {
	m := &node{kind: mapKind, line: lineOf(n.GetToken())}
	var merged []pair
	for _, member := range values {
		line := lineOf(member.Key.GetToken())
		value := y.node(member.Value, depth+1)
		if value.line == 0 {
			value.line = line
		}
		if member.Key.IsMergeKey() {
			merged = append(merged, y.merged(member, value)...)
			continue
		}
		key := y.key(member.Key, depth)
		if m.get(key) != nil {
			y.fault(member.Key, "the key %s is there twice", key)
			continue
		}
		m.pairs = append(m.pairs, pair{key, line, value})
	}
	if len(m.pairs) > 0 {
		m.line = m.pairs[0].line
	}
	for _, p := range merged {
		if m.get(p.key) == nil {
			m.pairs = append(m.pairs, p)
		}
	}
	return m.weigh()
}

func (y *yamlReader) key(key ast.MapKeyNode, depth int) string {
	if mapped, ok := key.(*ast.MappingKeyNode); ok {
		return y.node(mapped.Value, depth+1).text
	}
	if s, ok := key.(*ast.StringNode); ok {
		return s.Value
	}
	return key.GetToken().Value
}

func (y *yamlReader) merged(member *ast.MappingValueNode, value *node) []pair {
	switch value.kind {
	case mapKind:
		return value.pairs
	case listKind:
		var all []pair
		for _, item := range value.items {
			if item.kind != mapKind {
				y.fault(member.Key, "<< wants maps, not %s", item.kind)
			}
			all = append(all, item.pairs...)
		}
		return all
	}
	y.fault(member.Key, "<< wants a map, not %s", value.kind)
	return nil
}
