package sqltext

// tablePlaces follows a statement's tokens and tells where the name of a table
// stands: behind FROM, JOIN, INTO, UPDATE and IN, and behind a comma of a FROM
// clause.
type tablePlaces struct {
	levels []level // by parentheses
	expect bool    // the next token is the place of a table
}

// level is what is known inside one pair of parentheses.
type level struct {
	from bool // in a FROM clause
}

// see takes the token and reports whether a table's name may begin there.
func (p *tablePlaces) see(tokens []Token, i int) bool {
	if len(p.levels) == 0 {
		p.levels = []level{{}}
	}
	here := &p.levels[len(p.levels)-1]
	at := p.expect
	p.expect = false
	switch token := tokens[i]; {
	case token.Is("("):
		p.levels = append(p.levels, level{from: at})
		p.expect = at // FROM ( a JOIN b )
	case token.Is(")"):
		if len(p.levels) > 1 {
			p.levels = p.levels[:len(p.levels)-1]
		}
	case token.Is(","):
		p.expect = here.from
	case token.Is("FROM"):
		if !isDistinctFrom(tokens, i) {
			here.from, p.expect = true, true
		}
	case token.Is("JOIN"):
		here.from, p.expect = true, true
	case token.Is("INTO"):
		p.expect = true
	case token.Is("IN"):
		p.expect = i+1 < len(tokens) && !tokens[i+1].Is("(") // x IN table
	case token.Is("UPDATE"):
		p.expect = i+1 < len(tokens) && !tokens[i+1].Is("OR") && (i == 0 || !tokens[i-1].Any("DO", "FOR", "ON"))
	case i >= 3 && tokens[i-2].Is("OR") && tokens[i-3].Is("UPDATE"):
		return true // UPDATE OR REPLACE t
	case token.Any("SELECT", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "UNION", "EXCEPT", "INTERSECT", "WINDOW",
		"SET", "RETURNING", "VALUES"):
		here.from = false
	default:
		return at
	}
	return false
}

// isDistinctFrom reports whether FROM belongs to IS [NOT] DISTINCT FROM.
func isDistinctFrom(tokens []Token, i int) bool {
	return i >= 2 && tokens[i-1].Is("DISTINCT") && tokens[i-2].Any("IS", "NOT")
}
