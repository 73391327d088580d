package docgen_test

import (
	"encoding/json"
	"testing"

	"skyql/internal/catalog"
	"skyql/internal/docgen/sample"
	"skyql/internal/engine/enginetest"
	"skyql/internal/resource"
	"skyql/internal/schema"
)

// above tells which resources the examples of a type name, and by which property
// those are named. The emulator wants them to be there, as AWS does.
var above = map[resource.TypeName][]struct {
	path   string
	parent resource.TypeName
	key    string
}{
	"AWS::EC2::Subnet":        {{"VpcId", "AWS::EC2::VPC", "VpcId"}},
	"AWS::EC2::SecurityGroup": {{"VpcId", "AWS::EC2::VPC", "VpcId"}},
	"AWS::EC2::RouteTable":    {{"VpcId", "AWS::EC2::VPC", "VpcId"}},
	"AWS::EC2::Instance": {
		{"SubnetId", "AWS::EC2::Subnet", "SubnetId"}, {"SecurityGroupIds/*", "AWS::EC2::SecurityGroup", "GroupId"},
		{"NetworkInterfaces/*/SubnetId", "AWS::EC2::Subnet", "SubnetId"},
		{"NetworkInterfaces/*/GroupSet/*", "AWS::EC2::SecurityGroup", "GroupId"},
	},
	"AWS::EC2::SubnetRouteTableAssociation": {
		{"SubnetId", "AWS::EC2::Subnet", "SubnetId"}, {"RouteTableId", "AWS::EC2::RouteTable", "RouteTableId"},
	},
	"AWS::S3::BucketPolicy":        {{"Bucket", "AWS::S3::Bucket", "BucketName"}},
	"AWS::KMS::Alias":              {{"TargetKeyId", "AWS::KMS::Key", "KeyId"}},
	"AWS::IAM::User":               {{"ManagedPolicyArns/*", "AWS::IAM::ManagedPolicy", "PolicyArn"}},
	"AWS::IAM::Role":               {{"ManagedPolicyArns/*", "AWS::IAM::ManagedPolicy", "PolicyArn"}},
	"AWS::IAM::ManagedPolicy":      {{"Roles/*", "AWS::IAM::Role", "RoleName"}, {"Users/*", "AWS::IAM::User", "UserName"}},
	"AWS::Cognito::UserPoolClient": {{"UserPoolId", "AWS::Cognito::UserPool", "UserPoolId"}},
	"AWS::Cognito::UserPoolDomain": {{"UserPoolId", "AWS::Cognito::UserPool", "UserPoolId"}},
	"AWS::Cognito::UserPoolGroup":  {{"UserPoolId", "AWS::Cognito::UserPool", "UserPoolId"}},
}

// place puts the resources there that the examples of the type name.
func place(t *testing.T, w *enginetest.World, name resource.TypeName) {
	t.Helper()
	resourceType, err := catalog.Starter().Type(name)
	if err != nil {
		t.Fatal(err)
	}
	values, err := sample.New(resourceType)
	if err != nil {
		t.Fatal(err)
	}
	put := map[string]bool{}
	for _, state := range []sample.State{values.Required, values.All, values.Changed} {
		for _, tie := range above[name] {
			schema.ParsePath(tie.path).Each(map[string]any(state), func(_ []string, value any) {
				model, err := json.Marshal(map[string]any{tie.key: value})
				if err != nil {
					t.Fatal(err)
				}
				if !put[string(model)] {
					put[string(model)] = true
					w.Put(t, "us-east-1", tie.parent, string(model))
				}
			})
		}
	}
}
