package deploy_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"skyql/internal/cloudcontrol"
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

// tied lets no log group be deleted while another one is there.
type tied struct {
	cloudcontrol.Client
	group, to string
}

func (c *tied) Delete(ctx context.Context, in cloudcontrol.DeleteInput) (cloudcontrol.ProgressEvent, error) {
	if in.Identifier == c.group {
		other := in
		other.Identifier = c.to
		if _, err := c.Get(ctx, cloudcontrol.GetInput{Call: other.Call, Identifier: other.Identifier}); err == nil {
			return cloudcontrol.ProgressEvent{}, &resource.Error{Code: resource.InvalidRequest, Message: "it has dependencies", Identifier: c.group}
		}
	}
	return c.Client.Delete(ctx, in)
}

// What cannot be deleted while something is there that does not mention it is
// deleted when nothing else can be.
func TestTeardownTriesAgain(t *testing.T) {
	t.Parallel()
	for _, parallel := range []int{1, 4} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, groups(4, false))
			wantNoFailure(t, w.deployment(deploy.Options{}).Build(t.Context()))
			w.wrap = func(c cloudcontrol.Client) cloudcontrol.Client { return &tied{c, "group-3", "group-0"} }
			s := w.deployment(deploy.Options{Parallel: parallel}).Teardown(t.Context())
			wantNoFailure(t, s)
			if n := w.count(logGroup); n != 0 || parallel == 1 && !strings.Contains(w.said(deploy.Warning), "is tried once more when more is done") {
				t.Errorf("%d are left, %s", n, w.said(deploy.Warning))
			}
		})
	}
}

// A resource that only its exports find, and that writes itself at each build, is
// left alone where it is right, and deleted once.
func TestLifeByExportsAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, strings.NewReplacer("/*+ exists */\nSELECT count(*) AS count FROM", "/*+ exports */\nSELECT name AS note FROM",
		"/*+ create */", "/*+ createorupdate */", "/*+ exports */\nSELECT value AS note", "/*+ troubleshoot */\nSELECT value AS note",
	).Replace(ladder))
	for _, want := range []string{"Create=3", "", ""} {
		s := w.deployment(deploy.Options{}).Build(t.Context())
		wantNoFailure(t, s)
		if have := w.writes(); have != want {
			t.Errorf("want the build to write %q, have %q: %s", want, have, actions(s))
		}
	}
	for _, want := range []string{"Delete=3", "", ""} {
		s := w.deployment(deploy.Options{}).Teardown(t.Context())
		wantNoFailure(t, s)
		if have := w.writes(); have != want {
			t.Errorf("want the teardown to write %q, have %q: %s", want, have, actions(s))
		}
	}
}

// lingering lists what is gone for a while, as the tags of AWS do.
type lingering struct {
	cloudcontrol.Client
	page cloudcontrol.Page
}

func (l *lingering) List(context.Context, cloudcontrol.ListInput) (cloudcontrol.Page, error) {
	return l.page, nil
}

// What a query still finds after it is deleted is gone if AWS says so.
func TestTeardownOfWhatLingers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, strings.Replace(groups(1, false),
		"SELECT count(*) AS count, '{{ before }}' AS unused FROM awscc.logs.log_groups WHERE region = '{{ region }}' AND Identifier = '{{ group }}'",
		"SELECT log_group_name FROM awscc.logs.log_groups_list_only WHERE region = '{{ region }}'", 1))
	wantNoFailure(t, w.deployment(deploy.Options{}).Build(t.Context()))
	page, err := w.store.List(t.Context(), cloudcontrol.ListInput{Call: cloudcontrol.Call{Scope: home, Type: logGroup}})
	if err != nil {
		t.Fatal(err)
	}
	w.wrap = func(c cloudcontrol.Client) cloudcontrol.Client { return &lingering{c, page} }
	for range 2 {
		wantNoFailure(t, w.deployment(deploy.Options{}).Teardown(t.Context()))
	}
	if n := w.count(logGroup); n != 0 {
		t.Errorf("%d are left", n)
	}
}

// Orphans that keep each other from being deleted go in the order that works.
func TestPruneInAnyOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, network)
		wantNoFailure(t, w.deployment(deploy.Options{}).Build(t.Context()))
		d := w.deployment(deploy.Options{})
		var orphans []deploy.Orphan
		for _, name := range []resource.TypeName{"AWS::EC2::VPC", "AWS::EC2::Subnet"} {
			page, err := w.store.List(t.Context(), cloudcontrol.ListInput{Call: cloudcontrol.Call{Scope: home, Type: name}})
			if err != nil || len(page.Resources) != 1 {
				t.Fatal(page, err)
			}
			orphans = append(orphans, deploy.Orphan{ARN: string(name), Resource: "x", Region: home.Region, Type: name, Identifier: page.Resources[0].Identifier})
		}
		unknown := deploy.Orphan{ARN: "arn:aws:unknown", Resource: "x", Region: home.Region}
		left, err := d.Prune(t.Context(), append(orphans, unknown))
		if len(left) != 1 || left[0] != unknown || err == nil || !strings.Contains(err.Error(), "could not be found out") {
			t.Errorf("left are %v, %v", left, err)
		}
		if n := w.count("AWS::EC2::VPC") + w.count("AWS::EC2::Subnet"); n != 0 {
			t.Errorf("%d are left", n)
		}
	})
}

// queued keeps each log group while the one with the number below is there.
type queued struct {
	cloudcontrol.Client
	w *world
}

func (q *queued) Delete(ctx context.Context, in cloudcontrol.DeleteInput) (cloudcontrol.ProgressEvent, error) {
	below := map[string]string{"group-2": "group-1", "group-1": "group-0"}[in.Identifier]
	if below != "" && q.w.properties(logGroup, below) != "" {
		return cloudcontrol.ProgressEvent{}, &resource.Error{Code: resource.InvalidRequest, Message: below + " is there"}
	}
	return q.Client.Delete(ctx, in)
}

// A teardown goes on as long as something can be deleted, whatever the order.
func TestTeardownOfAChainThatNobodyMentions(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, groups(3, false))
		wantNoFailure(t, w.deployment(deploy.Options{}).Build(t.Context()))
		w.store.SetStabilize(time.Minute)
		w.wrap = func(c cloudcontrol.Client) cloudcontrol.Client { return &queued{c, w} }
		wantNoFailure(t, w.deployment(deploy.Options{}).Teardown(t.Context()))
		if n := w.count(logGroup); n != 0 {
			t.Errorf("%d are left", n)
		}
	})
}

// Protection keeps what is needed, not what only comes before in order.
func TestProtectionBehindACommand(t *testing.T) {
	t.Parallel()
	w := newWorld(t, strings.Replace(groups(2, false), "  - name: group_1\n", "  - {name: cmd, type: command, sql: SELECT 1}\n  - name: group_1\n    protect: true\n", 1))
	wantNoFailure(t, w.deployment(deploy.Options{}).Build(t.Context()))
	s := w.deployment(deploy.Options{}).Teardown(t.Context())
	if have := actions(s); have != "group_0 delete, cmd left, group_1 left" || s.Err() != nil {
		t.Errorf("have %s, %v", have, s.Err())
	}
}
