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

// A region that a join gives is asked whichever table is smaller: rows do not
// depend on the order that SQLite chooses.
func TestRegionsOutOfJoins(t *testing.T) {
	t.Parallel()
	w := enginetest.New(t, enginetest.Options{Fetch: fetch.Options{Sizes: listing.NewSizes(listing.SizesOptions{})}})
	w.Populate(t, "us-east-1", "AWS::S3::Bucket", 3)
	w.Populate(t, "eu-west-1", "AWS::S3::Bucket", 2)
	w.Put(t, "eu-west-1", "AWS::S3::BucketPolicy", `{"Bucket": "bucket-2", "PolicyDocument": {}}`)
	w.Put(t, "us-east-1", "AWS::S3::BucketPolicy", `{"Bucket": "bucket-1", "PolicyDocument": {}}`)
	for range 2 { // the second time with sizes known
		for _, test := range []struct {
			join string
			want int
		}{
			{`awscc.s3.buckets a JOIN awscc.s3.buckets b USING (region, "Identifier") WHERE a.region IN ('us-east-1', 'eu-west-1')`, 5},
			{`awscc.s3.buckets a JOIN awscc.s3.buckets b USING (region, "Identifier") WHERE b.region IN ('us-east-1', 'eu-west-1')`, 5},
			{`awscc.s3.buckets a, awscc.s3.bucket_policies p WHERE a.region IN ('us-east-1', 'eu-west-1') AND p.region = a.region AND p.bucket = a.bucket_name`, 2},
			{`awscc.s3.buckets a, awscc.s3.bucket_policies p WHERE p.region IN ('us-east-1', 'eu-west-1') AND p.region = a.region AND p.bucket = a.bucket_name`, 2},
			{`awscc.s3.buckets a, awscc.s3.bucket_policies p WHERE (p.region = 'us-east-1' OR p.region = 'eu-west-1') AND p.region = a.region AND p.bucket = a.bucket_name`, 2},
			{`awscc.s3.buckets a, awscc.s3.bucket_policies p WHERE p.region = a.region AND p.bucket = a.bucket_name`, 1},
			{`awscc.s3.buckets a, awscc.s3.bucket_policies p, (VALUES ('eu-west-1')) v WHERE p.region = a.region AND p.bucket = a.bucket_name AND v.column1 = p.region`, 1},
			{`awscc.s3.buckets a, awscc.s3.bucket_policies p, (VALUES ('eu-west-1')) v WHERE p.region = a.region AND p.bucket = a.bucket_name AND v.column1 = a.region`, 1},
		} {
			if rows := w.Rows(t, `SELECT * FROM `+test.join); len(rows) != test.want {
				t.Errorf("%s: %d rows, want %d", test.join, len(rows), test.want)
			}
		}
		w.Rows(t, `SELECT count(*) FROM awscc.s3.buckets WHERE region IN ('us-east-1', 'eu-west-1')`)
		w.Rows(t, `SELECT count(*) FROM awscc.s3.bucket_policies WHERE region IN ('us-east-1', 'eu-west-1')`)
	}
}
