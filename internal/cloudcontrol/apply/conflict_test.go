package apply_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/apply"
	"skyql/internal/cloudcontrol/await"
	"skyql/internal/resource"
)

// busy is the refusal because of another request on the resource.
func busy(request string) error { return named(resource.ConcurrentOperation, request) }

func TestWaitsForTheRequestInTheWay(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		starts []error
		polls  map[string][]any
		noWait bool
		want   string
	}{
		{
			"which succeeds", []error{busy("a")}, map[string][]any{"a": {running(), running()}}, false,
			"update, poll a, poll a, poll a, update, poll rt2",
		},
		{
			"which fails", []error{busy("a")}, map[string][]any{"a": {failed(resource.AccessDenied, "")}}, false,
			"update, poll a, update, poll rt2",
		},
		{
			"which is cancelled", []error{busy("a")},
			map[string][]any{"a": {cloudcontrol.ProgressEvent{Status: cloudcontrol.CancelComplete}}}, false,
			"update, poll a, update, poll rt2",
		},
		{
			"and others that get in between", []error{busy("a"), busy("b"), busy("c")}, nil, false,
			"update, poll a, update, poll b, update, poll c, update, poll rt4",
		},
		{"even if not for its own", []error{busy("a")}, nil, true, "update, poll a, update"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := &script{starts: test.starts, polls: test.polls}
				if a := client.polls["a"]; len(a) > 1 { // the last one stays
					client.polls["a"] = append(a, cloudcontrol.ProgressEvent{Status: cloudcontrol.Success})
				}
				own := func(e cloudcontrol.ProgressEvent) {
					if !strings.HasPrefix(e.RequestToken, "rt") {
						t.Errorf("want only its own events told, got %+v", e)
					}
				}
				got := apply.Run(t.Context(), client, updating, apply.Options{
					NoWait:  test.noWait,
					OnEvent: func(_ apply.Change, e cloudcontrol.ProgressEvent) { own(e) },
					Await:   await.Options{OnEvent: own},
				})
				if got.Err != nil || got.Attempts != len(test.starts)+1 || !strings.HasPrefix(got.Event.RequestToken, "rt") {
					t.Errorf("want %d attempts and success, got %+v", len(test.starts)+1, got)
				}
				client.wantCalls(t, test.want)
				wantDistinct(t, client.tokens)
			})
		})
	}
}

func wantDistinct(t *testing.T, tokens []string) {
	t.Helper()
	seen := map[string]bool{}
	for _, token := range tokens {
		if seen[token] || token == "" {
			t.Errorf("want a new client token for each request, got %q", tokens)
		}
		seen[token] = true
	}
}

func TestAnOwnTokenIsKeptWhileOthersAreInTheWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		change := updating
		change.ClientToken = "mine"
		client := &script{starts: []error{busy("a"), busy("b")}}
		got := apply.Run(t.Context(), client, change, apply.Options{})
		if strings.Join(client.tokens, " ") != "mine mine mine" || got.Err != nil || got.Adopted {
			t.Errorf("want the token kept, got %q, %+v", client.tokens, got)
		}
	})
}

func TestTheWaitForOthersIsBounded(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		starts []error
		polls  map[string][]any
		max    time.Duration
		want   time.Duration
	}{
		{"one that does not end", []error{busy("a")}, map[string][]any{"a": {running()}}, 0, 10 * time.Minute},
		{"as long as asked", []error{busy("a")}, map[string][]any{"a": {running()}}, time.Minute, time.Minute},
		{
			"all together", []error{busy("b"), busy("a")},
			map[string][]any{"b": append(repeated(running(), 5), failed("", "")), "a": {running()}}, time.Minute, time.Minute,
		},
		{"polls that fail", []error{busy("a")}, map[string][]any{"a": {failure(resource.Throttling)}}, 0, 10 * time.Minute},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := &script{starts: test.starts, polls: test.polls}
				start := time.Now()
				got := apply.Run(t.Context(), client, updating, apply.Options{MaxConflictWait: test.max})
				if took := time.Since(start); took != test.want {
					t.Errorf("want to give up after %s, took %s", test.want, took)
				}
				if !errors.Is(got.Err, resource.ConcurrentOperation) || got.Event.RequestToken != "" {
					t.Errorf("want ConcurrentOperation and no request, got %+v", got)
				}
				wantText(t, got.Err, "request a is still IN_PROGRESS", test.want.String(), "try again when it has ended")
			})
		})
	}
}

func TestEndlessOthersEndTheWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		starts := make([]error, 10_000)
		for i := range starts {
			starts[i] = busy("a")
		}
		start := time.Now()
		got := apply.Run(t.Context(), &script{starts: starts}, updating, apply.Options{})
		if took := time.Since(start); took > 10*time.Minute || !errors.Is(got.Err, resource.ConcurrentOperation) {
			t.Errorf("want ConcurrentOperation within 10m, got %v after %s", got.Err, took)
		}
	})
}

func TestAHangingPollDoesNotOutlastTheWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := &hanging{script: script{starts: []error{busy("a")}}}
		start := time.Now()
		got := apply.Run(t.Context(), client, updating, apply.Options{})
		if took := time.Since(start); took != 10*time.Minute || !errors.Is(got.Err, resource.ConcurrentOperation) {
			t.Errorf("want ConcurrentOperation after 10m, got %v after %s", got.Err, took)
		}
	})
}

// hanging answers no poll before its context ends.
type hanging struct{ script }

func (h *hanging) RequestStatus(
	ctx context.Context, _ cloudcontrol.RequestInput,
) (cloudcontrol.RequestStatus, error) {
	<-ctx.Done()
	return cloudcontrol.RequestStatus{}, ctx.Err()
}

func TestARequestInTheWayThatCannotBeFollowed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := &script{starts: []error{busy("a")}, polls: map[string][]any{"a": {failure(resource.AccessDenied)}}}
		got := apply.Run(t.Context(), client, updating, apply.Options{})
		if !errors.Is(got.Err, resource.ConcurrentOperation) || !errors.Is(got.Err, resource.AccessDenied) {
			t.Errorf("want both reasons, got %v", got.Err)
		}
		client.wantCalls(t, "update, poll a")
	})
}

func TestStoppedWhileWaitingForOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		client := &script{starts: []error{busy("a")}, polls: map[string][]any{"a": {running()}}}
		start := time.Now()
		got := apply.Run(ctx, client, updating, apply.Options{})
		var unknown *apply.UnknownOutcomeError
		var unfinished *await.UnfinishedError
		if !errors.Is(got.Err, context.DeadlineExceeded) || errors.As(got.Err, &unknown) || errors.As(got.Err, &unfinished) {
			t.Errorf("want the deadline and no doubt that nothing was started, got %v", got.Err)
		}
		wantText(t, got.Err, "UPDATE AWS::S3::Bucket", `"photos"`, "not started")
		if took := time.Since(start); took != time.Minute {
			t.Errorf("want an answer at the deadline, took %s", took)
		}
	})
}

// existing is the event of the request that a client token stands for.
func existing(operation cloudcontrol.Operation, name resource.TypeName, identifier string) cloudcontrol.ProgressEvent {
	return cloudcontrol.ProgressEvent{
		Operation: operation, Type: name, Identifier: identifier, RequestToken: "old", Status: cloudcontrol.InProgress,
	}
}

func TestAnOwnTokenThatIsInUse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change apply.Change
		event  cloudcontrol.ProgressEvent
		adopts bool
	}{
		{"the same create", creation, existing(cloudcontrol.Create, bucket, "photos"), true},
		{"a create whose identifier is not known yet", creation, existing(cloudcontrol.Create, bucket, ""), true},
		{"a create whose identifier is made up", nameless, existing(cloudcontrol.Create, bucket, "b-1"), true},
		{"a create of another", creation, existing(cloudcontrol.Create, bucket, "films"), false},
		{"the same update", updating, existing(cloudcontrol.Update, bucket, "photos"), true},
		{"an update of another", updating, existing(cloudcontrol.Update, bucket, "films"), false},
		{"the same delete", deletion, existing(cloudcontrol.Delete, bucket, "photos"), true},
		{"another operation", deletion, existing(cloudcontrol.Update, bucket, "photos"), false},
		{"another type", deletion, existing(cloudcontrol.Delete, "AWS::SNS::Topic", "photos"), false},
		{"a request of no operation", deletion, existing("", bucket, "photos"), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				test.change.ClientToken = "mine"
				last := test.event
				last.Status = cloudcontrol.Success
				client := &script{
					starts: []error{named(resource.ClientTokenConflict, "old")}, polls: map[string][]any{"old": {test.event, last}},
				}
				got := apply.Run(t.Context(), client, test.change, apply.Options{})
				if got.Adopted != test.adopts || got.Attempts != 1 || len(client.tokens) != 1 {
					t.Errorf("want adopted %t in one attempt, got %+v", test.adopts, got)
				}
				if test.adopts {
					if got.Err != nil || got.Event.RequestToken != "old" || got.Event.Status != cloudcontrol.Success {
						t.Errorf("want the end of the old request, got %+v", got)
					}
					return
				}
				if !errors.Is(got.Err, resource.ClientTokenConflict) || got.Event.RequestToken != "" {
					t.Errorf("want ClientTokenConflict, got %+v", got)
				}
				wantText(t, got.Err, "old", `client token "mine" is in use for another operation`, "choose another")
			})
		})
	}
}

func TestAnAdoptedRequestThatFailedIsNotMadeAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		change, event := updating, existing(cloudcontrol.Update, bucket, "photos")
		change.ClientToken = "mine"
		event.Status, event.ErrorCode = cloudcontrol.Failed, resource.Throttling
		client := &script{
			starts: []error{named(resource.ClientTokenConflict, "old")}, polls: map[string][]any{"old": {event}},
		}
		got := apply.Run(t.Context(), client, change, apply.Options{})
		if !errors.Is(got.Err, resource.Throttling) || !got.Adopted {
			t.Errorf("want the old request's failure, got %+v", got)
		}
		wantText(t, got.Err, "made before with the same client token", "choose another")
		client.wantCalls(t, "update, poll old")
	})
}

func TestATokenInUseThatCannotBeLookedAt(t *testing.T) {
	t.Parallel()
	change := updating
	change.ClientToken = "mine"
	client := &script{
		starts: []error{named(resource.ClientTokenConflict, "old")},
		polls:  map[string][]any{"old": {failure(resource.RequestTokenNotFound)}},
	}
	got := apply.Run(t.Context(), client, change, apply.Options{})
	if !errors.Is(got.Err, resource.ClientTokenConflict) || !errors.Is(got.Err, resource.RequestTokenNotFound) {
		t.Errorf("want both reasons, got %v", got.Err)
	}
}

func TestATokenInUseWithoutARequest(t *testing.T) {
	t.Parallel()
	change := updating
	change.ClientToken = "mine"
	client := &script{starts: []error{failure(resource.ClientTokenConflict)}}
	got := apply.Run(t.Context(), client, change, apply.Options{})
	wantText(t, got.Err, `client token "mine" is in use for another operation`, "choose another")
	client.wantCalls(t, "update")
}

func TestAMadeUpTokenInUseIsItsOwnRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := &script{starts: []error{named(resource.ClientTokenConflict, "old")}}
		got := apply.Run(t.Context(), client, nameless, apply.Options{})
		if got.Err != nil || got.Adopted || got.Event.RequestToken != "old" || got.Event.Status != cloudcontrol.Success {
			t.Errorf("want the request followed, got %+v", got)
		}
		client.wantCalls(t, "create, poll old")
	})
}
