package apply_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/apply"
	"skyql/internal/resource"
)

// wanted is a create that sets several properties.
var wanted = apply.Change{
	Call: at, Operation: cloudcontrol.Create, Identifier: "photos",
	Document: json.RawMessage(`{"BucketName":"photos","Password":"s3cr3t","Tags":[{"Key":"a","Value":"b"}]}`),
}

func described(properties string) cloudcontrol.Description {
	return cloudcontrol.Description{Identifier: "photos", Properties: json.RawMessage(properties)}
}

func TestACreateThatFailedButExistsIsDone(t *testing.T) {
	t.Parallel()
	for _, code := range passing {
		t.Run(string(code), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := &script{
					polls: map[string][]any{"rt1": {failed(code, "")}},
					gets:  []any{described(`{"BucketName":"photos","Arn":"arn","Tags":[{"Value":"b","Key":"a"}]}`)},
				}
				var told []cloudcontrol.ProgressEvent
				got := apply.Run(t.Context(), client, wanted, apply.Options{
					OnEvent: func(_ apply.Change, e cloudcontrol.ProgressEvent) { told = append(told, e) },
				})
				want := apply.Outcome{Attempts: 1, Event: cloudcontrol.ProgressEvent{
					Type: bucket, Operation: cloudcontrol.Create, Identifier: "photos", RequestToken: "rt1",
					Status: cloudcontrol.Success,
					StatusMessage: "the resource exists, although its request ended with " + string(code) +
						"; reading it does not show Password",
				}}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("outcome (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(want.Event, told[len(told)-1]); diff != "" {
					t.Errorf("last event told (-want +got):\n%s", diff)
				}
				client.wantCalls(t, "create, poll rt1, get photos")
			})
		})
	}
}

func TestTheEventsIdentifierIsLookedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := &script{
			polls: map[string][]any{"rt1": {failed(resource.ServiceTimeout, "b-17")}},
			gets:  []any{failure(resource.NotFound)},
		}
		if got := apply.Run(t.Context(), client, nameless, apply.Options{}); got.Err != nil {
			t.Error(got.Err)
		}
		client.wantCalls(t, "create, poll rt1, get b-17, create, poll rt2")
	})
}

func TestWhatExistsMayBeAnothers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := &script{
			polls: map[string][]any{"rt1": {failed(resource.Throttling, "photos")}},
			gets:  []any{described(`{"BucketName":"photos","Password":"other","Tags":[]}`)},
		}
		got := apply.Run(t.Context(), client, wanted, apply.Options{})
		if !errors.Is(got.Err, resource.Throttling) || got.Event.Status != cloudcontrol.Failed {
			t.Errorf("want the failure, got %+v", got)
		}
		wantText(t, got.Err, `"photos" exists, but not with the Password, Tags that was asked for`)
		if strings.Contains(got.Err.Error(), "s3cr3t") || strings.Contains(got.Err.Error(), "other;") {
			t.Errorf("want no values in %s", got.Err)
		}
		client.wantCalls(t, "create, poll rt1, get photos")
	})
}

func TestExistenceThatCannotBeToldIsAnError(t *testing.T) {
	t.Parallel()
	for _, cause := range []error{
		failure(resource.AccessDenied), failure(resource.UnsupportedAction), context.Canceled,
	} {
		t.Run(cause.Error(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := &script{
					polls: map[string][]any{"rt1": {failed(resource.NetworkFailure, "photos")}}, gets: []any{cause},
				}
				got := apply.Run(t.Context(), client, creation, apply.Options{})
				if !errors.Is(got.Err, resource.NetworkFailure) || !errors.Is(got.Err, cause) {
					t.Errorf("want both reasons, got %v", got.Err)
				}
				wantText(t, got.Err, "the resource may exist, which could not be looked up")
				client.wantCalls(t, "create, poll rt1, get photos")
			})
		})
	}
}
