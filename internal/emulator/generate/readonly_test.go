package generate

import (
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/resource"
)

func TestReadOnlyFillsIn(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, properties, readOnly string
		model, want                map[string]any
	}{
		{
			"what is there stays", `"Name": {"type": "string"}, "State": {"type": "string"}`, `"/properties/State"`,
			map[string]any{"Name": "a", "State": "GONE"}, map[string]any{"Name": "a", "State": "GONE"},
		},
		{
			"simple properties", `"Name": {"type": "string"}, "State": {"enum": ["DELETING", "ACTIVE"]},
				"Count": {"type": "integer"}, "IsDefault": {"type": "boolean"}, "CreatedAt": {"type": "string"},
				"CreationTime": {"type": "number"}, "OwnerId": {"type": "string"}, "FailureReason": {"type": "string"}`,
			`"/properties/State", "/properties/Count", "/properties/IsDefault", "/properties/CreatedAt",
				"/properties/CreationTime", "/properties/OwnerId", "/properties/FailureReason"`,
			map[string]any{"Name": "a"},
			map[string]any{
				"Name": "a", "State": "ACTIVE", "Count": 0.0, "IsDefault": false, "CreatedAt": "2026-05-04T03:02:01Z",
				"CreationTime": float64(someDay.Unix()), "OwnerId": "111122223333",
			},
		},
		{
			"an ARN made of the name", `"Name": {"type": "string"}, "Arn": {"type": "string"}`, `"/properties/Arn"`,
			map[string]any{"Name": "a"},
			map[string]any{"Name": "a", "Arn": "arn:aws:test:eu-central-1:111122223333:thing/a"},
		},
		{
			"elements of an array", `"Name": {"type": "string"}, "L": {"type": "array", "items": {"type": "object",
				"properties": {"Version": {"type": "string"}, "Key": {"type": "string"}}}}`, `"/properties/L/*/Version"`,
			map[string]any{"Name": "a", "L": []any{map[string]any{"Key": "k"}, map[string]any{"Version": "9"}}},
			map[string]any{"Name": "a", "L": []any{map[string]any{"Key": "k", "Version": "1"}, map[string]any{"Version": "9"}}},
		},
		{
			"nothing in objects that are not there", `"Name": {"type": "string"}, "O": {"type": "object",
				"properties": {"Version": {"type": "string"}, "Key": {"type": "string"}}}`, `"/properties/O/Version"`,
			map[string]any{"Name": "a"}, map[string]any{"Name": "a"},
		},
		{
			"objects that are read-only in all parts", `"Name": {"type": "string"}, "Endpoint": {"type": "object",
				"properties": {"Version": {"type": "string"}, "Port": {"type": "string"}}}`,
			`"/properties/Endpoint/Version", "/properties/Endpoint/Port"`,
			map[string]any{"Name": "a"},
			map[string]any{"Name": "a", "Endpoint": map[string]any{"Version": "1", "Port": "443"}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			resourceType := typeOf(t, test.properties, `, "readOnlyProperties": [`+test.readOnly+`]`)
			ReadOnly(resourceType, test.model, munich, "seed", someDay)
			if diff := cmp.Diff(test.want, test.model); diff != "" {
				t.Errorf("model (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadOnlyKnowsTheServices(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		typeName string
		model    map[string]any
		property string
		want     string // regular expression
	}{
		{"AWS::EC2::VPC", map[string]any{}, "VpcId", `^vpc-[0-9a-f]{17}$`},
		{"AWS::EC2::SecurityGroup", map[string]any{}, "GroupId", `^sg-[0-9a-f]{17}$`},
		{"AWS::Cognito::UserPool", map[string]any{}, "UserPoolId", `^eu-central-1_[A-Za-z0-9]{9}$`},
		{"AWS::Cognito::UserPool", map[string]any{}, "Arn", `^arn:aws:cognito-idp:eu-central-1:111122223333:userpool/eu-`},
		{"AWS::Cognito::UserPoolClient", map[string]any{"UserPoolId": "eu-central-1_abc"}, "ClientId", `^[a-z0-9]{26}$`},
		{"AWS::SQS::Queue", map[string]any{"QueueName": "jobs"}, "QueueUrl",
			`^https://sqs.eu-central-1.amazonaws.com/111122223333/jobs$`},
		{"AWS::SQS::Queue", map[string]any{}, "QueueName", `^queue-[a-z0-9]{12}$`},
		{"AWS::S3::Bucket", map[string]any{}, "BucketName", `^bucket-[a-z0-9]{12}$`},
		{"AWS::S3::Bucket", map[string]any{"BucketName": "logs"}, "Arn", `^arn:aws:s3:::logs$`},
		{"AWS::IAM::Role", map[string]any{"RoleName": "reader", "Path": "/team/"}, "Arn",
			`^arn:aws:iam::111122223333:role/team/reader$`},
		{"AWS::SecretsManager::Secret", map[string]any{"Name": "db"}, "Id",
			`^arn:aws:secretsmanager:eu-central-1:111122223333:secret:db-[A-Za-z0-9]{6}$`},
	} {
		t.Run(test.typeName+"/"+test.property, func(t *testing.T) {
			t.Parallel()
			ReadOnly(builtinType(t, test.typeName), test.model, munich, "seed", someDay)
			if got, _ := test.model[test.property].(string); !regexp.MustCompile(test.want).MatchString(got) {
				t.Errorf("%s = %q, want %s", test.property, got, test.want)
			}
		})
	}
}

func TestReadOnlyDependsOnSeedAndScope(t *testing.T) {
	t.Parallel()
	g := New(builtinType(t, "AWS::EC2::Subnet"))
	made := func(scope resource.Scope, seed string) string {
		model := map[string]any{}
		g.ReadOnly(model, scope, seed, someDay)
		return marshal(t, model)
	}
	first := made(munich, "a")
	if again := made(munich, "a"); again != first {
		t.Errorf("the same seed gives %s, then %s", first, again)
	}
	for _, other := range []string{made(munich, "b"), made(resource.Scope{Region: "eu-west-1"}, "a")} {
		if other == first {
			t.Errorf("another seed or scope gives %s again", first)
		}
	}
}

func TestReadOnlyNeedsNoIdentifier(t *testing.T) {
	t.Parallel()
	resourceType := parse(t, `{"typeName": "AWS::Test::Odd", "properties": {"Tür": {"type": "string"}, "": {"type": "string"}},
		"readOnlyProperties": ["/properties/Tür", "/properties/", "/properties/Gone"]}`)
	model := map[string]any{}
	ReadOnly(resourceType, model, munich, "seed", someDay)
	if model["Tür"] == nil || model["Gone"] != nil {
		t.Errorf("have %v, want what the schema describes and nothing else", model)
	}
}

func TestReadOnlyWritesThePartition(t *testing.T) {
	t.Parallel()
	model := map[string]any{"TableName": "orders"}
	ReadOnly(builtinType(t, "AWS::DynamoDB::Table"), model, resource.Scope{Account: "1", Region: "cn-north-1"}, "", someDay)
	if diff := cmp.Diff("arn:aws-cn:dynamodb:cn-north-1:1:table/orders", model["Arn"]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
