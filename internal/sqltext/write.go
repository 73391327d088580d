package sqltext

import (
	"errors"
	"fmt"
	"strings"
)

// Clause is a piece of a statement. The zero Clause is one that is not there.
type Clause struct {
	Text  string
	Start int // byte offset in the statement
}

// Given reports whether the statement has the clause.
func (c Clause) Given() bool { return c.Text != "" }

// Name is a column as a statement names it, without quotes.
type Name struct {
	Text  string
	Start int // byte offset in the statement
}

// Assignment is one "column = expression" of an UPDATE, or one
// "(column, …) = (expression, …)" taken apart.
type Assignment struct {
	Column Name
	Value  Clause
}

// Write is an INSERT, UPDATE or DELETE cut into its clauses. Those of a query,
// put together again, are the SELECT that tells what to write.
//
// https://sqlite.org/lang_insert.html
// https://sqlite.org/lang_update.html
// https://sqlite.org/lang_delete.html
type Write struct {
	Verb      Verb
	With      Clause // the common table expressions, the word WITH included
	Target    Clause // the table with its alias, as it stands
	Alias     string // "" if there is none
	Columns   []Name // of an INSERT
	Source    Clause // of an INSERT: VALUES … or SELECT …
	Listed    bool   // the Source is VALUES and nothing else: somebody wrote each row
	Set       []Assignment
	From      Clause // of an UPDATE, without the word FROM
	Where     Clause // without the word WHERE
	Tail      Clause // ORDER BY … LIMIT …
	Returning Clause // without the word RETURNING
	// Body is the statement without its Tail and Returning: what any SQL database
	// could check.
	Body Clause
}

// CutWrite cuts a statement whose verb is INSERT, UPDATE or DELETE. What it
// refuses is a *NameError with the place.
func CutWrite(statement string) (Write, error) {
	all := significant(Tokenize(statement))
	c := cutter{statement: statement, parser: parser{tokens: all}}
	var w Write
	if c.peek().Is("WITH") {
		verb := afterWith(all)
		w.With = c.between(c.peek().Start, verb.Start)
		for c.at < len(all) && c.peek().Start < verb.Start {
			c.at++
		}
	}
	w.Verb = Verb(strings.ToUpper(c.next().Text))
	var err error
	switch w.Verb {
	case Insert, "REPLACE":
		err = c.insert(&w)
	case Update:
		err = c.update(&w)
	case Delete:
		if !c.accept("FROM") {
			return w, c.expected("FROM")
		}
		if err = c.target(&w); err == nil {
			err = c.rest(&w)
		}
	default:
		err = errors.New("tables of AWS cannot be written in triggers or in common table expressions")
	}
	if !w.Body.Given() {
		w.Body = c.between(0, len(statement))
	}
	return w, err
}

type cutter struct {
	parser
	statement string
}

// between gives the piece of the statement from one offset to another, without
// the space and comments at its end.
func (c *cutter) between(start, end int) Clause {
	last := start
	for _, token := range c.tokens {
		if token.Start >= start && token.Start < end {
			last = token.End()
		}
	}
	return Clause{c.statement[start:last], start}
}

// offset is where the next token stands.
func (c *cutter) offset() int {
	if c.at < len(c.tokens) {
		return c.tokens[c.at].Start
	}
	return len(c.statement)
}

func (c *cutter) refuse(format string, args ...any) error {
	return &NameError{c.offset(), fmt.Errorf(format, args...)}
}

// target reads the name of the table and its alias.
func (c *cutter) target(w *Write) error {
	start := c.offset()
	if c.peek().Any("OR") {
		return c.refuse("%s %s has no meaning for resources: AWS refuses what exists already, and nothing is replaced",
			w.Verb, strings.ToUpper("OR "+c.after().Text))
	}
	if c.name() == nil {
		return c.expected("the name of a table")
	}
	if c.accept("AS") {
		if !c.peek().named() {
			return c.expected("an alias")
		}
		w.Alias = c.next().Name()
	} else if next := c.peek(); next.named() && aliasAllowed(next) {
		w.Alias = c.next().Name()
	}
	w.Target = c.between(start, c.offset())
	return nil
}

func (c *cutter) after() Token {
	if c.at+1 < len(c.tokens) {
		return c.tokens[c.at+1]
	}
	return Token{}
}

func (c *cutter) insert(w *Write) error {
	if w.Verb == "REPLACE" {
		return c.refuse("REPLACE has no meaning for resources: write INSERT, or UPDATE what exists")
	}
	if c.peek().Is("OR") {
		return c.target(w) // refuses
	}
	if !c.accept("INTO") {
		return c.expected("INTO")
	}
	if err := c.target(w); err != nil {
		return err
	}
	if c.peek().Is("(") && !c.after().Any("SELECT", "WITH", "VALUES") {
		if err := c.columns(w); err != nil {
			return err
		}
	}
	if c.peek().Is("DEFAULT") {
		return c.refuse("DEFAULT VALUES says nothing about the resource: name its columns and their values")
	}
	if !c.peek().Any("SELECT", "VALUES", "WITH") {
		return c.expected("VALUES or SELECT")
	}
	w.Listed = c.peek().Is("VALUES")
	start := c.offset()
	c.skip(func(t Token) bool {
		w.Listed = w.Listed && !t.Any("UNION", "EXCEPT", "INTERSECT")
		return t.Is("RETURNING") || t.Is("ON") && c.after().Is("CONFLICT")
	})
	w.Source = c.between(start, c.offset())
	if c.peek().Is("ON") {
		return c.refuse("ON CONFLICT has no meaning for resources: AWS refuses what exists already")
	}
	return c.rest(w)
}

// columns reads the list of an INSERT.
func (c *cutter) columns(w *Write) error {
	c.at++
	for {
		if !c.peek().named() {
			return c.expected("the name of a column")
		}
		token := c.next()
		w.Columns = append(w.Columns, Name{token.Name(), token.Start})
		switch {
		case c.accept(")"):
			return nil
		case !c.accept(","):
			return c.expected("a comma or the end of the list of columns")
		}
	}
}

func (c *cutter) update(w *Write) error {
	if err := c.target(w); err != nil {
		return err
	}
	if !c.accept("SET") {
		return c.expected("SET")
	}
	for {
		if err := c.assignment(w); err != nil {
			return err
		}
		if !c.accept(",") {
			return c.rest(w)
		}
	}
}

// assignment reads one assignment of an UPDATE.
func (c *cutter) assignment(w *Write) error {
	if c.peek().Is("(") {
		return c.rowAssignment(w)
	}
	if !c.peek().named() {
		return c.expected("the name of a column")
	}
	column := c.next()
	if !c.accept("=") {
		return c.expected("=")
	}
	value := c.expression(endsExpression)
	if !value.Given() {
		return c.expected("a value")
	}
	w.Set = append(w.Set, Assignment{Name{column.Name(), column.Start}, value})
	return nil
}

// rowAssignment reads "(a, b) = (1, 2)".
func (c *cutter) rowAssignment(w *Write) error {
	var list Write
	if err := c.columns(&list); err != nil {
		return err
	}
	if !c.accept("=") {
		return c.expected("=")
	}
	if !c.peek().Is("(") || c.after().Any("SELECT", "WITH", "VALUES") {
		return c.refuse("a list of columns takes a list of values here: write one assignment for each column of a subquery")
	}
	c.at++
	for i, column := range list.Columns {
		value := c.expression(func(t Token) bool { return t.Any(",", ")") })
		if !value.Given() {
			return c.expected("a value")
		}
		w.Set = append(w.Set, Assignment{column, value})
		if last := i == len(list.Columns)-1; last && !c.accept(")") || !last && !c.accept(",") {
			return c.refuse("%d columns are set, to another number of values", len(list.Columns))
		}
	}
	return nil
}

// endsExpression reports whether the token ends an assignment's value, when it
// stands outside of parentheses.
func endsExpression(t Token) bool {
	return t.Any(",", "FROM", "WHERE", "ORDER", "LIMIT", "RETURNING")
}

// expression reads up to a token that ends it.
func (c *cutter) expression(ends func(Token) bool) Clause {
	start := c.offset()
	c.skip(ends)
	return c.between(start, c.offset())
}

// skip goes to the next token outside of parentheses for which ends holds, or that
// closes one that was opened before.
func (c *cutter) skip(ends func(Token) bool) {
	for depth := 0; c.at < len(c.tokens); c.at++ {
		token := c.tokens[c.at]
		if depth == 0 && ends(token) && !(token.Is("FROM") && isDistinctFrom(c.tokens, c.at)) {
			return
		}
		switch {
		case token.Is("("):
			depth++
		case token.Is(")"):
			if depth == 0 {
				return
			}
			depth--
		}
	}
}

// rest reads the clauses that UPDATE and DELETE have in common, and RETURNING.
func (c *cutter) rest(w *Write) error {
	for c.at < len(c.tokens) {
		var clause *Clause
		word := c.peek()
		if word.Any("ORDER", "LIMIT", "RETURNING") && !w.Body.Given() {
			w.Body = c.between(0, word.Start)
		}
		switch {
		case w.Returning.Given():
			return c.refuse("nothing stands behind RETURNING: ORDER BY and LIMIT come before it")
		case word.Is("FROM") && w.Verb == Update && !w.From.Given():
			clause = &w.From
		case word.Is("WHERE") && w.Verb != Insert && !w.Where.Given():
			clause = &w.Where
		case word.Any("ORDER", "LIMIT") && w.Verb != Insert && !w.Tail.Given():
			start := c.offset()
			c.skip(func(t Token) bool { return t.Is("RETURNING") })
			w.Tail = c.between(start, c.offset())
			continue
		case word.Is("RETURNING") && !w.Returning.Given():
			clause = &w.Returning
		default:
			return c.expected("the end of the statement")
		}
		c.at++
		*clause = c.expression(func(t Token) bool {
			return t.Any("WHERE", "ORDER", "LIMIT", "RETURNING") && !(w.Verb == Insert && t.Any("ORDER", "LIMIT"))
		})
		if !clause.Given() {
			return c.expected("something behind " + strings.ToUpper(word.Text))
		}
	}
	return nil
}

// TakeEqualities takes conditions of the form "column = 'text'" out of the WHERE
// clause, where they are joined to the rest by AND alone, and gives the texts by
// the columns that wanted asks for. Everything else keeps its place.
func (w *Write) TakeEqualities(wanted func(column string) bool) map[string]string {
	found := map[string]string{}
	tokens := significant(Tokenize(w.Where.Text))
	text := []byte(w.Where.Text)
	depth, rest, betweens, begins := 0, 0, 0, true
	for i := 0; i < len(tokens); i++ {
		first := begins // of a condition
		begins = false
		switch token := tokens[i]; {
		case token.Is("("):
			depth++
		case token.Is(")"):
			depth--
		case depth == 0 && token.Is("OR"):
			return nil
		case depth == 0 && token.Is("BETWEEN"):
			betweens++
		case depth == 0 && token.Is("AND") && betweens > 0:
			betweens--
		case depth == 0 && token.Is("AND"):
			begins = true
			continue
		case first && depth == 0 && i+2 < len(tokens) && token.named() && tokens[i+1].Is("=") && tokens[i+2].Kind == String &&
			(i+3 == len(tokens) || tokens[i+3].Is("AND")) && wanted(token.Name()):
			found[token.Name()] = Literal(tokens[i+2].Text)
			for at := token.Start; at < tokens[i+2].End(); at++ {
				text[at] = ' '
			}
			copy(text[token.Start:], "true")
			i += 2
			continue
		}
		rest++
	}
	w.Where.Text = string(text)
	if rest == 0 && len(found) > 0 { // nothing else tells which resources are meant
		w.Where = Clause{}
	}
	return found
}

// Composer puts a statement together from pieces of another one and of its own
// text, and knows where each came from.
type Composer struct {
	text   strings.Builder
	pieces []piece
}

type piece struct{ at, origin int }

// Add appends text that the other statement does not have.
func (c *Composer) Add(text string) { c.text.WriteString(text) }

// Clause appends a piece of the other statement.
func (c *Composer) Clause(clause Clause) {
	c.pieces = append(c.pieces, piece{c.text.Len(), clause.Start})
	c.text.WriteString(clause.Text)
}

// String gives the statement.
func (c *Composer) String() string { return c.text.String() }

// Original maps an offset to the other statement: that of the piece it lies in,
// or behind.
func (c *Composer) Original(offset int) int {
	origin := 0
	for _, p := range c.pieces {
		if p.at <= offset {
			origin = p.origin + offset - p.at
		}
	}
	return origin
}
