package record_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/record"
	"skyql/internal/resource"
)

// fake is a client whose reads take a second and whose lists fail.
type fake struct{ cloudcontrol.Client }

func (fake) Get(context.Context, cloudcontrol.GetInput) (cloudcontrol.Description, error) {
	<-time.After(time.Second)
	return cloudcontrol.Description{Identifier: "photos"}, nil
}

func (fake) List(context.Context, cloudcontrol.ListInput) (cloudcontrol.Page, error) {
	return cloudcontrol.Page{}, &resource.Error{Code: resource.Throttling}
}

func (fake) Create(context.Context, cloudcontrol.CreateInput) (cloudcontrol.ProgressEvent, error) {
	return cloudcontrol.ProgressEvent{}, nil
}

func (fake) Update(context.Context, cloudcontrol.UpdateInput) (cloudcontrol.ProgressEvent, error) {
	return cloudcontrol.ProgressEvent{}, nil
}

func (fake) Delete(context.Context, cloudcontrol.DeleteInput) (cloudcontrol.ProgressEvent, error) {
	return cloudcontrol.ProgressEvent{}, nil
}

func (fake) RequestStatus(context.Context, cloudcontrol.RequestInput) (cloudcontrol.RequestStatus, error) {
	return cloudcontrol.RequestStatus{}, nil
}

func (fake) ListRequests(context.Context, cloudcontrol.ListRequestsInput) (cloudcontrol.RequestPage, error) {
	return cloudcontrol.RequestPage{}, nil
}

func (fake) CancelRequest(context.Context, cloudcontrol.RequestInput) (cloudcontrol.ProgressEvent, error) {
	return cloudcontrol.ProgressEvent{}, nil
}

func TestCountsByOperation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var recorder record.Recorder
		if got := recorder.Counts(); len(got) != 0 {
			t.Errorf("want no counts at first, got %v", got)
		}
		client, ctx := recorder.Wrap(fake{}), t.Context()
		client.Get(ctx, cloudcontrol.GetInput{})
		client.Get(ctx, cloudcontrol.GetInput{})
		client.List(ctx, cloudcontrol.ListInput{})
		client.Create(ctx, cloudcontrol.CreateInput{})
		client.Update(ctx, cloudcontrol.UpdateInput{})
		client.Delete(ctx, cloudcontrol.DeleteInput{})
		client.RequestStatus(ctx, cloudcontrol.RequestInput{})
		client.ListRequests(ctx, cloudcontrol.ListRequestsInput{})
		recorder.Wrap(fake{}).CancelRequest(ctx, cloudcontrol.RequestInput{})
		want := map[string]int64{
			"GetResource": 2, "ListResources": 1, "CreateResource": 1, "UpdateResource": 1, "DeleteResource": 1,
			"GetResourceRequestStatus": 1, "ListResourceRequests": 1, "CancelResourceRequest": 1,
		}
		if diff := cmp.Diff(want, recorder.Counts()); diff != "" {
			t.Errorf("counts (-want +got):\n%s", diff)
		}
	})
}

func TestOnCallTellsTheOutcome(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var got []record.Call
		recorder := record.Recorder{OnCall: func(c record.Call) { got = append(got, c) }}
		client := recorder.Wrap(fake{})
		at := cloudcontrol.Call{Scope: resource.Scope{Region: "eu-west-1"}, Type: "AWS::S3::Bucket"}
		start := time.Now()
		if out, err := client.Get(t.Context(), cloudcontrol.GetInput{Call: at}); out.Identifier != "photos" || err != nil {
			t.Errorf("want the answer to pass, got %v, %v", out, err)
		}
		_, err := client.List(t.Context(), cloudcontrol.ListInput{Call: at})
		if len(got) != 2 {
			t.Fatalf("want 2 calls, got %+v", got)
		}
		if want := (record.Call{Operation: "GetResource", Type: at.Type, Scope: at.Scope, Duration: time.Second, Attempts: 1, Started: start}); got[0] != want {
			t.Errorf("want %+v, got %+v", want, got[0])
		}
		if got[0].Code() != "" || got[1].Code() != resource.Throttling || got[1].Err != err {
			t.Errorf("want success and Throttling, got %+v", got)
		}
	})
}
