package sqltext_test

import (
	"testing"

	"skyql/internal/sqltext"
)

func TestTarget(t *testing.T) {
	t.Parallel()
	for statement, want := range map[string]string{
		"UPDATE awscc.s3.buckets SET x = 1":                                   "awscc.s3.buckets",
		"/*+ update */ UPDATE \"awscc\" . `s3` . [b c] SET x = 1":             "awscc.s3.b c",
		"UPDATE OR IGNORE t SET x = 1":                                        "t",
		"INSERT INTO s3.buckets (a) SELECT a FROM u":                          "s3.buckets",
		"INSERT OR REPLACE INTO t VALUES (1) ON CONFLICT DO UPDATE SET x = 1": "t",
		"REPLACE INTO t VALUES (1)":                                           "t",
		"DELETE FROM t WHERE x IN (SELECT y FROM u)":                          "t",
		"WITH a AS (SELECT * FROM b) INSERT INTO t SELECT * FROM a":           "t",
		"EXPLAIN UPDATE t SET x = 1":                                          "t",
		"UPDATE":                                                              "",
		"SELECT * FROM t":                                                     "",
		"CREATE TRIGGER x AFTER UPDATE ON t BEGIN SELECT 1; END":              "",
		"": "",
	} {
		if got := sqltext.Target(statement); got != want {
			t.Errorf("%s: want %q, have %q", statement, want, got)
		}
	}
}
