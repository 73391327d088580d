package deploy_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"skyql/internal/catalog"
	"skyql/internal/cloudcontrol"
	"skyql/internal/deploy"
	"skyql/internal/resource"
)

// slowQueue is a network behind a queue that takes long to make.
var slowQueue = strings.Replace(network, "  - {name: net, props: [{name: cidr, value: 10.1.0.0/16}], exports: [vpc_id]}\n  - {name: queue}",
	"  - {name: queue}\n  - {name: net, props: [{name: cidr, value: 10.1.0.0/16}], exports: [vpc_id]}", 1)

// pace lets one type take a while, and all others none.
func (w *world) pace(slow resource.TypeName, takes time.Duration) {
	w.store.SetStabilizer(func(name resource.TypeName) time.Duration {
		if name == slow {
			return takes
		}
		return 0
	})
}

// What AWS does not list yet is not made again when its resource is tried once more
// in the same build, nor in the next one if AWS was still making it.
func TestSecondAttemptsMakeNothingTwice(t *testing.T) {
	t.Parallel()
	const vpc resource.TypeName = "AWS::EC2::VPC"
	t.Run("in one build", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, slowQueue)
			w.pace("AWS::SQS::Queue", 10*time.Second)
			until := time.Now().Add(time.Minute)
			w.wrap = func(c cloudcontrol.Client) cloudcontrol.Client { return &hiding{c, until} }
			s := w.deployment(deploy.Options{}).Build(t.Context())
			if n := w.count(vpc); n != 1 || s.Err() == nil {
				t.Errorf("%d VPCs, %s", n, actions(s))
			}
		})
	})
	t.Run("after an interruption", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, strings.Replace(slowQueue, "/*+ exists */\nSELECT vpc_id", "/*+ exists, retries=20, retry_delay=10 */\nSELECT vpc_id", 1))
			w.pace(vpc, time.Minute)
			run := w.runs(filepath.Join(t.TempDir(), "journal"))
			until := time.Now().Add(2 * time.Minute)
			w.wrap = func(c cloudcontrol.Client) cloudcontrol.Client { return &hiding{c, until} }
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			if err := run(ctx, "interrupted", (*deploy.Deployment).Build).Err(); err == nil {
				t.Fatal("the build was to be interrupted")
			}
			s := run(t.Context(), "again", (*deploy.Deployment).Build)
			if n := w.count(vpc); n != 1 || !strings.Contains(w.said(deploy.Progress), " was made a short time ago, and its query does not find it yet") {
				t.Errorf("%d VPCs, %s, %s", n, actions(s), w.said(deploy.Progress))
			}
		})
	})
	t.Run("but after a long time what is not found is another one", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, network)
			run := w.runs(filepath.Join(t.TempDir(), "journal"))
			wantNoFailure(t, run(t.Context(), "first", (*deploy.Deployment).Build))
			page, err := w.store.List(t.Context(), cloudcontrol.ListInput{Call: cloudcontrol.Call{Scope: home, Type: vpc}})
			if err != nil {
				t.Fatal(err)
			}
			w.change(vpc, page.Resources[0].Identifier, `[{"op":"replace","path":"/Tags/0/Value","value":"kept-by-hand"}]`)
			time.Sleep(90 * 24 * time.Hour) // of the test's own clock
			if run(t.Context(), "second", (*deploy.Deployment).Build); w.count(vpc) != 2 {
				t.Errorf("%d VPCs", w.count(vpc))
			}
		})
	})
}

// A teardown leaves nothing behind that AWS does not list yet, and deletes it once.
func TestTeardownOfWhatIsNotListedYet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, network)
		run := w.runs(filepath.Join(t.TempDir(), "journal"))
		wantNoFailure(t, run(t.Context(), "build", (*deploy.Deployment).Build))
		made := w.count("AWS::EC2::VPC") + w.count("AWS::EC2::Subnet")
		until := time.Now().Add(time.Minute)
		w.wrap = func(c cloudcontrol.Client) cloudcontrol.Client { return &hiding{c, until} }
		s := run(t.Context(), "teardown", func(d *deploy.Deployment, ctx context.Context) deploy.Summary {
			if there, _ := d.Inventory(ctx); !slices.Contains(there, "net") || !slices.Contains(there, "sub") {
				t.Errorf("what would be deleted is %v", there)
			}
			return d.Teardown(ctx)
		})
		wantNoFailure(t, s)
		if n := w.count("AWS::EC2::VPC") + w.count("AWS::EC2::Subnet"); made != 2 || n != 0 {
			t.Errorf("%d were made, %d are left: %s", made, n, actions(s))
		}
		if said := w.said(deploy.Warning); !strings.Contains(said, "net: its query does not find it, but an earlier run made vpc-") {
			t.Errorf("have %s", said)
		}
		w.writes()
		if s := run(t.Context(), "again", (*deploy.Deployment).Teardown); s.Err() != nil || w.writes() != "" {
			t.Errorf("the second teardown is not idle: %s, %v", actions(s), s.Err())
		}
	})
}

// failingOnce refuses the nth create, once.
type failingOnce struct {
	cloudcontrol.Client
	mu sync.Mutex // guards n
	n  int
}

func (f *failingOnce) Create(ctx context.Context, in cloudcontrol.CreateInput) (cloudcontrol.ProgressEvent, error) {
	f.mu.Lock()
	f.n--
	refused := f.n == 0
	f.mu.Unlock()
	if refused {
		return cloudcontrol.ProgressEvent{}, &resource.Error{Code: resource.GeneralServiceException, Message: "injected"}
	}
	return f.Client.Create(ctx, in)
}

// Where a statement makes several things and one of them fails, the next attempt
// makes only what is missing, although some are alike.
func TestSecondAttemptsMakeWhatIsMissing(t *testing.T) {
	t.Parallel()
	const insert = "INSERT INTO awscc.ec2.vpcs (CidrBlock, region) "
	for name, create := range map[string]string{
		"one statement": insert + "VALUES ('10.1.0.0/16', 'us-east-1'), ('10.2.0.0/16', 'us-east-1'), ('10.1.0.0/16', 'us-east-1')",
		"statements":    insert + "VALUES ('10.1.0.0/16', 'us-east-1');" + insert + "VALUES ('10.2.0.0/16', 'us-east-1'); " + insert + "VALUES ('10.1.0.0/16', 'us-east-1')",
		"a loop":        "{% for i in [1, 2, 1] %}" + insert + "VALUES ('10.{{ i }}.0.0/16', 'us-east-1');\n{% endfor %}",
	} {
		for _, typ := range []string{"resource", "multi", "command"} {
			for n := range 3 {
				t.Run(fmt.Sprintf("%s, %s, %d", name, typ, n), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						anchors := "/*+ exists */\nSELECT count(*) / 3 AS count FROM awscc.ec2.vpcs WHERE region = 'us-east-1'\n/*+ create, retries=1 */\n"
						if typ == "command" {
							anchors = "/*+ command, retries=1 */\n"
						}
						w := newWorld(t, "-- stackql_manifest.yml --\nname: n\nproviders: [awscc]\nresources: [{name: nets, type: "+typ+"}]\n-- resources/nets.iql --\n"+anchors+create)
						f := &failingOnce{n: n + 1}
						w.wrap = func(c cloudcontrol.Client) cloudcontrol.Client { f.Client = c; return f }
						wantNoFailure(t, w.deployment(deploy.Options{}).Build(t.Context()))
						if n := w.count("AWS::EC2::VPC"); n != 3 {
							t.Errorf("%d VPCs: %s", n, w.said(deploy.Warning))
						}
					})
				})
			}
		}
	}
}

// blind does not let anything be read for a while.
type blind struct {
	cloudcontrol.Client
	until time.Time
	code  resource.Code
}

func (b *blind) Get(ctx context.Context, in cloudcontrol.GetInput) (cloudcontrol.Description, error) {
	if time.Now().Before(b.until) {
		return cloudcontrol.Description{}, &resource.Error{Code: b.code, Message: "injected"}
	}
	return b.Client.Get(ctx, in)
}

// What was made is not made again because RETURNING could not read it.
func TestUnreadIsMadeAllTheSame(t *testing.T) {
	t.Parallel()
	for _, code := range []resource.Code{resource.NotFound, resource.ServiceInternalError, resource.AccessDenied} {
		t.Run(string(code), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, strings.Replace(network, `'[{"Key":"Name","Value":"the-net"}]', '{{ region }}'`, `'[{"Key":"Name","Value":"the-net"}]', '{{ region }}' RETURNING *`, 1))
				until := time.Now().Add(time.Minute)
				w.wrap = func(c cloudcontrol.Client) cloudcontrol.Client { return &blind{c, until, code} }
				w.deployment(deploy.Options{Parallel: 1}).Build(t.Context())
				if n := w.count("AWS::EC2::VPC"); n != 1 {
					t.Errorf("%d VPCs", n)
				}
			})
		})
	}
}

// What AWS does not answer for is not as it should be, whoever asks.
func TestNoAnswerIsNoEquality(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, `-- stackql_manifest.yml --
name: q
providers: [awscc]
resources: [{name: q}]
-- resources/q.iql --
/*+ exists */
SELECT queue_url FROM awscc.sqs.queues_list_only WHERE region = 'us-east-1' AND queue_url LIKE '%/q'
/*+ create */
INSERT INTO awscc.sqs.queues (QueueName, DelaySeconds, region) SELECT 'q', 5, 'us-east-1'
/*+ update */
UPDATE awscc.sqs.queues SET delay_seconds = 5 WHERE region = 'us-east-1' AND queue_name = 'q'
/*+ delete */
DELETE FROM awscc.sqs.queues WHERE region = 'us-east-1' AND queue_name = 'q'
`)
		w.put("AWS::SQS::Queue", `{"QueueName":"q","DelaySeconds":1}`)
		until := time.Now().Add(time.Hour)
		w.wrap = func(c cloudcontrol.Client) cloudcontrol.Client {
			return &blind{c, until, resource.ServiceInternalError}
		}
		d := func() *deploy.Deployment { return w.deployment(deploy.Options{}) }
		if d().Drift(t.Context()).Good() || d().Test(t.Context()).Good() || d().Build(t.Context()).Err() == nil {
			t.Error("all is well although AWS did not answer")
		}
		if plan, err := d().Plan(t.Context()); err != nil || plan.Steps[0].Error == "" {
			t.Errorf("have %+v, %v", plan.Steps, err)
		}
	})
}

// An orphan is not taken for a resource of the stack that is called alike.
func TestPruneSparesTheLiving(t *testing.T) {
	t.Parallel()
	w := newWorld(t, `-- stackql_manifest.yml --
name: shop
providers: [awscc]
globals:
  - name: global_tags
    value:
      - {Key: 'stackql:stack-name', Value: "{{ stack_name }}"}
      - {Key: 'stackql:stack-env', Value: "{{ stack_env }}"}
      - {Key: 'stackql:resource-name', Value: "{{ resource_name }}"}
resources: [{name: live}]
-- resources/live.iql --
/*+ exists */
SELECT count(*) AS count FROM awscc.ecr.repositories WHERE region = 'us-east-1' AND Identifier = 'api'
/*+ create */
INSERT INTO awscc.ecr.repositories (RepositoryName, Tags, region) SELECT 'api', '{{ global_tags }}', 'us-east-1'
`)
	w.put(repository, `{"RepositoryName":"team/api","Tags":[{"Key":"stackql:stack-name","Value":"shop"},{"Key":"stackql:stack-env","Value":"dev"},{"Key":"stackql:resource-name","Value":"dropped"}]}`)
	d := w.deployment(deploy.Options{})
	wantNoFailure(t, d.Build(t.Context()))
	orphans, err := d.Orphans(t.Context(), catalog.Starter(), []resource.Region{home.Region})
	if err != nil || len(orphans) != 1 {
		t.Fatalf("have %+v, %v", orphans, err)
	}
	left, err := d.Prune(t.Context(), orphans)
	if err != nil || len(left) > 0 || w.properties(repository, "api") == "" || w.properties(repository, "team/api") != "" {
		t.Errorf("the wrong one was deleted: %v, %v", left, err)
	}
}
