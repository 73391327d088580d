package store

import (
	"encoding/json"
	"testing"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

func TestHooksObject(t *testing.T) {
	t.Parallel()
	const guard = "Private::Guard::TestHook"
	tests := map[string]struct {
		fault HookFault
		want  cloudcontrol.OperationStatus
		hook  string // status of the hook; "" if it was not asked
	}{
		"objects":             {HookFault{Probability: 1, Hook: guard, Message: "not encrypted"}, cloudcontrol.Failed, "HOOK_COMPLETE_FAILED"},
		"agrees":              {HookFault{Probability: 0, Hook: guard}, cloudcontrol.Success, "HOOK_COMPLETE_SUCCEEDED"},
		"warns":               {HookFault{Probability: 1, Hook: guard, Warn: true}, cloudcontrol.Success, "HOOK_COMPLETE_FAILED"},
		"of this type":        {HookFault{Type: bucket, Probability: 1, Hook: guard}, cloudcontrol.Failed, "HOOK_COMPLETE_FAILED"},
		"of another type":     {HookFault{Type: site, Probability: 1, Hook: guard}, cloudcontrol.Success, ""},
		"of other changes":    {HookFault{Operation: cloudcontrol.Delete, Probability: 1, Hook: guard}, cloudcontrol.Success, ""},
		"of a kind of change": {HookFault{Operation: cloudcontrol.Create, Probability: 1, Hook: guard}, cloudcontrol.Failed, "HOOK_COMPLETE_FAILED"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, Options{})
			f.FailHooks([]HookFault{test.fault})
			first, err := f.Create(t.Context(), cloudcontrol.CreateInput{Call: call(bucket), DesiredState: json.RawMessage(`{"BucketName":"files"}`)})
			if err != nil {
				t.Fatal(err)
			}
			status, err := f.RequestStatus(t.Context(), cloudcontrol.RequestInput{Scope: home, RequestToken: first.RequestToken})
			if err != nil {
				t.Fatal(err)
			}
			if status.Event.Status != test.want {
				t.Errorf("want %s, have %+v", test.want, status.Event)
			}
			switch {
			case test.hook == "" && len(status.Hooks) > 0:
				t.Errorf("want no hook asked, have %+v", status.Hooks)
			case test.hook == "":
			case len(status.Hooks) != 1 || status.Hooks[0].Status != test.hook || status.Hooks[0].TypeName != guard:
				t.Errorf("want the hook %s, have %+v", test.hook, status.Hooks)
			case status.Event.HooksRequestToken == "":
				t.Error("want a token of the hooks")
			}
			_, there := f.Get(t.Context(), cloudcontrol.GetInput{Call: call(bucket), Identifier: "files"})
			if made := there == nil; made != (test.want == cloudcontrol.Success) {
				t.Errorf("the bucket is there: %t", made)
			}
		})
	}
}

func TestKnobsWhileInUse(t *testing.T) {
	t.Parallel()
	clock := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	f := newFixture(t, Options{})
	f.SetClock(func() time.Time { return clock })
	f.SetPageSize(1)
	f.put(bucket, `{"BucketName":"one"}`)
	f.put(bucket, `{"BucketName":"two"}`)
	page, err := f.List(t.Context(), cloudcontrol.ListInput{Call: call(bucket)})
	if err != nil || len(page.Resources) != 1 || page.NextToken == "" {
		t.Errorf("want a page of one, have %+v, %v", page, err)
	}
	f.SetStabilizer(func(name resource.TypeName) time.Duration {
		if name == bucket {
			return time.Minute
		}
		return 0
	})
	slow := f.create(bucket, `{"BucketName":"three"}`)
	if slow.Status != cloudcontrol.InProgress || !slow.EventTime.Equal(clock) {
		t.Errorf("want it in progress since %s, have %+v", clock, slow)
	}
	if quick := f.create("AWS::Logs::LogGroup", `{"LogGroupName":"app"}`); quick.Status != cloudcontrol.Success {
		t.Errorf("want it done, have %+v", quick)
	}
	clock = clock.Add(time.Minute)
	wantSuccess(t, f.status(slow.RequestToken))
	f.Clear()
	f.SetStabilize(0)
	f.SetPageSize(100)
	if left := f.list(cloudcontrol.ListInput{Call: call(bucket)}); len(left) != 0 {
		t.Errorf("want nothing, have %v", left)
	}
	wantSuccess(t, f.create(bucket, `{"BucketName":"one"}`))
}
