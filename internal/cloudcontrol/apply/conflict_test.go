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
	const anonymous = "request a is still IN_PROGRESS"
	tests := []struct {
		name   string
		starts []error
		polls  map[string][]any
		max    time.Duration
		want   time.Duration
		text   string
	}{
		{"one that does not end", []error{busy("a")}, map[string][]any{"a": {running()}}, 0, 10 * time.Minute, anonymous},
		{
			"as long as asked", []error{busy("old")},
			map[string][]any{"old": {existing(cloudcontrol.Delete, bucket, "photos")}}, time.Minute, time.Minute,
			"request old (DELETE) is still IN_PROGRESS",
		},
		{
			"all together", []error{busy("b"), busy("a")},
			map[string][]any{"b": append(repeated(running(), 5), failed("", "")), "a": {running()}},
			time.Minute, time.Minute, anonymous,
		},
		{
			"polls that fail", []error{busy("a")}, map[string][]any{"a": {failure(resource.Throttling)}},
			0, 10 * time.Minute, anonymous,
		},
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
				wantText(t, got.Err, test.text, test.want.String(), "try again when it has ended")
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
