package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"skyql/internal/engine/enginetest"
	"skyql/internal/fetch"
	"skyql/internal/listing"
)

// Lists tell how large tables are, and a join begins with the smaller one.
func TestSizesOrderJoins(t *testing.T) {
	t.Parallel()
	w := enginetest.New(t, enginetest.Options{Fetch: fetch.Options{Sizes: listing.NewSizes(listing.SizesOptions{})}})
	w.Populate(t, "us-east-1", "AWS::S3::Bucket", 300)
	w.Put(t, "us-east-1", "AWS::S3::BucketPolicy", `{"Bucket": "bucket-7", "PolicyDocument": {}}`)
	for _, join := range []string{
		`SELECT b.arn, p.policy_document FROM awscc.s3.buckets b JOIN awscc.s3.bucket_policies p ON p.bucket = b.bucket_name`,
		`SELECT b.arn, p.policy_document FROM awscc.s3.bucket_policies p JOIN awscc.s3.buckets b ON p.bucket = b.bucket_name`,
	} {
		w.Rows(t, `SELECT count(*) FROM awscc.s3.buckets`)
		w.Rows(t, `SELECT count(*) FROM awscc.s3.bucket_policies`)
		w.NewCalls()
		if rows := w.Rows(t, join); len(rows) != 1 {
			t.Errorf("%s: %v", join, rows)
		}
		if calls := w.NewCalls(); calls != "ListResources=1 GetResource=2" {
			t.Errorf("%s: %s", join, calls)
		}
	}
	plan := w.Rows(t, `EXPLAIN SELECT arn FROM awscc.s3.buckets`)
	if calls := plan[0][6]; calls != int64(3) {
		t.Errorf("pages: %v", calls)
	}
	if calls := plan[1][6]; calls != int64(300) {
		t.Errorf("reads: %v", calls)
	}
}

// What lies below parents is reckoned by how many of those there are.
func TestSizesOfParents(t *testing.T) {
	t.Parallel()
	w := enginetest.New(t, enginetest.Options{Fetch: fetch.Options{Sizes: listing.NewSizes(listing.SizesOptions{})}})
	w.Populate(t, "us-east-1", "AWS::Cognito::UserPool", 3)
	before := w.Rows(t, `EXPLAIN SELECT client_id FROM awscc.cognito.user_pool_clients`)
	w.Rows(t, `SELECT client_id FROM awscc.cognito.user_pool_clients`)
	after := w.Rows(t, `EXPLAIN SELECT client_id FROM awscc.cognito.user_pool_clients`)
	calls := func(rows [][]any) (list []string) {
		for _, row := range rows[:3] {
			list = append(list, strings.Join([]string{row[0].(string), fmt.Sprint(row[6])}, " "))
		}
		return list
	}
	if got := strings.Join(calls(before), ", "); got != "list parents 10, list 1000, total 1010" {
		t.Errorf("before: %s", got)
	}
	if got := strings.Join(calls(after), ", "); got != "list parents 1, list 3, total 4" {
		t.Errorf("after: %s", got)
	}
}
