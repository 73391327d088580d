package sqltext

import (
	"slices"
	"strconv"
	"strings"
)

// Statement is one statement of a script.
type Statement struct {
	Text  string
	Start int // byte offset in the script
}

// Split cuts a script at the semicolons between statements. Pieces without
// anything but space and comments are left out.
func Split(script string) []Statement {
	var statements []Statement
	start, empty, triggers := 0, true, triggerDepth{}
	for _, token := range append(Tokenize(script), Token{Symbol, ";", len(script)}) {
		switch {
		case token.Kind == Symbol && token.Text == ";" && !triggers.inside():
			if !empty {
				statements = append(statements, Statement{script[start:token.Start], start})
			}
			start, empty, triggers = min(token.End(), len(script)), true, triggerDepth{}
		case token.Kind != Space && token.Kind != Comment:
			empty = false
			triggers.see(token)
		}
	}
	if !empty { // a trigger that never ends
		statements = append(statements, Statement{script[start:], start})
	}
	return statements
}

// triggerDepth follows CREATE TRIGGER … BEGIN … END, whose semicolons end no
// statement.
type triggerDepth struct {
	words   []string
	trigger bool
	depth   int
}

func (d *triggerDepth) see(token Token) {
	if len(d.words) < 4 {
		d.words = append(d.words, strings.ToUpper(token.Text))
		d.trigger = d.trigger || token.Is("TRIGGER") && d.words[0] == "CREATE"
	}
	switch {
	case !d.trigger:
	case token.Any("BEGIN", "CASE"):
		d.depth++
	case token.Is("END"):
		d.depth--
	}
}

func (d *triggerDepth) inside() bool { return d.trigger && d.depth > 0 }

// Verb is the first word of a statement, by which its kind is told.
type Verb string

// The verbs that skyql treats in ways of their own. Everything else is SQLite's.
const (
	Select   Verb = "SELECT" // also WITH … SELECT and VALUES
	Insert   Verb = "INSERT"
	Update   Verb = "UPDATE"
	Delete   Verb = "DELETE"
	Show     Verb = "SHOW"
	Describe Verb = "DESCRIBE"
	Explain  Verb = "EXPLAIN"
	Set      Verb = "SET"
	Refresh  Verb = "REFRESH"
	Begin    Verb = "BEGIN"
	Other    Verb = ""
)

// VerbOf tells what a statement does. WITH counts as the verb that follows it.
func VerbOf(statement string) Verb {
	tokens := significant(Tokenize(statement))
	if len(tokens) == 0 || tokens[0].Kind != Word {
		return Other
	}
	first := tokens[0]
	if first.Is("WITH") {
		first = afterWith(tokens)
	}
	switch verb := Verb(strings.ToUpper(first.Text)); verb {
	case Select, Insert, Update, Delete, Show, Describe, Explain, Set, Refresh, Begin:
		return verb
	case "VALUES":
		return Select
	case "REPLACE":
		return Insert
	case "DESC":
		return Describe
	}
	return Other
}

// afterWith finds the verb behind common table expressions: the first one that
// stands outside all parentheses.
func afterWith(tokens []Token) Token {
	depth := 0
	for _, token := range tokens[1:] {
		switch {
		case token.Is("("):
			depth++
		case token.Is(")"):
			depth--
		case depth == 0 && token.Any("SELECT", "VALUES", "INSERT", "REPLACE", "UPDATE", "DELETE"):
			return token
		}
	}
	return tokens[0]
}

// Limited reports whether the statement as a whole has a LIMIT that may end it
// early: one outside parentheses, with no ORDER BY or GROUP BY that would have
// to see all rows first. rows is how many rows that are, with those of OFFSET; 0 if
// they are not spelled out.
//
// https://sqlite.org/lang_select.html#the_limit_clause
func Limited(statement string) (rows int64, limited bool) {
	depth, spelled := 0, true
	for _, token := range significant(Tokenize(statement)) {
		switch {
		case token.Is("("):
			depth++
		case token.Is(")"):
			depth--
		case depth == 0 && token.Any("ORDER", "GROUP", "HAVING", "UNION", "EXCEPT", "INTERSECT"):
			return 0, false
		case depth == 0 && token.Is("LIMIT"):
			rows, limited, spelled = 0, true, true
		case limited && (token.Is("OFFSET") || token.Is(",") || token.Is(";")):
		case limited:
			n, err := strconv.ParseInt(token.Text, 10, 32)
			rows, spelled = rows+n, spelled && err == nil
		}
	}
	if !spelled {
		return 0, limited
	}
	return rows, limited
}

// AsksWhetherAny reports whether the statement has an EXISTS, for which the first
// row is enough.
func AsksWhetherAny(statement string) bool {
	return slices.ContainsFunc(Tokenize(statement), func(token Token) bool { return token.Is("EXISTS") })
}

// ExplainsQueryPlan reports whether the statement is EXPLAIN QUERY PLAN, which
// SQLite answers.
func ExplainsQueryPlan(statement string) bool {
	tokens := significant(Tokenize(statement))
	return len(tokens) > 2 && tokens[0].Is("EXPLAIN") && tokens[1].Is("QUERY") && tokens[2].Is("PLAN")
}

// Explained gives what stands behind EXPLAIN, or EXPLAIN ANALYZE, at its place in
// the statement. ok is false for EXPLAIN QUERY PLAN.
func Explained(statement string) (inner string, analyze, ok bool) {
	tokens := significant(Tokenize(statement))
	if len(tokens) == 0 || !tokens[0].Is("EXPLAIN") || ExplainsQueryPlan(statement) {
		return statement, false, false
	}
	end := tokens[0].End()
	if analyze = len(tokens) > 1 && tokens[1].Is("ANALYZE"); analyze {
		end = tokens[1].End()
	}
	return statement[:tokens[0].Start] + strings.Repeat(" ", end-tokens[0].Start) + statement[end:], analyze, true
}

// ShowsPermissions reports whether the statement is SHOW PERMISSIONS.
func ShowsPermissions(statement string) bool {
	tokens := significant(Tokenize(statement))
	return len(tokens) > 1 && tokens[0].Is("SHOW") && tokens[1].Is("PERMISSIONS")
}

// Permissions gives the statement behind SHOW PERMISSIONS FOR, at its place.
func Permissions(statement string) (inner string, ok bool) {
	tokens := significant(Tokenize(statement))
	if len(tokens) < 3 || !tokens[0].Is("SHOW") || !tokens[1].Is("PERMISSIONS") || !tokens[2].Is("FOR") {
		return "", false
	}
	end := tokens[2].End()
	return strings.Repeat(" ", end) + statement[end:], true
}

// OpenComment finds a comment that is begun and never closed. SQLite would take
// the rest of the text for the comment.
func OpenComment(statement string) (offset int, open bool) {
	tokens := Tokenize(statement)
	if len(tokens) == 0 {
		return 0, false
	}
	last := tokens[len(tokens)-1]
	return last.Start, last.Kind == Broken && strings.HasPrefix(last.Text, "/*")
}

// Hints gives the words of all hint comments, /*+ … */, in upper case.
func Hints(statement string) []string {
	var hints []string
	for _, token := range Tokenize(statement) {
		if token.Kind == Comment && strings.HasPrefix(token.Text, "/*+") {
			body := strings.TrimSuffix(token.Text[3:], "*/")
			hints = append(hints, strings.Fields(strings.ToUpper(strings.ReplaceAll(body, ",", " ")))...)
		}
	}
	return hints
}
