package sqltext

import "strings"

// Kind is what a token is.
type Kind uint8

// The kinds of tokens. Space and Comment separate the others.
const (
	Space Kind = iota
	Comment
	Word   // a keyword or a plain identifier
	Quoted // an identifier in quotes, back quotes or brackets
	String // a literal in single quotes, blobs included
	Number
	Parameter // ?, ?1, :name, @name, $name
	Symbol    // an operator or punctuation, one byte each
	Broken    // a quote or comment that is never closed
)

// Token is a piece of SQL text.
type Token struct {
	Kind  Kind
	Text  string // as it stands
	Start int    // byte offset
}

// End is the offset behind the token.
func (t Token) End() int { return t.Start + len(t.Text) }

// Is reports whether the token is that symbol, or that word in any case.
func (t Token) Is(text string) bool {
	return (t.Kind == Word || t.Kind == Symbol) && strings.EqualFold(t.Text, text)
}

// Any reports whether the token is one of the words.
func (t Token) Any(words ...string) bool {
	for _, word := range words {
		if t.Is(word) {
			return true
		}
	}
	return false
}

// Name gives the identifier that a Word or Quoted token stands for.
func (t Token) Name() string {
	if t.Kind != Quoted {
		return t.Text
	}
	inner, quote := t.Text[1:len(t.Text)-1], t.Text[len(t.Text)-1:]
	return strings.ReplaceAll(inner, quote+quote, quote)
}

// named reports whether the token can be part of a name.
func (t Token) named() bool { return t.Kind == Word || t.Kind == Quoted }

// Tokenize cuts the text into tokens. Put together again they are the text.
//
// https://sqlite.org/draft/tokenreq.html
func Tokenize(text string) []Token {
	var tokens []Token
	for start := 0; start < len(text); {
		kind, length := scan(text[start:])
		tokens = append(tokens, Token{kind, text[start : start+length], start})
		start += length
	}
	return tokens
}

// significant drops white space and comments.
func significant(tokens []Token) []Token {
	kept := make([]Token, 0, len(tokens))
	for _, token := range tokens {
		if token.Kind != Space && token.Kind != Comment {
			kept = append(kept, token)
		}
	}
	return kept
}

func scan(s string) (Kind, int) {
	switch c := s[0]; {
	case isSpace(c):
		return Space, span(s, isSpace)
	case strings.HasPrefix(s, "--"):
		if end := strings.IndexByte(s, '\n'); end >= 0 {
			return Comment, end
		}
		return Comment, len(s)
	case strings.HasPrefix(s, "/*"):
		if end := strings.Index(s[2:], "*/"); end >= 0 {
			return Comment, end + 4
		}
		return Broken, len(s)
	case c == '\'':
		return quoted(s, 0, '\'', String)
	case (c == 'x' || c == 'X') && len(s) > 1 && s[1] == '\'':
		return quoted(s, 1, '\'', String)
	case c == '"' || c == '`':
		return quoted(s, 0, c, Quoted)
	case c == '[':
		if end := strings.IndexByte(s, ']'); end >= 0 {
			return Quoted, end + 1
		}
		return Broken, len(s)
	case isDigit(c) || c == '.' && len(s) > 1 && isDigit(s[1]):
		return Number, number(s)
	case c == '?':
		return Parameter, 1 + span(s[1:], isDigit)
	case (c == ':' || c == '@' || c == '$') && len(s) > 1 && isWord(s[1]):
		return Parameter, 1 + span(s[1:], isWord)
	case isWord(c):
		return Word, span(s, isWord)
	}
	return Symbol, 1
}

// quoted measures a token up to its closing quote; a doubled quote is part of it.
func quoted(s string, open int, quote byte, kind Kind) (Kind, int) {
	for i := open + 1; i < len(s); i++ {
		if s[i] != quote {
			continue
		}
		if i+1 < len(s) && s[i+1] == quote {
			i++
			continue
		}
		return kind, i + 1
	}
	return Broken, len(s)
}

// number measures 12, 1.5e-3, 0xff and, as SQLite does, takes letters that
// stick to it along: the parser will refuse them as one token.
func number(s string) int {
	i := 0
	for i < len(s) {
		switch c := s[i]; {
		case isWord(c), c == '.':
			i++
		case (c == '+' || c == '-') && (s[i-1] == 'e' || s[i-1] == 'E') && !strings.HasPrefix(s, "0x") && !strings.HasPrefix(s, "0X"):
			i++
		default:
			return i
		}
	}
	return i
}

func span(s string, in func(byte) bool) int {
	for i := 0; i < len(s); i++ {
		if !in(s[i]) {
			return i
		}
	}
	return len(s)
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'
}
func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isWord(c byte) bool {
	return c == '_' || isDigit(c) || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= 0x80
}
