package engine_test

import (
	"fmt"
	"testing"
)

func TestDbg(t *testing.T) {
	w := estate(t)
	w.Rows(t, `CREATE TEMP TABLE x (a)`)
	w.Rows(t, `INSERT INTO x VALUES (1), (2), (3)`)
	r, err := w.Query(t.Context(), `SELECT bucket_name FROM awscc.s3.buckets`)
	fmt.Println(err)
	fmt.Println(r.Next())
	l, err := w.Query(t.Context(), `SELECT a FROM x`)
	fmt.Println(l.Next())
	fmt.Println(w.Try(t.Context(), `INSERT INTO x SELECT a.bucket_name FROM awscc.s3.buckets a JOIN awscc.s3.buckets b ON a.arn = b.arn`))
	fmt.Println(w.Rows(t, `SELECT count(*) FROM x`))
	fmt.Println(l.Next())
	fmt.Println(r.Next())
	l.Close()
	r.Close()
	// user transaction
	fmt.Println(w.Try(t.Context(), `BEGIN`))
	fmt.Println(w.Try(t.Context(), `INSERT INTO x SELECT a.bucket_name FROM awscc.s3.buckets a JOIN awscc.s3.buckets b ON a.arn = b.arn`))
	fmt.Println(w.Try(t.Context(), `ROLLBACK`))
	fmt.Println(w.Rows(t, `SELECT count(*) FROM x`))
	w.Rows(t, `CREATE TEMP TABLE u (a UNIQUE)`)
	fmt.Println(w.Try(t.Context(), `INSERT INTO u SELECT a.region FROM awscc.s3.buckets a JOIN awscc.s3.buckets b ON a.arn = b.arn`))
	fmt.Println(w.Try(t.Context(), `INSERT OR ROLLBACK INTO u SELECT a.region FROM awscc.s3.buckets a JOIN awscc.s3.buckets b ON a.arn = b.arn`))
	fmt.Println(w.Try(t.Context(), `INSERT OR IGNORE INTO u SELECT a.region FROM awscc.s3.buckets a JOIN awscc.s3.buckets b ON a.arn = b.arn`))
	fmt.Println(w.Rows(t, `SELECT count(*) FROM u`))
	fmt.Println(w.Try(t.Context(), `CREATE TABLE m AS SELECT a.region FROM awscc.s3.buckets a JOIN awscc.s3.buckets b ON a.arn = b.arn`))
	fmt.Println(w.Rows(t, `SELECT count(*) FROM m`))
	fmt.Println(w.Try(t.Context(), `UPDATE m SET region = (SELECT max(arn) FROM awscc.s3.buckets b WHERE b.region = m.region) RETURNING *`))
	fmt.Println(w.Try(t.Context(), `WITH d AS (SELECT arn FROM awscc.s3.buckets) DELETE FROM m WHERE region IN (SELECT arn FROM d)`))
	fmt.Println(w.Rows(t, `SELECT count(*) FROM m`))
	fmt.Println(w.Try(t.Context(), `PRAGMA user_version = 5`))
	fmt.Println(w.Try(t.Context(), `ATTACH ':memory:' AS other`))
	fmt.Println(w.Try(t.Context(), `CREATE TABLE other.t AS SELECT * FROM awscc.s3.buckets`))
	fmt.Println(w.Try(t.Context(), `SELECT count(*) FROM other.t`))
	fmt.Println(w.Try(t.Context(), `VACUUM`))
	fmt.Println(w.Try(t.Context(), `SELECT count(*) FROM awscc.s3.buckets; SELECT 2`))
	fmt.Println(w.Try(t.Context(), `REPLACE INTO u SELECT 'a'; DROP TABLE u`))
	fmt.Println(w.Try(t.Context(), `SELECT count(*) FROM u`))
}
