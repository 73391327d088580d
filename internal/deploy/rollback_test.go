package deploy_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/deploy"
	"skyql/internal/emulator/store"
	"skyql/internal/resource"
)

// groups is a stack of so many log groups; each needs the one before if chained.
func groups(n int, chained bool) string {
	var b strings.Builder
	b.WriteString("-- stackql_manifest.yml --\nname: logs\nproviders: [awscc]\nglobals:\n  - {name: region, value: us-east-1}\nresources:\n")
	for i := range n {
		before := ""
		if chained && i > 0 {
			before = fmt.Sprintf("{{ group_%d.arn }}", i-1)
		}
		fmt.Fprintf(&b, "  - name: group_%d\n    file: group.iql\n    props:\n      - {name: group, value: group-%d}\n      - {name: before, value: '%s'}\n    exports: [arn]\n", i, i, before)
	}
	b.WriteString(`-- resources/group.iql --
/*+ exists */
SELECT count(*) AS count, '{{ before }}' AS unused FROM awscc.logs.log_groups WHERE region = '{{ region }}' AND Identifier = '{{ group }}'
/*+ statecheck */
SELECT count(*) AS count FROM awscc.logs.log_groups WHERE region = '{{ region }}' AND Identifier = '{{ group }}' AND retention_in_days = 7
/*+ create */
INSERT INTO awscc.logs.log_groups (LogGroupName, RetentionInDays, region) VALUES ('{{ group }}', 7, '{{ region }}')
/*+ update */
UPDATE awscc.logs.log_groups SET retention_in_days = 7 WHERE region = '{{ region }}' AND Identifier = '{{ group }}'
/*+ exports */
SELECT arn FROM awscc.logs.log_groups WHERE region = '{{ region }}' AND Identifier = '{{ group }}'
/*+ delete */
DELETE FROM awscc.logs.log_groups WHERE region = '{{ region }}' AND Identifier = '{{ group }}'
`)
	return b.String()
}

// failing refuses to create or update one log group.
type failing struct {
	cloudcontrol.Client
	group string
}

func (f *failing) refusal() error {
	return &resource.Error{Code: resource.GeneralServiceException, Message: "injected", Identifier: f.group}
}

func (f *failing) Create(ctx context.Context, in cloudcontrol.CreateInput) (cloudcontrol.ProgressEvent, error) {
	if strings.Contains(string(in.DesiredState), `"`+f.group+`"`) {
		return cloudcontrol.ProgressEvent{}, f.refusal()
	}
	return f.Client.Create(ctx, in)
}

func (f *failing) Update(ctx context.Context, in cloudcontrol.UpdateInput) (cloudcontrol.ProgressEvent, error) {
	if in.Identifier == f.group {
		return cloudcontrol.ProgressEvent{}, f.refusal()
	}
	return f.Client.Update(ctx, in)
}

// state is all log groups.
func (w *world) state() map[string]string {
	w.t.Helper()
	page, err := w.store.List(context.Background(), cloudcontrol.ListInput{Call: cloudcontrol.Call{Scope: home, Type: logGroup}})
	if err != nil {
		w.t.Fatal(err)
	}
	all := map[string]string{}
	for _, found := range page.Resources {
		all[found.Identifier] = w.properties(logGroup, found.Identifier)
	}
	return all
}

// Whichever resource fails, a rollback leaves what was there before: what was made
// is gone, what was changed is as it was.
func TestRollbackAtEachPosition(t *testing.T) {
	t.Parallel()
	const n = 6
	for _, chained := range []bool{true, false} {
		for at := range n {
			t.Run(fmt.Sprintf("chained=%t/%d", chained, at), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, groups(n, chained))
					for i := 0; i < n; i += 2 { // every second one is there, and wrong
						w.put(logGroup, fmt.Sprintf(`{"LogGroupName":"group-%d","RetentionInDays":1}`, i))
					}
					w.put(logGroup, `{"LogGroupName":"another","RetentionInDays":3}`)
					before := w.state()
					w.wrap = func(c cloudcontrol.Client) cloudcontrol.Client { return &failing{c, fmt.Sprintf("group-%d", at)} }
					summary := w.deployment(deploy.Options{OnFailure: deploy.RollbackOnFailure}).Build(t.Context())
					failed := summary.Failed()
					if len(failed) != 1 || failed[0].Resource != fmt.Sprintf("group_%d", at) || !strings.Contains(failed[0].Err.Error(), "injected") {
						t.Errorf("want group_%d to fail, have %v", at, failed)
					}
					for _, u := range summary.Undone {
						if u.Err != nil {
							t.Errorf("undo %s of %s: %v", u.Action, u.Resource, u.Err)
						}
					}
					if diff := cmp.Diff(before, w.state()); diff != "" {
						t.Errorf("(-before +after)\n%s", diff)
					}
					if chained && len(summary.Undone) != at {
						t.Errorf("want %d steps undone, have %v", at, summary.Undone)
					}
				})
			})
		}
	}
}

// Without a rollback what was done stays, and nothing more is begun; --on-failure
// ignore goes on with what does not need the one that failed.
func TestFailuresStopOrNot(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name      string
		chained   bool
		onFailure deploy.OnFailure
		parallel  int
		want      string
	}{
		{"stop", false, deploy.StopOnFailure, 1, "group_0 create, group_1 failed, group_2 left, group_3 left"},
		{"ignore", false, deploy.IgnoreFailure, 1, "group_0 create, group_1 failed, group_2 create, group_3 create"},
		{"ignore, but what needs it is left", true, deploy.IgnoreFailure, 4, "group_0 create, group_1 failed, group_2 left, group_3 left"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, groups(4, test.chained))
				w.wrap = func(c cloudcontrol.Client) cloudcontrol.Client { return &failing{c, "group-1"} }
				summary := w.deployment(deploy.Options{OnFailure: test.onFailure, Parallel: test.parallel}).Build(t.Context())
				if have := actions(summary); have != test.want {
					t.Errorf("want %s\nhave %s", test.want, have)
				}
			})
		})
	}
}

// A build that is interrupted while AWS works on a request waits for it and undoes
// it with the rest.
func TestInterruptedBuildIsRolledBack(t *testing.T) {
	t.Parallel()
	for _, after := range []time.Duration{time.Second, 90 * time.Second, 150 * time.Second} {
		t.Run(after.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, groups(4, true))
				w.store = store.New(store.Options{Stabilize: time.Minute})
				w.put(logGroup, `{"LogGroupName":"group-1","RetentionInDays":1}`)
				before := w.state()
				ctx, cancel := context.WithTimeout(t.Context(), after)
				defer cancel()
				summary := w.deployment(deploy.Options{OnFailure: deploy.RollbackOnFailure}).Build(ctx)
				if diff := cmp.Diff(before, w.state()); diff != "" {
					t.Errorf("(-before +after)\n%s", diff)
				}
				if len(summary.Undone) == 0 || !strings.Contains(w.said(deploy.Warning), "which is waited for before it is undone") {
					t.Errorf("undone %v, warned of %s", summary.Undone, w.said(deploy.Warning))
				}
			})
		})
	}
}

// What no answer came to may have been done: a rollback says so.
func TestRollbackTellsOfWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, groups(1, false))
		w.wrap = func(c cloudcontrol.Client) cloudcontrol.Client { return &dead{c, false} }
		summary := w.deployment(deploy.Options{OnFailure: deploy.RollbackOnFailure}).Build(t.Context())
		if len(summary.Undone) != 1 || summary.Undone[0].Err == nil || !strings.Contains(w.said(deploy.Ended), "it is not known whether it was done") {
			t.Errorf("have %+v", summary.Undone)
		}
	})
}

// twoFailing fails a log group at once, and the first one slowly.
type twoFailing struct{ cloudcontrol.Client }

func (f *twoFailing) Create(ctx context.Context, in cloudcontrol.CreateInput) (cloudcontrol.ProgressEvent, error) {
	if strings.Contains(string(in.DesiredState), "group-0") {
		time.Sleep(5 * time.Second) // of the test's own clock
	}
	return cloudcontrol.ProgressEvent{}, &resource.Error{Code: resource.GeneralServiceException, Message: "injected"}
}

// A failure that waits for another attempt, which never comes, is told of.
func TestEveryFailureIsTold(t *testing.T) {
	t.Parallel()
	for _, on := range []deploy.OnFailure{deploy.IgnoreFailure, deploy.StopOnFailure} {
		t.Run(string(on), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, groups(3, false))
				w.wrap = func(c cloudcontrol.Client) cloudcontrol.Client { return &twoFailing{c} }
				s := w.deployment(deploy.Options{OnFailure: on}).Build(t.Context())
				for _, r := range s.Failed() {
					if !strings.Contains(w.said(deploy.Ended), r.Resource+": ") {
						t.Errorf("no end of %s was told: %s", r.Resource, w.said(deploy.Ended))
					}
				}
				if len(s.Failed()) != 3 {
					t.Errorf("have %s", actions(s))
				}
			})
		})
	}
}
