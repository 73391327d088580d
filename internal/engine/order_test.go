package engine_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/emulator/store"
	"skyql/internal/engine/enginetest"
	"skyql/internal/resource"
)

// A LIMIT behind an ORDER BY of what lists give reads no more than it shows, and
// the rows are those that a sort of all would give.
func TestLimitOfWhatIsListedInOrder(t *testing.T) {
	t.Parallel()
	const all = "ListResources=2"
	for _, test := range []struct{ sql, want, calls string }{
		{`SELECT bucket_name, arn FROM awscc.s3.buckets ORDER BY bucket_name LIMIT 2`,
			"[[a arn:aws:s3:::a] [b arn:aws:s3:::b]]", all + " GetResource=2"},
		{`SELECT bucket_name, arn FROM awscc.s3.buckets ORDER BY region DESC, "Identifier" DESC LIMIT 1 OFFSET 1`,
			"[[c arn:aws:s3:::c]]", all + " GetResource=2"},
		{`SELECT bucket_name, arn FROM awscc.s3.buckets ORDER BY arn LIMIT 1`, "[[a arn:aws:s3:::a]]", all + " GetResource=6"},
		{`SELECT bucket_name, arn FROM awscc.s3.buckets ORDER BY bucket_name COLLATE NOCASE LIMIT 1`,
			"[[a arn:aws:s3:::a]]", all + " GetResource=6"},
		{`SELECT arn FROM awscc.s3.buckets WHERE region = 'eu-west-1' ORDER BY bucket_name DESC LIMIT 2`,
			"[[arn:aws:s3:::f] [arn:aws:s3:::d]]", "ListResources=1 GetResource=2"},
		{`SELECT bucket_name FROM awscc.s3.buckets WHERE tags IS NULL ORDER BY bucket_name LIMIT 1`,
			"[[b]]", all + " GetResource=6"}, // SQLite offers no LIMIT beside what it has to look at itself
		{`SELECT (SELECT arn FROM awscc.s3.buckets ORDER BY bucket_name DESC LIMIT 1), count(*) FROM awscc.s3.buckets_list_only`,
			"[[arn:aws:s3:::f 6]]", all + " GetResource=6"},
		{`SELECT x.arn FROM (SELECT bucket_name, arn FROM awscc.s3.buckets ORDER BY bucket_name DESC LIMIT 2) x
			JOIN awscc.s3.buckets_list_only USING (bucket_name) ORDER BY 1`,
			"[[arn:aws:s3:::e] [arn:aws:s3:::f]]", all + " GetResource=6"},
		{`SELECT account_id, arn FROM awscc.s3.buckets ORDER BY bucket_name LIMIT 1`,
			"[[" + store.DefaultAccount + " arn:aws:s3:::a]]", all + " GetResource=1"},
		{`SELECT arn FROM awscc.s3.buckets ORDER BY bucket_name LIMIT 0`, "[]", ""},
		{`SELECT DISTINCT arn FROM awscc.s3.buckets ORDER BY bucket_name LIMIT 1`, "[[arn:aws:s3:::a]]", all + " GetResource=6"},
	} {
		w := enginetest.New(t, enginetest.Options{Regions: []resource.Region{"us-east-1", "eu-west-1"}})
		for name, region := range map[string]resource.Region{
			"f": "eu-west-1", "b": "us-east-1", "d": "eu-west-1", "c": "us-east-1", "e": "us-east-1",
		} {
			w.Put(t, region, "AWS::S3::Bucket", `{"BucketName": "`+name+`"}`)
		}
		w.Put(t, "us-east-1", "AWS::S3::Bucket", `{"BucketName": "a", "Tags": [{"Key": "k", "Value": "v"}]}`)
		rows, err := w.Try(t.Context(), test.sql)
		if err != nil {
			t.Errorf("%s: %v", test.sql, err)
			continue
		}
		if diff := cmp.Diff(test.want, fmt.Sprint(rows)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", test.sql, diff)
		}
		if calls := w.NewCalls(); calls != test.calls {
			t.Errorf("%s: %s, want %s", test.sql, calls, test.calls)
		}
	}
}

// A row that is gone, or that cannot be read, leaves its place to the next.
func TestLimitInOrderPassesOverWhatIsNotThere(t *testing.T) {
	t.Parallel()
	w := enginetest.New(t, enginetest.Options{Wrap: func(c cloudcontrol.Client) cloudcontrol.Client {
		return faulty{c, func(operation string, scope resource.Scope, identifier string) error {
			err := &resource.Error{Operation: operation, Type: "AWS::S3::Bucket", Scope: scope, Code: resource.NotFound}
			switch identifier {
			case "bucket-1":
				return err
			case "bucket-10":
				err.Code = resource.AccessDenied
				return err
			}
			return nil
		}}
	}})
	w.Populate(t, "us-east-1", "AWS::S3::Bucket", 12)
	rows := w.Rows(t, `SELECT bucket_name, arn IS NOT NULL FROM awscc.s3.buckets ORDER BY bucket_name LIMIT 2`)
	if got := fmt.Sprint(rows); got != "[[bucket-11 1] [bucket-12 1]]" {
		t.Error(got)
	}
	problems := w.Problems()
	if len(problems) != 1 || problems[0].Identifier != "bucket-10" || !errors.Is(problems[0].Err, resource.AccessDenied) {
		t.Errorf("problems: %v", problems)
	}
}
