package engine_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/record"
	"skyql/internal/engine"
	"skyql/internal/engine/enginetest"
	"skyql/internal/resource"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	w := enginetest.New(t, enginetest.Options{Regions: []resource.Region{"us-east-1", "eu-west-1"}})
	for _, test := range []struct{ sql, want string }{
		{`EXPLAIN SELECT 1`, `total - - - - - 0`},
		{`EXPLAIN SELECT bucket_name FROM awscc.s3.buckets WHERE region = 'us-east-1'`,
			`list|awscc.s3.buckets|that of the condition|region =|-|-|10
total|-|-|-|-|-|10
permission|cloudformation:ListResources|-|-|-|-|-
permission|s3:ListAllMyBuckets|-|-|-|-|-`},
		{`EXPLAIN SELECT arn FROM awscc.s3.buckets WHERE bucket_name LIKE 'a%' AND arn > 'b'`,
			`list|awscc.s3.buckets|us-east-1, eu-west-1|-|arn >, bucket_name LIKE|-|20
read each row|awscc.s3.buckets|-|-|-|arn|2000
total|-|-|-|-|-|2020`},
		{`EXPLAIN SELECT arn FROM awscc.s3.buckets b WHERE Identifier = 'x' AND region = 'us-east-1'`,
			`read|awscc.s3.buckets|that of the condition|region =, Identifier =|-|-|1
total|-|-|-|-|-|1`},
		{`EXPLAIN SELECT client_id FROM awscc.cognito.user_pool_clients WHERE user_pool_id = 'p' AND region = 'us-east-1'`,
			`list|awscc.cognito.user_pool_clients|that of the condition|region =, user_pool_id =|-|-|1
total|-|-|-|-|-|1`},
		{`EXPLAIN SELECT client_id FROM awscc.cognito.user_pool_clients WHERE region = 'us-east-1'`,
			`list parents|AWS::Cognito::UserPool|that of the condition|-|-|-|10
list|awscc.cognito.user_pool_clients|that of the condition|region =|-|-|1000
total|-|-|-|-|-|1010`},
		{`EXPLAIN SELECT bucket_name FROM awscc.s3.buckets WHERE region = 'us-east-1' LIMIT 3`,
			`list|awscc.s3.buckets|that of the condition|region =, LIMIT|-|-|1
total|-|-|-|-|-|1`},
	} {
		var lines []string
		for _, row := range w.Rows(t, test.sql) {
			cells := make([]string, len(row))
			for i, cell := range row {
				if cells[i] = fmt.Sprint(cell); cell == nil {
					cells[i] = "-"
				}
			}
			lines = append(lines, strings.Join(cells, "|"))
		}
		want := strings.Split(strings.ReplaceAll(test.want, "total - - - - - 0", "total|-|-|-|-|-|0"), "\n")
		if len(lines) > len(want) && !strings.Contains(test.want, "permission") {
			lines = lines[:len(want)] // the permissions are those of the schema
		}
		if diff := cmp.Diff(want, lines); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.sql, diff)
		}
	}
	if calls := w.NewCalls(); calls != "" {
		t.Errorf("EXPLAIN made calls: %s", calls)
	}
	if _, err := w.Try(t.Context(), `EXPLAIN SELECT arm FROM awscc.s3.buckets`); err == nil || !strings.Contains(err.Error(), `did you mean "arn"? (line 1, column 16)`) {
		t.Errorf("a mistake: %v", err)
	}
	if rows := w.Rows(t, `EXPLAIN QUERY PLAN SELECT arn FROM awscc.s3.buckets`); len(rows) != 1 || !strings.Contains(fmt.Sprint(rows[0][3]), `"handler":"list"`) {
		t.Errorf("SQLite's plan: %v", rows)
	}
}

func TestExplainAnalyze(t *testing.T) {
	t.Parallel()
	w := enginetest.New(t, enginetest.Options{})
	w.Populate(t, "us-east-1", "AWS::S3::Bucket", 250)
	rows := w.Rows(t, `EXPLAIN ANALYZE SELECT arn FROM awscc.s3.buckets`)
	var lines []string
	for _, row := range rows {
		lines = append(lines, fmt.Sprint(row[0], " ", row[1], " ", row[2], " ", row[3], " ", row[4], " ", row[9]))
	}
	want := []string{
		"GetResource AWS::S3::Bucket us-east-1 250 0 <nil>", "ListResources AWS::S3::Bucket us-east-1 3 0 <nil>", "total <nil> <nil> 253 0 250",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if rows := w.Rows(t, `SELECT operation, count(*), sum(attempts) FROM skyql.calls GROUP BY 1 ORDER BY 1`); fmt.Sprint(rows) !=
		"[[GetResource 250 250] [ListResources 3 3]]" {
		t.Errorf("skyql.calls: %v", rows)
	}
	denied := enginetest.New(t, enginetest.Options{Wrap: func(c cloudcontrol.Client) cloudcontrol.Client {
		return faulty{c, func(operation string, scope resource.Scope, _ string) error { return denied(operation, scope) }}
	}})
	if _, err := denied.Try(t.Context(), `EXPLAIN ANALYZE SELECT arn FROM awscc.s3.buckets`); !errors.Is(err, resource.AccessDenied) {
		t.Errorf("have %v", err)
	}
	if rows := denied.Rows(t, `SELECT operation, code FROM skyql.calls`); fmt.Sprint(rows) != "[[ListResources AccessDenied]]" {
		t.Errorf("skyql.calls: %v", rows)
	}
	bare, err := engine.Open(engine.Options{Types: enginetest.Types{}})
	if err != nil {
		t.Fatal(err)
	}
	defer bare.Close()
	if _, err := bare.Query(t.Context(), `EXPLAIN ANALYZE SELECT 1`); err == nil || !strings.Contains(err.Error(), "record of calls") {
		t.Errorf("have %v", err)
	}
}

// The log keeps the latest calls one by one, and counts all.
func TestCallLog(t *testing.T) {
	t.Parallel()
	var log record.Log
	for i := range 10_500 {
		log.Add(record.Call{Operation: "GetResource", Attempts: 2, Scope: resource.Scope{Account: fmt.Sprint(i)}})
	}
	latest := log.Latest()
	if len(latest) != 10_000 || latest[0].Scope.Account != "500" || latest[9_999].Scope.Account != "10499" {
		t.Errorf("%d calls are kept, from %s on", len(latest), latest[0].Scope.Account)
	}
	if sum := log.Totals().Sum(); sum.Calls != 10_500 || sum.Attempts != 21_000 {
		t.Errorf("have %+v", sum)
	}
}

func TestSessionCache(t *testing.T) {
	t.Parallel()
	w := enginetest.New(t, enginetest.Options{Write: quick})
	w.Populate(t, "us-east-1", "AWS::S3::Bucket", 5)
	w.Rows(t, `SET cache_ttl = '5m'`)
	if rows := w.Rows(t, `SHOW cache_ttl`); fmt.Sprint(rows) != "[[300]]" {
		t.Errorf("SHOW: %v", rows)
	}
	for _, want := range []string{"ListResources=1 GetResource=5", "", ""} {
		if rows := w.Rows(t, `SELECT arn FROM awscc.s3.buckets`); len(rows) != 5 {
			t.Errorf("have %v", rows)
		}
		if calls := w.NewCalls(); calls != want {
			t.Errorf("want %q, have %q", want, calls)
		}
	}
	if rows, notes, err := told(t, w, `EXPLAIN ANALYZE SELECT arn FROM awscc.s3.buckets WHERE bucket_name = 'bucket-1'`); err != nil ||
		notes != "1 answer came out of the session's cache" || rows[0][3] != int64(0) {
		t.Errorf("have %v, %s, %v", rows, notes, err)
	}
	w.Rows(t, `DELETE FROM awscc.s3.buckets WHERE bucket_name = 'bucket-1'`)
	if rows := w.Rows(t, `SELECT arn FROM awscc.s3.buckets`); len(rows) != 4 {
		t.Errorf("after a change: %v", rows)
	}
	w.Rows(t, `UPDATE awscc.tagging.tagged_resources SET Tags = '{"a": "b"}' WHERE false`)
	w.Rows(t, `INSERT INTO awscc.tagging.tagged_resources (ResourceARN, Tags) VALUES ('arn:aws:s3:::bucket-2', '{"a": "b"}')`)
	if rows := w.Rows(t, `SELECT count(*) FROM awscc.s3.buckets, json_each(tags) WHERE bucket_name = 'bucket-2' AND value ->> 'Key' = 'a'`); fmt.Sprint(rows) != "[[1]]" {
		t.Errorf("after tagging: %v", rows)
	}
	if _, err := w.Try(t.Context(), `SET cache_ttl = 'long'`); err == nil || !strings.Contains(err.Error(), "cache_ttl is a number of seconds") {
		t.Errorf("have %v", err)
	}
}
