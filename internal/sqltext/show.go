package sqltext

import (
	"fmt"
	"strings"
)

// ShowCommand is a SHOW or DESCRIBE statement.
type ShowCommand struct {
	What     string // PROVIDERS, SERVICES, RESOURCES, METHODS, INSERT, DESCRIBE or the name of a setting
	Extended bool
	In       []string // the parts of the name behind IN or INTO, or of the described table
	Like     string
	HasLike  bool
}

// ParseShow reads SHOW [EXTENDED] what [IN name] [LIKE 'pattern'], SHOW INSERT INTO
// name, and DESCRIBE [EXTENDED] name.
func ParseShow(statement string) (ShowCommand, error) {
	p := parser{tokens: significant(Tokenize(statement))}
	var c ShowCommand
	if p.accept("DESCRIBE", "DESC") {
		c.What = "DESCRIBE"
		c.Extended = p.accept("EXTENDED")
		if c.In = p.name(); c.In == nil {
			return c, p.expected("a table, as in DESCRIBE awscc.s3.buckets")
		}
		return c, p.end()
	}
	if !p.accept("SHOW") {
		return c, p.expected("SHOW or DESCRIBE")
	}
	c.Extended = p.accept("EXTENDED")
	if p.peek().Kind != Word {
		return c, p.expected("PROVIDERS, SERVICES, RESOURCES, METHODS or the name of a setting")
	}
	c.What = strings.ToUpper(p.next().Text)
	if c.What == "INSERT" {
		if !p.accept("INTO") {
			return c, p.expected("INTO and a table, as in SHOW INSERT INTO awscc.s3.buckets")
		}
		if c.In = p.name(); c.In == nil {
			return c, p.expected("a table, as in SHOW INSERT INTO awscc.s3.buckets")
		}
		return c, p.end()
	}
	if p.accept("IN", "FROM") {
		if c.In = p.name(); c.In == nil {
			return c, p.expected("a name, as in SHOW RESOURCES IN awscc.s3")
		}
	}
	if p.accept("LIKE") {
		if p.peek().Kind != String {
			return c, p.expected("a pattern in single quotes")
		}
		c.Like, c.HasLike = Literal(p.next().Text), true
	}
	return c, p.end()
}

// SetCommand is SET name = value.
type SetCommand struct{ Name, Value string }

// ParseSet reads SET name = value; value is a literal or a plain word.
func ParseSet(statement string) (SetCommand, error) {
	p := parser{tokens: significant(Tokenize(statement))}
	if !p.accept("SET") || p.peek().Kind != Word {
		return SetCommand{}, p.expected("SET name = value")
	}
	c := SetCommand{Name: strings.ToLower(p.next().Text)}
	if !p.accept("=", "TO") {
		return c, p.expected("= and a value")
	}
	switch token := p.peek(); token.Kind {
	case String:
		c.Value = Literal(p.next().Text)
	case Word, Number, Quoted:
		c.Value = p.next().Name()
		for p.accept("-") { // us-east-1 without quotes
			c.Value += "-" + p.next().Text
		}
	default:
		return c, p.expected("a value")
	}
	return c, p.end()
}

// Literal gives the text of a string literal.
func Literal(token string) string {
	if len(token) < 2 || token[0] != '\'' {
		return token
	}
	return strings.ReplaceAll(token[1:len(token)-1], "''", "'")
}

// parser walks over the tokens of a statement that SQLite does not know.
type parser struct {
	tokens []Token
	at     int
}

func (p *parser) peek() Token {
	if p.at < len(p.tokens) {
		return p.tokens[p.at]
	}
	return Token{}
}

func (p *parser) next() Token {
	token := p.peek()
	p.at++
	return token
}

func (p *parser) accept(words ...string) bool {
	if p.peek().Text != "" && p.peek().Any(words...) {
		p.at++
		return true
	}
	return false
}

// name reads a.b.c, or gives nil.
func (p *parser) name() []string {
	if !p.peek().named() {
		return nil
	}
	parts := []string{p.next().Name()}
	for p.accept(".") {
		if !p.peek().named() {
			return nil
		}
		parts = append(parts, p.next().Name())
	}
	return parts
}

func (p *parser) end() error {
	if p.at < len(p.tokens) {
		return p.expected("the end of the statement")
	}
	return nil
}

func (p *parser) expected(what string) error {
	token := p.peek()
	if token.Text == "" {
		return fmt.Errorf("syntax error at the end: expected %s", what)
	}
	return &NameError{token.Start, fmt.Errorf("syntax error near %q: expected %s", token.Text, what)}
}
