package sqltext

import (
	"slices"
	"strings"
)

// Resolver tells what a dotted name in the place of a table stands for: the one
// name under which the table is known, or "" if it is none of ours. Parts are
// without quotes; there are two or three.
type Resolver func(parts []string, at Place) (name string, err error)

// Place is where a name stands.
type Place struct {
	Offset    int  // in the statement
	Qualifier bool // it stands before a column, not where a table does
}

// Rewritten is a statement in which every name of a table is one quoted
// identifier.
type Rewritten struct {
	Text   string
	Tables []string // the names, each once, in the order they stand
	Target string   // the one behind INSERT INTO, UPDATE or DELETE FROM, if it is ours
	edits  []edit
}

// NameError is a resolver's error with the place of the name.
type NameError struct {
	Offset int // in the statement
	Err    error
}

// Error gives the resolver's words.
func (e *NameError) Error() string { return e.Err.Error() }

// Unwrap gives the resolver's error.
func (e *NameError) Unwrap() error { return e.Err }

// edit replaces a piece of the text.
type edit struct {
	start, end int // in the original
	text       string
}

// Rewrite finds the names of tables. Three-part names are looked for
// everywhere; two-part names only where a table must stand, since elsewhere they
// are a table's column. A column's qualifier that repeats the last part of a
// table's name, or all of it, is rewritten along.
func Rewrite(statement string, resolve Resolver) (Rewritten, error) {
	r := rewriter{tokens: significant(Tokenize(statement)), resolve: resolve, aliases: map[string]bool{}}
	if err := r.tables(); err != nil {
		return Rewritten{}, err
	}
	r.qualifiers()
	slices.SortFunc(r.edits, func(a, b edit) int { return a.start - b.start })
	out := Rewritten{Tables: r.names, Target: r.target, edits: r.edits}
	var b strings.Builder
	done := 0
	for _, e := range r.edits {
		b.WriteString(statement[done:e.start])
		b.WriteString(e.text)
		done = e.end
	}
	b.WriteString(statement[done:])
	out.Text = b.String()
	return out, nil
}

// AsWritten gives a piece of the rewritten text as it stands in the statement, which
// was rewritten. What is no piece of it, or has no name of a table in it, stays.
func (r Rewritten) AsWritten(statement, piece string) string {
	start := strings.Index(r.Text, piece)
	if start < 0 || !slices.ContainsFunc(r.edits, func(e edit) bool { return strings.Contains(piece, e.text) }) {
		return piece
	}
	from, to := r.Original(start), r.Original(start+len(piece))
	if from >= to || to > len(statement) {
		return piece
	}
	return statement[from:to]
}

// Original maps an offset in the rewritten text back to the statement.
func (r Rewritten) Original(offset int) int {
	shift := 0
	for _, e := range r.edits {
		start := e.start + shift
		if offset < start {
			break
		}
		if offset < start+len(e.text) {
			return e.start
		}
		shift += len(e.text) - (e.end - e.start)
	}
	return offset - shift
}

type rewriter struct {
	tokens  []Token
	resolve Resolver
	edits   []edit
	names   []string
	target  string
	used    []usedTable
	aliases map[string]bool // lower case
	done    map[int]bool    // tokens that are part of an edit
}

// usedTable is a table as the statement names it.
type usedTable struct {
	parts   []string // as written, lower case
	name    string
	aliased bool
}

// tables rewrites names where tables stand.
func (r *rewriter) tables() error {
	r.done = map[int]bool{}
	place := tablePlaces{}
	for i := 0; i < len(r.tokens); i++ {
		atTable := place.see(r.tokens, i)
		if !r.tokens[i].named() || i > 0 && r.tokens[i-1].Is(".") {
			continue
		}
		parts, end := r.dotted(i)
		if whole := strings.Split(parts[0], "."); atTable && len(parts) == 1 && len(whole) == 3 && strings.EqualFold(whole[0], "awscc") {
			if err := r.table(i, i, whole, true); err != nil { // "awscc.s3.buckets" in one pair of quotes
				return err
			}
			i = end - 1
			continue
		}
		if atTable && len(parts) == 1 {
			r.aliases[strings.ToLower(parts[0])] = true // a local table, view or CTE
			r.alias(end)
			continue
		}
		if n := r.tableParts(parts, atTable); n > 0 {
			if err := r.table(i, i+2*(n-1), parts[:n], atTable); err != nil {
				return err
			}
		}
		i = end - 1
	}
	return nil
}

// tableParts tells how many of the parts name a table, if any do.
func (r *rewriter) tableParts(parts []string, atTable bool) int {
	switch {
	case len(parts) >= 3 && strings.EqualFold(parts[0], "awscc"):
		return 3
	case atTable && (len(parts) == 2 || len(parts) == 3):
		return len(parts)
	}
	return 0
}

// table rewrites a name that stands from one token to another.
func (r *rewriter) table(at, last int, parts []string, atTable bool) error {
	name, err := r.resolve(parts, Place{r.tokens[at].Start, !atTable})
	if err != nil {
		return &NameError{r.tokens[at].Start, err}
	}
	if name == "" {
		return nil
	}
	if at > 0 && isTarget(r.tokens, at-1) {
		r.target = name
	}
	r.replace(at, last, name)
	if !slices.Contains(r.names, name) {
		r.names = append(r.names, name)
	}
	if atTable {
		lower := make([]string, len(parts))
		for i, part := range parts {
			lower[i] = strings.ToLower(part)
		}
		r.used = append(r.used, usedTable{lower, name, r.alias(last + 1)})
	}
	return nil
}

// isTarget reports whether the token before a table makes it the one to change.
func isTarget(tokens []Token, i int) bool {
	switch {
	case tokens[i].Is("INTO"), tokens[i].Is("UPDATE"):
		return true
	case tokens[i].Is("FROM"):
		return i > 0 && tokens[i-1].Is("DELETE")
	}
	return i >= 2 && tokens[i-1].Is("OR") && tokens[i-2].Is("UPDATE") // UPDATE OR REPLACE t
}

// alias notes the alias that may follow a table, and reports whether one does.
func (r *rewriter) alias(i int) bool {
	if i < len(r.tokens) && r.tokens[i].Is("AS") {
		i++
	} else if i < len(r.tokens) && r.tokens[i].Kind == Word && !aliasAllowed(r.tokens[i]) {
		return false
	}
	if i >= len(r.tokens) || !r.tokens[i].named() {
		return false
	}
	r.aliases[strings.ToLower(r.tokens[i].Name())] = true
	return true
}

// aliasAllowed refuses the words that may stand behind a table.
func aliasAllowed(token Token) bool {
	return !token.Any("WHERE", "JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS", "NATURAL", "OUTER", "ON", "USING",
		"GROUP", "HAVING", "ORDER", "LIMIT", "UNION", "EXCEPT", "INTERSECT", "WINDOW", "SET", "VALUES", "SELECT",
		"DEFAULT", "RETURNING", "INDEXED", "NOT", "WITH")
}

// qualifiers rewrites what stands before a column: s.r.column, and r.column when
// one table without an alias is called so and nothing else is.
func (r *rewriter) qualifiers() {
	for i := 0; i < len(r.tokens); i++ {
		if !r.tokens[i].named() || r.done[i] || i > 0 && r.tokens[i-1].Is(".") {
			continue
		}
		parts, end := r.dotted(i)
		if n := len(parts) - 1; n == 1 || n == 2 {
			if name := r.qualified(parts[:n]); name != "" {
				r.replace(i, i+2*(n-1), name)
			}
		}
		i = end - 1
	}
}

func (r *rewriter) qualified(parts []string) string {
	name := ""
	if len(parts) == 1 && r.aliases[strings.ToLower(parts[0])] {
		return ""
	}
	for _, table := range r.used {
		tail := table.parts[len(table.parts)-len(parts):]
		if table.aliased || !slices.EqualFunc(tail, parts, strings.EqualFold) {
			continue
		}
		if name != "" && name != table.name {
			return ""
		}
		name = table.name
	}
	return name
}

func (r *rewriter) replace(first, last int, name string) {
	for i := first; i <= last; i++ {
		r.done[i] = true
	}
	r.edits = append(r.edits, edit{
		r.tokens[first].Start, r.tokens[last].End(), `"` + strings.ReplaceAll(name, `"`, `""`) + `"`,
	})
}

// dotted reads a.b.c from token i on, and gives the index behind it. A star
// counts as a part.
func (r *rewriter) dotted(i int) (parts []string, end int) {
	parts = append(parts, r.tokens[i].Name())
	for i++; i+1 < len(r.tokens) && r.tokens[i].Is("."); i += 2 {
		if next := r.tokens[i+1]; next.named() || next.Is("*") {
			parts = append(parts, next.Name())
			continue
		}
		break
	}
	return parts, i
}
