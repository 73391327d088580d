package sqltext

import (
	"slices"
	"strings"
)

// QuotedTruth is a place where a column is compared with 'true' or 'false', a text.
type QuotedTruth struct {
	Column string // its name, without what stands before it
	Word   string // the text, in lower case
	Start  int    // of the text
}

// QuotedTruths finds them, also where the column stands in a function that leaves a
// truth value one, or makes text of it. Columns that the statement gives a name of its
// own (AS) may be anything, and are left out.
func QuotedTruths(text string) []QuotedTruth {
	if lower := strings.ToLower(text); !strings.Contains(lower, "'true'") && !strings.Contains(lower, "'false'") {
		return nil
	}
	p := &operands{tokens: significant(Tokenize(text)), named: map[string]bool{}}
	for i, t := range p.tokens {
		if i > 0 && p.tokens[i-1].Is("AS") && t.named() {
			p.named[strings.ToLower(t.Name())] = true
		}
	}
	var found []QuotedTruth
	for i, t := range p.tokens {
		word := strings.ToLower(strings.Trim(t.Text, "'"))
		if t.Kind != String || word != "true" && word != "false" {
			continue
		}
		for _, name := range p.comparedWith(i) {
			if !p.named[strings.ToLower(name)] {
				found = append(found, QuotedTruth{name, word, t.Start})
			}
		}
	}
	return found
}

// operands finds what stands on the other side of a comparison.
type operands struct {
	tokens []Token
	named  map[string]bool
}

func (p *operands) at(i int) Token {
	if i < 0 || i >= len(p.tokens) {
		return Token{}
	}
	return p.tokens[i]
}

// comparedWith gives the columns that the literal at i may be compared with.
func (p *operands) comparedWith(i int) []string {
	if end := p.beforeOperator(i - 1); end < i-1 {
		return p.endingAt(end)
	}
	if end, ok := p.beforeList(i - 1); ok {
		return p.endingAt(end)
	}
	if p.at(i - 1).Is("WHEN") {
		return p.endingAt(p.beforeWhen(i - 1))
	}
	if start := p.behindOperator(i + 1); start > i+1 {
		return p.beginningAt(start)
	}
	return nil
}

var comparing = []string{"=", "<", ">", "!"}

// beforeOperator gives the place before the comparing operator that ends at i, i if
// there is none.
func (p *operands) beforeOperator(i int) int {
	end := i
	for p.at(i).Any(comparing...) {
		i--
	}
	if i < end {
		return i
	}
	if p.at(i).Is("FROM") && p.at(i-1).Is("DISTINCT") {
		i -= 2
	}
	for p.at(i).Any("IS", "NOT", "LIKE", "GLOB") {
		i--
	}
	return i
}

func (p *operands) behindOperator(i int) int {
	start := i
	for p.at(i).Any(comparing...) {
		i++
	}
	for i == start && p.at(i).Is("IS") || i > start && p.at(i).Is("NOT") {
		i++
	}
	return i
}

// beforeList gives the place before IN, if i lies in its list of literals.
func (p *operands) beforeList(i int) (end int, ok bool) {
	for p.at(i).Is(",") || p.at(i).Kind == String || p.at(i).Kind == Number {
		i--
	}
	if !p.at(i).Is("(") || !p.at(i-1).Is("IN") {
		return 0, false
	}
	if i -= 2; p.at(i).Is("NOT") {
		i--
	}
	return i, true
}

// beforeWhen gives the end of what a CASE compares with, or -1.
func (p *operands) beforeWhen(i int) int {
	first := i
	for depth := 0; i >= 0; i-- {
		switch t := p.at(i); {
		case t.Is("END"):
			depth++
		case t.Is("CASE") && depth > 0:
			depth--
		case t.Is("WHEN") && depth == 0:
			first = i
		case t.Is("CASE"):
			if first == i+1 {
				return -1
			}
			return first - 1
		}
	}
	return -1
}

// keeping are the functions that show a truth value as it is, or its text.
var keeping = []string{"lower", "upper", "trim", "cast", "coalesce", "ifnull", "string", "max", "min"}

// endingAt gives the columns of the operand whose last token is at i.
func (p *operands) endingAt(i int) []string {
	t := p.at(i)
	if t.named() && !p.at(i-1).Is(">") { // behind -> and ->> it names something else
		return []string{t.Name()}
	}
	if !t.Is(")") {
		return nil
	}
	open := i
	for depth := 0; open >= 0; open-- {
		if p.at(open).Is(")") {
			depth++
		} else if p.at(open).Is("(") {
			if depth--; depth == 0 {
				break
			}
		}
	}
	return p.inside(open, i)
}

// beginningAt gives the columns of the operand whose first token is at i.
func (p *operands) beginningAt(i int) []string {
	if p.at(i).named() && p.at(i+1).Is("(") {
		end := i + 1
		for depth := 0; end < len(p.tokens); end++ {
			if p.at(end).Is("(") {
				depth++
			} else if p.at(end).Is(")") {
				if depth--; depth == 0 {
					break
				}
			}
		}
		return p.inside(i+1, end)
	}
	for p.at(i).named() && p.at(i+1).Is(".") {
		i += 2
	}
	if p.at(i).named() && !p.at(i+1).Is("-") {
		return []string{p.at(i).Name()}
	}
	return nil
}

// inside gives the columns between two brackets behind the name of a function, or of
// none.
func (p *operands) inside(open, end int) []string {
	function := p.at(open - 1)
	if function.Kind == Word && !slices.ContainsFunc(keeping, function.Is) && !function.Any("AND", "OR", "NOT", "WHERE", "ON", "WHEN", "THEN", "SELECT") {
		return nil
	}
	var columns []string
	for i := open + 1; i < end; i++ {
		t := p.at(i)
		if p.at(i).Any("(", "-", "SELECT", "CASE") { // something is made of it
			return nil
		}
		if t.named() && !p.at(i+1).Is(".") && !t.Is("AS") && !p.at(i-1).Is("AS") {
			columns = append(columns, t.Name())
		}
	}
	return columns
}
