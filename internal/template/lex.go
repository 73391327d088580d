package template

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nikolalohinski/gonja/v2/tokens"
)

// lexer reads the tokens of one construct. Gonja's own takes line breaks for
// letters and does not tell where a construct ends.
type lexer struct {
	text   string
	pos    int
	line   lineCounter
	opener string

	tokens   []*tokens.Token
	brackets []byte // the closing ones that are due
	trim     bool   // the closing brace has a minus
}

func (l *lexer) run() error {
	closer, begin, end := "}}", tokens.VariableBegin, tokens.VariableEnd
	if l.opener == "{%" {
		closer, begin, end = "%}", tokens.BlockBegin, tokens.BlockEnd
	}
	first := l.line.at(l.pos)
	l.emit(begin, l.opener, 2)
	if c := l.peek(0); c == '-' || c == '+' && l.opener == "{%" {
		l.pos++
	}
	for l.pos < len(l.text) {
		if n := l.closes(closer); n > 0 {
			l.trim = l.peek(0) == '-'
			if len(l.brackets) > 0 {
				return errorAt(l.line.at(l.pos), "%s … %s lacks a closing %c", l.opener, closer, l.brackets[len(l.brackets)-1])
			}
			l.pos += n - 2
			l.emit(end, closer, 2)
			return nil
		}
		if err := l.token(); err != nil {
			return err
		}
		if len(l.tokens) > maxTokens {
			return errorAt(first, "more than %d words and signs in one %s … %s", maxTokens, l.opener, closer)
		}
	}
	return errorAt(first, "%s is never closed with %s", l.opener, closer)
}

// closes measures the closing brace that stands here. Inside a dict, }} closes
// dicts.
func (l *lexer) closes(closer string) int {
	rest := l.text[l.pos:]
	inDict := len(l.brackets) > 0 && l.brackets[len(l.brackets)-1] == '}'
	switch {
	case closer == "}}" && inDict:
		return 0
	case strings.HasPrefix(rest, closer):
		return 2
	case len(rest) > 2 && rest[1:3] == closer && (rest[0] == '-' || rest[0] == '+' && closer == "%}"):
		return 3
	}
	return 0
}

// name is the first word behind {%.
func (l *lexer) name() string {
	if len(l.tokens) > 1 && l.tokens[1].Type == tokens.Name {
		return l.tokens[1].Val
	}
	return ""
}

func (l *lexer) peek(ahead int) byte {
	if l.pos+ahead < len(l.text) {
		return l.text[l.pos+ahead]
	}
	return 0
}

func (l *lexer) emit(kind tokens.Type, value string, length int) {
	l.tokens = append(l.tokens, &tokens.Token{Type: kind, Val: value, Pos: l.pos, Line: l.line.at(l.pos), Col: 1})
	l.pos += length
}

func (l *lexer) token() error {
	r, size := utf8.DecodeRuneInString(l.text[l.pos:])
	switch {
	case unicode.IsSpace(r):
		l.pos += size
	case r == '\'' || r == '"':
		return l.quoted(byte(r))
	case '0' <= r && r <= '9':
		l.number()
	case r == '_' || unicode.IsLetter(r):
		l.word()
	default:
		return l.symbol(r)
	}
	return nil
}

// keywords are the words that are tokens of their own.
var keywords = map[string]tokens.Type{"in": tokens.In, "is": tokens.Is, "and": tokens.And, "or": tokens.Or, "not": tokens.Not}

func (l *lexer) word() {
	rest := l.text[l.pos:]
	end := strings.IndexFunc(rest, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if end < 0 {
		end = len(rest)
	}
	kind, ok := keywords[rest[:end]]
	if !ok || l.after(tokens.Dot) {
		kind = tokens.Name
	}
	l.emit(kind, rest[:end], end)
}

func (l *lexer) after(kind tokens.Type) bool {
	return len(l.tokens) > 0 && l.tokens[len(l.tokens)-1].Type == kind
}

func (l *lexer) number() {
	digits := func(from int) int {
		for from < len(l.text) && ('0' <= l.text[from] && l.text[from] <= '9') {
			from++
		}
		return from
	}
	end, kind := digits(l.pos), tokens.Integer
	if !l.after(tokens.Dot) { // a.0.1 has no fraction
		if end+1 < len(l.text) && l.text[end] == '.' && digits(end+1) > end+1 {
			end, kind = digits(end+1), tokens.Float
		}
		if end < len(l.text) && (l.text[end] == 'e' || l.text[end] == 'E') {
			from := end + 1
			if from < len(l.text) && (l.text[from] == '+' || l.text[from] == '-') {
				from++
			}
			if digits(from) > from {
				end, kind = digits(from), tokens.Float
			}
		}
	}
	value := l.text[l.pos:end]
	if kind == tokens.Integer { // no octal numbers
		value = strings.TrimLeft(value[:len(value)-1], "0") + value[len(value)-1:]
	}
	l.emit(kind, value, end-l.pos)
}

// quoted reads a string. Gonja's parser undoes backslashes once more, so they are
// doubled for it.
func (l *lexer) quoted(quote byte) error {
	var b strings.Builder
	for i := l.pos + 1; i < len(l.text); {
		switch c := l.text[i]; {
		case c == quote:
			l.emit(tokens.String, strings.ReplaceAll(b.String(), `\`, `\\`), i+1-l.pos)
			return nil
		case c == '\\' && i+1 < len(l.text):
			if next := l.text[i+1]; next == '\'' || next == '"' {
				b.WriteByte(next)
				i += 2
				continue
			}
			r, multibyte, tail, err := strconv.UnquoteChar(l.text[i:], quote)
			if err != nil { // as Python does, keep what means nothing
				b.WriteByte('\\')
				i++
				continue
			}
			if multibyte {
				b.WriteRune(r)
			} else {
				b.WriteByte(byte(r))
			}
			i = len(l.text) - len(tail)
		default:
			b.WriteByte(c)
			i++
		}
	}
	return errorAt(l.line.at(l.pos), "the string in %s … %s is never closed with %c", l.opener, closers[l.opener], quote)
}

var symbols = map[string]tokens.Type{
	"==": tokens.Equals, "!=": tokens.Ne, "<=": tokens.LowerThanOrEqual, ">=": tokens.GreaterThanOrEqual,
	"**": tokens.Power, "//": tokens.FloorDivision,
	"+": tokens.Addition, "-": tokens.Subtraction, "*": tokens.Multiply, "/": tokens.Division, "%": tokens.Modulo,
	"<": tokens.LowerThan, ">": tokens.GreaterThan, "=": tokens.Assign, "~": tokens.Tilde, "|": tokens.Pipe,
	".": tokens.Dot, ",": tokens.Comma, ":": tokens.Colon,
	"(": tokens.LeftParenthesis, ")": tokens.RightParenthesis, "[": tokens.LeftBracket, "]": tokens.RightBracket,
	"{": tokens.LeftBrace, "}": tokens.RightBrace,
}

func (l *lexer) symbol(r rune) error {
	for _, n := range []int{2, 1} {
		if l.pos+n > len(l.text) {
			continue
		}
		text := l.text[l.pos : l.pos+n]
		if kind, ok := symbols[text]; ok {
			if err := l.bracket(text); err != nil {
				return err
			}
			l.emit(kind, text, n)
			return nil
		}
	}
	return errorAt(l.line.at(l.pos), "unexpected %q in %s … %s", r, l.opener, closers[l.opener])
}

func (l *lexer) bracket(text string) error {
	last := len(l.brackets) - 1
	switch text {
	case "(":
		l.brackets = append(l.brackets, ')')
	case "[":
		l.brackets = append(l.brackets, ']')
	case "{":
		l.brackets = append(l.brackets, '}')
	case ")", "]", "}":
		if last < 0 || l.brackets[last] != text[0] {
			return errorAt(l.line.at(l.pos), "%s closes nothing in %s … %s", text, l.opener, closers[l.opener])
		}
		l.brackets = l.brackets[:last]
	}
	if len(l.brackets) > maxDepth {
		return errorAt(l.line.at(l.pos), "more than %d brackets inside each other", maxDepth)
	}
	return nil
}
