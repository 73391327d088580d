package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/catalog"
	"skyql/internal/cloudcontrol"
	"skyql/internal/emulator/store"
	"skyql/internal/engine"
	"skyql/internal/engine/enginetest"
	"skyql/internal/fetch"
	"skyql/internal/resource"
)

// bucketsOnly makes a world with n buckets.
func bucketsOnly(t *testing.T, n int) *enginetest.World {
	t.Helper()
	w := enginetest.New(t, enginetest.Options{})
	w.Populate(t, "us-east-1", "AWS::S3::Bucket", n)
	return w
}

// Who asks on after the last row gets no row, and makes no calls.
func TestNothingComesAfterTheEnd(t *testing.T) {
	t.Parallel()
	w := bucketsOnly(t, 2)
	for _, test := range []struct {
		name, sql string
		rows      int
	}{
		{"streamed", `SELECT bucket_name FROM awscc.s3.buckets`, 2},
		{"in passes", `SELECT a.bucket_name FROM awscc.s3.buckets a JOIN awscc.s3.buckets b USING (bucket_name)`, 2},
		{"without tables", `VALUES (1), (2), (3)`, 3},
		{"fails", `SELECT abs(CASE bucket_name WHEN 'bucket-1' THEN 1 ELSE -9223372036854775808 END) FROM awscc.s3.buckets`, 1},
	} {
		result, err := w.Query(t.Context(), test.sql)
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		rows := 0
		var failed error
		for ; failed == nil; rows++ {
			row, err := result.Next()
			if failed = err; row == nil {
				break
			}
		}
		if rows != test.rows {
			t.Errorf("%s: want %d rows, have %d", test.name, test.rows, rows)
		}
		w.NewCalls()
		for range 3 {
			if row, err := result.Next(); row != nil || fmt.Sprint(err) != fmt.Sprint(failed) {
				t.Errorf("%s: after the end (%v): %v, %v", test.name, failed, row, err)
			}
		}
		if calls := w.NewCalls(); calls != "" {
			t.Errorf("%s: calls after the end: %s", test.name, calls)
		}
		if err := result.Close(); err != nil {
			t.Errorf("%s: close: %v", test.name, err)
		}
	}
}

func TestStatementsWithoutContent(t *testing.T) {
	t.Parallel()
	w := bucketsOnly(t, 1)
	for range 2 { // the second time with a table known
		for _, sql := range []string{"", " \n", "-- nothing", "/* nothing */", ";"} {
			if rows, err := w.Try(t.Context(), sql); len(rows) > 0 || err != nil {
				t.Errorf("%q: %v, %v", sql, rows, err)
			}
		}
		w.Rows(t, `SELECT bucket_name FROM awscc.s3.buckets`)
	}
	for _, sql := range []string{"SELECT 1; SELECT 2", "SELECT bucket_name FROM awscc.s3.buckets; DROP TABLE x"} {
		if rows, err := w.Try(t.Context(), sql); err == nil {
			t.Errorf("%s: %v, and the rest was left out", sql, rows)
		}
	}
	if rows := w.Rows(t, "SELECT ';' ; -- a comment;\n"); fmt.Sprint(rows) != "[[;]]" {
		t.Errorf("one statement with semicolons: %v", rows)
	}
	if rows := w.Rows(t, "-- a comment\nEXPLAIN QUERY PLAN SELECT bucket_name FROM awscc.s3.buckets"); len(rows) != 1 {
		t.Errorf("a plan behind a comment: %v", rows)
	}
}

// Two results may be open, and a session closes with one that is.
func TestOpenResults(t *testing.T) {
	t.Parallel()
	st := store.New(store.Options{})
	if err := st.Populate(resource.Scope{Region: "us-east-1"}, "AWS::S3::Bucket", 300); err != nil {
		t.Fatal(err)
	}
	session, err := engine.Open(engine.Options{
		Types: enginetest.Types{C: catalog.Starter()}, Client: st, Accounts: noAccount{}, Regions: []resource.Region{"us-east-1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	var results []*engine.Result
	for _, sql := range []string{`SELECT bucket_name FROM awscc.s3.buckets`, `SELECT bucket_name, arn FROM awscc.s3.buckets`,
		`SELECT bucket_name FROM awscc.s3.buckets LIMIT 150`} {
		result, err := session.Query(t.Context(), sql)
		if err != nil {
			t.Fatal(err)
		}
		results = append(results, result)
	}
	for i := range 100 {
		for j, result := range results {
			if row, err := result.Next(); err != nil || row[0] != fmt.Sprintf("bucket-%d", i+1) {
				t.Fatalf("result %d, row %d: %v, %v", j, i, row, err)
			}
		}
	}
	if err := session.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	for _, result := range results {
		if err := result.Close(); err != nil {
			t.Errorf("close a result afterwards: %v", err)
		}
	}
}

type noAccount struct{}

// Account fails.
func (noAccount) Account(context.Context, resource.Region) (string, error) {
	return "", errors.New("no account")
}

// A statement that writes does so once, however many rows it gives back.
func TestReturningManyRows(t *testing.T) {
	t.Parallel()
	w := bucketsOnly(t, 2)
	w.Rows(t, `CREATE TEMP TABLE x (name, i)`)
	rows := w.Rows(t, `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 25100)
		INSERT INTO x SELECT bucket_name, i FROM awscc.s3.buckets CROSS JOIN n WHERE true RETURNING name`)
	if have := w.Rows(t, `SELECT count(*) FROM x`); len(rows) != 50_200 || have[0][0] != int64(50_200) {
		t.Errorf("%d rows came back, and the table has %v", len(rows), have)
	}
}

// fuse is a context that ends when it is looked at for the nth time.
type fuse struct {
	context.Context
	left   atomic.Int64
	cancel context.CancelFunc
}

func newFuse(ctx context.Context, n int) *fuse {
	ctx, cancel := context.WithCancel(ctx)
	f := &fuse{Context: ctx, cancel: cancel}
	f.left.Store(int64(n))
	return f
}

// Err counts down.
func (f *fuse) Err() error {
	if f.left.Add(-1) < 0 {
		f.cancel()
	}
	return f.Context.Err()
}

// A statement that is cancelled at whatever point leaves no transaction open,
// which would take later changes with it, and no rows.
func TestCancelledWritesAreUndone(t *testing.T) {
	t.Parallel()
	w := bucketsOnly(t, 3)
	w.Rows(t, `CREATE TEMP TABLE x (a)`)
	for n := 0; ; n++ {
		ctx := newFuse(t.Context(), n)
		_, err := w.Try(ctx, `INSERT INTO x SELECT b.arn FROM awscc.s3.buckets_list_only l JOIN awscc.s3.buckets b ON b.bucket_name = l.bucket_name`)
		ctx.cancel()
		if _, open := w.Try(t.Context(), `COMMIT`); open == nil {
			t.Errorf("cancelled at %d: a transaction was left open", n)
		}
		rows := w.Rows(t, `SELECT count(*) FROM x`)[0][0]
		if err == nil {
			if rows != int64(3) || n < 10 {
				t.Errorf("not cancelled at %d, and %v rows", n, rows)
			}
			return
		}
		if !errors.Is(err, context.Canceled) || rows != int64(0) && rows != int64(3) {
			t.Errorf("cancelled at %d: %v, %v rows", n, err, rows)
		}
		if rows != int64(0) {
			w.Rows(t, `DELETE FROM x`) // it was done when it was cancelled
		}
		if n > 10_000 {
			t.Fatal("it never ends")
		}
	}
}

// A pass that lacks rows may run in circles that the rows would end.
func TestPassesInVainEnd(t *testing.T) {
	t.Parallel()
	w := enginetest.New(t, enginetest.Options{})
	w.Put(t, "us-east-1", "AWS::S3::Bucket", `{"BucketName": "x"}`)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for _, sql := range []string{
		`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE NOT EXISTS (SELECT 1 FROM awscc.s3.buckets WHERE bucket_name = 'x')) SELECT count(*) FROM n`,
		`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE NOT EXISTS (SELECT 1 FROM awscc.s3.buckets)) SELECT i FROM n`,
	} {
		rows, err := w.Try(ctx, sql)
		if err != nil || fmt.Sprint(rows) != "[[1]]" {
			t.Errorf("%s: %v, %v", sql, rows, err)
		}
	}
}

// A statement whose keys are others in every pass ends all the same, and so does
// one that finds each key by the one before.
func TestPassesEnd(t *testing.T) {
	t.Parallel()
	w := enginetest.New(t, enginetest.Options{})
	for i := range 100 {
		w.Put(t, "us-east-1", "AWS::S3::Bucket", fmt.Sprintf(`{"BucketName": "b%d", "Tags": [{"Key": "next", "Value": "b%d"}]}`, i, i+1))
	}
	for _, test := range []struct {
		name, sql, want string
		most            int64 // calls
	}{
		{"at random", `SELECT count(*), count(b.arn) FROM json_each('[1,2]') LEFT JOIN awscc.s3.buckets b ON b.bucket_name = hex(randomblob(8))`, "[[2 0]]", 100},
		{"by the clock", `SELECT count(*), count(b.arn) FROM json_each('[1,2]') j LEFT JOIN awscc.s3.buckets b
			ON b.bucket_name = j.value || '-' || strftime('%f', 'now') || hex(randomblob(1))`, "[[2 0]]", 100},
		{"one by the other", `WITH RECURSIVE chain(name) AS (VALUES ('b0') UNION ALL
			SELECT b.tags -> 0 ->> 'Value' FROM chain JOIN awscc.s3.buckets b ON b.bucket_name = chain.name) SELECT count(*), max(name) FROM chain`, "[[101 b99]]", 101},
	} {
		w.NewCalls()
		before := w.Calls.Counts()["GetResource"]
		if rows := fmt.Sprint(w.Rows(t, test.sql)); rows != test.want {
			t.Errorf("%s: want %s, have %s", test.name, test.want, rows)
		}
		if calls := w.Calls.Counts()["GetResource"] - before; calls > test.most {
			t.Errorf("%s: %d calls", test.name, calls)
		}
	}
}

// crowd is as many buckets as are wanted, of which nothing is kept.
type crowd struct {
	cloudcontrol.Client
	n int
}

// List gives names.
func (c crowd) List(_ context.Context, in cloudcontrol.ListInput) (cloudcontrol.Page, error) {
	start := 0
	_, _ = fmt.Sscan(in.NextToken, &start) // none on the first page
	var page cloudcontrol.Page
	for i := start; i < min(start+100, c.n); i++ {
		page.Resources = append(page.Resources, cloudcontrol.Description{Identifier: fmt.Sprintf("b%d", i)})
	}
	if start+100 < c.n {
		page.NextToken = fmt.Sprint(start + 100)
	}
	return page, nil
}

// Get gives one of two values for one column and another for each in another.
func (c crowd) Get(_ context.Context, in cloudcontrol.GetInput) (cloudcontrol.Description, error) {
	return cloudcontrol.Description{Identifier: in.Identifier, Properties: json.RawMessage(fmt.Sprintf(
		`{"BucketName": %[1]q, "Arn": "arn:%[1]s", "AccessControl": "%[2]d"}`, in.Identifier, len(in.Identifier)%2))}, nil
}

// Joins by several columns do not compare every row with every other, and keys
// are not looked up one by one: all take about as long as a join by one column.
func TestLargeJoins(t *testing.T) {
	t.Parallel()
	const n = 5000
	w := enginetest.New(t, enginetest.Options{Wrap: func(cloudcontrol.Client) cloudcontrol.Client { return crowd{n: n} }})
	start := time.Now()
	w.Rows(t, `SELECT count(*) FROM awscc.s3.buckets a JOIN awscc.s3.buckets b ON a.arn = b.arn`)
	bound := 40*time.Since(start) + 5*time.Second
	for _, sql := range []string{
		`SELECT count(*) FROM awscc.s3.buckets a JOIN awscc.s3.buckets b ON a.access_control = b.access_control AND a.arn = b.arn`,
		`SELECT count(*) FROM awscc.s3.buckets_list_only l JOIN awscc.s3.buckets b ON b.bucket_name = l.bucket_name WHERE b.arn > ''`,
		`SELECT count(*) FROM awscc.s3.buckets WHERE bucket_name IN (SELECT bucket_name FROM awscc.s3.buckets_list_only) AND arn > ''`,
	} {
		ctx, cancel := context.WithTimeout(t.Context(), bound)
		rows, err := w.Try(ctx, sql)
		cancel()
		if err != nil || rows[0][0] != int64(n) {
			t.Errorf("%s: %v, %v", sql, rows, err)
		}
	}
}

// wideCatalog has a type with more properties than SQLite keeps account of.
func wideCatalog(t *testing.T) *catalog.Catalog {
	t.Helper()
	properties := []string{`"Id": {"type": "string"}`}
	for i := range 80 {
		properties = append(properties, fmt.Sprintf(`"P%d": {"type": "string"}`, i))
	}
	handlers := []string{}
	for _, handler := range []string{"create", "read", "update", "delete", "list"} {
		handlers = append(handlers, fmt.Sprintf(`%q: {"permissions": ["test:It"]}`, handler))
	}
	folder, file := t.TempDir(), filepath.Join(t.TempDir(), "catalog.zip")
	text := fmt.Sprintf(`{"typeName": "AWS::Test::Wide", "description": "wide", "primaryIdentifier": ["/properties/Id"],
		"properties": {%s}, "handlers": {%s}, "additionalProperties": false}`, strings.Join(properties, ","), strings.Join(handlers, ","))
	if err := os.WriteFile(filepath.Join(folder, "wide.json"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := catalog.Pull(t.Context(), catalog.PullOptions{From: folder, Path: file}); err != nil {
		t.Fatal(err)
	}
	wide, err := catalog.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { wide.Close() })
	return wide
}

// Columns from the 64th on are read wherever the statement looks at them.
func TestWideTables(t *testing.T) {
	t.Parallel()
	w := enginetest.New(t, enginetest.Options{Catalog: wideCatalog(t)})
	for i := range 6 {
		w.Put(t, "us-east-1", "AWS::Test::Wide", fmt.Sprintf(`{"Id": "w%d", "P1": "one", "P70": "x%d", "P71": "y"}`, i, i%2))
	}
	w.Rows(t, `CREATE TEMP TABLE copy AS SELECT * FROM awscc.test.wides`)
	w.Rows(t, `CREATE TEMP VIEW pairs AS SELECT a.id AS a, b.id AS b FROM awscc.test.wides a LEFT JOIN awscc.test.wides b USING (p70)`)
	w.Rows(t, `CREATE TEMP VIEW copies AS SELECT a.id AS a, b.id AS b FROM copy a LEFT JOIN copy b USING (p70)`)
	for _, query := range []string{
		`SELECT p70 FROM {wides}`,
		`SELECT id FROM {wides} WHERE p70 = 'x1'`,
		`SELECT id FROM {wides} WHERE p70 IN ('x0', 'z')`,
		`SELECT id FROM {wides} WHERE p70 IS NOT NULL AND p79 IS NULL`,
		`SELECT count(p70), count(p79), count(*) FROM {wides}`,
		`SELECT p70, count(*) FROM {wides} GROUP BY 1`,
		`SELECT a.id, b.id FROM {wides} a JOIN {wides} b ON a.p70 = b.p70`,
		`SELECT a.id, b.id FROM {wides} a JOIN {wides} b USING (p70)`,
		`SELECT a.id, b.id FROM {wides} a LEFT JOIN {wides} b USING (p70, p71)`,
		`SELECT a.id, b.id FROM {wides} a FULL JOIN {wides} b USING (p70)`,
		`SELECT a.id, b.id FROM {wides} a LEFT JOIN (SELECT id, p70 FROM {wides}) b USING (p70)`,
		`SELECT count(*) FROM {wides} a NATURAL JOIN {wides} b`,
		`SELECT (SELECT max(b.p70) FROM {wides} b WHERE b.p71 = a.p71) FROM {wides} a`,
		`SELECT id FROM {wides} a WHERE EXISTS (SELECT 1 FROM {wides} b WHERE b.p70 = a.p70 AND b.id > a.id)`,
		`SELECT max(p70) OVER () FROM {wides}`,
		`SELECT x FROM (SELECT p70 AS x FROM {wides} UNION ALL SELECT p79 FROM {wides})`,
		`WITH c AS MATERIALIZED (SELECT * FROM {wides}) SELECT p70, p79 FROM c`,
		`SELECT * FROM {wides}`,
		`SELECT a, b FROM {pairs}`,
	} {
		want := w.Rows(t, strings.NewReplacer("{wides}", "copy", "{pairs}", "copies").Replace(query))
		got := w.Rows(t, strings.NewReplacer("{wides}", "awscc.test.wides", "{pairs}", "pairs").Replace(query))
		if diff := cmp.Diff(comparable(query, want), comparable(query, got)); diff != "" {
			t.Errorf("%s\n(-SQLite +skyql):\n%s", query, diff)
		}
	}
	w.NewCalls()
	w.Rows(t, `SELECT id, p1 IS NULL OR 1 FROM awscc.test.wides`)
	if calls := w.NewCalls(); calls != "ListResources=1 GetResource=6" {
		t.Errorf("calls: %s", calls)
	}
	w.Rows(t, `SELECT id FROM awscc.test.wides`)
	if calls := w.NewCalls(); calls != "ListResources=1" {
		t.Errorf("calls: %s", calls)
	}
}

// A number out of a numeric column equals each text that means the number; one
// in the statement equals the text that it is written as.
func TestNumbersFindText(t *testing.T) {
	t.Parallel()
	w := enginetest.New(t, enginetest.Options{})
	for _, name := range []string{"060", "60", "6e1", "61", "x"} {
		w.Put(t, "us-east-1", "AWS::S3::Bucket", fmt.Sprintf(`{"BucketName": %q}`, name))
	}
	w.Rows(t, `CREATE TEMP TABLE copy AS SELECT * FROM awscc.s3.buckets`)
	w.Rows(t, `CREATE TEMP TABLE numbers (i INTEGER, r REAL, t TEXT, n)`)
	w.Rows(t, `INSERT INTO numbers VALUES (60, 60.0, '60', 60), (61, 61.5, '060', '60')`)
	for _, condition := range []string{
		"b.bucket_name = 60", "b.bucket_name = '60'", "b.bucket_name = 60.0", "b.bucket_name = n.i", "b.bucket_name = n.r", "b.bucket_name = n.t",
		"b.bucket_name = n.n", "b.bucket_name = +n.i", "b.Identifier = n.i", "b.bucket_name IN (60, 61)",
		"b.bucket_name IN (SELECT i FROM numbers)", "b.bucket_name IN (SELECT n FROM numbers)", "b.region = 'us-east-1' AND b.bucket_name = n.i",
	} {
		query := `SELECT b.bucket_name, n.i FROM numbers n CROSS JOIN {b} b WHERE ` + condition
		want := w.Rows(t, strings.ReplaceAll(query, "{b}", "copy"))
		got := w.Rows(t, strings.ReplaceAll(query, "{b}", "awscc.s3.buckets"))
		if diff := cmp.Diff(comparable(query, want), comparable(query, got)); diff != "" {
			t.Errorf("%s (-SQLite +skyql):\n%s", condition, diff)
		}
	}
}

// A collation that holds a region equal to another spelling is not refused.
func TestRegionsWithACollation(t *testing.T) {
	t.Parallel()
	w := bucketsOnly(t, 2)
	for _, condition := range []string{`region COLLATE NOCASE = 'US-EAST-1'`, `region = 'US-EAST-1' COLLATE NOCASE`, `region COLLATE NOCASE IN ('US-EAST-1', 'x')`} {
		if rows := w.Rows(t, `SELECT bucket_name FROM awscc.s3.buckets WHERE `+condition); len(rows) != 2 {
			t.Errorf("%s: %v", condition, rows)
		}
	}
}

// skyql.errors is about the latest statement that read AWS's tables.
func TestErrorsAreOfTheLatestStatement(t *testing.T) {
	t.Parallel()
	w := faultyWorld(t, fetch.Options{}, func(operation string, scope resource.Scope, _ string) error {
		if scope.Region == "eu-west-1" {
			return denied(operation, scope)
		}
		return nil
	})
	w.Rows(t, `CREATE TEMP VIEW all_buckets AS SELECT bucket_name FROM awscc.s3.buckets`)
	const complete = `SELECT bucket_name FROM awscc.s3.buckets WHERE region = 'us-east-1'`
	for _, test := range []struct {
		name, sql string
		want      int
	}{
		{"of nothing", `SELECT 1`, 0},
		{"of a partial result", `SELECT bucket_name FROM awscc.s3.buckets`, 1},
		{"unchanged by a statement without tables", `SELECT 1`, 1},
		{"unchanged by skyql's tables", `SELECT count(*) FROM skyql.types`, 1},
		{"of a complete result", complete, 0},
		{"of a partial result through a view", `SELECT * FROM all_buckets`, 1},
		{"of a statement that failed", complete + ` AND abs(-9223372036854775808)`, 0},
		{"of a partial join", `SELECT 1 FROM awscc.s3.buckets a JOIN awscc.s3.buckets b USING (bucket_name)`, 6}, // a list, and a read of each
		{"of a complete result at once", complete, 0},
	} {
		_, _ = w.Try(t.Context(), test.sql) // one of them fails on purpose
		if problems := w.Problems(); len(problems) != test.want && test.sql != `SELECT 1` && !strings.Contains(test.sql, "skyql.") {
			t.Errorf("%s: problems %v", test.name, problems)
		}
		if rows := w.Rows(t, `SELECT * FROM skyql.errors`); len(rows) != test.want {
			t.Errorf("%s: skyql.errors has %v", test.name, rows)
		}
	}
	// Nor is it about one that came before and was never asked about.
	w.Rows(t, `SELECT bucket_name FROM awscc.s3.buckets`)
	w.Rows(t, complete)
	if rows := w.Rows(t, `SELECT * FROM skyql.errors`); len(rows) != 0 {
		t.Errorf("skyql.errors has %v", rows)
	}
}

// Views and triggers in a database file know AWS's tables in later sessions too.
func TestViewsInAFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "local.db")
	st := store.New(store.Options{})
	if err := st.Populate(resource.Scope{Region: "us-east-1"}, "AWS::S3::Bucket", 3); err != nil {
		t.Fatal(err)
	}
	for _, statements := range [][]string{
		{
			`CREATE VIEW v AS SELECT bucket_name AS name FROM awscc.s3.buckets`,
			`CREATE VIEW twice AS SELECT a.name FROM v a JOIN v b USING (name) JOIN skyql.types t ON t.type_name = 'AWS::S3::Bucket'`,
			`CREATE TABLE log (name)`,
			`CREATE TRIGGER tr AFTER INSERT ON log WHEN NEW.name IS NULL BEGIN INSERT INTO log SELECT name FROM v; END`,
		},
		{`SELECT name FROM v`},
		{`SELECT name FROM twice`},
		{`INSERT INTO log VALUES (NULL)`, `SELECT name FROM log WHERE name IS NOT NULL`},
	} {
		session, err := engine.Open(engine.Options{
			Types: enginetest.Types{C: catalog.Starter()}, Client: st, Accounts: noAccount{}, Regions: []resource.Region{"us-east-1"}, Database: file,
		})
		if err != nil {
			t.Fatal(err)
		}
		w := enginetest.World{Session: session}
		for _, statement := range statements {
			rows, err := w.Try(t.Context(), statement)
			if err != nil || strings.HasPrefix(statement, "SELECT") && len(rows) != 3 {
				t.Errorf("%s: %v, %v", statement, rows, err)
			}
		}
		if err := session.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
