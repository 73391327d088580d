package engine

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"skyql/internal/change"
	"skyql/internal/resource"
	"skyql/internal/sqltext"
	"skyql/internal/table"
)

// shadowPrefix stands before the name of a table in that of its shadow, which no
// statement can name.
const shadowPrefix = "shadow of "

// check has SQLite compile an UPDATE or DELETE as it stands, against an empty
// table of the same columns: the query that is made of its clauses would accept
// more than the statement may say, such as an aggregate or a UNION.
func (w *write) check() error {
	if w.cut.Verb == sqltext.Insert {
		return nil // its query is run as it stands
	}
	s := w.session
	shadow := shadowPrefix + w.name
	var columns []string
	seen := map[string]bool{}
	for _, name := range w.to.writes() {
		if lower := strings.ToLower(name); !seen[lower] {
			seen[lower] = true
			columns = append(columns, table.Quote(name))
		}
	}
	if err := s.db.Exec("CREATE TEMP TABLE " + table.Quote(shadow) + "(" + strings.Join(columns, ", ") + ")"); err != nil {
		return fmt.Errorf("%s: %w", w.name, err)
	}
	defer func() { _ = s.db.Exec("DROP TABLE temp." + table.Quote(shadow)) }() // it is empty
	composed := &sqltext.Composer{}
	composed.Clause(w.cut.Body)
	rewritten, err := sqltext.Rewrite(composed.String(), func(parts []string, at sqltext.Place) (string, error) {
		name, err := s.resolve(w.ctx, parts)
		if err == nil && (at.Offset == w.cut.Target.Start || at.Qualifier && name == w.name) {
			name = shadow
		}
		return name, err
	})
	if err != nil {
		return w.located(composed, err)
	}
	statement := s.newStatement(w.ctx, composed.String(), rewritten)
	statement.whole, statement.origin = w.source, composed.Original
	statement.enter()
	prepared, _, err := s.db.Prepare(rewritten.Text)
	if err != nil {
		return w.placed(statement.explainFailure(err))
	}
	if prepared.BindCount() > 0 {
		err = unbound(prepared)
	}
	_ = prepared.Close() // it never ran
	return err
}

// placed adds the place of a column that is set, which SQLite does not tell.
func (w *write) placed(err error) error {
	var failed *SQLError
	if !errors.As(err, &failed) || failed.Line > 0 {
		return err
	}
	for _, assignment := range w.cut.Set {
		if strings.Contains(failed.Message, strconv.Quote(assignment.Column.Text)) {
			failed.Line, failed.Column = position(w.source, assignment.Column.Start)
			failed.Source = w.source
			break
		}
	}
	return failed
}

// callColumns say what goes to the call of a DELETE. An UPDATE sets them.
var callColumns = []string{"ClientToken", "RoleArn", "TypeVersionId"}

// takeCall takes conditions on the call's own columns out of the WHERE clause of a
// DELETE, as a stack file may have them.
func (w *write) takeCall() {
	if w.cut.Verb != sqltext.Delete {
		return
	}
	own := func(column string) string {
		for _, name := range callColumns {
			if strings.EqualFold(column, "_"+name) || strings.EqualFold(column, name) && !w.to.has(column) {
				return name
			}
		}
		return ""
	}
	for column, text := range w.cut.TakeEqualities(func(column string) bool { return own(column) != "" }) {
		switch own(column) {
		case "ClientToken":
			w.call.ClientToken = text
		case "RoleArn":
			w.call.RoleARN = text
		case "TypeVersionId":
			w.call.TypeVersionID = text
		}
	}
}

// checkTokens refuses a ClientToken that several changes have: AWS would take the
// second for the first, made again.
func (w *write) checkTokens() error {
	type token struct {
		scope resource.Scope
		text  string
	}
	counts := map[token]int{}
	for _, c := range w.changes {
		if c.ClientToken != "" && !c.Unchanged() {
			counts[token{c.Scope, c.ClientToken}]++
		}
	}
	for t, n := range counts {
		if n > 1 {
			return fmt.Errorf("ClientToken %q is that of %d changes in %s; nothing was sent. Each change needs a token of its own",
				t.text, n, t.scope)
		}
	}
	return nil
}

// withCall adds what the WHERE clause says of the call.
func (w *write) withCall(c change.Change) change.Change {
	c.Call = w.call
	return c
}
