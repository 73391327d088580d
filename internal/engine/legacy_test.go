package engine_test

import (
	"fmt"
	"testing"

	"skyql/internal/engine/enginetest"
)

// Stack files for the provider aws name tables and inputs in an older way.
func TestLegacyNames(t *testing.T) {
	t.Parallel()
	w := enginetest.New(t, enginetest.Options{Legacy: true})
	w.Put(t, "us-east-1", "AWS::EC2::VPC", `{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "Tags": [{"Key": "Name", "Value": "one"}, {"Key": "Stack", "Value": "s"}]}`)
	w.Put(t, "us-east-1", "AWS::EC2::VPC", `{"VpcId": "vpc-2", "CidrBlock": "10.1.0.0/16"}`)
	w.Put(t, "us-east-1", "AWS::S3::Bucket", `{"BucketName": "files"}`)
	for _, test := range []struct{ sql, want string }{
		{`SELECT bucket_name FROM aws.s3.buckets WHERE region = 'us-east-1'`, "[[files]]"},
		{`SELECT count(*) FROM aws.s3.buckets WHERE data__Identifier = 'files' AND region = 'us-east-1'`, "[[1]]"},
		{`SELECT count(*) FROM aws.s3.buckets WHERE "data__Identifier" = 'data__Identifier'`, "[[0]]"},
		{`SELECT vpc_id, tag_key, tag_value FROM aws.ec2.vpc_tags WHERE region = 'us-east-1' ORDER BY tag_key`, "[[vpc-1 Name one] [vpc-1 Stack s]]"},
		{`SELECT vpc_id, cidr_block FROM (SELECT vpc_id, cidr_block, json_group_object(tag_key, tag_value) AS tags FROM aws.ec2.vpc_tags
			WHERE region = 'us-east-1' GROUP BY vpc_id HAVING json_extract(tags, '$.Stack') = 's') t`, "[[vpc-1 10.0.0.0/16]]"},
		{`UPDATE aws.s3.buckets SET data__PatchDocument = string('[{"op":"add","path":"/VersioningConfiguration","value":{"Status":"Enabled"}}]')
			WHERE data__Identifier = 'files' AND region = 'us-east-1' RETURNING Identifier`, "[[files]]"},
		{`SELECT count(*) FROM awscc.s3.buckets WHERE data__Identifier = 'files'`, "[[1]]"},
		{`SELECT data__x FROM (SELECT 5 AS data__x)`, "[[5]]"},
		{`SELECT versioning_configuration ->> 'Status' FROM awscc.s3.buckets WHERE Identifier = 'files'`, "[[Enabled]]"},
		{`DELETE FROM aws.s3.buckets WHERE data__Identifier = 'files' AND region = 'us-east-1' RETURNING OperationStatus`, "[[SUCCESS]]"},
	} {
		if have := fmt.Sprint(w.Rows(t, test.sql)); have != test.want {
			t.Errorf("%s\nwant %s\nhave %s", test.sql, test.want, have)
		}
	}
	for _, test := range []struct{ sql, want string }{
		{`SELECT 1 FROM aws.ec2.vcp_tags`, `no table awscc.ec2.vcps; did you mean awscc.ec2.vpcs? (line 1, column 15)`},
		{`SELECT 1 FROM aws.logs.log_group_tag`, `no table awscc.logs.log_group_tag; did you mean awscc.logs.log_groups? (line 1, column 15)`},
		{`SELECT data__Identifierr FROM aws.s3.buckets`, `no column "Identifierr" in awscc.s3.buckets; did you mean "identifier"? (line 1, column 14)`},
	} {
		_, err := w.Try(t.Context(), test.sql)
		if err == nil || err.Error() != test.want {
			t.Errorf("%s\nwant %s\nhave %v", test.sql, test.want, err)
		}
	}
}
