package acceptance

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// taggingReply runs an operation of the tagging API and decodes its answer.
func taggingReply[T any](t *testing.T, a *awsCLI, args ...string) (answer T) {
	t.Helper()
	stdout, stderr, err := a.run(append([]string{"resourcegroupstaggingapi"}, args...)...)
	if err != nil {
		t.Fatalf("aws resourcegroupstaggingapi %s: %v\n%s", strings.Join(args, " "), err, stderr)
	}
	if stdout == "" {
		return answer
	}
	if err := json.Unmarshal([]byte(stdout), &answer); err != nil {
		t.Fatalf("aws resourcegroupstaggingapi %s: %v\n%s", strings.Join(args, " "), err, stdout)
	}
	return answer
}

type taggedResources struct {
	ResourceTagMappingList []struct {
		ResourceARN string
		Tags        []struct{ Key, Value string }
	}
}

// arns runs get-resources, all pages of it, and gives the ARNs.
func (a *awsCLI) arns(t *testing.T, args ...string) (arns []string) {
	t.Helper()
	for _, found := range taggingReply[taggedResources](t, a, append([]string{"get-resources"}, args...)...).ResourceTagMappingList {
		arns = append(arns, found.ResourceARN)
	}
	return arns
}

func TestAWSCLITags(t *testing.T) {
	t.Parallel()
	a := newAWSCLI(t, "--populate", "AWS::EC2::VPC=1")
	for _, name := range []string{"crate", "barrel", "sack"} {
		change(t, a, "create-resource", "--type-name", "AWS::S3::Bucket", "--desired-state",
			`{"BucketName":"`+name+`","Tags":[{"Key":"name","Value":"`+name+`"}]}`)
	}
	buckets := []string{"arn:aws:s3:::crate", "arn:aws:s3:::barrel", "arn:aws:s3:::sack"}
	// The CLI walks the pages by itself.
	if have := a.arns(t, "--resource-type-filters", "s3", "--page-size", "1"); !slices.Equal(have, buckets) {
		t.Errorf("want %v, got %v", buckets, have)
	}
	if have := a.arns(t, "--tag-filters", "Key=name,Values=barrel,sack"); !slices.Equal(have, buckets[1:]) {
		t.Errorf("want %v, got %v", buckets[1:], have)
	}
	all := a.arns(t)
	if !slices.ContainsFunc(all, func(arn string) bool { return strings.HasPrefix(arn, "arn:aws:ec2:us-east-1:123456789012:vpc/vpc-") }) {
		t.Errorf("want the VPC with an ARN made of its identifier, got %v", all)
	}
	keys := taggingReply[struct{ TagKeys []string }](t, a, "get-tag-keys").TagKeys
	values := taggingReply[struct{ TagValues []string }](t, a, "get-tag-values", "--key", "name").TagValues
	if !slices.Contains(keys, "name") || !slices.Equal(values, []string{"barrel", "crate", "sack"}) {
		t.Errorf("want the key name with three values, got %v, %v", keys, values)
	}
}

func TestAWSCLIWritesTags(t *testing.T) {
	t.Parallel()
	a := newAWSCLI(t)
	change(t, a, "create-resource", "--type-name", "AWS::S3::Bucket", "--desired-state", `{"BucketName":"crate"}`)
	if have := a.arns(t); len(have) > 0 {
		t.Errorf("want nothing tagged, got %v", have)
	}
	type failures struct {
		FailedResourcesMap map[string]struct {
			StatusCode   int
			ErrorCode    string
			ErrorMessage string
		}
	}
	failed := taggingReply[failures](t, a, "tag-resources", "--resource-arn-list", "arn:aws:s3:::crate", "arn:aws:s3:::nosuch",
		"--tags", "colour=blue,size=large").FailedResourcesMap
	if len(failed) != 1 || failed["arn:aws:s3:::nosuch"].StatusCode != 400 || failed["arn:aws:s3:::nosuch"].ErrorMessage == "" {
		t.Errorf("want the unknown bucket refused, got %+v", failed)
	}
	tags, _ := json.Marshal(bucket(t, a, "crate")["Tags"])
	if string(tags) != `[{"Key":"colour","Value":"blue"},{"Key":"size","Value":"large"}]` {
		t.Errorf("want the tags in the bucket's model, got %s", tags)
	}
	taggingReply[failures](t, a, "untag-resources", "--resource-arn-list", "arn:aws:s3:::crate", "--tag-keys", "colour", "size")
	if have := a.arns(t); len(have) > 0 {
		t.Errorf("want no tags left, got %v", have)
	}
	_, stderr, err := a.run("resourcegroupstaggingapi", "tag-resources", "--resource-arn-list", "arn:aws:s3:::crate", "--tags", "aws:x=y")
	if err == nil || !strings.Contains(stderr, "An error occurred (InvalidParameterException)") {
		t.Errorf("want InvalidParameterException, got %v\n%s", err, stderr)
	}
	if status := taggingReply[struct{ Status string }](t, a, "describe-report-creation").Status; status != "NO REPORT" {
		t.Errorf("want NO REPORT, got %q", status)
	}
}
