package deploy_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/deploy"
	"skyql/internal/deploy/show"
)

// chain is a topic that is told of a bucket, of which only AWS knows the ARN.
const chain = `-- stackql_manifest.yml --
name: chain
providers: [awscc]
globals:
  - {name: region, value: us-east-1}
resources:
  - name: files
    props:
      - {name: bucket_name, value: files}
      - {name: versioning, value: Enabled}
    exports: [arn]
  - name: told
    props:
      - {name: topic_name, value: told}
      - {name: admin_password, value: tell-nobody}
    exports: [topic_arn]
-- resources/files.iql --
/*+ exists */
SELECT count(*) AS count FROM awscc.s3.buckets_list_only WHERE region = '{{ region }}' AND bucket_name = '{{ bucket_name }}'
/*+ create */
INSERT INTO awscc.s3.buckets (BucketName, VersioningConfiguration, region)
SELECT '{{ bucket_name }}', '{"Status": "{{ versioning }}"}', '{{ region }}'
/*+ update */
UPDATE awscc.s3.buckets SET versioning_configuration = '{"Status": "{{ versioning }}"}' WHERE region = '{{ region }}' AND Identifier = '{{ bucket_name }}'
/*+ exports */
SELECT arn FROM awscc.s3.buckets WHERE region = '{{ region }}' AND Identifier = '{{ bucket_name }}'
/*+ delete */
DELETE FROM awscc.s3.buckets WHERE region = '{{ region }}' AND Identifier = '{{ bucket_name }}'
-- resources/told.iql --
/*+ exists */
SELECT topic_arn FROM awscc.sns.topics WHERE region = '{{ region }}' AND topic_name = '{{ topic_name }}' AND display_name LIKE 'of %'
/*+ create */
INSERT INTO awscc.sns.topics (TopicName, DisplayName, region) SELECT '{{ topic_name }}', 'of {{ files.arn }} {{ admin_password }}', '{{ region }}'
/*+ update */
UPDATE awscc.sns.topics SET display_name = 'of {{ files.arn }} {{ admin_password }}' WHERE region = '{{ region }}' AND Identifier = '{{ this.topic_arn }}'
/*+ exports */
SELECT '{{ this.topic_arn }}' AS topic_arn
/*+ delete */
DELETE FROM awscc.sns.topics WHERE region = '{{ region }}' AND Identifier = '{{ this.topic_arn }}'
`

func planText(t *testing.T, p deploy.Plan) string {
	t.Helper()
	var b bytes.Buffer
	if err := show.Plan(&b, p, false); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What a plan says is what the build then does, from nothing to nothing to do.
func TestPlanTellsWhatABuildDoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, chain)
	for _, step := range []struct {
		name, plan, writes string
		before             func()
	}{
		{"from nothing", `
  + files  AWS::S3::Bucket files in us-east-1: create
      + BucketName: "files"
      + VersioningConfiguration: {"Status":"Enabled"}
  + told  AWS::SNS::Topic: create
      + TopicName: "told"
      + DisplayName: (known after apply)

Plan for chain in dev: 2 to create.
`, "Create=2", func() {}},
		{"again", `
    files  AWS::S3::Bucket files in us-east-1: no change
    told  AWS::SNS::Topic arn:aws:sns:us-east-1:123456789012:told in us-east-1: no change

Plan for chain in dev: nothing to do.
`, "", func() {}},
		{"changed behind its back", `
  ~ files  AWS::S3::Bucket files in us-east-1: update in place (its properties differ)
      ~ VersioningConfiguration/Status: "Suspended" -> "Enabled"
    told  AWS::SNS::Topic arn:aws:sns:us-east-1:123456789012:told in us-east-1: no change

Plan for chain in dev: 1 to update, 1 unchanged.
`, "Update=1", func() {
			_, err := w.store.Update(t.Context(), cloudcontrol.UpdateInput{
				Call: cloudcontrol.Call{Scope: home, Type: bucket}, Identifier: "files",
				PatchDocument: json.RawMessage(`[{"op":"replace","path":"/VersioningConfiguration/Status","value":"Suspended"}]`),
			})
			if err != nil {
				t.Fatal(err)
			}
		}},
	} {
		step.before()
		d := w.deployment(deploy.Options{})
		plan, err := d.Plan(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if writes := w.writes(); writes != "" {
			t.Errorf("%s: the plan wrote %s", step.name, writes)
		}
		if diff := cmp.Diff(strings.TrimPrefix(step.plan, "\n"), planText(t, plan)); diff != "" {
			t.Errorf("%s (-want +have)\n%s", step.name, diff)
		}
		if document := string(mustJSON(t, plan)); strings.Contains(document, "tell-nobody") {
			t.Errorf("%s: the plan tells a secret: %s", step.name, document)
		}
		wantNoFailure(t, w.deployment(deploy.Options{}).Build(t.Context()))
		if writes := w.writes(); writes != step.writes {
			t.Errorf("%s: want %s, have %s", step.name, step.writes, writes)
		}
		for _, e := range w.events {
			if strings.Contains(e.Message, "tell-nobody") {
				t.Errorf("%s: an event tells a secret: %+v", step.name, e)
			}
		}
	}
}

func mustJSON(t *testing.T, value any) []byte {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// A plan is built by only while it is still what it was.
func TestPlansMatchOrNot(t *testing.T) {
	t.Parallel()
	w := newWorld(t, chain)
	plan := func() deploy.Plan {
		p, err := w.deployment(deploy.Options{}).Plan(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	kept := func() deploy.Plan {
		p, err := plan().Sealed()
		if err != nil {
			t.Fatal(err)
		}
		var read deploy.Plan
		if err := json.Unmarshal(mustJSON(t, p), &read); err != nil {
			t.Fatal(err)
		}
		return read
	}
	former := kept()
	if err := plan().Match(former); err != nil {
		t.Errorf("nothing has changed: %v", err)
	}
	w.rewrite("stackql_manifest.yml", "tell-nobody", "another-secret")
	err := plan().Match(former)
	if err == nil || !strings.Contains(err.Error(), "a value that is not shown, such as a password, is not what it was") {
		t.Errorf("want another password refused, have %v", err)
	}
	w.put(bucket, `{"BucketName":"files"}`)
	err = plan().Match(former)
	if err == nil || !strings.Contains(err.Error(), "files is not as it was: now the plan is to update it") {
		t.Errorf("want files to differ, have %v", err)
	}
	other := former
	other.Environment = "prod"
	if err := plan().Match(other); err == nil || !strings.Contains(err.Error(), "the plan is for chain in prod") {
		t.Errorf("want another environment refused, have %v", err)
	}
}

// A plan that was made first does not change what the build does, and what is made
// at random does not make two plans differ.
func TestPlanBeforeABuild(t *testing.T) {
	t.Parallel()
	w := newWorld(t, strings.NewReplacer(
		"admin_password, value: tell-nobody", "admin_password, value: '{{ idempotency_token }}'",
		"{{ admin_password }}', '{{ region }}'", "{{ admin_password }} {{ uuid() }}', '{{ region }}'",
	).Replace(chain))
	d := w.deployment(deploy.Options{})
	plan, err := d.Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	plan, err = plan.Sealed()
	if err != nil {
		t.Fatal(err)
	}
	again, err := w.deployment(deploy.Options{}).Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Match(plan); err != nil {
		t.Error(err)
	}
	wantNoFailure(t, d.Build(t.Context()))
	if have := w.properties("AWS::SNS::Topic", "arn:aws:sns:us-east-1:123456789012:told"); !strings.Contains(have, "of arn:aws:s3:::files ") {
		t.Errorf("have %s", have)
	}
}

// What a statement itself says of an export is known before there is the resource;
// what only AWS says, or goes by another name, is not.
func TestPlanForeseesExports(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ column, want string }{
		{"bucket_name", `DisplayName: "of files`},
		{"arn", "DisplayName: (known after apply)"},
		{"arn AS bucket_name", "DisplayName: (known after apply)"},
	} {
		w := newWorld(t, strings.NewReplacer("exports: [arn]", "exports: ["+test.column[strings.LastIndexByte(test.column, ' ')+1:]+"]", "SELECT arn FROM", "SELECT "+test.column+" FROM",
			"files.arn", "files."+test.column[strings.LastIndexByte(test.column, ' ')+1:]).Replace(chain))
		plan, err := w.deployment(deploy.Options{}).Plan(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if have := planText(t, plan); !strings.Contains(have, test.want) {
			t.Errorf("%s: want %s in\n%s", test.column, test.want, have)
		}
	}
}

// What filters make of a value that is not known yet is not known either.
func TestPlanOfFilteredValues(t *testing.T) {
	t.Parallel()
	w := newWorld(t, `-- stackql_manifest.yml --
name: m
providers: [awscc]
resources:
  - {name: images, exports: [arn]}
  - {name: log, props: [{name: account, value: "{{ arn | split(pat=':') | last }}"}]}
-- resources/images.iql --
/*+ exists */
SELECT count(*) AS count FROM awscc.ecr.repositories WHERE region = 'us-east-1' AND Identifier = 'images'
/*+ create */
INSERT INTO awscc.ecr.repositories (RepositoryName, region) SELECT 'images', 'us-east-1'
/*+ exports */
SELECT arn FROM awscc.ecr.repositories WHERE region = 'us-east-1' AND Identifier = 'images'
-- resources/log.iql --
/*+ exists */
SELECT count(*) AS count FROM awscc.logs.log_groups WHERE region = 'us-east-1' AND Identifier = '{{ account }}'
/*+ create */
{% set loud = arn | upper %}
INSERT INTO awscc.logs.log_groups (LogGroupName, Tags, region)
SELECT '{{ account }}', '[{"Key":"u","Value":"{{ loud | lower }}"},{"Key":"b","Value":"{{ arn | base64_encode }}"}]', 'us-east-1'
`)
	plan, err := w.deployment(deploy.Options{}).Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text := planText(t, plan)
	for _, want := range []string{"LogGroupName: (known after apply)", `{"Key":"u","Value":"(known after apply)"},{"Key":"b","Value":"(known after apply)"}`} {
		if !strings.Contains(text, want) {
			t.Errorf("want %s in\n%s", want, text)
		}
	}
}

// A plan says of an update that it would be refused.
func TestPlanOfAnUpdateThatIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, `-- stackql_manifest.yml --
name: f
providers: [awscc]
resources: [{name: f, props: [{name: memory, value: 256}]}]
-- resources/f.iql --
/*+ exists */
SELECT count(*) AS count FROM awscc.lambda.functions WHERE region = 'us-east-1' AND Identifier = 'f'
/*+ create */
INSERT INTO awscc.lambda.functions (FunctionName, Role, Code, MemorySize, region)
SELECT 'f', 'arn:aws:iam::123456789012:role/r', '{"ZipFile": "exports.handler = 1"}', {{ memory }}, 'us-east-1'
/*+ update */
UPDATE awscc.lambda.functions SET MemorySize = {{ memory }} WHERE region = 'us-east-1' AND Identifier = 'f'
`)
	wantNoFailure(t, w.deployment(deploy.Options{}).Build(t.Context()))
	w.rewrite("stackql_manifest.yml", "value: 256", "value: 512")
	plan, err := w.deployment(deploy.Options{}).Plan(t.Context())
	if err != nil || !strings.Contains(plan.Steps[0].Error, "Code is required and cannot be read") {
		t.Errorf("have %+v, %v", plan.Steps, err)
	}
}

// A plan has what an update takes away, although nobody states it.
func TestPlanOfWhatAnUpdateTakesAway(t *testing.T) {
	t.Parallel()
	w := newWorld(t, `-- stackql_manifest.yml --
name: b
providers: [awscc]
resources: [{name: b, props: [{name: block, value: {BlockPublicAcls: true, BlockPublicPolicy: true}}]}]
-- resources/b.iql --
/*+ exists */
SELECT count(*) AS count FROM awscc.s3.buckets WHERE region = 'us-east-1' AND Identifier = 'b'
/*+ create */
INSERT INTO awscc.s3.buckets (BucketName, PublicAccessBlockConfiguration, region) SELECT 'b', '{{ block }}', 'us-east-1'
/*+ update */
UPDATE awscc.s3.buckets SET PublicAccessBlockConfiguration = '{{ block }}' WHERE region = 'us-east-1' AND Identifier = 'b'
`)
	wantNoFailure(t, w.deployment(deploy.Options{}).Build(t.Context()))
	w.rewrite("stackql_manifest.yml", "{BlockPublicAcls: true, BlockPublicPolicy: true}", "{BlockPublicAcls: false}")
	plan, err := w.deployment(deploy.Options{}).Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for _, c := range plan.Steps[0].Changes {
		have = append(have, fmt.Sprintf("%s: %s -> %s", c.Property, c.Before, c.After))
	}
	const at = "PublicAccessBlockConfiguration/BlockPublic"
	if diff := cmp.Diff([]string{at + "Acls: true -> false", at + "Policy: true -> "}, have); diff != "" {
		t.Errorf("-want +have:\n%s", diff)
	}
	wantNoFailure(t, w.deployment(deploy.Options{}).Build(t.Context()))
	if have := w.properties("AWS::S3::Bucket", "b"); strings.Contains(have, "BlockPublicPolicy") {
		t.Errorf("have %s", have)
	}
}

// A word is no secret because a write-only property has it; a text is.
func TestPlanOfWriteOnlyWords(t *testing.T) {
	t.Parallel()
	for text, hidden := range map[string]bool{"orders": false, "key 17 of orders": true} {
		w := newWorld(t, `-- stackql_manifest.yml --
name: p
providers: [awscc]
resources: [{name: p}]
-- resources/p.iql --
/*+ exists */
SELECT count(*) AS count FROM awscc.ssm.parameters WHERE region = 'us-east-1' AND Identifier = '/orders/level'
/*+ create */
INSERT INTO awscc.ssm.parameters (Name, Type, Value, Description, region) SELECT '/orders/level', 'String', 'x', '`+text+`', 'us-east-1'
`)
		plan, err := w.deployment(deploy.Options{}).Plan(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		step := plan.Steps[0]
		for _, c := range step.Changes {
			if c.Property == "Name" && string(c.After) != `"/orders/level"` || c.Property == "Description" && !c.Secret {
				t.Errorf("%s: have %+v", text, c)
			}
		}
		if shown := strings.Contains(step.Statement, text); shown == hidden {
			t.Errorf("%s: have %s", text, step.Statement)
		}
	}
}

// What is write-only inside of a property is hidden, whatever else is known.
func TestPlanOfWriteOnlyInside(t *testing.T) {
	t.Parallel()
	for _, role := range []string{"arn:aws:iam::123456789012:role/r", "{{ queue_url }}"} {
		w := newWorld(t, `-- stackql_manifest.yml --
name: f
providers: [awscc]
resources: [{name: q, exports: [queue_url]}, {name: f}]
-- resources/q.iql --
/*+ exists */
SELECT queue_url FROM awscc.sqs.queues WHERE region = 'us-east-1' AND queue_name = 'q'
/*+ create */
INSERT INTO awscc.sqs.queues (QueueName, region) SELECT 'q', 'us-east-1'
/*+ exports */
SELECT '{{ this.queue_url }}' AS queue_url
-- resources/f.iql --
/*+ exists */
SELECT count(*) AS count FROM awscc.lambda.functions WHERE region = 'us-east-1' AND Identifier = 'f' AND '`+role+`' <> ''
/*+ create */
INSERT INTO awscc.lambda.functions (FunctionName, Role, Code, region)
SELECT 'f', '`+role+`', '{"ZipFile": "the code = 17"}', 'us-east-1'
`)
		plan, err := w.deployment(deploy.Options{}).Plan(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := show.Plan(&b, plan, true); err != nil {
			t.Fatal(err)
		}
		if text := b.String(); strings.Contains(text, "the code") || !strings.Contains(text, "Code") {
			t.Errorf("%s: have %s", role, text)
		}
	}
}
