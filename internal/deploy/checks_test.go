package deploy_test

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"skyql/internal/catalog"
	"skyql/internal/cloudcontrol"
	"skyql/internal/deploy"
	"skyql/internal/resource"
)

// always is a resource that is written at each build that does not find it right.
const always = `-- stackql_manifest.yml --
name: always
providers: [awscc]
resources:
  - {name: note, props: [{name: name, value: note}, {name: text, value: right}]}
-- resources/note.iql --
/*+ createorupdate */
INSERT INTO awscc.ssm.parameters (Name, Type, Value, region) SELECT '{{ name }}', 'String', '{{ text }}', 'us-east-1'
/*+ statecheck, retries=20, retry_delay=30 */
SELECT count(*) AS count FROM awscc.ssm.parameters WHERE region = 'us-east-1' AND Identifier = '{{ name }}' AND value = '{{ text }}'
/*+ delete */
DELETE FROM awscc.ssm.parameters WHERE region = 'us-east-1' AND Identifier = '{{ name }}'
`

// Nobody waits for what is not there, or for a difference to go away by itself.
func TestChecksDoNotWaitInVain(t *testing.T) {
	t.Parallel()
	statecheck := strings.NewReplacer("/*+ createorupdate */", "/*+ create */").Replace(always)
	for name, archive := range map[string]string{"createorupdate": always, "statecheck alone": statecheck} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, archive)
				start := time.Now()
				s := w.deployment(deploy.Options{}).Build(t.Context())
				wantNoFailure(t, s)
				if have := actions(s); have != "note create" {
					t.Errorf("have %s", have)
				}
				w.change(parameter, "note", `[{"op":"replace","path":"/Value","value":"wrong"}]`)
				if report := w.deployment(deploy.Options{}).Test(t.Context()); report.Findings[0].Status != deploy.Different {
					t.Errorf("have %+v", report.Findings[0])
				}
				if took := time.Since(start); took != 0 {
					t.Errorf("it waited %v", took)
				}
			})
		})
	}
}

// several makes three queues, of which some may be there.
const several = `-- stackql_manifest.yml --
name: several
providers: [awscc]
resources:
  - {name: queues, type: multi}
-- resources/queues.iql --
/*+ exists */
SELECT count(*) = 3 AS count FROM awscc.ssm.parameters_list_only WHERE region = 'us-east-1' AND name LIKE 'p-%'
/*+ create */
{% for i in range(3) %}
INSERT INTO awscc.ssm.parameters (Name, Type, Value, region) SELECT 'p-{{ i }}', 'String', 'text', 'us-east-1';
{% endfor %}
/*+ delete */
DELETE FROM awscc.ssm.parameters WHERE region = 'us-east-1' AND name LIKE 'p-%'
`

// What is missing of several is made, whatever is there already.
func TestMultiMakesWhatIsMissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, several)
	w.put(parameter, `{"Name":"p-0","Type":"String","Value":"old"}`)
	plan, err := w.deployment(deploy.Options{}).Plan(t.Context())
	if err != nil || plan.Steps[0].Action != deploy.Create || len(plan.Steps[0].Changes) > 0 {
		t.Errorf("plan: %v, %+v", err, plan.Steps)
	}
	wantNoFailure(t, w.deployment(deploy.Options{}).Build(t.Context()))
	if n := w.count(parameter); n != 3 {
		t.Errorf("want 3, have %d", n)
	}
	if said := w.said(deploy.Warning); !strings.Contains(said, "AlreadyExists") {
		t.Errorf("want a warning, have %q", said)
	}
}

// A teardown deletes what there is of several, and says what it could not.
func TestMultiTeardownOfAPart(t *testing.T) {
	t.Parallel()
	byName := strings.Replace(several, "DELETE FROM awscc.ssm.parameters WHERE region = 'us-east-1' AND name LIKE 'p-%'",
		"{% for i in range(3) %}DELETE FROM awscc.ssm.parameters WHERE region = 'us-east-1' AND Identifier = 'p-{{ i }}';\n{% endfor %}", 1)
	for _, test := range []struct{ name, archive, denied, want string }{
		{"by a condition", several, "", ""},
		{"by name", byName, "", ""},
		{"one stays", byName, "p-1", "queues: it could not be deleted: "},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, test.archive)
			for _, name := range []string{"p-1", "p-2"} {
				w.put(parameter, `{"Name":"`+name+`","Type":"String","Value":"old"}`)
			}
			w.wrap = func(c cloudcontrol.Client) cloudcontrol.Client { return &keeping{c, test.denied} }
			there, _ := w.deployment(deploy.Options{}).Inventory(t.Context())
			err := w.deployment(deploy.Options{}).Teardown(t.Context()).Err()
			if len(there) != 1 || (err == nil) != (test.want == "") || err != nil && !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("there were %v, have %v", there, err)
			}
			if n := w.count(parameter); n != len(test.denied)/3 {
				t.Errorf("%d are left", n)
			}
			w.writes()
			if test.denied == "" {
				wantNoFailure(t, w.deployment(deploy.Options{}).Teardown(t.Context()))
				if have := w.writes(); have != "" {
					t.Errorf("the second teardown wrote %s", have)
				}
			}
		})
	}
}

// keeping lets one resource not be deleted.
type keeping struct {
	cloudcontrol.Client
	identifier string
}

func (k *keeping) Delete(ctx context.Context, in cloudcontrol.DeleteInput) (cloudcontrol.ProgressEvent, error) {
	if in.Identifier == k.identifier {
		return cloudcontrol.ProgressEvent{}, &resource.Error{Code: resource.AccessDenied, Message: "denied"}
	}
	return k.Client.Delete(ctx, in)
}

// Secrets are known by the names of globals, and by the names inside of JSON.
func TestSecretsInGlobalsAndJSON(t *testing.T) {
	t.Parallel()
	w := newWorld(t, `-- stackql_manifest.yml --
name: hidden
providers: [awscc]
globals:
  - {name: admin_password, value: sesame-one}
resources:
  - name: worker
    props:
      - {name: environment, value: {Variables: {API_KEY: sesame-two, STAGE: dev}}}
      - {name: description, value: "with {{ admin_password }}"}
-- resources/worker.iql --
/*+ exists */
SELECT count(*) AS count FROM awscc.lambda.functions WHERE region = 'us-east-1' AND Identifier = 'worker'
/*+ create */
INSERT INTO awscc.lambda.functions (FunctionName, Role, Code, Description, Environment, region)
SELECT 'worker', 'arn:aws:iam::123456789012:role/worker', '{"ZipFile": "pass"}', 'knows {{ admin_password }}, sesame-three', '{{ environment }}', 'us-east-1'
`)
	d := w.deployment(deploy.Options{Secrets: deploy.NewSecrets("sesame-three")})
	plan, err := d.Plan(t.Context())
	if err != nil || plan.Steps[0].Error != "" {
		t.Fatal(err, plan.Steps[0].Error)
	}
	text := string(mustJSON(t, plan))
	if strings.Contains(text, "sesame") || !strings.Contains(text, `"STAGE":"dev"`) {
		t.Errorf("have %s", text)
	}
}

// Resources that the manifest lacks are found by tags whose global has another
// value for each resource.
func TestOrphansByDeferredTags(t *testing.T) {
	t.Parallel()
	w := newWorld(t, `-- stackql_manifest.yml --
name: tagged
providers: [awscc]
globals:
  - name: global_tags
    value:
      - {Key: "stackql:stack-name", Value: "{{ stack_name }}"}
      - {Key: "stackql:stack-env", Value: "{{ stack_env }}"}
      - {Key: "stackql:resource-name", Value: "{{ resource_name }}"}
resources:
  - {name: kept}
-- resources/kept.iql --
/*+ exists */
SELECT queue_url FROM awscc.sqs.queues WHERE region = 'us-east-1' AND queue_name = 'kept'
/*+ create */
INSERT INTO awscc.sqs.queues (QueueName, Tags, region) SELECT 'kept', '{{ global_tags }}', 'us-east-1'
`)
	wantNoFailure(t, w.deployment(deploy.Options{}).Build(t.Context()))
	w.rewrite("stackql_manifest.yml", "{name: kept}", "{name: other, file: kept.iql}")
	w.rewrite("resources/kept.iql", "AND queue_name = 'kept'", "AND queue_name = 'kept'\n/*+ statecheck */\nSELECT 1 AS count")
	found, err := w.deployment(deploy.Options{}).Orphans(t.Context(), catalog.Starter(), []resource.Region{home.Region})
	if err != nil || len(found) != 1 || found[0].Resource != "kept" || found[0].Type != "AWS::SQS::Queue" || found[0].Identifier == "" {
		t.Errorf("have %v, %+v", err, found)
	}
}

// pale leaves a property out of what it reads for a while.
type pale struct {
	cloudcontrol.Client
	reads *atomic.Int32
	most  int32
}

func (p *pale) Get(ctx context.Context, in cloudcontrol.GetInput) (cloudcontrol.Description, error) {
	d, err := p.Client.Get(ctx, in)
	if p.reads.Add(1) <= p.most {
		d.Properties = json.RawMessage(regexp.MustCompile(`"Arn":"[^"]*",?`).ReplaceAllString(string(d.Properties), ""))
	}
	return d, err
}

// What has no value yet when it is to be exported is asked for again, as often as
// the author says.
func TestExportsThatComeLater(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		most  int32
		fails string
	}{
		"later": {5, ""}, "never": {1000, "exports: the query gives no value for arn: it does not select it, or it is NULL"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, one(with(exists, "")+create+with(exports, ", retries=9, retry_delay=3"), "    exports: [arn]"))
				reads := &atomic.Int32{}
				w.wrap = func(c cloudcontrol.Client) cloudcontrol.Client { return &pale{c, reads, test.most} }
				err := w.deployment(deploy.Options{}).Build(t.Context()).Err()
				if (err == nil) != (test.fails == "") || err != nil && !strings.Contains(err.Error(), test.fails) {
					t.Errorf("want %q, have %v", test.fails, err)
				}
				if !strings.Contains(w.said(deploy.Waiting), "arn has no value yet") {
					t.Errorf("have %s", w.said(deploy.Waiting))
				}
			})
		})
	}
}

// Texts that AWS takes and never shows are hidden in statements, whatever their
// variables are called.
func TestWriteOnlyTextsAreHidden(t *testing.T) {
	t.Parallel()
	w := newWorld(t, `-- stackql_manifest.yml --
name: s
providers: [awscc]
resources:
  - {name: sec, props: [{name: admin_pass, value: hunter22-hunter22}]}
-- resources/sec.iql --
/*+ exists */
SELECT count(*) AS count FROM awscc.secretsmanager.secrets WHERE region = 'us-east-1' AND name = 'sec'
/*+ create */
INSERT INTO awscc.secretsmanager.secrets (Name, SecretString, region) SELECT 'sec', '{{ admin_pass }}', 'us-east-1'
`)
	plan, err := w.deployment(deploy.Options{}).Plan(t.Context())
	if err != nil || strings.Contains(string(mustJSON(t, plan)), "hunter22") {
		t.Errorf("the plan shows it: %+v, %v", plan.Steps, err)
	}
	wantNoFailure(t, w.deployment(deploy.Options{}).Build(t.Context()))
	if said := w.said(deploy.Querying); strings.Contains(said, "hunter22") || !strings.Contains(said, deploy.Masked) {
		t.Errorf("it is shown in %s", said)
	}
}

// What an update does not set is told of, and no reason to run it again and again.
func TestUpdateThatDoesNotSetAll(t *testing.T) {
	t.Parallel()
	for name, update := range map[string]string{
		"columns": "SET MessageRetentionPeriod = {{ keep }}",
		"patch":   `SET PatchDocument = string('{{ {"MessageRetentionPeriod": keep} | generate_patch_document }}')`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, `-- stackql_manifest.yml --
name: q
providers: [awscc]
resources: [{name: q, props: [{name: keep, value: 60}, {name: seen, value: 30}]}]
-- resources/q.iql --
/*+ exists */
SELECT queue_url FROM awscc.sqs.queues WHERE region = 'us-east-1' AND queue_name = 'q'
/*+ create */
INSERT INTO awscc.sqs.queues (QueueName, MessageRetentionPeriod, VisibilityTimeout, region) SELECT 'q', {{ keep }}, {{ seen }}, 'us-east-1'
/*+ update */
UPDATE awscc.sqs.queues `+update+` WHERE region = 'us-east-1' AND Identifier = '{{ this.queue_url }}'
`)
			d := func() *deploy.Deployment { return w.deployment(deploy.Options{}) }
			wantNoFailure(t, d().Build(t.Context()))
			for _, step := range []struct{ old, text, action, writes, warns, plan string }{
				{"{name: seen, value: 30}", "{name: seen, value: 45}", "q none", "",
					"q: its /*+ update */ does not set them, so it is left as it is, although these properties are not what the statements ask for: VisibilityTimeout",
					"properties differ that its /*+ update */ does not set: a build leaves it"},
				{"{name: keep, value: 60}", "{name: keep, value: 90}", "q update", "Update=1",
					"q: it was updated, although these properties are not what the statements ask for: VisibilityTimeout",
					"its properties differ; its /*+ update */ does not set VisibilityTimeout"},
			} {
				w.rewrite("stackql_manifest.yml", step.old, step.text)
				plan, err := d().Plan(t.Context())
				if err != nil || plan.Steps[0].Reason != step.plan {
					t.Errorf("want the plan to say %q, have %+v, %v", step.plan, plan.Steps, err)
				}
				w.writes()
				s := d().Build(t.Context())
				wantNoFailure(t, s)
				if writes := w.writes(); actions(s) != step.action || writes != step.writes || w.said(deploy.Warning) != step.warns {
					t.Errorf("have %s, %s, %s", actions(s), writes, w.said(deploy.Warning))
				}
			}
		})
	}
}

// A statement of one resource that hits others too changes none of them.
func TestStatementsOfOneResource(t *testing.T) {
	t.Parallel()
	w := newWorld(t, `-- stackql_manifest.yml --
name: q
providers: [awscc]
resources: [{name: q, props: [{name: keep, value: 60}]}]
-- resources/q.iql --
/*+ exists */
SELECT count(*) AS count FROM awscc.sqs.queues WHERE region = 'us-east-1' AND queue_name = 'q-1'
/*+ statecheck */
SELECT count(*) AS count FROM awscc.sqs.queues WHERE region = 'us-east-1' AND queue_name = 'q-1' AND message_retention_period = {{ keep }}
/*+ create */
INSERT INTO awscc.sqs.queues (QueueName, MessageRetentionPeriod, region) SELECT 'q-1', {{ keep }}, 'us-east-1'
/*+ update */
UPDATE awscc.sqs.queues SET MessageRetentionPeriod = {{ keep }} WHERE region = 'us-east-1' AND queue_name LIKE 'q-%'
/*+ delete */
DELETE FROM awscc.sqs.queues WHERE region = 'us-east-1' AND queue_name LIKE 'q-%'
`)
	d := func() *deploy.Deployment { return w.deployment(deploy.Options{}) }
	wantNoFailure(t, d().Build(t.Context()))
	w.put("AWS::SQS::Queue", `{"QueueName":"q-2","MessageRetentionPeriod":300}`)
	w.rewrite("stackql_manifest.yml", "value: 60", "value: 90")
	w.writes()
	if err := d().Build(t.Context()).Err(); err == nil || !strings.Contains(err.Error(), "would update 2 resources, and a resource is one") {
		t.Errorf("build: have %v", err)
	}
	if plan, err := d().Plan(t.Context()); err != nil || !strings.Contains(plan.Steps[0].Error, "2 resources, and a resource is one") {
		t.Errorf("plan: have %+v, %v", plan.Steps, err)
	}
	if err := d().Teardown(t.Context()).Err(); err == nil || !strings.Contains(err.Error(), "its /*+ delete */ would delete 2 resources") {
		t.Errorf("teardown: have %v", err)
	}
	if writes := w.writes(); writes != "" {
		t.Errorf("have %s", writes)
	}
}

// What a script does keeps nobody from looking at what is listed behind it.
func TestChecksBehindAScript(t *testing.T) {
	t.Parallel()
	w := newWorld(t, strings.Replace(groups(2, false), "  - name: group_1\n", "  - {name: note, type: script, run: 'true'}\n  - name: group_1\n", 1))
	wantNoFailure(t, w.deployment(deploy.Options{}).Build(t.Context()))
	w.remove(logGroup, "group-0")
	for name, report := range map[string]deploy.Report{
		"test": w.deployment(deploy.Options{}).Test(t.Context()), "drift": w.deployment(deploy.Options{}).Drift(t.Context()),
	} {
		var have []string
		for _, f := range report.Findings {
			have = append(have, f.Resource+" "+string(f.Status))
		}
		if have := strings.Join(have, ", "); have != "group_0 missing, note skipped, group_1 ok" {
			t.Errorf("%s: have %s", name, have)
		}
	}
}

// What a query does not select is not waited for.
func TestExportThatIsNotSelected(t *testing.T) {
	t.Parallel()
	w := newWorld(t, `-- stackql_manifest.yml --
name: t
providers: [awscc]
resources: [{name: t, exports: [arn]}]
-- resources/t.iql --
/*+ exists */
SELECT topic_arn FROM awscc.sns.topics WHERE region = 'us-east-1' AND topic_name = 't'
/*+ create */
INSERT INTO awscc.sns.topics (TopicName, region) SELECT 't', 'us-east-1'
/*+ exports, retries=100, retry_delay=100 */
SELECT '{{ this.topic_arn }}' AS topic_arn, NULL AS other
`)
	err := w.deployment(deploy.Options{}).Build(t.Context()).Err()
	if err == nil || !strings.Contains(err.Error(), "exports: the query does not select arn; it selects topic_arn, other") {
		t.Errorf("have %v", err)
	}
}
