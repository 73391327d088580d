package emulator

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/awsclient"
	"skyql/internal/cloudcontrol/retry"
	"skyql/internal/emulator/settings"
	"skyql/internal/emulator/store"
	"skyql/internal/resource"
)

// stubborn starts the server and gives the client that the program uses:
// through the AWS SDK, repeating what may be repeated, and soon.
func stubborn(t *testing.T, s *Server) *retry.Client {
	t.Helper()
	return retry.New(sdkClient(t, s), retry.Options{MaxAttempts: 30, MaxDelay: time.Millisecond})
}

// sdkClient starts the server and gives a client of it through the AWS SDK.
func sdkClient(t *testing.T, s *Server) *awsclient.Client {
	t.Helper()
	if err := s.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return awsclient.New(awsclient.Options{
		Endpoint: s.URL(), HTTPClient: &http.Client{Transport: transport}, Logger: slog.New(slog.DiscardHandler),
	})
}

var ireland = resource.Scope{Region: "eu-west-1"}

func bucketCall() cloudcontrol.Call {
	return cloudcontrol.Call{Scope: ireland, Type: "AWS::S3::Bucket"}
}

// finished follows a request to its end.
func finished(t *testing.T, client cloudcontrol.Client, event cloudcontrol.ProgressEvent, err error) cloudcontrol.ProgressEvent {
	t.Helper()
	for err == nil && !event.Status.Terminal() {
		var status cloudcontrol.RequestStatus
		status, err = client.RequestStatus(t.Context(), cloudcontrol.RequestInput{Scope: ireland, RequestToken: event.RequestToken})
		event = status.Event
	}
	if err != nil {
		t.Error(err)
	}
	return event
}

// TestEveryChangeIsMadeOnce sends changes through all kinds of passing faults.
// A change whose answer was lost is repeated, and must not be made twice: its
// second attempt adopts the request of the first. Had it been a new one, it
// would end AlreadyExists or NotFound. Calls come one after another, so that the
// seed decides what happens.
func TestEveryChangeIsMadeOnce(t *testing.T) {
	t.Parallel()
	const n = 200
	world := store.New(store.Options{})
	server := New(world, Options{
		Listen: "127.0.0.1:0", Settings: settings.Settings{FaultSeed: 3, Faults: []settings.Fault{
			{Kind: settings.FaultLost, Probability: 0.05}, {Kind: settings.FaultError, Probability: 0.05}, {Kind: settings.FaultThrottle, Probability: 0.1},
			{Kind: settings.FaultCut, Probability: 0.02}, {Kind: settings.FaultCutBody, Probability: 0.02}, {Kind: settings.FaultUnavailable, Probability: 0.02},
		}},
	})
	client := stubborn(t, server)
	for i := range n {
		name := fmt.Sprintf("bucket-%d", i)
		event, err := client.Create(t.Context(), cloudcontrol.CreateInput{
			Call: bucketCall(), DesiredState: []byte(`{"BucketName":"` + name + `"}`)})
		if event = finished(t, client, event, err); event.Status != cloudcontrol.Success || event.Identifier != name {
			t.Errorf("create %s: have %+v", name, event)
		}
	}
	if have := countBuckets(t, world); have != n {
		t.Errorf("want %d buckets, have %d", n, have)
	}
	requests := requestsOf(t, world)
	if len(requests) != n {
		t.Errorf("want %d requests, have %d", n, len(requests))
	}
	for _, kind := range []settings.FaultKind{settings.FaultLost, settings.FaultError, settings.FaultThrottle} {
		if server.Stats().Faults[kind] == 0 {
			t.Errorf("want some calls hit by %s, have none", kind)
		}
	}
	for i := range n {
		name := fmt.Sprintf("bucket-%d", i)
		event, err := client.Delete(t.Context(), cloudcontrol.DeleteInput{Call: bucketCall(), Identifier: name})
		if event = finished(t, client, event, err); event.Status != cloudcontrol.Success {
			t.Errorf("delete %s: have %+v", name, event)
		}
	}
	if have := countBuckets(t, world); have != 0 {
		t.Errorf("want no bucket left, have %d", have)
	}
}

func countBuckets(t *testing.T, world *store.Store) (n int) {
	t.Helper()
	in := cloudcontrol.ListInput{Call: bucketCall()}
	for {
		page, err := world.List(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if n, in.NextToken = n+len(page.Resources), page.NextToken; in.NextToken == "" {
			return n
		}
	}
}

func requestsOf(t *testing.T, world *store.Store) (events []cloudcontrol.ProgressEvent) {
	t.Helper()
	in := cloudcontrol.ListRequestsInput{Scope: ireland, MaxResults: 100}
	for {
		page, err := world.ListRequests(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if events, in.NextToken = append(events, page.Events...), page.NextToken; in.NextToken == "" {
			return events
		}
	}
}

// An answer that never comes is a connection that was cut, and an attempt that
// follows is told which request it was.
func TestLostAnswerThroughTheSDK(t *testing.T) {
	t.Parallel()
	s := withBucket(t, Options{Listen: "127.0.0.1:0", Settings: settings.Settings{Faults: []settings.Fault{{Kind: settings.FaultLost, Probability: 1, Operation: "CreateResource"}}}})
	client := sdkClient(t, s)
	in := cloudcontrol.CreateInput{Call: bucketCall(), DesiredState: []byte(`{"BucketName":"more"}`), ClientToken: "once"}
	_, err := client.Create(t.Context(), in)
	if code := resource.CodeOf(err); code != resource.Unreachable {
		t.Errorf("want Unreachable, have %v", err)
	}
	if _, err := client.Get(t.Context(), cloudcontrol.GetInput{Call: bucketCall(), Identifier: "more"}); err != nil {
		t.Errorf("want the work done, have %v", err)
	}
	if calls := s.Stats().Calls["CreateResource"]; calls != 1 {
		t.Errorf("want the call made once below the retry layer, have %d", calls)
	}
}

func TestLateThrottleThroughTheSDK(t *testing.T) {
	t.Parallel()
	s := withBucket(t, Options{Listen: "127.0.0.1:0", Settings: settings.Settings{Faults: []settings.Fault{{Kind: settings.FaultLateThrottle, Probability: 1, Operation: "UpdateResource"}}}})
	client := stubborn(t, s)
	event, err := client.Update(t.Context(), cloudcontrol.UpdateInput{
		Call: bucketCall(), Identifier: "files",
		PatchDocument: []byte(`[{"op":"add","path":"/Tags","value":[{"Key":"a","Value":"b"}]}]`),
	})
	if event = finished(t, client, event, err); event.Status != cloudcontrol.Failed || event.ErrorCode != resource.Throttling {
		t.Errorf("want FAILED, Throttling, have %+v", event)
	}
	found, err := client.Get(t.Context(), cloudcontrol.GetInput{Call: bucketCall(), Identifier: "files"})
	if err != nil || strings.Contains(string(found.Properties), "Tags") {
		t.Errorf("want the bucket unchanged, have %s, %v", found.Properties, err)
	}
}
