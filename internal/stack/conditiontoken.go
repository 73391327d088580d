package stack

import "strings"

// conditionToken is a sign, a word, or text in quotes. A rendered {{ … }} counts
// as quoted: it is never a sign or the name of a variable.
type conditionToken struct {
	text   string
	quoted bool
}

func (t conditionToken) is(text string) bool { return !t.quoted && t.text == text }

// reserved are the words and signs that are no operand.
var reserved = map[string]bool{
	"and": true, "or": true, "not": true, "in": true, "==": true, "!=": true, "<": true, "<=": true, ">": true, ">=": true,
	"(": true, ")": true, "[": true, "]": true, ",": true,
}

func (t conditionToken) operand() bool { return t.quoted || !reserved[t.text] }

// cutTemplates cuts text into what is none and each {{ … }}, by turns.
func cutTemplates(text string) []string {
	var pieces []string
	for {
		start := strings.Index(text, "{{")
		if start < 0 {
			return append(pieces, text)
		}
		end := templateEnd(text[start:])
		if end < 0 {
			return append(pieces, text)
		}
		pieces = append(pieces, text[:start], text[start:start+end])
		text = text[start+end:]
	}
}

// templateEnd finds where {{ ends; }} in quotes does not count.
func templateEnd(text string) int {
	var quote byte
	for i := 2; i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0:
			if c == '\\' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case strings.HasPrefix(text[i:], "}}"):
			return i + 2
		}
	}
	return -1
}

// conditionTokens reads the pieces that are no template, with the holes between
// them.
func conditionTokens(pieces, holes []string) ([]conditionToken, error) {
	r := &conditionReader{}
	for i := 0; i < len(pieces); i += 2 {
		for text := pieces[i]; text != ""; {
			n, err := r.read(text)
			if err != nil {
				return nil, err
			}
			text = text[n:]
		}
		if i/2 < len(holes) {
			r.hole(holes[i/2])
		}
	}
	if r.quote != 0 {
		return nil, badCondition("a quote is never closed")
	}
	r.end()
	return r.tokens, nil
}

// conditionReader makes tokens. What is glued together without a blank is one.
type conditionReader struct {
	tokens []conditionToken
	open   strings.Builder // the token that is not yet complete
	isOpen bool
	filled bool // a hole is part of the open token
	quote  byte
}

func (r *conditionReader) end() {
	if r.isOpen {
		r.tokens = append(r.tokens, conditionToken{r.open.String(), r.filled})
	}
	r.open.Reset()
	r.isOpen, r.filled = false, false
}

func (r *conditionReader) hole(value string) {
	r.open.WriteString(value)
	r.isOpen, r.filled = true, true
}

// read takes one sign or character, and tells how long it is.
func (r *conditionReader) read(text string) (int, error) {
	c := text[0]
	switch {
	case r.quote != 0 && c == '\\' && len(text) > 1 && (text[1] == r.quote || text[1] == '\\'):
		r.open.WriteByte(text[1])
		return 2, nil
	case r.quote != 0 && c == r.quote:
		r.tokens = append(r.tokens, conditionToken{r.open.String(), true})
		r.open.Reset()
		r.isOpen, r.filled, r.quote = false, false, 0
	case r.quote != 0:
		r.open.WriteByte(c)
	case (c == '\'' || c == '"') && !r.isOpen:
		r.quote, r.isOpen = c, true
	case strings.ContainsRune(" \t\r\n", rune(c)):
		r.end()
	case strings.IndexByte("()[],", c) >= 0:
		r.sign(text[:1])
	case strings.IndexByte("=!<>", c) >= 0:
		if len(text) > 1 && text[1] == '=' {
			r.sign(text[:2])
			return 2, nil
		}
		if c == '=' || c == '!' {
			return 0, badCondition("%c alone means nothing", c)
		}
		r.sign(text[:1])
	default:
		r.open.WriteByte(c)
		r.isOpen = true
	}
	return 1, nil
}

func (r *conditionReader) sign(text string) {
	r.end()
	r.tokens = append(r.tokens, conditionToken{text: text})
}
