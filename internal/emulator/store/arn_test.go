package store

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/catalog"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/schema/schematest"
)

func TestARNFormsAreWellFormed(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^(\{[A-Za-z/]+\}|[a-z0-9-]+:(\{here\}|\{region\}:|:\{account\}|:):[^ ]*\{[A-Za-z]+\}[^ ]*)$`)
	before := ""
	for line := range strings.Lines(arnFormsText) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] == "#" {
			continue
		}
		if _, err := resource.ParseTypeName(fields[0]); err != nil || len(fields) != 2 || !form.MatchString(fields[1]) {
			t.Errorf("not a form: %s", line)
		}
		if fields[0] <= before {
			t.Errorf("%s is not in order, or there twice", fields[0])
		}
		before = fields[0]
	}
}

// TestARNFormsFitTheirTypes wants every form used, and made of properties that
// the type has.
func TestARNFormsFitTheirTypes(t *testing.T) {
	t.Parallel()
	types := map[resource.TypeName]*schema.ResourceType{}
	for _, decoded := range schematest.Types(t) {
		types[decoded.Name] = decoded
	}
	for name, text := range arnForms() {
		decoded := types[name]
		if decoded == nil {
			t.Errorf("%s is no type of the bundle", name)
			continue
		}
		f := newTagForm(decoded)
		switch {
		case f == nil:
			t.Errorf("%s has a form and no tags", name)
			continue
		case len(f.arns.paths) == 1 && !strings.Contains(text, "{"+f.arns.paths[0].String()+"}"):
			t.Errorf("%s holds its ARN in %s and needs no form", name, f.arns.paths[0])
		}
		for _, path := range f.arns.paths {
			if decoded.Property(path[0]) == nil {
				t.Errorf("%s has no property %s", name, path[0])
			}
		}
	}
	seen := 0
	for _, decoded := range types {
		if newTagForm(decoded) != nil {
			seen++
		}
	}
	if seen < 900 {
		t.Errorf("want the tags of most types seen, have %d", seen)
	}
}

func TestARNsThereAndBack(t *testing.T) {
	t.Parallel()
	scope := resource.Scope{Account: "123456789012", Region: "cn-north-1"}
	for _, test := range []struct {
		form, arn string
		values    []string
	}{
		{"{Arn}", "arn:aws-cn:s3:::files", []string{"arn:aws-cn:s3:::files"}},
		{"arn:{partition}:ec2:{region}:{account}:vpc/{VpcId}", "arn:aws-cn:ec2:cn-north-1:123456789012:vpc/vpc-1", []string{"vpc-1"}},
		{"arn:{partition}:route53:::hostedzone/{Id}", "arn:aws-cn:route53:::hostedzone/Z1", []string{"Z1"}},
		{"arn:{partition}:x:{region}::/a/{A}/b/{B}", "arn:aws-cn:x:cn-north-1::/a/1/b/2/3", []string{"1", "2/3"}},
		{"arn:{partition}:x:{region}:{account}:/k/{A}/", "arn:aws-cn:x:cn-north-1:123456789012:/k/1/", []string{"1"}},
		{"arn:{partition}:x:::{A}", "arn:aws-cn:x:::{region}", []string{"{region}"}},
	} {
		arns := parseARNForm(test.form).in(scope)
		if have := arns.make(test.values); have != test.arn {
			t.Errorf("%s: want %s, have %s", test.form, test.arn, have)
		}
		values, ok := arns.cut(test.arn)
		if diff := cmp.Diff(test.values, values); !ok || diff != "" {
			t.Errorf("%s of %s (-want +have)\n%s", test.form, test.arn, diff)
		}
	}
	vpc := parseARNForm("arn:{partition}:ec2:{region}:{account}:vpc/{VpcId}").in(scope)
	for _, arn := range []string{
		"", "vpc-1", "arn:aws-cn:ec2:cn-north-1:123456789012:vpc/", "arn:aws-cn:ec2:cn-north-1:123456789012:subnet/vpc-1",
		"arn:aws:ec2:cn-north-1:123456789012:vpc/vpc-1", "arn:aws-cn:ec2:cn-northwest-1:123456789012:vpc/vpc-1",
		"arn:aws-cn:ec2:cn-north-1:999999999999:vpc/vpc-1",
	} {
		if values, ok := vpc.cut(arn); ok {
			t.Errorf("want %q refused, have %v", arn, values)
		}
	}
}

// TestWhereARNsComeFrom names, for everyday types, what the ARN is made of.
func TestWhereARNsComeFrom(t *testing.T) {
	t.Parallel()
	want := map[resource.TypeName]string{
		"AWS::S3::Bucket": "Arn", "AWS::SNS::Topic": "TopicArn", "AWS::DynamoDB::Table": "Arn",
		"AWS::EC2::VPC": "VpcId", "AWS::EC2::SecurityGroup": "Id", "AWS::SecretsManager::Secret": "Id",
		"AWS::Cognito::IdentityPool": "Id", "AWS::Events::Rule": "Arn", "AWS::SQS::Queue": "Arn",
		"AWS::Cognito::UserPoolClient": "", "AWS::IAM::ManagedPolicy": "", "AWS::EC2::SubnetRouteTableAssociation": "",
	}
	have := map[resource.TypeName]string{}
	for name := range want {
		decoded, err := catalog.Starter().Type(name)
		if err != nil {
			t.Fatal(err)
		}
		have[name] = ""
		if f := newTagForm(decoded); f != nil {
			have[name] = f.arns.paths[0].String()
		}
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("(-want +have)\n%s", diff)
	}
}
