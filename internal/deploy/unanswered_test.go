package deploy_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"skyql/internal/cloudcontrol"
	"skyql/internal/deploy"
	"skyql/internal/resource"
)

// unanswered fails every look at log groups.
type unanswered struct{ cloudcontrol.Client }

func (u *unanswered) Get(_ context.Context, in cloudcontrol.GetInput) (cloudcontrol.Description, error) {
	return cloudcontrol.Description{}, &resource.Error{Code: resource.ServiceInternalError, Message: "injected", Identifier: in.Identifier}
}

// What AWS does not answer for is neither made again nor taken for deleted.
func TestNoAnswerIsNoAbsence(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		run  func(*deploy.Deployment, context.Context) deploy.Summary
	}{
		{"build", (*deploy.Deployment).Build},
		{"teardown", (*deploy.Deployment).Teardown},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, groups(2, false))
				wantNoFailure(t, w.deployment(deploy.Options{}).Build(t.Context()))
				w.writes()
				w.wrap = func(c cloudcontrol.Client) cloudcontrol.Client { return &unanswered{c} }
				summary := test.run(w.deployment(deploy.Options{OnFailure: deploy.IgnoreFailure}), t.Context())
				if have := actions(summary); have != "group_0 failed, group_1 failed" {
					t.Errorf("want both to fail, have %s", have)
				}
				if err := summary.Err(); err == nil || !strings.Contains(err.Error(), "injected") {
					t.Errorf("want AWS's reason, have %v", err)
				}
				if have := w.writes(); have != "" {
					t.Errorf("want no writes, have %s", have)
				}
			})
		})
	}
}
