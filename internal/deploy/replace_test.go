package deploy_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/deploy"
	"skyql/internal/resource"
)

const repository resource.TypeName = "AWS::ECR::Repository"

// images is a repository whose encryption can only be set on creation, and a log
// group behind it.
const images = `-- stackql_manifest.yml --
name: images
providers: [awscc]
resources:
  - {name: images, exports: [arn]}
  - {name: log, props: [{name: text, value: "{{ arn }}"}]}
-- resources/images.iql --
/*+ exists */
SELECT count(*) AS count FROM awscc.ecr.repositories WHERE region = 'us-east-1' AND Identifier = 'images'
/*+ create */
INSERT INTO awscc.ecr.repositories (RepositoryName, EncryptionConfiguration, region) SELECT 'images', '{"EncryptionType":"AES256"}', 'us-east-1'
/*+ exports */
SELECT arn FROM awscc.ecr.repositories WHERE region = 'us-east-1' AND Identifier = 'images'
/*+ delete */
DELETE FROM awscc.ecr.repositories WHERE region = 'us-east-1' AND Identifier = 'images'
-- resources/log.iql --
/*+ exists */
SELECT count(*) AS count, '{{ text }}' AS unused FROM awscc.logs.log_groups WHERE region = 'us-east-1' AND Identifier = 'image-log'
/*+ create */
INSERT INTO awscc.logs.log_groups (LogGroupName, region) SELECT 'image-log', 'us-east-1'
/*+ delete */
DELETE FROM awscc.logs.log_groups WHERE region = 'us-east-1' AND Identifier = 'image-log'
`

// What can only be set on creation is replaced when that is allowed, and a
// rollback brings back what was there under the same identifier.
func TestReplace(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, group, writes, want, algorithm string
		allow                                bool
	}{
		{"refused", "", "", "images failed, log left", "KMS", false},
		{"allowed", "", "Create=2 Delete=1", "images replace, log create", "AES256", true},
		// The log group is tried twice.
		{"rolled back", "image-log", "Create=4 Delete=2", "images replace, log failed", "KMS", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, images)
				w.put(repository, `{"RepositoryName":"images","EncryptionConfiguration":{"EncryptionType":"KMS"}}`)
				w.wrap = func(c cloudcontrol.Client) cloudcontrol.Client { return &failing{c, test.group} }
				summary := w.deployment(deploy.Options{OnFailure: deploy.RollbackOnFailure, AllowReplace: test.allow}).Build(t.Context())
				if have := actions(summary); have != test.want {
					t.Errorf("want %s, have %s: %v", test.want, have, summary.Err())
				}
				for _, u := range summary.Undone {
					if u.Err != nil {
						t.Errorf("undo %s of %s: %v", u.Action, u.Resource, u.Err)
					}
				}
				if have := w.properties(repository, "images"); !strings.Contains(have, test.algorithm) {
					t.Errorf("want %s, have %q", test.algorithm, have)
				}
				if diff := cmp.Diff(test.writes, w.writes()); diff != "" {
					t.Errorf("(-want +have)\n%s", diff)
				}
			})
		})
	}
}

// network is a VPC, and what hangs on it: a subnet that cannot stay when the VPC is
// replaced, a group in the subnet's zone that can, and a queue that has nothing to
// do with it.
const network = `-- stackql_manifest.yml --
name: net
providers: [awscc]
globals:
  - {name: region, value: us-east-1}
resources:
  - {name: net, props: [{name: cidr, value: 10.1.0.0/16}], exports: [vpc_id]}
  - {name: queue}
  - {name: sub, exports: [subnet_id]}
  - {name: log, props: [{name: note, value: "{{ subnet_id }}"}]}
-- resources/net.iql --
/*+ exists */
SELECT vpc_id FROM awscc.ec2.vpcs WHERE region = '{{ region }}' AND tags LIKE '%the-net%'
/*+ create */
INSERT INTO awscc.ec2.vpcs (CidrBlock, Tags, region) SELECT '{{ cidr }}', '[{"Key":"Name","Value":"the-net"}]', '{{ region }}'
/*+ exports */
SELECT '{{ this.vpc_id }}' AS vpc_id
/*+ delete */
DELETE FROM awscc.ec2.vpcs WHERE region = '{{ region }}' AND Identifier = '{{ this.vpc_id }}'
-- resources/queue.iql --
/*+ exists */
SELECT count(*) AS count FROM awscc.sqs.queues WHERE region = '{{ region }}' AND queue_name = 'q'
/*+ create */
INSERT INTO awscc.sqs.queues (QueueName, region) SELECT 'q', '{{ region }}'
-- resources/sub.iql --
/*+ exists */
SELECT subnet_id FROM awscc.ec2.subnets WHERE region = '{{ region }}' AND tags LIKE '%the-sub%'
/*+ create */
INSERT INTO awscc.ec2.subnets (VpcId, CidrBlock, Tags, region)
SELECT '{{ vpc_id }}', '10.1.1.0/24', '[{"Key":"Name","Value":"the-sub"}]', '{{ region }}'
/*+ exports */
SELECT '{{ this.subnet_id }}' AS subnet_id
/*+ delete */
DELETE FROM awscc.ec2.subnets WHERE region = '{{ region }}' AND Identifier = '{{ this.subnet_id }}'
-- resources/log.iql --
/*+ exists */
SELECT count(*) AS count FROM awscc.logs.log_groups WHERE region = '{{ region }}' AND Identifier = 'log'
/*+ create */
INSERT INTO awscc.logs.log_groups (LogGroupName, Tags, region) SELECT 'log', '[{"Key":"subnet","Value":"{{ note }}"}]', '{{ region }}'
/*+ update */
UPDATE awscc.logs.log_groups SET tags = '[{"Key":"subnet","Value":"{{ note }}"}]' WHERE region = '{{ region }}' AND Identifier = 'log'
/*+ delete */
DELETE FROM awscc.logs.log_groups WHERE region = '{{ region }}' AND Identifier = 'log'
`

// What hangs on a resource that is replaced is replaced with it where it cannot
// stay: deleted before it, and made after it. What can be changed is.
func TestReplaceWithDependents(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, network)
		wantNoFailure(t, w.deployment(deploy.Options{}).Build(t.Context()))
		if have := w.writes(); have != "Create=4" {
			t.Fatalf("the first build wrote %s", have)
		}
		w.rewrite("stackql_manifest.yml", "10.1.0.0/16", "10.1.0.0/20")
		d := w.deployment(deploy.Options{AllowReplace: true})
		plan, err := d.Plan(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(planText(t, plan)), " ")
		for _, want := range []string{
			"-/+ net AWS::EC2::VPC", "~ CidrBlock: \"10.1.0.0/16\" -> \"10.1.0.0/20\"",
			"-/+ sub AWS::EC2::Subnet: delete, and create again (net is replaced, on which it hangs by VpcId)",
			"~ log AWS::Logs::LogGroup log in us-east-1: update in place", "1 to update, 2 to replace, 1 unchanged",
		} {
			if !strings.Contains(text, want) {
				t.Errorf("want %q in %s", want, text)
			}
		}
		if have := w.writes(); have != "" {
			t.Errorf("the plan wrote %s", have)
		}
		summary := d.Build(t.Context())
		wantNoFailure(t, summary)
		if have, want := actions(summary), "net replace, queue none, sub replace, log update"; have != want {
			t.Errorf("want %s, have %s", want, have)
		}
		if have := w.writes(); have != "Create=2 Update=1 Delete=2" {
			t.Errorf("the replacement wrote %s", have)
		}
		if w.count("AWS::EC2::VPC") != 1 || w.count("AWS::EC2::Subnet") != 1 {
			t.Error("there is not one of each")
		}
	})
}

// Nothing is replaced for the sake of another unless that is allowed for all.
func TestReplaceWithDependentsIsRefused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, manifest, want string }{
		{"not allowed", "{name: sub, exports", "sub hangs on it, and would have to be replaced as well: VpcId cannot be changed in place: allow"},
		{"protected", "{name: sub, allow_replace: true, protect: true, exports", "sub hangs on it, and would have to be replaced as well: VpcId cannot be changed in place, and it is protected"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, strings.Replace(network, "{name: net,", "{name: net, allow_replace: true,", 1))
				wantNoFailure(t, w.deployment(deploy.Options{}).Build(t.Context()))
				w.rewrite("stackql_manifest.yml", "10.1.0.0/16", "10.1.0.0/20")
				w.rewrite("stackql_manifest.yml", "{name: sub, exports", test.manifest)
				w.writes()
				summary := w.deployment(deploy.Options{}).Build(t.Context())
				if err := summary.Err(); err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("want %q, have %v", test.want, err)
				}
				if have := w.writes(); have != "" {
					t.Errorf("it wrote %s", have)
				}
			})
		})
	}
}

// What hangs on a resource is found whatever else it uses, and whatever of that is
// not there.
func TestReplaceWithOtherNeeds(t *testing.T) {
	t.Parallel()
	const tag = `"Value":"the-sub"}]', '{{ region }}'`
	for name, replace := range map[string][]string{
		"of a later resource": {
			"  - {name: queue}\n", "  - {name: queue, exports: [arn]}\n",
			"-- resources/queue.iql --\n", "-- resources/queue.iql --\n/*+ exports */\nSELECT arn FROM awscc.sqs.queues WHERE region = '{{ region }}' AND queue_name = 'q'\n",
			tag, strings.Replace(tag, "}]", `},{"Key":"other","Value":"{{ arn }}"}]`, 1),
		},
		"of a script": {
			"  - {name: sub,", `  - {name: script, type: script, run: "echo '{\"word\":\"hello\"}'", exports: [word]}` + "\n  - {name: sub,",
			tag, strings.Replace(tag, "}]", `},{"Key":"other","Value":"{{ word }}"}]`, 1),
		},
	} {
		for _, parallel := range []int{1, 10} {
			t.Run(fmt.Sprint(name, parallel), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, strings.NewReplacer(replace...).Replace(network))
				wantNoFailure(t, w.deployment(deploy.Options{}).Build(t.Context()))
				w.rewrite("stackql_manifest.yml", "10.1.0.0/16", "10.1.0.0/20")
				s := w.deployment(deploy.Options{AllowReplace: true, Parallel: parallel}).Build(t.Context())
				wantNoFailure(t, s)
				if have := actions(s); !strings.Contains(have, "net replace") || !strings.Contains(have, "sub replace") || w.count("AWS::EC2::Subnet") != 1 {
					t.Errorf("have %s", have)
				}
			})
		}
	}
}

// A rollback brings back what hung on a replaced resource, tied to the one that takes
// its place.
func TestRollbackOfAReplacementWithDependents(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, network)
		wantNoFailure(t, w.deployment(deploy.Options{}).Build(t.Context()))
		w.rewrite("stackql_manifest.yml", "10.1.0.0/16", "10.1.0.0/20")
		w.wrap = func(c cloudcontrol.Client) cloudcontrol.Client { return &failing{c, "log"} }
		s := w.deployment(deploy.Options{AllowReplace: true, OnFailure: deploy.RollbackOnFailure}).Build(t.Context())
		for _, u := range s.Undone {
			if u.Err != nil {
				t.Errorf("undo %s of %s: %v", u.Action, u.Resource, u.Err)
			}
		}
		if w.count("AWS::EC2::VPC") != 1 || w.count("AWS::EC2::Subnet") != 1 || len(s.Undone) != 4 {
			t.Errorf("%d VPCs and %d subnets after %+v", w.count("AWS::EC2::VPC"), w.count("AWS::EC2::Subnet"), s.Undone)
		}
	})
}
