package engine_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"skyql/internal/catalog"
	"skyql/internal/engine/enginetest"
	"skyql/internal/resource"
)

// corpusCatalog has the starter types, one with more columns than SQLite keeps
// account of, and one with a compound identifier that is listed without a parent.
func corpusCatalog(t *testing.T) *catalog.Catalog {
	t.Helper()
	folder, file := t.TempDir(), filepath.Join(t.TempDir(), "catalog.zip")
	if err := os.CopyFS(folder, os.DirFS(filepath.Join("..", "catalog", "builtin"))); err != nil {
		t.Fatal(err)
	}
	wide := `"Id": {"type": "string"}`
	for i := range 80 {
		wide += fmt.Sprintf(`, "P%d": {"type": "string"}`, i)
	}
	for name, text := range map[string]string{
		"Wide":   fmt.Sprintf(`"primaryIdentifier": ["/properties/Id"], "properties": {%s}`, wide),
		"Domain": `"primaryIdentifier": ["/properties/UserPoolId", "/properties/Domain"], "properties": {"UserPoolId": {"type": "string"}, "Domain": {"type": "string"}}`,
	} {
		text = fmt.Sprintf(`{"typeName": "AWS::Test::%s", "description": "for tests", "additionalProperties": false,
			"handlers": {"read": {"permissions": ["test:Read"]}, "list": {"permissions": ["test:List"]}}, %s}`, name, text)
		if err := os.WriteFile(filepath.Join(folder, "AWS-Test-"+name+".json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := catalog.Pull(t.Context(), catalog.PullOptions{From: folder, Path: file}); err != nil {
		t.Fatal(err)
	}
	types, err := catalog.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { types.Close() })
	return types
}

// corpusRegions are the session's.
var corpusRegions = []resource.Region{"us-east-1", "eu-west-1", "ap-south-1"}

// corpusEstate puts some five hundred resources into three regions, of which the
// last has fewer.
func corpusEstate(t *testing.T) *enginetest.World {
	t.Helper()
	w := enginetest.New(t, enginetest.Options{Catalog: corpusCatalog(t), Regions: corpusRegions, PageSize: 7})
	for r, region := range corpusRegions {
		put := func(name resource.TypeName, format string, args ...any) {
			t.Helper()
			w.Put(t, region, name, fmt.Sprintf(format, args...))
		}
		p := planter{put: put, r: r, region: string(region), size: 12 - 5*(r/2)}
		p.cognito()
		p.storage()
		p.network()
		p.serverless()
	}
	return w
}

// planter puts the resources of one region.
type planter struct {
	put     func(name resource.TypeName, format string, args ...any)
	r, size int
	region  string
}

// member writes a property, or nothing for an empty value.
func member(name, value string) string {
	if value == "" {
		return ""
	}
	return fmt.Sprintf(", %q: %s", name, value)
}

// pick takes the i-th of a list, and begins anew after the last.
func pick(i int, list ...string) string { return list[i%len(list)] }

// cognito has names in common, some that differ in case only, and NULLs. One
// client's ID is in use below two pools.
func (p planter) cognito() {
	for i := range p.size {
		pool := fmt.Sprintf("%s_p%02d", p.region, i)
		p.put("AWS::Cognito::UserPool", `{"UserPoolId": %q%s%s%s}`, pool,
			member("UserPoolName", pick(i+p.r, `"main"`, `"Main"`, `"staff"`, `"büro é"`, `"顧客"`, ``, `"5"`)),
			member("MfaConfiguration", pick(i, `"OFF"`, `"ON"`, `"OPTIONAL"`, ``)),
			member("UserPoolTags", pick(i, `{"Owner": "red", "Tier": "1"}`, `{"Owner": "blue"}`, ``)))
		for j := range i % 5 {
			p.put("AWS::Cognito::UserPoolClient", `{"UserPoolId": %q, "ClientId": "c%d%02d%d"%s%s%s%s}`, pool, p.r, i, j,
				member("ClientName", pick(i*2+j*3, `"web"`, `"Web"`, `"mobile"`, ``, `"naïve"`, `"5"`, `"main"`)),
				member("GenerateSecret", pick(i+j, `true`, `false`, ``)),
				member("AccessTokenValidity", pick(i+j*2, `5`, `10`, `60`, ``, `5`)),
				member("CallbackURLs", pick(j, `["https://a.example"]`, `["https://a.example", "https://b.example"]`, `[]`, ``)))
		}
		if i == 4 || i == 5 {
			p.put("AWS::Cognito::UserPoolClient", `{"UserPoolId": %q, "ClientId": "shared", "ClientName": "shared"}`, pool)
		}
		for j, group := range []string{"admins", "editors", "viewers"}[:i%4] {
			p.put("AWS::Cognito::UserPoolGroup", `{"UserPoolId": %q, "GroupName": %q, "Precedence": %d%s}`, pool, group, 10*j,
				member("Description", pick(j, ``, `"admins"`, `"editors"`)))
		}
		if i%3 == 0 {
			domain := fmt.Sprintf(`{"UserPoolId": %q, "Domain": "login-%d%s"}`, pool, i, pick(p.r, "", "-eu", "-ap"))
			p.put("AWS::Cognito::UserPoolDomain", "%s", domain)
			p.put("AWS::Test::Domain", "%s", domain)
		}
	}
}

// storage has buckets with and without tags, policies of some, one policy of a
// bucket that is not there, and queues that hand messages on along a chain. Two
// of them do so in a circle.
func (p planter) storage() {
	for i := range 2 * p.size {
		p.put("AWS::S3::Bucket", `{"BucketName": "%s-%d-%02d"%s%s%s%s}`, pick(i, "logs", "data", "web"), p.r, i,
			member("WebsiteURL", pick(i, `"http://a.example"`, `"http://b.example"`, ``, `"http://c.example"`)),
			member("ObjectLockEnabled", pick(i, ``, `true`, `false`)),
			member("VersioningConfiguration", pick(i, `{"Status": "Enabled"}`, ``, `{"Status": "Suspended"}`)),
			member("Tags", pick(i, ``, `[]`, fmt.Sprintf(`[{"Key": "Owner", "Value": "red"}, {"Key": "N", "Value": "%d"}]`, i),
				`[{"Key": "Owner", "Value": "blue"}]`, `[{"Key": "Größe", "Value": "ü"}, {"Key": "Owner", "Value": "Red"}]`)))
		if i%4 == 0 {
			p.put("AWS::S3::BucketPolicy", `{"Bucket": "%s-%d-%02d", "PolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": %s, "Sid": "s%d"}]}}`,
				pick(i, "logs", "data", "web"), p.r, i, pick(i/4, `"Allow"`, `"Deny"`), i%3)
		}
	}
	p.put("AWS::S3::BucketPolicy", `{"Bucket": "gone-%d", "PolicyDocument": {"Statement": []}}`, p.r)
	for i := range 10 {
		next := []int{1, 2, 3, -1, 3, 4, 7, 6, -1, 99}[i]
		policy := ""
		if next >= 0 {
			policy = fmt.Sprintf(`{"deadLetterTargetArn": "arn:aws:sqs:%s:1:q%d", "maxReceiveCount": %d}`, p.region, next, i)
		}
		p.put("AWS::SQS::Queue", `{"QueueUrl": "https://sqs.%s/q%d", "QueueName": "q%d", "Arn": "arn:aws:sqs:%s:1:q%d", "DelaySeconds": %d%s%s}`,
			p.region, i, i, p.region, i, i%3, member("VisibilityTimeout", pick(i, `30`, ``, `90`)), member("RedrivePolicy", policy))
	}
}

// network has VPCs, subnets in all but the last of them, and instances, some of
// them without a subnet, some in one that is not there.
func (p planter) network() {
	for i := range p.size / 3 {
		vpc := fmt.Sprintf("vpc-%d%d", p.r, i)
		p.put("AWS::EC2::VPC", `{"VpcId": %q, "CidrBlock": "10.%d.0.0/16"%s}`, vpc, i, member("EnableDnsSupport", pick(i, `true`, `false`, ``)))
		for j := range (i + 3) % 4 {
			subnet := fmt.Sprintf("subnet-%d%d%d", p.r, i, j)
			p.put("AWS::EC2::Subnet", `{"SubnetId": %q, "VpcId": %q, "CidrBlock": "10.%d.%d.0/24", "AvailabilityZone": "%s%s"%s}`,
				subnet, vpc, i, j, p.region, pick(j, "a", "b"), member("MapPublicIpOnLaunch", pick(i+j, `true`, `false`, ``)))
			for k := range 4 - j {
				p.put("AWS::EC2::Instance", `{"InstanceId": "i-%d%d%d%d", "SubnetId": %q, "VpcId": %q, "InstanceType": %s, "SecurityGroupIds": ["sg-%d", "sg-9"]%s%s%s}`,
					p.r, i, j, k, subnet, vpc, pick(j+k, `"t3.micro"`, `"t3.large"`, `"m5.large"`), k,
					member("Monitoring", pick(k, `true`, `false`, ``)), member("CpuOptions", pick(k, `{"CoreCount": 2, "ThreadsPerCore": 1}`, ``, `{"CoreCount": 8}`)),
					member("Tags", pick(i+j+k, `[{"Key": "Name", "Value": "web"}]`, ``)))
			}
		}
	}
	p.put("AWS::EC2::Instance", `{"InstanceId": "i-%dlone", "InstanceType": "t3.micro"}`, p.r)
	p.put("AWS::EC2::Instance", `{"InstanceId": "i-%dlost", "InstanceType": "t3.nano", "SubnetId": "subnet-none"}`, p.r)
}

// serverless has functions, log groups of most of them, and wide resources.
func (p planter) serverless() {
	for i := range p.size {
		p.put("AWS::Lambda::Function", `{"FunctionName": "fn-%02d", "Role": "arn:aws:iam::123456789012:role/r%d", "MemorySize": %s, "Arn": "arn:aws:lambda:%s:123456789012:function:fn-%02d"%s%s}`,
			i, i%3, pick(i, `128`, `256`, `1024`, `128`), p.region, i, member("Runtime", pick(i+p.r, `"go1.x"`, `"python3.12"`, ``)),
			member("Timeout", pick(i, `3`, ``, `900`, `30`, `3`)))
		if i%4 != 3 {
			p.put("AWS::Logs::LogGroup", `{"LogGroupName": "/aws/lambda/%s-%02d"%s}`, pick(i, "fn", "fn", "FN"), i,
				member("RetentionInDays", pick(i, `7`, `30`, ``, `7`, `365`)))
		}
		p.put("AWS::Test::Wide", `{"Id": "w%d%02d", "P59": "a%d", "P60": "b%d", "P61": "c%d"%s%s}`, p.r, i, i%2, i%3, i%4,
			member("P70", pick(i, `"x"`, `"y"`, ``, `"é"`)), member("P79", pick(i, `"1"`, ``)))
	}
}
