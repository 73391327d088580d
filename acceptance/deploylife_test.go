//go:build unix

package acceptance

import (
	"encoding/xml"
	"path/filepath"
	"strings"
	"testing"
)

// stackLife is what happens to a stack from its first build to its teardown.
type stackLife struct {
	name   string
	dir    string
	env    string
	vars   []string // flags
	region string   // us-east-1 if it is empty
	full   bool     // it has types that the starter lacks
	builds string   // writes of the first build

	// edit changes one property in a file of the stack: the file, a text, and what
	// takes its place.
	edit  [3]string
	plans string // what the plan says of it

	behind  string // SQL that changes a property behind the stack's back
	drifts  string // what drift finds of it
	tests   string // what test finds of it
	removes string // writes of the teardown
	tables  []string
}

// Every stack is built; a second build writes nothing. An edit is one update, and
// what somebody changes behind its back is found and mended. Nothing is left over.
func TestStackLives(t *testing.T) {
	t.Parallel()
	for _, life := range stackLives {
		t.Run(life.name, func(t *testing.T) {
			t.Parallel()
			life.run(t)
		})
	}
}

func (l *stackLife) run(t *testing.T) {
	d := newDeployed(t, l.dir, l.env, l.full)
	d.vars = l.vars
	if l.region == "" {
		l.region = "us-east-1"
	}
	d.run(0, "build")
	d.wantWrites("build", l.builds)
	d.run(0, "build")
	d.wantWrites("the second build", "")
	l.isRight(d)
	l.isEdited(d)
	l.isMended(d)
	d.run(0, "teardown", "--yes")
	d.wantWrites("teardown", l.removes)
	if left := d.left(l.region, l.tables...); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
	d.run(0, "teardown", "--yes")
	d.wantWrites("the second teardown", "")
}

func (l *stackLife) isRight(d *deployed) {
	d.t.Helper()
	for _, name := range []string{"test", "drift"} {
		if have := d.report(0, name); have != "" {
			d.t.Errorf("%s finds\n%s", name, have)
		}
	}
	if out, _ := d.run(0, "plan"); !strings.Contains(out, ": nothing to do.") {
		d.t.Errorf("want nothing to do, have\n%s", out)
	}
	d.wantWrites("test, drift and plan", "")
}

func (l *stackLife) isEdited(d *deployed) {
	d.t.Helper()
	d.edit(l.edit[0], l.edit[1], l.edit[2])
	if have := d.plan(6, "--detailed-exitcode"); have != l.plans {
		d.t.Errorf("want the plan\n%s\nhave\n%s", l.plans, have)
	}
	d.run(0, "build")
	d.wantWrites("build after the edit", "UpdateResource=1")
}

func (l *stackLife) isMended(d *deployed) {
	d.t.Helper()
	d.sql(l.behind)
	d.wantWrites("behind its back", "UpdateResource=1")
	if have := d.report(6, "drift", "--junit", "drift.xml"); have != l.drifts {
		d.t.Errorf("want drift to find\n%s\nhave\n%s", l.drifts, have)
	}
	if have := d.report(6, "test", "--junit", filepath.Join("reports", "test.xml")); have != l.tests {
		d.t.Errorf("want test to find\n%s\nhave\n%s", l.tests, have)
	}
	for _, name := range []string{"drift.xml", "reports/test.xml"} {
		suite := struct {
			Tests    int        `xml:"tests,attr"`
			Failures int        `xml:"failures,attr"`
			Cases    []struct{} `xml:"testcase"`
		}{}
		if err := xml.Unmarshal([]byte(d.read(name)), &suite); err != nil || suite.Failures != 1 || suite.Tests != len(suite.Cases) {
			d.t.Errorf("%s: %v, %+v", name, err, suite)
		}
	}
	d.wantWrites("test and drift", "")
	d.run(0, "build")
	d.wantWrites("build that mends", "UpdateResource=1")
	if have := d.plan(0, "--detailed-exitcode"); have != "" {
		d.t.Errorf("want nothing to do, have\n%s", have)
	}
}

var stackLives = []stackLife{
	{
		name: "legacy", dir: "testdata/stacks/legacy", env: "dev", vars: []string{"-e", "AWS_REGION=us-east-1"},
		builds: "CreateResource=3",
		edit:   [3]string{"stackql_manifest.yml", "Status: Enabled", "Status: Suspended"},
		plans:  "site_bucket update VersioningConfiguration/Status: \"Enabled\" -> \"Suspended\"",
		behind: "UPDATE awscc.ec2.subnets SET map_public_ip_on_launch = false WHERE cidr_block = '10.7.1.0/24'",
		drifts: "site_subnet different MapPublicIpOnLaunch", tests: "site_subnet different MapPublicIpOnLaunch",
		removes: "DeleteResource=3",
		tables:  []string{"ec2.vpcs", "ec2.subnets", "s3.buckets"},
	},
	{
		name: "cognito", dir: "../examples/cognito", env: "dev",
		builds: "CreateResource=5",
		edit:   [3]string{"stackql_manifest.yml", "        value: 60\n", "        value: 30\n"},
		plans:  "web_client update AccessTokenValidity: 60 -> 30",
		behind: "UPDATE awscc.cognito.user_pools SET mfa_configuration = 'OPTIONAL', enabled_mfas = '[\"SOFTWARE_TOKEN_MFA\"]' WHERE user_pool_name = 'accounts-dev'",
		drifts: "user_pool different MfaConfiguration", tests: "user_pool different MfaConfiguration",
		removes: "DeleteResource=5",
		tables:  []string{"cognito.user_pools", "cognito.user_pool_clients", "cognito.user_pool_groups"},
	},
	{
		name: "pipeline", dir: "../examples/pipeline", env: "dev",
		builds: "CreateResource=7",
		edit:   [3]string{"stackql_manifest.yml", "maxReceiveCount: 3", "maxReceiveCount: 5"},
		plans:  "jobs update RedrivePolicy/maxReceiveCount: 3 -> 5",
		behind: "UPDATE awscc.cloudwatch.alarms SET threshold = 7 WHERE Identifier = 'pipeline-dev-failures'",
		drifts: "failures_alarm different Threshold", tests: "failures_alarm different Threshold",
		removes: "DeleteResource=7",
		tables:  pipelineTables,
	},
	{
		name: "pipeline in prod", dir: "../examples/pipeline", env: "prod",
		builds: "CreateResource=8",
		edit:   [3]string{"stackql_manifest.yml", "value: 1024", "value: 2048"},
		plans:  "worker update MemorySize: 1024 -> 2048",
		behind: "UPDATE awscc.iam.roles SET assume_role_policy_document = '{\"Version\": \"2012-10-17\", \"Statement\": []}' WHERE Identifier = 'pipeline-prod-worker'",
		drifts: "worker_role different AssumeRolePolicyDocument/Statement", tests: "worker_role different AssumeRolePolicyDocument/Statement",
		removes: "DeleteResource=8",
		tables:  pipelineTables,
	},
	{
		name: "network", dir: "../examples/network", env: "dev", full: true,
		builds: "CreateResource=11",
		edit:   [3]string{"stackql_manifest.yml", "value: t3.micro", "value: t3.small"},
		plans:  "machine update InstanceType: \"t3.micro\" -> \"t3.small\"",
		behind: "UPDATE awscc.ec2.vpcs SET enable_dns_hostnames = false WHERE cidr_block = '10.10.0.0/16'",
		drifts: "vpc different EnableDnsHostnames", tests: "vpc different EnableDnsHostnames",
		removes: "DeleteResource=11",
		tables:  networkTables,
	},
	{
		name: "network in prod, elsewhere", dir: "../examples/network", env: "prod", full: true,
		vars: []string{"-e", "AWS_REGION=eu-west-1"}, region: "eu-west-1",
		builds: "CreateResource=11",
		edit:   [3]string{"stackql_manifest.yml", "            FromPort: 80\n", "            FromPort: 8080\n"},
		plans: `web_group update SecurityGroupIngress: ` +
			`[{"CidrIp":"0.0.0.0/0","FromPort":443,"IpProtocol":"tcp","ToPort":443},{"CidrIp":"0.0.0.0/0","FromPort":80,"IpProtocol":"tcp","ToPort":80}] -> ` +
			`[{"CidrIp":"0.0.0.0/0","FromPort":443,"IpProtocol":"tcp","ToPort":443},{"CidrIp":"0.0.0.0/0","FromPort":8080,"IpProtocol":"tcp","ToPort":80}]`,
		behind: "UPDATE awscc.ec2.instances SET instance_type = 't2.nano' WHERE region = 'eu-west-1' AND instance_type = 'm7i.large'",
		drifts: "machine different InstanceType", tests: "machine different InstanceType",
		removes: "DeleteResource=11",
		tables:  networkTables,
	},
	{
		name: "a machine found by tags", dir: "testdata/stacks/webserver", env: "sit", vars: []string{"-e", "AWS_REGION=us-east-1"},
		builds: "CreateResource=9",
		edit:   [3]string{"stackql_manifest.yml", "Service: [ec2.amazonaws.com]", "Service: [ec2.amazonaws.com, ssm.amazonaws.com]"},
		plans:  `page_role update AssumeRolePolicyDocument/Statement/0/Principal/Service: ["ec2.amazonaws.com"] -> ["ec2.amazonaws.com","ssm.amazonaws.com"]`,
		behind: "UPDATE awscc.ec2.instances SET instance_type = 't2.nano' WHERE instance_type = 't3.micro'",
		drifts: "page_instance different InstanceType", tests: "page_instance different InstanceType",
		removes: "DeleteResource=9",
		tables:  webserverTables,
	},
	{
		name: "a bucket that is patched", dir: "testdata/stacks/patchdoc", env: "dev",
		builds: "CreateResource=1",
		edit:   [3]string{"stackql_manifest.yml", "Status: Suspended", "Status: Enabled"},
		plans:  `patched_bucket update VersioningConfiguration/Status: "Suspended" -> "Enabled"`,
		behind: "UPDATE awscc.s3.buckets SET tags = '[]' WHERE Identifier = 'patched-dev'",
		drifts: "patched_bucket different Tags", tests: "patched_bucket different Tags",
		removes: "DeleteResource=1",
		tables:  []string{"s3.buckets"},
	},
	{
		name: "a database with shared files", dir: "testdata/stacks/database", env: "dev", full: true,
		vars:   []string{"-e", "DB_PASSWORD=it's 8 or \"more\" \\ letters"},
		builds: "CreateResource=8",
		edit:   [3]string{"stackql_manifest.yml", "value: 20\n", "value: 40\n"},
		plans:  `books_server update AllocatedStorage: "20" -> "40"`,
		behind: "UPDATE awscc.ec2.subnets SET map_public_ip_on_launch = true WHERE cidr_block = '10.7.2.0/24'",
		drifts: "books_subnet_two different MapPublicIpOnLaunch", tests: "books_subnet_two different MapPublicIpOnLaunch",
		removes: "DeleteResource=8",
		tables: []string{
			"ec2.vpcs", "ec2.subnets", "ec2.route_tables", "ec2.vw_subnet_route_table_associations", "rds.db_subnet_groups", "rds.db_instances",
		},
	},
}

var (
	pipelineTables  = []string{"sns.topics", "s3.buckets", "sqs.queues", "iam.roles", "lambda.functions", "cloudwatch.alarms"}
	webserverTables = []string{
		"ec2.vpcs", "ec2.subnets", "ec2.internet_gateways", "ec2.route_tables", "ec2.vw_subnet_route_table_associations",
		"ec2.security_groups", "ec2.instances", "iam.roles", "ssm.parameters",
	}
	networkTables = []string{
		"ec2.vpcs", "ec2.subnets", "ec2.internet_gateways", "ec2.vpc_gateway_attachments", "ec2.route_tables", "ec2.routes",
		"ec2.vw_subnet_route_table_associations", "ec2.security_groups", "ec2.instances",
	}
)
