package engine

import (
	"slices"
	"strings"

	"skyql/internal/sqltext"
	"skyql/internal/table"
)

// regionUse tells what a statement does with regions, in its own text or in that
// of views.
type regionUse struct {
	source   string
	compares bool
	own      map[string]bool // by name: whether the statement defines it, in WITH
}

// of looks at a statement once, however often it is asked.
func (u *regionUse) of(source string) *regionUse {
	if u.own == nil || u.source != source {
		*u = regionUse{
			source: source, own: map[string]bool{},
			compares: joinsByName(source) || comparesRegion(source),
		}
	}
	return u
}

// compared reports whether a region may be compared, given the view, if any, out
// of which a column is read. What a view of the database does is not looked at.
func (u *regionUse) compared(view string) bool {
	if u.compares || view == "" {
		return u.compares
	}
	own, known := u.own[view]
	if !known {
		own = defines(u.source, view)
		u.own[view] = own
	}
	return !own
}

// defines reports whether the statement has a WITH clause for the name.
func defines(source, name string) bool {
	r := newRegionReader(source)
	for i, token := range r.tokens {
		if !isName(token, name) {
			continue
		}
		after := i + 1
		if r.at(after).Is("(") {
			_, closing := r.enclosing(after+1, after)
			after = closing + 1
		}
		if r.at(after).Is("AS") && (r.at(after+1).Is("(") || r.at(after+1).Any("MATERIALIZED", "NOT")) {
			return true
		}
	}
	return false
}

// comparesRegion reports whether the statement may do more with a region than to
// show it, sort or group by it: compare it with something that is not a literal,
// compute with it, join by it. It goes by the text, as SQLite tells which columns
// are read but not what for, and says yes where it is in doubt.
func comparesRegion(source string) bool {
	r := newRegionReader(source)
	names := []string{table.RegionColumn}
	for n := 0; n < len(names); n++ {
		for i, token := range r.tokens {
			if !isName(token, names[n]) {
				continue
			}
			if r.compares(i) {
				return true
			}
			if alias := r.alias(i); alias != "" && !slices.Contains(names, alias) {
				names = append(names, alias)
			}
		}
	}
	return false
}

func isName(t sqltext.Token, name string) bool {
	return (t.Kind == sqltext.Word || t.Kind == sqltext.Quoted) && strings.EqualFold(t.Name(), name)
}

// regionReader looks at the places in a statement where a region stands.
type regionReader struct {
	tokens []sqltext.Token
	// vague is set where SQLite may not look a row up by the region that an
	// equality names, as one that need not hold for every row of the result.
	vague bool
}

func newRegionReader(source string) *regionReader {
	r := &regionReader{tokens: slices.DeleteFunc(sqltext.Tokenize(source), func(t sqltext.Token) bool {
		return t.Kind == sqltext.Space || t.Kind == sqltext.Comment
	})}
	r.vague = slices.ContainsFunc(r.tokens, func(t sqltext.Token) bool {
		return t.Any("OR", "NOT", "LEFT", "RIGHT", "FULL", "CASE", "HAVING")
	})
	return r
}

// at gives a token, or an empty one beyond the ends.
func (r *regionReader) at(i int) sqltext.Token {
	if i < 0 || i >= len(r.tokens) {
		return sqltext.Token{}
	}
	return r.tokens[i]
}

// compares reports whether the name at i is an operand. The value of a function,
// a row or a subquery with the name in it is looked at in its place.
func (r *regionReader) compares(i int) bool {
	first, last := i, i
	for r.at(first - 1).Is(".") {
		first -= 2
	}
	if !r.vague && r.at(first-1).Any("WHERE", "AND", "ON") && r.literal(last+1) {
		return false // it says where to ask
	}
	for {
		if operates(r.at(first-1)) || r.at(first-1).Any("ON", "WHERE", "HAVING") || operates(r.at(last+1)) {
			return true
		}
		open, closing := r.enclosing(first, last)
		if open < 0 {
			return false
		}
		subquery := r.at(open+1).Any("SELECT", "WITH", "VALUES")
		before := r.at(open - 1)
		switch {
		case before.Is("USING"):
			return true
		case subquery && !operates(before), before.Is("EXISTS"):
			return false // its rows go on under the name, which is looked for everywhere
		case !subquery && (before.Kind == sqltext.Word || before.Kind == sqltext.Quoted) && !operates(before):
			open-- // a function
		}
		first, last = open, closing
	}
}

// literal reports whether an equality with a text, or a list of texts, begins at i.
func (r *regionReader) literal(i int) bool {
	switch {
	case r.at(i).Is("="):
		if i++; r.at(i).Is("=") {
			i++
		}
	case r.at(i).Is("IN") && r.at(i+1).Is("("):
		i += 2
		for r.at(i).Kind == sqltext.String && r.at(i+1).Is(",") {
			i += 2
		}
	default:
		return false
	}
	return r.at(i).Kind == sqltext.String
}

// operates reports whether the token makes an operand of what stands beside it.
func operates(t sqltext.Token) bool {
	if t.Kind == sqltext.Symbol {
		return !strings.Contains(".,;()", t.Text)
	}
	return t.Any("IN", "IS", "LIKE", "GLOB", "REGEXP", "MATCH", "BETWEEN", "NOT", "AND", "OR",
		"CASE", "WHEN", "THEN", "ELSE", "COLLATE", "ISNULL", "NOTNULL", "ESCAPE")
}

// enclosing finds the parentheses around the tokens, -1 if there are none.
func (r *regionReader) enclosing(first, last int) (open, closing int) {
	depth := 0
	for open = first - 1; open >= 0; open-- {
		if r.tokens[open].Is(")") {
			depth++
		} else if r.tokens[open].Is("(") {
			if depth == 0 {
				break
			}
			depth--
		}
	}
	depth = 0
	for closing = last + 1; closing < len(r.tokens); closing++ {
		if r.tokens[closing].Is("(") {
			depth++
		} else if r.tokens[closing].Is(")") {
			if depth == 0 {
				break
			}
			depth--
		}
	}
	return open, closing
}

// alias gives the other name that the value at i gets, or "".
func (r *regionReader) alias(i int) string {
	switch next := r.at(i + 1); {
	case next.Is("AS"):
		return strings.ToLower(r.at(i + 2).Name())
	case next.Kind == sqltext.Quoted:
		return strings.ToLower(next.Name())
	case next.Kind == sqltext.Word && !next.Any("FROM", "ASC", "DESC", "LIMIT", "ORDER", "GROUP", "HAVING", "WINDOW", "WHERE",
		"UNION", "EXCEPT", "INTERSECT", "NULLS", "ROWS", "RANGE", "GROUPS", "TEXT", "RETURNING", "OFFSET"):
		return strings.ToLower(next.Name())
	}
	return ""
}
