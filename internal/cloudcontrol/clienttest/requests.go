package clienttest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

func clientTokenOnce(w *world) {
	const token = "token-of-the-client-1"
	in := cloudcontrol.CreateInput{
		Call: w.call(bucketType), DesiredState: json.RawMessage(`{"BucketName":"photos"}`), ClientToken: token,
	}
	first := w.succeeds(w.client.Create(w.t.Context(), in))
	conflict := func(err error) {
		w.t.Helper()
		got := w.refused(resource.ClientTokenConflict, err, fmt.Sprintf(
			"ClientToken %s is already associated with an existing operation with RequestToken %s", token, first.RequestToken))
		if got.RequestToken != first.RequestToken {
			w.t.Errorf("want the request token %q, got %q", first.RequestToken, got.RequestToken)
		}
	}
	in.DesiredState = json.RawMessage(`{"BucketName":"films"}`)
	_, err := w.client.Create(w.t.Context(), in)
	conflict(err)
	_, err = w.client.Delete(w.t.Context(), cloudcontrol.DeleteInput{Call: in.Call, Identifier: "photos", ClientToken: token})
	conflict(err)
	if got := w.listed(cloudcontrol.ListInput{Call: in.Call}); !slices.Equal(got, []string{"photos"}) {
		w.t.Errorf("want photos only, got %v", got)
	}
}

func unknownRequestToken(w *world) {
	const text = "Request with token DOESNOTEXIST was not found"
	_, err := w.status("DOESNOTEXIST")
	w.refused(resource.RequestTokenNotFound, err, text)
	_, err = w.client.CancelRequest(w.t.Context(), cloudcontrol.RequestInput{Scope: w.scope, RequestToken: "DOESNOTEXIST"})
	w.refused(resource.RequestTokenNotFound, err, text)
}

func cancelFinished(w *world) {
	event := w.succeeds(w.create(bucketType, `{"BucketName":"photos"}`))
	_, err := w.client.CancelRequest(w.t.Context(), cloudcontrol.RequestInput{Scope: w.scope, RequestToken: event.RequestToken})
	w.refused(resource.Validation, err, fmt.Sprintf("Request %s is already in status SUCCESS", event.RequestToken))
}

func listRequestsFilters(w *world) {
	created := w.succeeds(w.create(bucketType, `{"BucketName":"photos"}`))
	failed := w.settles(w.create(bucketType, `{"BucketName":"photos"}`))
	deleted := w.succeeds(w.delete(bucketType, "photos"))
	tests := []struct {
		name       string
		operations []cloudcontrol.Operation
		statuses   []cloudcontrol.OperationStatus
		want       []string
	}{
		{"all", nil, nil, []string{created.RequestToken, failed.RequestToken, deleted.RequestToken}},
		{"an operation", []cloudcontrol.Operation{cloudcontrol.Create}, nil, []string{created.RequestToken, failed.RequestToken}},
		{
			"a status", nil, []cloudcontrol.OperationStatus{cloudcontrol.Success},
			[]string{created.RequestToken, deleted.RequestToken},
		},
		{
			"either status", nil, []cloudcontrol.OperationStatus{cloudcontrol.Success, cloudcontrol.Failed},
			[]string{created.RequestToken, failed.RequestToken, deleted.RequestToken},
		},
		{
			"both", []cloudcontrol.Operation{cloudcontrol.Create}, []cloudcontrol.OperationStatus{cloudcontrol.Failed},
			[]string{failed.RequestToken},
		},
		{"none", []cloudcontrol.Operation{cloudcontrol.Update}, nil, []string{}},
	}
	for _, test := range tests {
		slices.Sort(test.want)
		got := w.requests(cloudcontrol.ListRequestsInput{
			Scope: w.scope, Operations: test.operations, Statuses: test.statuses,
		})
		if diff := cmp.Diff(test.want, got); diff != "" {
			w.t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
	if got := w.in(elsewhere).requests(cloudcontrol.ListRequestsInput{Scope: w.in(elsewhere).scope}); len(got) != 0 {
		w.t.Errorf("want no requests in %s, got %v", elsewhere, got)
	}
}

func listRequestsPages(w *world) {
	want := []string{}
	for i := range 5 {
		event := w.succeeds(w.create(logGroupType, fmt.Sprintf(`{"LogGroupName":"app-%d"}`, i)))
		want = append(want, event.RequestToken)
	}
	slices.Sort(want)
	page, err := w.client.ListRequests(w.t.Context(), cloudcontrol.ListRequestsInput{Scope: w.scope, MaxResults: 2})
	if err != nil || len(page.Events) > 2 || page.NextToken == "" {
		w.t.Errorf("want a page of 2 and more to come, got %d and %q, %v", len(page.Events), page.NextToken, err)
	}
	if diff := cmp.Diff(want, w.requests(cloudcontrol.ListRequestsInput{Scope: w.scope, MaxResults: 2})); diff != "" {
		w.t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// requests returns the sorted tokens of all pages.
func (w *world) requests(in cloudcontrol.ListRequestsInput) []string {
	w.t.Helper()
	tokens := []string{}
	for {
		page, err := w.client.ListRequests(w.t.Context(), in)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, event := range page.Events {
			tokens = append(tokens, event.RequestToken)
		}
		if page.NextToken == "" {
			slices.Sort(tokens)
			return tokens
		}
		in.NextToken = page.NextToken
	}
}

// concurrentRequests cannot know whether the first request has ended when the
// second comes, so it accepts both answers.
func concurrentRequests(w *world) {
	first, err := w.create(bucketType, `{"BucketName":"photos"}`)
	if err != nil {
		w.t.Fatal(err)
	}
	second, err := w.delete(bucketType, "photos")
	if errors.Is(err, resource.ConcurrentOperation) {
		got := w.refused(resource.ConcurrentOperation, err, "Concurrent operation found for resource photos with RequestToken ")
		if got.RequestToken != first.RequestToken || !strings.HasSuffix(got.Message, first.RequestToken) {
			w.t.Errorf("want the request token %q, got %+v", first.RequestToken, got)
		}
		w.succeeds(first, nil)
		return
	}
	w.succeeds(second, err)
	w.succeeds(first, nil)
}

func manyGoroutines(w *world) {
	const number = 20
	var calls sync.WaitGroup
	errs := make(chan error, 3*number)
	for i := range number {
		name := fmt.Sprintf("app-%02d", i)
		calls.Go(func() {
			_, err := w.create(logGroupType, fmt.Sprintf(`{"LogGroupName":%q}`, name))
			errs <- err
		})
		calls.Go(func() {
			_, err := w.client.List(w.t.Context(), cloudcontrol.ListInput{Call: w.call(logGroupType)})
			errs <- err
		})
		calls.Go(func() {
			_, err := w.client.ListRequests(w.t.Context(), cloudcontrol.ListRequestsInput{Scope: w.scope})
			errs <- err
		})
	}
	calls.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			w.t.Error(err)
		}
	}
	for _, event := range w.requests(cloudcontrol.ListRequestsInput{Scope: w.scope}) {
		status, err := w.status(event)
		w.succeeds(status.Event, err)
	}
	if got := w.listed(cloudcontrol.ListInput{Call: w.call(logGroupType)}); len(got) != number {
		w.t.Errorf("want %d log groups, got %v", number, got)
	}
}
