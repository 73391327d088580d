package deploy_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/deploy"
	"skyql/internal/deploy/journal"
	"skyql/internal/emulator/store"
	"skyql/internal/resource"
)

// dead stands for a program that ends while it makes something: nothing is heard
// after the call, or not even its answer.
type dead struct {
	cloudcontrol.Client
	answer bool
}

func (d *dead) Create(ctx context.Context, in cloudcontrol.CreateInput) (cloudcontrol.ProgressEvent, error) {
	event, err := d.Client.Create(ctx, in)
	if err != nil || d.answer {
		return event, err
	}
	return event, &cloudcontrol.UnansweredError{Err: &resource.Error{Code: resource.Unreachable, Message: "killed"}}
}

func (d *dead) RequestStatus(context.Context, cloudcontrol.RequestInput) (cloudcontrol.RequestStatus, error) {
	return cloudcontrol.RequestStatus{}, &resource.Error{Code: resource.AccessDenied, Message: "killed"}
}

// runs opens the journal anew for each run on a world.
func (w *world) runs(path string) func(ctx context.Context, name string, act func(*deploy.Deployment, context.Context) deploy.Summary) deploy.Summary {
	return func(ctx context.Context, name string, act func(*deploy.Deployment, context.Context) deploy.Summary) deploy.Summary {
		w.t.Helper()
		j, err := journal.Open(path, journal.Options{Run: name})
		if err != nil {
			w.t.Fatal(err)
		}
		defer func() {
			if err := j.Close(); err != nil {
				w.t.Error(err)
			}
		}()
		return act(w.deployment(deploy.Options{Journal: j}), ctx)
	}
}

// A build waits for what an interrupted teardown is still deleting, and makes it
// again. The journal has nothing open afterwards.
func TestBuildAfterAnInterruptedTeardown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, groups(3, false))
		path := filepath.Join(t.TempDir(), "journal")
		run := w.runs(path)
		wantNoFailure(t, run(t.Context(), "build", (*deploy.Deployment).Build))
		w.store.SetStabilize(time.Minute)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := run(ctx, "teardown", (*deploy.Deployment).Teardown).Err(); err == nil {
			t.Fatal("the teardown was to be interrupted")
		}
		if unfinished, err := journal.Peek(path, ""); err != nil || len(unfinished) != 3 {
			t.Errorf("want 3 unfinished, have %v, %v", unfinished, err)
		}
		s := run(t.Context(), "again", (*deploy.Deployment).Build)
		wantNoFailure(t, s)
		if w.count(logGroup) != 3 || s.Count(deploy.Create) != 3 {
			t.Errorf("%s; there are %d", actions(s), w.count(logGroup))
		}
		if unfinished, err := journal.Peek(path, ""); err != nil || len(unfinished) != 0 {
			t.Errorf("want nothing unfinished, have %v, %v", unfinished, err)
		}
	})
}

// hiding lists nothing for a while, as AWS does of what is new.
type hiding struct {
	cloudcontrol.Client
	until time.Time
}

func (h *hiding) List(ctx context.Context, in cloudcontrol.ListInput) (cloudcontrol.Page, error) {
	if time.Now().Before(h.until) {
		return cloudcontrol.Page{}, nil
	}
	return h.Client.List(ctx, in)
}

// What an interrupted build has made is not made again because AWS does not list it
// yet.
func TestBuildAfterAnInterruptedOneThatCannotBeFound(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, strings.Replace(network, "/*+ exists */\nSELECT vpc_id", "/*+ exists, retries=10, retry_delay=10 */\nSELECT vpc_id", 1))
		run := w.runs(filepath.Join(t.TempDir(), "journal"))
		until := time.Now().Add(time.Minute)
		w.wrap = func(c cloudcontrol.Client) cloudcontrol.Client { return &hiding{c, until} }
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if err := run(ctx, "interrupted", (*deploy.Deployment).Build).Err(); err == nil || !strings.Contains(w.said(deploy.Ended), "net: interrupted") {
			t.Fatalf("the build was to be interrupted, have %v, %s", err, w.said(deploy.Ended))
		}
		wantNoFailure(t, run(t.Context(), "again", (*deploy.Deployment).Build))
		if n := w.count("AWS::EC2::VPC"); n != 1 {
			t.Errorf("want one VPC, have %d", n)
		}
		if said := w.said(deploy.Progress); !strings.Contains(said, " was made a short time ago, and its query does not find it yet") {
			t.Errorf("have %s", said)
		}
	})
}

// A teardown waits for what a build that was killed is still making, so that it
// finds it and leaves nothing behind.
func TestTeardownAfterAKilledBuild(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]bool{"accepted": true, "no answer": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, groups(2, false))
				w.store = store.New(store.Options{Stabilize: time.Minute})
				run := w.runs(filepath.Join(t.TempDir(), "journal"))
				w.wrap = func(c cloudcontrol.Client) cloudcontrol.Client { return &dead{c, answer} }
				if err := run(t.Context(), "killed", (*deploy.Deployment).Build).Err(); err == nil || !strings.Contains(err.Error(), "killed") {
					t.Fatalf("the build was to be killed, have %v", err)
				}
				made := w.writes()
				w.wrap = nil
				s := run(t.Context(), "teardown", (*deploy.Deployment).Teardown)
				wantNoFailure(t, s)
				if made != "Create=2" || w.count(logGroup) != 0 || s.Count(deploy.Delete) != 2 {
					t.Errorf("%s, then %s; %d are left", made, actions(s), w.count(logGroup))
				}
			})
		})
	}
}

// What an interrupted run makes of a resource that the manifest has lost since is
// told of once, by whatever runs next.
func TestUnfinishedThatTheManifestHasLost(t *testing.T) {
	t.Parallel()
	for name, act := range map[string]func(*deploy.Deployment, context.Context) deploy.Summary{
		"build": (*deploy.Deployment).Build, "teardown": (*deploy.Deployment).Teardown,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, groups(2, false))
				w.store = store.New(store.Options{Stabilize: time.Minute})
				path := filepath.Join(t.TempDir(), "journal")
				run := w.runs(path)
				w.wrap = func(c cloudcontrol.Client) cloudcontrol.Client { return &dead{c, true} }
				if err := run(t.Context(), "killed", (*deploy.Deployment).Build).Err(); err == nil {
					t.Fatal("the build was to be killed")
				}
				w.wrap = nil
				w.rewrite("stackql_manifest.yml", "- name: group_1\n", "- name: another\n")
				w.rewrite("stackql_manifest.yml", "value: group-1}", "value: group-9}")
				const lost = "group_1: an earlier run began to create AWS::Logs::LogGroup, which the manifest no longer has; it is there, as group-1"
				for _, want := range []bool{true, false} {
					s := run(t.Context(), time.Now().String(), act)
					wantNoFailure(t, s)
					if said := w.said(deploy.Warning); strings.Contains(said, lost) != want {
						t.Errorf("told is to be %v, have %s", want, said)
					}
				}
			})
		})
	}
}
