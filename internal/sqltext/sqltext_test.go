package sqltext_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/sqltext"
)

// resolve knows two services, as the engine would.
func resolve(parts []string, _ sqltext.Place) (string, error) {
	lower := strings.ToLower(strings.Join(parts, "."))
	lower = strings.TrimPrefix(lower, "awscc.")
	switch service, table, _ := strings.Cut(lower, "."); service {
	case "s3", "cognito", "skyql":
		if service == "skyql" {
			return "skyql." + table, nil
		}
		return "awscc." + service + "." + table, nil
	case "main", "temp":
		return "", nil
	}
	return "", errors.New("no service " + lower)
}

func TestRewrite(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, in, want string }{
		{"three parts", `SELECT * FROM awscc.s3.buckets`, `SELECT * FROM "awscc.s3.buckets"`},
		{"two parts", `SELECT * FROM s3.buckets b`, `SELECT * FROM "awscc.s3.buckets" b`},
		{"any case and quotes", "SELECT * FROM AwsCC.\"S3\".`Buckets`", `SELECT * FROM "awscc.s3.buckets"`},
		{"one pair of quotes", `DELETE FROM "awscc.s3.buckets" WHERE buckets.x`, `DELETE FROM "awscc.s3.buckets" WHERE "awscc.s3.buckets".x`},
		{"spaces and comments between", "SELECT * FROM awscc . s3 /* x */ . buckets", `SELECT * FROM "awscc.s3.buckets"`},
		{"join and comma", `SELECT 1 FROM s3.a, s3.b JOIN s3.c ON a.x = b.y, s3.d`,
			`SELECT 1 FROM "awscc.s3.a", "awscc.s3.b" JOIN "awscc.s3.c" ON "awscc.s3.a".x = "awscc.s3.b".y, "awscc.s3.d"`},
		{"columns are left alone", `SELECT b.name, c.id FROM s3.buckets b, s3.clients AS c`,
			`SELECT b.name, c.id FROM "awscc.s3.buckets" b, "awscc.s3.clients" AS c`},
		{"column of a full name", `SELECT awscc.s3.buckets.name FROM awscc.s3.buckets`,
			`SELECT "awscc.s3.buckets".name FROM "awscc.s3.buckets"`},
		{"column behind the last part", `SELECT buckets.name, buckets.* FROM s3.buckets`,
			`SELECT "awscc.s3.buckets".name, "awscc.s3.buckets".* FROM "awscc.s3.buckets"`},
		{"column behind two parts", `SELECT s3.buckets.name FROM s3.buckets WHERE s3.buckets.x = 1`,
			`SELECT "awscc.s3.buckets".name FROM "awscc.s3.buckets" WHERE "awscc.s3.buckets".x = 1`},
		{"an alias wins over the last part", `SELECT users.a FROM s3.users AS u, cognito.pools users`,
			`SELECT users.a FROM "awscc.s3.users" AS u, "awscc.cognito.pools" users`},
		{"two tables of one name", `SELECT users.a FROM s3.users, cognito.users`,
			`SELECT users.a FROM "awscc.s3.users", "awscc.cognito.users"`},
		{"subquery", `SELECT * FROM (SELECT * FROM s3.a) x WHERE y IN (SELECT z FROM s3.b)`,
			`SELECT * FROM (SELECT * FROM "awscc.s3.a") x WHERE y IN (SELECT z FROM "awscc.s3.b")`},
		{"parenthesised join", `SELECT 1 FROM (s3.a JOIN s3.b USING (id))`,
			`SELECT 1 FROM ("awscc.s3.a" JOIN "awscc.s3.b" USING (id))`},
		{"values in IN are no tables", `SELECT 1 FROM s3.a WHERE x IN (a.b, s3.c)`,
			`SELECT 1 FROM "awscc.s3.a" WHERE x IN ("awscc.s3.a".b, s3.c)`},
		{"IN a table", `SELECT 1 WHERE 1 IN s3.a`, `SELECT 1 WHERE 1 IN "awscc.s3.a"`},
		{"strings and comments", `SELECT 'FROM awscc.s3.x' -- FROM awscc.s3.y
FROM awscc.s3.z`, `SELECT 'FROM awscc.s3.x' -- FROM awscc.s3.y
FROM "awscc.s3.z"`},
		{"is distinct from", `SELECT 1 FROM s3.a t WHERE t.x IS DISTINCT FROM t.y AND t.x IS NOT DISTINCT FROM s3.z`,
			`SELECT 1 FROM "awscc.s3.a" t WHERE t.x IS DISTINCT FROM t.y AND t.x IS NOT DISTINCT FROM s3.z`},
		{"common table expression", `WITH a AS (SELECT * FROM s3.a) SELECT a.x FROM a`,
			`WITH a AS (SELECT * FROM "awscc.s3.a") SELECT a.x FROM a`},
		{"local databases", `SELECT * FROM main.t, temp.u`, `SELECT * FROM main.t, temp.u`},
		{"own tables", `SELECT * FROM skyql.types`, `SELECT * FROM "skyql.types"`},
		{"function", `SELECT * FROM s3.a, json_each(a.x) j`, `SELECT * FROM "awscc.s3.a", json_each("awscc.s3.a".x) j`},
		{"order by list", `SELECT 1 FROM s3.a ORDER BY a.x, a.y`,
			`SELECT 1 FROM "awscc.s3.a" ORDER BY "awscc.s3.a".x, "awscc.s3.a".y`},
		{"insert", `INSERT INTO s3.a (x) SELECT y FROM s3.b`, `INSERT INTO "awscc.s3.a" (x) SELECT y FROM "awscc.s3.b"`},
		{"update", `UPDATE s3.a SET x = a.y`, `UPDATE "awscc.s3.a" SET x = "awscc.s3.a".y`},
		{"update or replace", `UPDATE OR REPLACE s3.a SET x = 1`, `UPDATE OR REPLACE "awscc.s3.a" SET x = 1`},
		{"upsert", `INSERT INTO t VALUES (1) ON CONFLICT DO UPDATE SET x = 1`, `INSERT INTO t VALUES (1) ON CONFLICT DO UPDATE SET x = 1`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := sqltext.Rewrite(test.in, resolve)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got.Text); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRewriteTells(t *testing.T) {
	t.Parallel()
	got, err := sqltext.Rewrite(`DELETE FROM s3.a WHERE x IN (SELECT y FROM cognito.b JOIN s3.a)`, resolve)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"awscc.s3.a", "awscc.cognito.b"}, got.Tables); diff != "" {
		t.Errorf("tables (-want +got):\n%s", diff)
	}
	if got.Target != "awscc.s3.a" {
		t.Errorf("target: have %q", got.Target)
	}
	_, err = sqltext.Rewrite("SELECT *\nFROM s4.x", resolve)
	var name *sqltext.NameError
	if !errors.As(err, &name) || name.Offset != 14 {
		t.Errorf("want an error at 14, have %#v", err)
	}
}

func TestOriginal(t *testing.T) {
	t.Parallel()
	in := `SELECT x FROM s3.a JOIN s3.b ON oops`
	got, err := sqltext.Rewrite(in, resolve)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"x", "FROM", "JOIN", "ON", "oops"} {
		have := got.Original(strings.Index(got.Text, word))
		if want := strings.Index(in, word); have != want {
			t.Errorf("%s: want %d, have %d", word, want, have)
		}
	}
}

func TestSplit(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, script string
		want         []string
	}{
		{"one", "SELECT 1", []string{"SELECT 1"}},
		{"two and a tail", "SELECT 1; SELECT ';' ;\n-- end\n", []string{"SELECT 1", " SELECT ';' "}},
		{"nothing", " ; /* x */ ;; ", nil},
		{"comments hide", "SELECT 1 -- a; b\n; SELECT /* ; */ 2", []string{"SELECT 1 -- a; b\n", " SELECT /* ; */ 2"}},
		{"trigger", "CREATE TEMP TRIGGER t AFTER INSERT ON x BEGIN SELECT 1; SELECT CASE 1 WHEN 2 THEN 3 END; END; SELECT 2",
			[]string{"CREATE TEMP TRIGGER t AFTER INSERT ON x BEGIN SELECT 1; SELECT CASE 1 WHEN 2 THEN 3 END; END", " SELECT 2"}},
		{"unclosed", "SELECT 'a; b", []string{"SELECT 'a; b"}},
	} {
		var got []string
		for _, statement := range sqltext.Split(test.script) {
			got = append(got, statement.Text)
			if test.script[statement.Start:statement.Start+len(statement.Text)] != statement.Text {
				t.Errorf("%s: the start of %q is wrong", test.name, statement.Text)
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestVerbOf(t *testing.T) {
	t.Parallel()
	for statement, want := range map[string]sqltext.Verb{
		"select 1":                      sqltext.Select,
		"/*+ create */ insert into t":   sqltext.Insert,
		"REPLACE INTO t":                sqltext.Insert,
		"-- x\nUPDATE t":                sqltext.Update,
		"with a as (select 1) select 2": sqltext.Select,
		"WITH a AS (SELECT 1), b(x) AS (VALUES (1)) DELETE FROM t": sqltext.Delete,
		"VALUES (1)":        sqltext.Select,
		"desc awscc.s3.x":   sqltext.Describe,
		"SHOW SERVICES":     sqltext.Show,
		"CREATE TABLE x(y)": sqltext.Other,
		"":                  sqltext.Other,
		"(select 1)":        sqltext.Other,
	} {
		if got := sqltext.VerbOf(statement); got != want {
			t.Errorf("%s: want %q, have %q", statement, want, got)
		}
	}
}

func TestLimited(t *testing.T) {
	t.Parallel()
	const endless = -1 // not limited
	for statement, want := range map[string]int64{
		"SELECT 1 LIMIT 5":                         5,
		"SELECT 1 LIMIT 5;":                        5,
		"SELECT 1 LIMIT 5 OFFSET 2":                7,
		"SELECT 1 LIMIT 2, 5 -- some":              7,
		"SELECT 1 LIMIT (SELECT 5)":                0,
		"SELECT 1 LIMIT -1":                        0,
		"SELECT 1 LIMIT 5 + x":                     0,
		"SELECT 1 LIMIT 99999999999":               0,
		"SELECT 1 ORDER BY 1 LIMIT 5":              endless,
		"SELECT 1 GROUP BY 1 LIMIT 5":              endless,
		"SELECT (SELECT 1 LIMIT 1)":                endless,
		"SELECT (SELECT 1 ORDER BY 1) LIMIT 1":     1,
		"SELECT 1 UNION SELECT 2 LIMIT 1":          endless,
		"SELECT 'LIMIT' FROM t":                    endless,
		"SELECT max(x) OVER (ORDER BY y) LIMIT 10": 10,
	} {
		got, limited := sqltext.Limited(statement)
		if !limited {
			got = endless
		}
		if got != want {
			t.Errorf("%s: want %v, have %v", statement, want, got)
		}
	}
}

func TestHints(t *testing.T) {
	t.Parallel()
	got := sqltext.Hints("/*+ create, retries=3 */ INSERT /*+ NoWait */ INTO t /* plain */")
	if diff := cmp.Diff([]string{"CREATE", "RETRIES=3", "NOWAIT"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseShow(t *testing.T) {
	t.Parallel()
	for statement, want := range map[string]sqltext.ShowCommand{
		"SHOW PROVIDERS":                              {What: "PROVIDERS"},
		"show services in awscc like 'c%'":            {What: "SERVICES", In: []string{"awscc"}, Like: "c%", HasLike: true},
		"SHOW EXTENDED METHODS IN awscc.s3.buckets":   {What: "METHODS", Extended: true, In: []string{"awscc", "s3", "buckets"}},
		"DESCRIBE EXTENDED awscc.s3.buckets":          {What: "DESCRIBE", Extended: true, In: []string{"awscc", "s3", "buckets"}},
		"desc s3.\"buckets\"":                         {What: "DESCRIBE", In: []string{"s3", "buckets"}},
		"SHOW RESOURCES FROM awscc.s3 LIKE 'it''s%_'": {What: "RESOURCES", In: []string{"awscc", "s3"}, Like: "it's%_", HasLike: true},
	} {
		got, err := sqltext.ParseShow(statement)
		if err != nil {
			t.Errorf("%s: %v", statement, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", statement, diff)
		}
	}
	for _, statement := range []string{"SHOW", "DESCRIBE", "SHOW SERVICES IN", "SHOW SERVICES LIKE x", "SHOW SERVICES foo bar", "DESCRIBE a."} {
		if _, err := sqltext.ParseShow(statement); err == nil {
			t.Errorf("%s: want an error", statement)
		}
	}
}

// FuzzTokenize: whatever the text, its tokens put together are the text again.
func FuzzTokenize(f *testing.F) {
	for _, seed := range []string{"SELECT 'a''b' /* x", `"a`, "x'00' 1e-5 ?1 :a [b] `c`", "1.5e+", "é\x00\xff", "{{ a }}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var b strings.Builder
		for _, token := range sqltext.Tokenize(text) {
			if token.Text == "" || token.Start != b.Len() {
				t.Fatalf("token %+v at %d", token, b.Len())
			}
			b.WriteString(token.Text)
		}
		if b.String() != text {
			t.Errorf("%q became %q", text, b.String())
		}
	})
}

// FuzzRewrite: nothing breaks, and a statement without our names is unchanged.
func FuzzRewrite(f *testing.F) {
	for _, seed := range []string{"SELECT a.b FROM s3.c, (x) UPDATE OR", "awscc.s3.b.c FROM a.b.c.d", "FROM (((", "INSERT INTO awscc.s3.\"x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		none := func([]string, sqltext.Place) (string, error) { return "", nil }
		if got, err := sqltext.Rewrite(text, none); err != nil || got.Text != text {
			t.Errorf("%q became %q, %v", text, got.Text, err)
		}
		all := func(parts []string, _ sqltext.Place) (string, error) { return strings.Join(parts, "."), nil }
		got, err := sqltext.Rewrite(text, all)
		if err != nil {
			t.Fatal(err)
		}
		if end := got.Original(len(got.Text)); end != len(text) {
			t.Errorf("%q: the end %d is mapped to %d", text, len(text), end)
		}
		sqltext.Split(text)
		sqltext.VerbOf(text)
		_, _ = sqltext.ParseShow(text)
		_, _ = sqltext.ParseSet(text)
	})
}

func TestAsWritten(t *testing.T) {
	t.Parallel()
	const statement = "SELECT EXISTS(SELECT 1 FROM s3.buckets b), 1, (SELECT count(*) FROM s3.buckets) FROM awscc.ec2.vpcs"
	r, err := sqltext.Rewrite(statement, func(parts []string, _ sqltext.Place) (string, error) {
		return "awscc." + strings.TrimPrefix(strings.Join(parts, "."), "awscc."), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for piece, want := range map[string]string{
		`EXISTS(SELECT 1 FROM "awscc.s3.buckets" b)`: "EXISTS(SELECT 1 FROM s3.buckets b)",
		`(SELECT count(*) FROM "awscc.s3.buckets")`:  "(SELECT count(*) FROM s3.buckets)",
		"1":                          "1",
		`"awscc.s3.buckets" of none`: `"awscc.s3.buckets" of none`,
	} {
		if have := r.AsWritten(statement, piece); have != want {
			t.Errorf("%s: want %s, have %s", piece, want, have)
		}
	}
}
