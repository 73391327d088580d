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
				path := filepath.Join(t.TempDir(), "journal")
				run := func(name string, act func(*deploy.Deployment, context.Context) deploy.Summary) deploy.Summary {
					t.Helper()
					j, err := journal.Open(path, journal.Options{Run: name})
					if err != nil {
						t.Fatal(err)
					}
					defer func() {
						if err := j.Close(); err != nil {
							t.Error(err)
						}
					}()
					return act(w.deployment(deploy.Options{Journal: j}), t.Context())
				}
				w.wrap = func(c cloudcontrol.Client) cloudcontrol.Client { return &dead{c, answer} }
				if err := run("killed", (*deploy.Deployment).Build).Err(); err == nil || !strings.Contains(err.Error(), "killed") {
					t.Fatalf("the build was to be killed, have %v", err)
				}
				made := w.writes()
				w.wrap = nil
				s := run("teardown", (*deploy.Deployment).Teardown)
				wantNoFailure(t, s)
				if made != "Create=2" || w.count(logGroup) != 0 || s.Count(deploy.Delete) != 2 {
					t.Errorf("%s, then %s; %d are left", made, actions(s), w.count(logGroup))
				}
			})
		})
	}
}
