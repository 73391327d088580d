package template

import (
	"regexp"
	"strings"

	"github.com/nikolalohinski/gonja/v2/tokens"
)

// piece is a part of the text: data, which is not to be rendered, or a
// construct.
type piece struct {
	kind       pieceKind
	start, end int             // in the text
	data       string          // of data, trimmed
	tokens     []*tokens.Token // of a construct, its braces included
}

type pieceKind uint8

const (
	dataPiece    pieceKind = iota
	outputPiece            // {{ … }}
	tagPiece               // {% … %}
	commentPiece           // {# … #}, and the tags of {% raw %}
)

// scanner cuts the text into pieces. It follows the SQL in between, to know where
// comments are, and in which quotes a construct stands.
type scanner struct {
	text   string
	plain  bool
	pos    int
	from   int // where the data that is not yet a piece begins
	trim   bool
	sql    sqlState
	saved  []sqlState // at the if, for each if that is open
	pieces []piece
	quotes map[int]byte // by the offset of {{
	line   lineCounter

	constructs bool
	unclosed   error // the first opening brace without a closing one
}

// sqlState is what the SQL before a place says about the place.
type sqlState struct {
	quote byte // the one that ends the literal or name, or 0
	hint  bool // in a hint comment
}

func (s *scanner) run() error {
	s.quotes = map[int]byte{}
	for s.pos < len(s.text) {
		if opener := s.opener(); opener != "" {
			if err := s.construct(opener); err != nil {
				return err
			}
			continue
		}
		s.skip(len(s.text))
	}
	s.flush(len(s.text), false)
	if s.constructs {
		return s.unclosed
	}
	return nil
}

// closers are the ends of the constructs.
var closers = map[string]string{"{{": "}}", "{%": "%}", "{#": "#}"}

// opener tells which construct begins here. Braces that nothing closes are text:
// LIKE '{%' is SQL.
func (s *scanner) opener() string {
	if s.pos+2 > len(s.text) {
		return ""
	}
	opener := s.text[s.pos : s.pos+2]
	closer, ok := closers[opener]
	switch {
	case !ok:
		return ""
	case strings.Contains(s.text[s.pos+2:], closer):
		return opener
	case s.unclosed == nil:
		s.unclosed = errorAt(s.line.at(s.pos), "%s is never closed with %s; to write it as text, put it between {%% raw %%} and {%% endraw %%}", opener, closer)
	}
	return ""
}

// skip goes over a bit of text that is not a construct.
func (s *scanner) skip(limit int) {
	rest := s.text[s.pos:limit]
	c := rest[0]
	switch {
	case s.plain:
	case s.sql.quote != 0:
		if c == s.sql.quote {
			s.sql.quote = 0 // a doubled quote ends the literal and begins it again
		}
	case s.sql.hint:
		if strings.HasPrefix(rest, "*/") {
			s.sql.hint = false
		}
	case strings.HasPrefix(rest, "--"):
		s.pos += comment(rest, "\n")
		return
	case strings.HasPrefix(rest, "/*+"):
		s.sql.hint = true
		s.pos += 2
	case strings.HasPrefix(rest, "/*"):
		s.pos += 2 + comment(rest[2:], "*/")
		return
	case c == '\'' || c == '"' || c == '`':
		s.sql.quote = c
	case c == '[':
		if line, _, _ := strings.Cut(rest, "\n"); strings.Contains(line, "]") {
			s.sql.quote = ']'
		}
	}
	s.pos++
}

// comment measures the text up to the end of a comment, and the end itself.
func comment(text, end string) int {
	if i := strings.Index(text, end); i >= 0 {
		return i + len(end)
	}
	return len(text)
}

// construct reads one construct and makes pieces of the data before it and of it.
func (s *scanner) construct(opener string) error {
	s.constructs = true
	start, line := s.pos, s.line.at(s.pos)
	trim := strings.HasPrefix(s.text[start+2:], "-")
	if opener == "{#" {
		s.flush(start, trim)
		s.pos = start + 2 + comment(s.text[start+2:], "#}")
		s.add(piece{kind: commentPiece, start: start, end: s.pos}, s.text[s.pos-3] == '-' && s.pos-3 > start+1)
		return nil
	}
	s.flush(start, trim)
	l := lexer{text: s.text, pos: start, line: s.line, opener: opener}
	if err := l.run(); err != nil {
		return err
	}
	s.pos = l.pos
	if opener == "{{" {
		if !s.plain {
			s.quotes[start] = s.sql.quote
		}
		s.add(piece{outputPiece, start, s.pos, "", l.tokens}, l.trim)
		return nil
	}
	if l.name() == "raw" {
		return s.raw(start, line, l.trim)
	}
	s.branch(l.name())
	s.add(piece{tagPiece, start, s.pos, "", l.tokens}, l.trim)
	return nil
}

// branch goes back to the SQL before an if where another arm of it begins: only
// one arm is ever there.
func (s *scanner) branch(tag string) {
	last := len(s.saved) - 1
	switch tag {
	case "if", "for":
		s.saved = append(s.saved, s.sql)
	case "elif", "else":
		if last >= 0 {
			s.sql = s.saved[last]
		}
	case "endif", "endfor":
		if last >= 0 {
			s.saved = s.saved[:last]
		}
	}
}

var endRaw = regexp.MustCompile(`\{%[-+]?\s*endraw\s*[-+]?%\}`)

// raw reads up to {% endraw %}; what stands in between is data.
func (s *scanner) raw(start, line int, trim bool) error {
	s.add(piece{kind: commentPiece, start: start, end: s.pos}, trim)
	end := endRaw.FindStringIndex(s.text[s.pos:])
	if end == nil {
		return errorAt(line, "{%% raw %%} is never closed; end it with {%% endraw %%}")
	}
	from, to := s.pos+end[0], s.pos+end[1]
	for s.pos < from {
		s.skip(from)
	}
	s.flush(from, s.text[from+2] == '-')
	s.pos = to
	s.add(piece{kind: commentPiece, start: from, end: to}, s.text[to-3] == '-')
	return nil
}

// flush makes a piece of the data up to here.
func (s *scanner) flush(end int, trim bool) {
	data := s.text[s.from:end]
	if s.trim {
		data = strings.TrimLeft(data, " \t\r\n")
	}
	if trim {
		data = strings.TrimRight(data, " \t\r\n")
	}
	if data != "" {
		s.pieces = append(s.pieces, piece{kind: dataPiece, start: s.from, end: end, data: data})
	}
}

func (s *scanner) add(p piece, trim bool) {
	s.pieces = append(s.pieces, p)
	s.from, s.trim = s.pos, trim
}

// lineCounter counts lines up to offsets that only grow.
type lineCounter struct {
	text string
	done int
	line int
}

func (c *lineCounter) at(offset int) int {
	if offset > c.done {
		c.line += strings.Count(c.text[c.done:offset], "\n")
		c.done = offset
	}
	return c.line
}
