package template

import (
	"errors"
	"fmt"
	"io"

	"github.com/nikolalohinski/gonja/v2/config"
	"github.com/nikolalohinski/gonja/v2/loaders"
	"github.com/nikolalohinski/gonja/v2/nodes"
	"github.com/nikolalohinski/gonja/v2/parser"
	"github.com/nikolalohinski/gonja/v2/tokens"
)

// parse builds the tree. Gonja's parser expects some tokens to be there and
// panics where they are not, which is a syntax error.
func parse(pieces []piece, lastLine int) (tree []nodes.Node, err error) {
	var list []*tokens.Token
	for _, p := range pieces {
		switch p.kind {
		case dataPiece:
			list = append(list, &tokens.Token{Type: tokens.Data, Val: p.data, Pos: p.start})
		case outputPiece, tagPiece:
			prepared, err := prepare(p.tokens)
			if err != nil {
				return nil, err
			}
			list = append(list, prepared...)
		}
	}
	list = append(list, &tokens.Token{Type: tokens.EOF, Line: lastLine})
	tags := &tags{line: 1}
	p := parser.NewParser("statement", tokens.NewStream(list), config.New(), noFiles{}, tags)
	tags.parser = p
	defer func() {
		if recover() != nil {
			tree, err = nil, errorAt(tags.line, "the template ends in the middle of an expression or tag")
		}
	}()
	parsed, err := p.Parse()
	if err != nil {
		return nil, syntaxError(err, max(tags.line, current(p)))
	}
	return parsed.Nodes, nil
}

// syntaxError gives gonja's error the line if it has none.
func syntaxError(err error, line int) error {
	var ours *Error
	var syntax *parser.SyntaxError
	switch {
	case errors.As(err, &ours):
		return ours
	case errors.As(err, &syntax):
		if syntax.Line > 0 {
			line = syntax.Line
		}
		if syntax.Raw != "" {
			return errorAt(line, "syntax error near %q: %s", syntax.Raw, syntax.Message)
		}
		return errorAt(line, "syntax error: %s", syntax.Message)
	}
	return errorAt(line, "syntax error: %v", err)
}

// current is the line that the parser has come to.
func current(p *parser.Parser) int {
	if t := p.Current(); t != nil {
		return t.Line
	}
	return 0
}

// noFiles is the loader of a parser that must not load.
type noFiles struct{}

var errNoFiles = errors.New("a template cannot read other files")

func (noFiles) Read(string) (io.Reader, error)           { return nil, errNoFiles }
func (noFiles) Resolve(string) (string, error)           { return "", errNoFiles }
func (l noFiles) Inherit(string) (loaders.Loader, error) { return l, nil }

// tags gives the parsers of the tags, and notes where it was asked.
type tags struct {
	parser *parser.Parser
	line   int
	depth  int
	loops  int // around the place
}

// tagParser reads a tag's arguments and, if it has one, its body.
type tagParser func(t tag) (nodes.ControlStructure, error)

// tag is what its parser reads from.
type tag struct {
	name string
	at   *tokens.Token
	args *parser.Parser // between the name and %}
	body *parser.Parser // behind %}
	all  *tags
}

// Get is asked for a tag right after its name has been read.
func (t *tags) Get(name string) (parser.ControlStructureParser, bool) {
	at := &tokens.Token{Type: tokens.Name, Val: name, Line: t.line}
	if now := t.parser.Current(); now != nil {
		at.Line, at.Pos = now.Line, now.Pos
	}
	t.line = at.Line
	return func(body, args *parser.Parser) (nodes.ControlStructure, error) {
		parse, err := tagNamed(name)
		if err != nil {
			return nil, errorAt(at.Line, "%v", err)
		}
		if t.depth++; t.depth > maxDepth {
			return nil, errorAt(at.Line, "more than %d tags inside each other", maxDepth)
		}
		defer func() { t.depth-- }()
		node, err := parse(tag{name, at, args, body, t})
		if err != nil {
			return nil, syntaxError(err, at.Line)
		}
		return node, nil
	}, true
}

func tagNamed(name string) (tagParser, error) {
	switch name {
	case "if":
		return parseIf, nil
	case "for":
		return parseFor, nil
	case "set", "set_global":
		return parseSet, nil
	case "with":
		return parseWith, nil
	case "break", "continue":
		return parseJump, nil
	case "elif", "else", "endif", "endfor", "endset", "endwith", "endraw":
		return nil, fmt.Errorf("{%% %s %%} has no tag before it that it belongs to", name)
	case "include", "import", "from", "extends":
		return nil, fmt.Errorf("{%% %s %%} is refused: %w", name, errNoFiles)
	}
	return nil, fmt.Errorf("there is no tag {%% %s %%}; the tags are if, for, set, set_global, with, raw, break and continue", name)
}

// end refuses what is left of the arguments.
func (t tag) end() error {
	if t.args.End() {
		return nil
	}
	return errorAt(t.at.Line, "unexpected %q in {%% %s %%}", t.args.Current().Val, t.name)
}

// until reads the body up to one of the tags, whose arguments it gives.
func (t tag) until(names ...string) (*nodes.Wrapper, *parser.Parser, error) {
	wrapper, args, err := t.body.WrapUntil(names...)
	if err != nil {
		var ours *Error
		if !errors.As(err, &ours) && t.body.Current(tokens.EOF) != nil {
			return nil, nil, errorAt(t.at.Line, "{%% %s %%} is never closed; end it with {%% %s %%} (in a comment of SQL no tag is read)",
				t.name, names[len(names)-1])
		}
		return nil, nil, err
	}
	if wrapper.EndTag != "elif" && !args.End() {
		return nil, nil, errorAt(t.at.Line, "unexpected %q behind the %s of {%% %s %%}", args.Current().Val, wrapper.EndTag, t.name)
	}
	return wrapper, args, nil
}

// place makes a node of what is embedded in it: where its tag stands.
type place struct{ at *tokens.Token }

func (p place) Position() *tokens.Token { return p.at }
func (p place) String() string          { return p.at.Val }
