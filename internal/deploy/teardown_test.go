package deploy_test

import (
	"strings"
	"testing"

	"skyql/internal/deploy"
	"skyql/internal/resource"
)

// ladder is a chain in which a prop of each resource needs the one before; the
// delete of the first asks for what it exports itself.
const ladder = `-- stackql_manifest.yml --
name: ladder
providers: [awscc]
resources:
  - {name: first, props: [{name: name, value: first}], exports: [topic_arn]}
  - {name: second, props: [{name: name, value: second}, {name: text, value: "{{ topic_arn }}"}], exports: [note]}
  - {name: third, file: second.iql, if: "'{{ stack_env }}' == 'dev'", props: [{name: name, value: third}, {name: text, value: "on {{ note }}"}]}
-- resources/first.iql --
/*+ exists */
SELECT topic_arn AS found FROM awscc.sns.topics WHERE region = 'us-east-1' AND topic_name = '{{ name }}'
/*+ create */
INSERT INTO awscc.sns.topics (TopicName, DisplayName, region) SELECT '{{ name }}', 'is right', 'us-east-1' RETURNING *
/*+ exports */
SELECT '{{ this.found }}' AS topic_arn
/*+ delete */
DELETE FROM awscc.sns.topics WHERE region = 'us-east-1' AND Identifier = '{{ topic_arn }}'
-- resources/second.iql --
/*+ exists */
SELECT count(*) AS count FROM awscc.ssm.parameters WHERE region = 'us-east-1' AND Identifier = '{{ name }}'
/*+ create */
INSERT INTO awscc.ssm.parameters (Name, Type, Value, region) SELECT '{{ name }}', 'String', '{{ text }}', 'us-east-1'
/*+ exports */
SELECT value AS note FROM awscc.ssm.parameters WHERE region = 'us-east-1' AND Identifier = '{{ name }}'
/*+ delete */
DELETE FROM awscc.ssm.parameters WHERE region = 'us-east-1' AND Identifier = '{{ name }}'
`

const (
	topic     resource.TypeName = "AWS::SNS::Topic"
	parameter resource.TypeName = "AWS::SSM::Parameter"
)

// Whatever is gone already, the rest is found and deleted; then there is nothing
// to do any more.
func TestTeardownOfWhatIsThere(t *testing.T) {
	t.Parallel()
	const firstARN = "arn:aws:sns:us-east-1:123456789012:first"
	for _, test := range []struct {
		name, want, writes string
		before             func(*world)
	}{
		{"all of it", "first delete, second delete, third delete", "Delete=3", func(*world) {}},
		{"the first is gone, and a prop of the second needs it", "first left, second delete, third delete", "Delete=2",
			func(w *world) { w.remove(topic, firstARN) }},
		{"the second is gone", "first delete, second left, third delete", "Delete=2", func(w *world) { w.remove(parameter, "second") }},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, ladder)
			wantNoFailure(t, w.deployment(deploy.Options{}).Build(t.Context()))
			test.before(w)
			w.writes()
			s := w.deployment(deploy.Options{}).Teardown(t.Context())
			wantNoFailure(t, s)
			if have := actions(s); have != test.want {
				t.Errorf("want %s, have %s", test.want, have)
			}
			if have := w.writes(); have != test.writes {
				t.Errorf("want the writes %s, have %s", test.writes, have)
			}
			s = w.deployment(deploy.Options{}).Teardown(t.Context())
			wantNoFailure(t, s)
			if have, writes := actions(s), w.writes(); have != "first left, second left, third left" || writes != "" {
				t.Errorf("again: %s, %s", have, writes)
			}
		})
	}
}

// A resource that its own queries cannot find out about is not taken for gone.
func TestTeardownOfWhatCannotBeAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, strings.Replace(ladder, "AND Identifier = '{{ name }}'\n/*+ create */", "AND value = '{{ text }}'\n/*+ create */", 1))
	wantNoFailure(t, w.deployment(deploy.Options{}).Build(t.Context()))
	w.rewrite("resources/first.iql", "SELECT '{{ this.found }}' AS topic_arn", "SELECT '{{ this.found }}' AS topic_arn WHERE 1 = 2")
	s := w.deployment(deploy.Options{OnFailure: deploy.IgnoreFailure}).Teardown(t.Context())
	if have := actions(s); have != "first left, second left, third failed" || w.count(parameter) != 2 || w.count(topic) != 1 {
		t.Errorf("have %s", have)
	}
	if err := s.Err(); err == nil || !strings.Contains(err.Error(), "whether it is there could not be found out") {
		t.Errorf("have %v", err)
	}
}

// Plan, test and drift compare what deletes name by what the resource exports, and
// INSERTs with RETURNING.
func TestDriftOfWhatItsExportsName(t *testing.T) {
	t.Parallel()
	w := newWorld(t, ladder)
	wantNoFailure(t, w.deployment(deploy.Options{}).Build(t.Context()))
	w.change(topic, "arn:aws:sns:us-east-1:123456789012:first", `[{"op":"replace","path":"/DisplayName","value":"is wrong"}]`)
	for name, report := range map[string]deploy.Report{
		"drift": w.deployment(deploy.Options{}).Drift(t.Context()), "test": w.deployment(deploy.Options{}).Test(t.Context()),
	} {
		first, second := report.Findings[0], report.Findings[1]
		if first.Status != deploy.Different || len(first.Changes) != 1 || first.Changes[0].Property != "DisplayName" {
			t.Errorf("%s: have %+v", name, first)
		}
		if second.Status != deploy.OK {
			t.Errorf("%s: what needs it is checked all the same, have %+v", name, second)
		}
	}
}

// What a resource needs may be left alone by the same condition as the resource.
func TestConditionBeforeProps(t *testing.T) {
	t.Parallel()
	archive := strings.Replace(ladder, "{name: second, props", "{name: second, if: \"'{{ stack_env }}' == 'prod'\", props", 1)
	w := newWorld(t, strings.Replace(archive, "== 'dev'", "== 'prod'", 1))
	s := w.deployment(deploy.Options{}).Build(t.Context())
	wantNoFailure(t, s)
	if have := actions(s); have != "first create, second left, third left" {
		t.Errorf("have %s", have)
	}
	if report := w.deployment(deploy.Options{}).Test(t.Context()); report.Findings[2].Status != deploy.Skipped {
		t.Errorf("have %+v", report.Findings[2])
	}
}
