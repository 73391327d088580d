package store

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

func TestStabilize(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, Options{Stabilize: 12 * time.Second})
		start := time.Now()
		first, err := f.Create(context.Background(),
			cloudcontrol.CreateInput{Call: call(bucket), DesiredState: json.RawMessage(`{"BucketName":"files"}`)})
		if err != nil {
			t.Fatal(err)
		}
		steps := []struct {
			after      time.Duration
			status     cloudcontrol.OperationStatus
			retryAfter time.Duration
		}{
			{0, cloudcontrol.InProgress, 5 * time.Second},
			{5 * time.Second, cloudcontrol.InProgress, 10 * time.Second},
			{10 * time.Second, cloudcontrol.InProgress, 12 * time.Second},
			{12 * time.Second, cloudcontrol.Success, 0},
		}
		for _, step := range steps {
			time.Sleep(time.Until(start.Add(step.after)))
			event := f.status(first.RequestToken)
			if event.Status != step.status || !event.EventTime.Equal(start) {
				t.Errorf("after %s: want %s, have %+v", step.after, step.status, event)
			}
			if step.retryAfter > 0 && !event.RetryAfter.Equal(start.Add(step.retryAfter)) {
				t.Errorf("after %s: want RetryAfter %s, have %s", step.after, step.retryAfter, event.RetryAfter.Sub(start))
			}
			_, err := f.Get(context.Background(), cloudcontrol.GetInput{Call: call(bucket), Identifier: "files"})
			if done := step.status == cloudcontrol.Success; done != (err == nil) {
				t.Errorf("after %s: reading gives %v", step.after, err)
			}
		}
	})
}

func TestConcurrentOperation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, Options{Stabilize: time.Minute})
		f.put(bucket, `{"BucketName":"files"}`)
		ctx := context.Background()
		running, err := f.Delete(ctx, cloudcontrol.DeleteInput{Call: call(bucket), Identifier: "files"})
		if err != nil {
			t.Fatal(err)
		}
		attempts := map[string]func() error{
			"create": func() error {
				_, err := f.Create(ctx, cloudcontrol.CreateInput{Call: call(bucket), DesiredState: json.RawMessage(`{"BucketName":"files"}`)})
				return err
			},
			"update": func() error {
				_, err := f.Update(ctx, cloudcontrol.UpdateInput{Call: call(bucket), Identifier: "files", PatchDocument: json.RawMessage(`[]`)})
				return err
			},
			"delete": func() error {
				_, err := f.Delete(ctx, cloudcontrol.DeleteInput{Call: call(bucket), Identifier: "files"})
				return err
			},
		}
		for name, attempt := range attempts {
			err := attempt()
			wantError(t, err, resource.ConcurrentOperation, "Concurrent operation found for resource files with RequestToken TOKEN")
			if failure := err.(*resource.Error); failure.RequestToken != running.RequestToken {
				t.Errorf("%s: want the token of the running request, have %q", name, failure.RequestToken)
			}
		}
		if _, err := f.Create(ctx, cloudcontrol.CreateInput{Call: call(bucket), DesiredState: json.RawMessage(`{}`)}); err != nil {
			t.Errorf("a made-up identifier is in nobody's way: %v", err)
		}
		time.Sleep(time.Minute)
		if err := attempts["create"](); err != nil {
			t.Errorf("after the end of the request: %v", err)
		}
	})
}

func TestClientTokens(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, Options{})
		in := cloudcontrol.CreateInput{
			Call: call(bucket), DesiredState: json.RawMessage(`{"BucketName":"files"}`), ClientToken: "mine",
		}
		first, err := f.Create(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		_, again := f.Create(t.Context(), in)
		_, other := f.Delete(t.Context(), cloudcontrol.DeleteInput{Call: call(bucket), Identifier: "files", ClientToken: "mine"})
		_, patch := f.Update(t.Context(), cloudcontrol.UpdateInput{
			Call: call(bucket), Identifier: "gone", PatchDocument: json.RawMessage(`[]`), ClientToken: "mine",
		})
		for name, err := range map[string]error{"again": again, "delete": other, "update": patch} {
			wantError(t, err, resource.ClientTokenConflict,
				"ClientToken mine is already associated with an existing operation with RequestToken TOKEN")
			if failure := err.(*resource.Error); failure.RequestToken != first.RequestToken {
				t.Errorf("%s: want the token of the first request, have %q", name, failure.RequestToken)
			}
		}
		_, err = f.Create(t.Context(), cloudcontrol.CreateInput{
			Call: call(bucket), DesiredState: json.RawMessage(`{"X":1}`), ClientToken: "unused",
		})
		wantError(t, err, resource.Validation, "Model validation failed (#: extraneous key [X] is not permitted)")
		in.DesiredState, in.ClientToken = json.RawMessage(`{"BucketName":"more"}`), "unused"
		if _, err := f.Create(t.Context(), in); err != nil {
			t.Errorf("a refused call used up its token: %v", err)
		}
		time.Sleep(36 * time.Hour)
		wantFailure(t, f.latest(f.Create(t.Context(), cloudcontrol.CreateInput{
			Call: call(bucket), DesiredState: json.RawMessage(`{"BucketName":"files"}`), ClientToken: "mine",
		})), resource.AlreadyExists, "Resource of type 'AWS::S3::Bucket' with identifier 'files' already exists.")
	})
}

func TestRequestsAreForgottenAfterSevenDays(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, Options{})
		old := f.create(bucket, `{"BucketName":"old"}`)
		time.Sleep(7*24*time.Hour - time.Second)
		f.status(old.RequestToken)
		time.Sleep(time.Second)
		_, err := f.RequestStatus(t.Context(), cloudcontrol.RequestInput{Scope: home, RequestToken: old.RequestToken})
		wantError(t, err, resource.RequestTokenNotFound, "Request with token TOKEN was not found")
		f.create(bucket, `{"BucketName":"new"}`)
		page, err := f.ListRequests(t.Context(), cloudcontrol.ListRequestsInput{Scope: home})
		if err != nil || len(page.Events) != 1 || page.Events[0].Identifier != "new" {
			t.Errorf("want the new request only, have %v (%v)", page.Events, err)
		}
		if kept := len(f.world(home).ledger.byToken); kept != 1 {
			t.Errorf("want 1 request kept, have %d", kept)
		}
	})
}

func TestCancelRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, Options{Stabilize: time.Minute})
		cancel := func(token string) (cloudcontrol.ProgressEvent, error) {
			return f.CancelRequest(t.Context(), cloudcontrol.RequestInput{Scope: home, RequestToken: token})
		}
		start := func(name string) string {
			event, err := f.Create(t.Context(), cloudcontrol.CreateInput{
				Call: call(bucket), DesiredState: json.RawMessage(fmt.Sprintf(`{"BucketName":%q}`, name)),
			})
			if err != nil {
				t.Fatal(err)
			}
			return event.RequestToken
		}
		stopped := start("stopped")
		for range 2 {
			event, err := cancel(stopped)
			if err != nil || event.Status != cloudcontrol.CancelComplete || event.Identifier != "stopped" ||
				event.Operation != cloudcontrol.Create || event.ErrorCode != "" {
				t.Errorf("want a cancelled request, have %+v, %v", event, err)
			}
		}
		done := start("stopped") // nothing is in its way any more
		time.Sleep(time.Minute)
		_, err := cancel(done)
		wantError(t, err, resource.Validation, "Request TOKEN is already in status SUCCESS")
		_, err = cancel("DOESNOTEXIST")
		wantError(t, err, resource.RequestTokenNotFound, "Request with token DOESNOTEXIST was not found")
		if event := f.status(stopped); event.Status != cloudcontrol.CancelComplete {
			t.Errorf("want the request to stay cancelled, have %s", event.Status)
		}
	})
}

func TestListRequests(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Options{})
	for i := range 25 {
		f.create(bucket, fmt.Sprintf(`{"BucketName":"bucket-%02d"}`, i))
	}
	f.create(bucket, `{"BucketName":"bucket-00"}`)
	f.delete(bucket, "bucket-01")
	f.update(bucket, "bucket-02", `[]`)
	tests := map[string]struct {
		in    cloudcontrol.ListRequestsInput
		want  []int // sizes of the pages
		first string
	}{
		"all":              {cloudcontrol.ListRequestsInput{}, []int{20, 8}, "bucket-02"},
		"large pages":      {cloudcontrol.ListRequestsInput{MaxResults: 100}, []int{28}, "bucket-02"},
		"of one operation": {cloudcontrol.ListRequestsInput{Operations: []cloudcontrol.Operation{cloudcontrol.Delete}}, []int{1}, "bucket-01"},
		"of two operations": {cloudcontrol.ListRequestsInput{
			Operations: []cloudcontrol.Operation{cloudcontrol.Delete, cloudcontrol.Update},
		}, []int{2}, "bucket-02"},
		"of a status": {cloudcontrol.ListRequestsInput{Statuses: []cloudcontrol.OperationStatus{cloudcontrol.Failed}}, []int{1}, "bucket-00"},
		"of both": {cloudcontrol.ListRequestsInput{
			Operations: []cloudcontrol.Operation{cloudcontrol.Create},
			Statuses:   []cloudcontrol.OperationStatus{cloudcontrol.Success, cloudcontrol.Pending},
			MaxResults: 10,
		}, []int{10, 10, 5}, "bucket-24"},
		"of none": {cloudcontrol.ListRequestsInput{Statuses: []cloudcontrol.OperationStatus{cloudcontrol.Pending}}, []int{0}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in, first, have := test.in, "", []int(nil)
			in.Scope = home
			for {
				page, err := f.ListRequests(context.Background(), in)
				if err != nil {
					t.Fatal(err)
				}
				if have = append(have, len(page.Events)); len(have) == 1 && len(page.Events) > 0 {
					first = page.Events[0].Identifier
				}
				if in.NextToken = page.NextToken; in.NextToken == "" {
					break
				}
			}
			if diff := cmp.Diff(test.want, have); diff != "" {
				t.Errorf("sizes of pages (-want +have)\n%s", diff)
			}
			if first != test.first {
				t.Errorf("want the newest, %q, first, have %q", test.first, first)
			}
		})
	}
}
