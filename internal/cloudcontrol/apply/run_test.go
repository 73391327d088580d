package apply_test

import (
	"errors"
	"regexp"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/apply"
	"skyql/internal/cloudcontrol/await"
	"skyql/internal/resource"
)

func TestEachOperationIsStartedAndFollowed(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change apply.Change
		want   any // the call's input
		calls  string
	}{
		{
			"create", creation,
			cloudcontrol.CreateInput{Call: at, DesiredState: creation.Document, ClientToken: "mine"}, "create, poll rt1",
		},
		{
			"update", updating,
			cloudcontrol.UpdateInput{
				Call: at, Identifier: "photos", PatchDocument: updating.Document, ClientToken: "mine",
			}, "update, poll rt1",
		},
		{
			"delete", deletion,
			cloudcontrol.DeleteInput{Call: at, Identifier: "photos", ClientToken: "mine"}, "delete, poll rt1",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				test.change.ClientToken = "mine"
				client := new(script)
				got := apply.Run(t.Context(), client, test.change, apply.Options{})
				want := apply.Outcome{Attempts: 1, Event: cloudcontrol.ProgressEvent{
					Type: bucket, Operation: test.change.Operation, RequestToken: "rt1", Status: cloudcontrol.Success,
				}}
				if test.change.Operation != cloudcontrol.Create {
					want.Event.Identifier = "photos"
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("outcome (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff([]any{test.want}, client.changes); diff != "" {
					t.Errorf("input (-want +got):\n%s", diff)
				}
				client.wantCalls(t, test.calls)
			})
		})
	}
}

func TestAnUnknownOperationIsRefused(t *testing.T) {
	t.Parallel()
	client := new(script)
	got := apply.Run(t.Context(), client, apply.Change{Call: at, Operation: "RENAME"}, apply.Options{})
	if !errors.Is(got.Err, resource.Validation) {
		t.Errorf("want Validation, got %v", got.Err)
	}
	client.wantCalls(t, "")
}

func TestATokenIsMadeUpForEachChange(t *testing.T) {
	t.Parallel()
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	client := new(script)
	for range 2 {
		apply.Run(t.Context(), client, deletion, apply.Options{NoWait: true})
	}
	if got := client.tokens; len(got) != 2 || !uuid.MatchString(got[0]) || !uuid.MatchString(got[1]) || got[0] == got[1] {
		t.Errorf("want two UUIDs, got %q", got)
	}
}

func TestNoWaitReturnsWhatWasAccepted(t *testing.T) {
	t.Parallel()
	client := new(script)
	got := apply.Run(t.Context(), client, deletion, apply.Options{NoWait: true})
	want := apply.Outcome{Attempts: 1, Event: cloudcontrol.ProgressEvent{
		Type: bucket, Operation: cloudcontrol.Delete, Identifier: "photos", RequestToken: "rt1",
		Status: cloudcontrol.InProgress,
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outcome (-want +got):\n%s", diff)
	}
	client.wantCalls(t, "delete")
}

func TestNoWaitStillReportsARefusal(t *testing.T) {
	t.Parallel()
	client := &script{starts: []error{failure(resource.AccessDenied)}}
	got := apply.Run(t.Context(), client, deletion, apply.Options{NoWait: true})
	if !errors.Is(got.Err, resource.AccessDenied) || got.Event.RequestToken != "" {
		t.Errorf("want AccessDenied and no request, got %+v", got)
	}
}

func TestEveryEventIsTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := &script{polls: map[string][]any{
			"rt1": {running(), failed(resource.Throttling, "")}, "rt2": {running(), failed(resource.AccessDenied, "")},
		}}
		var got, polled []string
		apply.Run(t.Context(), client, updating, apply.Options{
			OnEvent: func(c apply.Change, e cloudcontrol.ProgressEvent) {
				if diff := cmp.Diff(updating, c); diff != "" {
					t.Errorf("change (-want +got):\n%s", diff)
				}
				got = append(got, e.RequestToken+" "+string(e.Status))
			},
			Await: await.Options{OnEvent: func(e cloudcontrol.ProgressEvent) {
				polled = append(polled, e.RequestToken+" "+string(e.Status))
			}},
		})
		want := []string{
			"rt1 IN_PROGRESS", "rt1 IN_PROGRESS", "rt1 FAILED", "rt2 IN_PROGRESS", "rt2 IN_PROGRESS", "rt2 FAILED",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"rt1 IN_PROGRESS", "rt1 FAILED", "rt2 IN_PROGRESS", "rt2 FAILED"}, polled); diff != "" {
			t.Errorf("polls (-want +got):\n%s", diff)
		}
	})
}
