package generate

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"skyql/internal/resource"
)

func TestRulesAreWellFormed(t *testing.T) {
	t.Parallel()
	placeholder := regexp.MustCompile(`\{([^{}]*)\}`)
	known := regexp.MustCompile(`^(partition|suffix|region|account|here|name|id|n|octet[123]|time|uuid|` +
		`(hex|lower|upper|mixed|digits)\d+(#[a-z]+)?|[A-Z][A-Za-z]*(\|.*)?)$`)
	var before string
	for line := range strings.Lines(rulesText) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] == "#" {
			continue
		}
		if _, err := resource.ParseTypeName(fields[0]); err != nil || len(fields) < 3 {
			t.Errorf("not a rule: %s", line)
			continue
		}
		if key := fields[0] + " " + fields[1]; key == before {
			t.Errorf("two rules for %s", key)
		}
		before = fields[0] + " " + fields[1]
		for _, found := range placeholder.FindAllStringSubmatch(line, -1) {
			if !known.MatchString(found[1]) {
				t.Errorf("unknown placeholder %s in %s", found[0], line)
			}
		}
	}
	for _, name := range shared {
		if rules().byType[name] == nil {
			t.Errorf("%s is shared and has no rule", name)
		}
	}
}

func TestReferredFindsTheType(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		property, service string
		want              resource.TypeName
	}{
		{"SubnetId", "RDS", "AWS::EC2::Subnet"},
		{"VpcSubnetId", "RDS", "AWS::EC2::Subnet"},
		{"ExecutionRoleArn", "ECS", "AWS::IAM::Role"},
		{"KmsKeyId", "S3", "AWS::KMS::Key"},
		{"TransitGatewayId", "EC2", "AWS::EC2::TransitGateway"},
		{"ApiId", "ApiGatewayV2", "AWS::ApiGatewayV2::Api"},
		{"ApiId", "Glue", ""},
		{"Color", "S3", ""},
	} {
		t.Run(test.property+" in "+test.service, func(t *testing.T) {
			t.Parallel()
			var got resource.TypeName
			if r := rules().referred(test.property, test.service); r != nil {
				got = r.name
			}
			if got != test.want {
				t.Errorf("have %q, want %q", got, test.want)
			}
		})
	}
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	c := newCall(258, munich)
	c.name, c.id, c.now = "jobs", "id-1", someDay
	c.model = map[string]any{"Path": "/x/", "Arn": "arn:aws:iam::1:role/admin"}
	for template, want := range map[string]string{
		"plain":                      `^plain$`,
		"{partition} {suffix}":       `^aws amazonaws\.com$`,
		"{here}":                     `^eu-central-1:111122223333$`,
		"{name}/{id}":                `^jobs/id-1$`,
		"{n}":                        `^258$`,
		"{octet3}.{octet2}.{octet1}": `^0\.1\.2$`,
		"{time}":                     `^2026-05-04T03:02:01Z$`,
		"{Path|/}{Other|/}{Missing}": `^/x//jobs$`,
		"{Arn}":                      `^admin$`,
		"{hex17}":                    `^[0-9a-f]{17}$`,
		"{lower26}{upper2}":          `^[a-z0-9]{26}[A-Z0-9]{2}$`,
		"{digits12}{mixed3}":         `^[0-9]{12}[A-Za-z0-9]{3}$`,
		"{uuid}":                     `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`,
		`{"A":[]}`:                   `^\{"A":\[\]\}$`,
		"{}":                         `^\{\}$`,
	} {
		got := string(parseText(template, place{}).append(nil, &c))
		if !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%s gives %q, want %s", template, got, want)
		}
	}
	tagged := func(path string) string {
		return string(parseText("{hex8#own}", place{path: []string{path}}).append(nil, &c))
	}
	if tagged("A") != tagged("B") {
		t.Errorf("the same tag gives %s and %s", tagged("A"), tagged("B"))
	}
}

func TestNamesAreCutIntoWords(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Bucket": "bucket", "UserPoolClient": "user-pool-client", "DBInstance": "db-instance", "VPC": "vpc",
		"KMSKeyArn": "kms-key-arn", "FIFOQueue": "fifo-queue", "lower": "lower", "VPCs": "vpcs",
	} {
		if got := kebab(name); got != want {
			t.Errorf("kebab(%q) = %q, want %q", name, got, want)
		}
	}
	for plural, want := range map[string]string{"SubnetIds": "SubnetId", "Addresses": "Address", "Policies": "Policy", "Class": "Class"} {
		if got := (place{name: plural}).element(0).name; got != want {
			t.Errorf("an element of %s is called %s, want %s", plural, got, want)
		}
	}
	endings := []string{"time", "id"}
	for _, name := range []string{"CreationTime", "time", "VpcId"} {
		if !(place{name: name}).endsWith(endings...) {
			t.Errorf("%s does not end with one of %v", name, endings)
		}
	}
	if slices.ContainsFunc([]string{"Runtime", "Valid"}, func(name string) bool { return place{name: name}.endsWith(endings...) }) {
		t.Error("an ending is found inside a word")
	}
}
