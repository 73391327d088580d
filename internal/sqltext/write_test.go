package sqltext_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/sqltext"
)

// cut writes the clauses of a statement in one line each.
func cut(w sqltext.Write) string {
	var lines []string
	add := func(name, text string) {
		if text != "" {
			lines = append(lines, name+": "+text)
		}
	}
	add("with", w.With.Text)
	add("target", w.Target.Text)
	add("alias", w.Alias)
	for _, column := range w.Columns {
		add("column", column.Text)
	}
	add("source", w.Source.Text)
	for _, assignment := range w.Set {
		add("set", assignment.Column.Text+" = "+assignment.Value.Text)
	}
	add("from", w.From.Text)
	add("where", w.Where.Text)
	add("tail", w.Tail.Text)
	add("returning", w.Returning.Text)
	return strings.Join(lines, "\n")
}

func TestCutWrite(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ statement, want string }{
		{"INSERT INTO t (a, \"b c\") VALUES (1, (2)), (3, 'RETURNING')", `
target: t
column: a
column: b c
source: VALUES (1, (2)), (3, 'RETURNING')`},
		{"/*+ create */\nINSERT INTO awscc.cognito.user_pools (\n A,\n region\n)\nSELECT\n'x',\n'r' -- end\n", `
target: awscc.cognito.user_pools
column: A
column: region
source: SELECT
'x',
'r'`},
		{"with a as (select 1) insert into s.t as x(c) with b as (select 2) select * from a, b returning c, (select d from e)", `
with: with a as (select 1)
target: s.t as x
alias: x
column: c
source: with b as (select 2) select * from a, b
returning: c, (select d from e)`},
		{"INSERT INTO t (a) SELECT b FROM u JOIN v ON u.conflict = v.c ORDER BY 1 LIMIT 2 RETURNING *", `
target: t
column: a
source: SELECT b FROM u JOIN v ON u.conflict = v.c ORDER BY 1 LIMIT 2
returning: *`},
		{"UPDATE awscc.s3.buckets SET a = 1, b = f(x, 'y, z'), c = (SELECT 1 FROM d WHERE e), (g, h) = (7, i) WHERE j = 2", `
target: awscc.s3.buckets
set: a = 1
set: b = f(x, 'y, z')
set: c = (SELECT 1 FROM d WHERE e)
set: g = 7
set: h = i
where: j = 2`},
		{"UPDATE t AS u SET a = b IS NOT DISTINCT FROM c FROM v, w WHERE x IS DISTINCT FROM y ORDER BY q LIMIT 1 RETURNING z", `
target: t AS u
alias: u
set: a = b IS NOT DISTINCT FROM c
from: v, w
where: x IS DISTINCT FROM y
tail: ORDER BY q LIMIT 1
returning: z`},
		{"UPDATE t u SET a = CASE WHEN b THEN 'c' ELSE 'd' END", `
target: t u
alias: u
set: a = CASE WHEN b THEN 'c' ELSE 'd' END`},
		{"/*+ delete */ DELETE FROM t WHERE Identifier = 'a|b' AND region = 'x' ORDER BY 1 LIMIT 3 RETURNING Identifier", `
target: t
where: Identifier = 'a|b' AND region = 'x'
tail: ORDER BY 1 LIMIT 3
returning: Identifier`},
		{"DELETE FROM t", "\ntarget: t"},
	} {
		got, err := sqltext.CutWrite(test.statement)
		if err != nil {
			t.Errorf("%s: %v", test.statement, err)
			continue
		}
		if diff := cmp.Diff(strings.TrimPrefix(test.want, "\n"), cut(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.statement, diff)
		}
	}
}

func TestCutWriteRefuses(t *testing.T) {
	t.Parallel()
	for statement, want := range map[string]string{
		"INSERT OR REPLACE INTO t (a) VALUES (1)":             `OR REPLACE has no meaning`,
		"REPLACE INTO t (a) VALUES (1)":                       `REPLACE has no meaning`,
		"UPDATE OR IGNORE t SET a = 1":                        `OR IGNORE has no meaning`,
		"INSERT INTO t DEFAULT VALUES":                        `DEFAULT VALUES says nothing`,
		"INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING": `ON CONFLICT has no meaning`,
		"INSERT INTO t (a VALUES (1)":                         `near "VALUES": expected a comma`,
		"INSERT INTO t (a,) VALUES (1)":                       `near ")": expected the name of a column`,
		"INSERT INTO (a) VALUES (1)":                          `expected the name of a table`,
		"INSERT t (a) VALUES (1)":                             `expected INTO`,
		"INSERT INTO t (a)":                                   `at the end: expected VALUES or SELECT`,
		"UPDATE t WHERE a = 1":                                `expected SET`,
		"UPDATE t SET a 1":                                    `expected =`,
		"UPDATE t SET a = WHERE b":                            `expected a value`,
		"UPDATE t SET (a, b) = (SELECT 1, 2)":                 `one assignment for each column`,
		"UPDATE t SET (a, b) = (1)":                           `2 columns are set`,
		"UPDATE t SET (a) = (1, 2)":                           `1 columns are set`,
		"DELETE t WHERE a":                                    `expected FROM`,
		"DELETE FROM t WHERE":                                 `expected something behind WHERE`,
		"DELETE FROM t WHERE a RETURNING":                     `expected something`,
		"DELETE FROM t WHERE a RETURNING b LIMIT 1":           `nothing stands behind RETURNING`,
		"UPDATE t SET a = 1) || (2 WHERE b":                   `near ")"`,
		"DELETE FROM t WHERE a) OR (b":                        `near ")"`,
		"INSERT INTO t (SELECT 1)":                            `expected VALUES or SELECT`,
		"WITH d AS (DELETE FROM t) SELECT 1":                  `cannot be written in triggers`,
		"DELETE FROM t USING u":                               `expected the end`,
		"DELETE FROM t AS WHERE a":                            ``,
	} {
		_, err := sqltext.CutWrite(statement)
		if err == nil && want != "" {
			t.Errorf("%s: no error", statement)
		} else if err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: want %q, have %v", statement, want, err)
		}
	}
}

func TestListed(t *testing.T) {
	t.Parallel()
	for statement, want := range map[string]bool{
		"INSERT INTO t (a) VALUES (1), (2)":                        true,
		"INSERT INTO t (a) VALUES (1) UNION ALL SELECT 2":          false,
		"INSERT INTO t (a) VALUES ((SELECT 1 UNION SELECT 2))":     true,
		"INSERT INTO t (a) SELECT 1":                               false,
		"INSERT INTO t (a) WITH b AS (VALUES (1)) SELECT * FROM b": false,
	} {
		if w, err := sqltext.CutWrite(statement); err != nil || w.Listed != want {
			t.Errorf("%s: %v, %v", statement, w.Listed, err)
		}
	}
}

func TestBody(t *testing.T) {
	t.Parallel()
	for statement, want := range map[string]string{
		"UPDATE t SET a = 1 WHERE b -- c":                    "UPDATE t SET a = 1 WHERE b",
		"WITH x AS (SELECT 1) DELETE FROM t WHERE b LIMIT 1": "WITH x AS (SELECT 1) DELETE FROM t WHERE b",
		"DELETE FROM t WHERE b RETURNING c":                  "DELETE FROM t WHERE b",
	} {
		if w, err := sqltext.CutWrite(statement); err != nil || w.Body.Text != want {
			t.Errorf("%s: %q, %v", statement, w.Body.Text, err)
		}
	}
}

func TestTakeEqualities(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ where, want, left string }{
		{"Token = 'a' AND b = 1", "map[Token:a]", "true        AND b = 1"},
		{"b = 1 AND Token='it''s'", "map[Token:it's]", "b = 1 AND true"},
		{"a BETWEEN 1 AND 2 AND Token = 'a'", "map[Token:a]", "a BETWEEN 1 AND 2 AND true"},
		{"a BETWEEN 1 AND Token = 'a'", "map[]", "a BETWEEN 1 AND Token = 'a'"},
		{"Token = 'a' OR b = 1", "map[]", "Token = 'a' OR b = 1"},
		{"(Token = 'a') AND b", "map[]", "(Token = 'a') AND b"},
		{"NOT Token = 'a' AND b", "map[]", "NOT Token = 'a' AND b"},
		{"Token = 'a' || c AND b", "map[]", "Token = 'a' || c AND b"},
		{"t.Token = 'a' AND b", "map[]", "t.Token = 'a' AND b"},
		{"Token = 'a'", "map[Token:a]", ""},
		{"Token = 5 AND b", "map[]", "Token = 5 AND b"},
	} {
		w, err := sqltext.CutWrite("DELETE FROM t WHERE " + test.where)
		if err != nil {
			t.Fatal(err)
		}
		got := w.TakeEqualities(func(column string) bool { return column == "Token" })
		if left := strings.TrimRight(w.Where.Text, " "); fmt.Sprint(got) != test.want && (len(got) > 0 || test.want != "map[]") || left != test.left {
			t.Errorf("%s: have %v, left %q", test.where, got, left)
		}
	}
}

func TestExplained(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		statement, inner string
		analyze, ok      bool
	}{
		{"EXPLAIN DELETE FROM t", "        DELETE FROM t", false, true},
		{"/* x */ explain analyze DELETE FROM t", "/* x */                 DELETE FROM t", true, true},
		{"EXPLAIN QUERY PLAN DELETE FROM t", "EXPLAIN QUERY PLAN DELETE FROM t", false, false},
		{"SELECT 1", "SELECT 1", false, false},
	} {
		inner, analyze, ok := sqltext.Explained(test.statement)
		if inner != test.inner || analyze != test.analyze || ok != test.ok {
			t.Errorf("%s: have %q %v %v", test.statement, inner, analyze, ok)
		}
	}
}

func TestComposer(t *testing.T) {
	t.Parallel()
	statement := "UPDATE t SET a = bad WHERE worse"
	w, err := sqltext.CutWrite(statement)
	if err != nil {
		t.Fatal(err)
	}
	c := &sqltext.Composer{}
	c.Add("SELECT (")
	c.Clause(w.Set[0].Value)
	c.Add(") FROM t WHERE ")
	c.Clause(w.Where)
	for _, word := range []string{"bad", "worse"} {
		if got, want := c.Original(strings.Index(c.String(), word)), strings.Index(statement, word); got != want {
			t.Errorf("%s: want offset %d, have %d", word, want, got)
		}
	}
}

// FuzzCutWrite: nothing breaks, and each clause stands in the statement where it
// says.
func FuzzCutWrite(f *testing.F) {
	for _, seed := range []string{
		"INSERT INTO t (a) VALUES (1) RETURNING *", "UPDATE t SET a = (1, 2), (b, c) = (3, 4) WHERE d",
		"WITH x AS (SELECT 1) DELETE FROM a.b.c AS d WHERE e ORDER BY f LIMIT 1", "UPDATE t SET (((", "INSERT INTO t (", "WITH",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, statement string) {
		w, err := sqltext.CutWrite(statement)
		if err != nil {
			return
		}
		clauses := []sqltext.Clause{w.With, w.Target, w.Source, w.From, w.Where, w.Tail, w.Returning}
		for _, assignment := range w.Set {
			clauses = append(clauses, assignment.Value)
		}
		for _, clause := range clauses {
			if !strings.HasPrefix(statement[clause.Start:], clause.Text) {
				t.Errorf("%q: %s", statement, fmt.Sprintf("%+v", clause))
			}
		}
	})
}
