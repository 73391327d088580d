package engine

import (
	"fmt"

	"skyql/internal/sqltext"
	"skyql/internal/table"
)

// begin starts the query that tells what to write.
func (w *write) begin(composed *sqltext.Composer) {
	if w.cut.With.Given() {
		composed.Clause(w.cut.With)
		composed.Add(" ")
	}
}

// targets starts the query for the resources that an UPDATE or DELETE changes:
// these columns of theirs.
func (w *write) targets(columns ...string) *sqltext.Composer {
	composed := &sqltext.Composer{}
	w.begin(composed)
	composed.Add("SELECT ")
	for i, name := range columns {
		if i > 0 {
			composed.Add(", ")
		}
		composed.Add(w.qualifier() + "." + table.Quote(name))
	}
	return composed
}

// qualifier is what columns of the target are called by, which the other tables
// of an UPDATE … FROM may have as well.
func (w *write) qualifier() string {
	if w.cut.Alias != "" {
		return table.Quote(w.cut.Alias)
	}
	return table.Quote(w.name)
}

// where ends the query for the targets.
func (w *write) where(composed *sqltext.Composer) {
	composed.Add(" FROM ")
	composed.Clause(w.cut.Target)
	for _, part := range []struct {
		word   string
		clause sqltext.Clause
	}{{", ", w.cut.From}, {" WHERE ", w.cut.Where}, {" ", w.cut.Tail}} {
		if part.clause.Given() {
			composed.Add(part.word)
			composed.Clause(part.clause)
		}
	}
}

// each runs the query that tells what to write and visits its rows. Nothing may
// be written when not all of them could be found.
func (w *write) each(composed *sqltext.Composer, columns int, visit func(row []any) error) (n int, err error) {
	s := w.session
	statement, err := w.composed(composed)
	if err != nil {
		return 0, err
	}
	if w.cut.Verb != sqltext.Insert {
		statement.trusted = w.name
	}
	result, err := s.run(statement)
	if err != nil {
		return 0, err
	}
	defer result.Close()
	if len(result.Columns) != columns {
		return 0, located(w.source, &sqltext.NameError{Offset: w.cut.Source.Start, Err: fmt.Errorf(
			"the statement writes %d %s and gives %d %s",
			columns, plural(columns, "column"), len(result.Columns), plural(len(result.Columns), "value"))})
	}
	for {
		row, err := result.Next()
		if err != nil {
			return n, err
		}
		if row == nil {
			break
		}
		n++
		if err := visit(row); err != nil {
			return n, err
		}
	}
	for _, used := range statement.fetcher.Operations() {
		w.used[used] = true
	}
	if problems := s.problems; len(problems) > 0 {
		s.problems = nil
		return n, fmt.Errorf("not everything that the %s depends on could be read, so nothing was %s: %w",
			w.cut.Verb, w.done(), problems[0].Err)
	}
	return n, nil
}

// composed makes a statement of the pieces of this one.
func (w *write) composed(composed *sqltext.Composer) (*statement, error) {
	source := composed.String()
	rewritten, err := sqltext.Rewrite(source, func(parts []string, _ sqltext.Place) (string, error) { return w.session.resolve(w.ctx, parts) })
	if err != nil {
		return nil, w.located(composed, err)
	}
	statement := w.session.newStatement(w.ctx, source, rewritten)
	statement.whole, statement.origin = w.source, composed.Original
	return statement, nil
}

// located adds the place to an error about a name in a composed query.
func (w *write) located(composed *sqltext.Composer, err error) error {
	if name, ok := err.(*sqltext.NameError); ok {
		return located(w.source, &sqltext.NameError{Offset: composed.Original(name.Offset), Err: name.Err})
	}
	return err
}

// TooManyError refuses a statement that would change more than the user is likely
// to mean.
type TooManyError struct {
	Verb    sqltext.Verb
	Table   string
	Things  string // what the table holds
	Count   int
	Most    int
	AllRows bool // there is no WHERE
}

// Error tells the number and the way to allow it.
func (e *TooManyError) Error() string {
	what := map[sqltext.Verb]string{sqltext.Insert: "create", sqltext.Update: "change", sqltext.Delete: "delete"}[e.Verb]
	if e.AllRows {
		return fmt.Sprintf("%s without WHERE would %s all %s of %s, %d at present; nothing was done. If that is meant, add WHERE true",
			e.Verb, what, e.Things, e.Table, e.Count) + e.allow()
	}
	return fmt.Sprintf("the %s would %s %d %s of %s, more than max_changes allows, %d; nothing was done. If that is meant",
		e.Verb, what, e.Count, e.Things, e.Table, e.Most) + e.allow()
}

func (e *TooManyError) allow() string {
	if e.Count <= e.Most {
		return ""
	}
	return fmt.Sprintf(", SET max_changes = %d, or --max-changes %d", e.Count, e.Count)
}

// refuseTooMany refuses more changes than max_changes allows.
func (w *write) refuseTooMany(count, most int) error {
	if most < 0 || count <= most {
		return nil
	}
	return &TooManyError{Verb: w.cut.Verb, Table: w.name, Things: w.things(count), Count: count, Most: most}
}

// refuseWithoutWhere refuses to change all resources, and tells how many there
// are.
func (w *write) refuseWithoutWhere() error {
	if w.cut.Where.Given() {
		return nil
	}
	composed := w.targets(table.RegionColumn)
	composed.Add(" FROM ")
	composed.Clause(w.cut.Target)
	n, err := w.each(composed, 1, func([]any) error { return nil })
	if err != nil {
		return err
	}
	return &TooManyError{
		Verb: w.cut.Verb, Table: w.name, Things: w.things(2), Count: n, Most: w.session.opts.Write.MaxChanges, AllRows: true,
	}
}
