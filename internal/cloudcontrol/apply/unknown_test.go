package apply_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/apply"
	"skyql/internal/cloudcontrol/await"
	"skyql/internal/resource"
)

func TestCallsWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		err  error
		want bool // that it may have been accepted
	}{
		{"service internal error", failure(resource.ServiceInternalError), true},
		{"internal failure", failure(resource.InternalFailure), true},
		{"network failure", failure(resource.NetworkFailure), true},
		{"service timeout", failure(resource.ServiceTimeout), true},
		{"connection cut", unreachable(syscall.ECONNRESET), true},
		{"timeout", unreachable(nil), true},
		{"unknown", failure(resource.Unknown), true},
		{"not an API error", errors.New("strange"), true},
		{"refused after no answer", &cloudcontrol.UnansweredError{Err: failure(resource.AccessDenied)}, true},
		{"connection refused", unreachable(&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}), false},
		{"no such host", unreachable(&net.DNSError{IsNotFound: true}), false},
		{"missing credentials", failure(resource.MissingCredentials), false},
		{"access denied", failure(resource.AccessDenied), false},
	}
	for _, test := range tests {
		for _, change := range []apply.Change{creation, updating, deletion} {
			t.Run(test.name+" "+string(change.Operation), func(t *testing.T) {
				t.Parallel()
				change.ClientToken = "mine"
				client := &script{starts: []error{test.err}}
				got := apply.Run(t.Context(), client, change, apply.Options{})
				if !errors.Is(got.Err, test.err) || len(client.calls) != 1 {
					t.Errorf("want the cause after one call, got %v after %v", got.Err, client.calls)
				}
				var unknown *apply.UnknownOutcomeError
				if errors.As(got.Err, &unknown) != test.want {
					t.Fatalf("want unknown outcome %t, got %v", test.want, got.Err)
				}
				if !test.want {
					return
				}
				if unknown.ClientToken != "mine" || unknown.Operation != change.Operation || unknown.Type != bucket ||
					unknown.Identifier != "photos" || unknown.Scope != ireland {
					t.Errorf("want an error that names the change, got %+v", unknown)
				}
				wantText(t, got.Err, string(change.Operation)+` AWS::S3::Bucket "photos" in eu-west-1`, "not known",
					test.err.Error(), "run it again with client token mine")
			})
		}
	}
}

func TestAnUnknownOutcomeNamesTheMadeUpToken(t *testing.T) {
	t.Parallel()
	client := &script{starts: []error{failure(resource.ServiceInternalError)}}
	got := apply.Run(t.Context(), client, creation, apply.Options{})
	var unknown *apply.UnknownOutcomeError
	if !errors.As(got.Err, &unknown) || unknown.ClientToken == "" || unknown.ClientToken != client.tokens[0] {
		t.Errorf("want client token %q, got %v", client.tokens, got.Err)
	}
}

func TestARequestThatIsKnownButOutOfSight(t *testing.T) {
	t.Parallel()
	clients := map[string]*script{
		"lost by the layer below": {starts: []error{
			&cloudcontrol.UnansweredError{RequestToken: "old", Err: failure(resource.AccessDenied)},
		}},
		"lost here": {
			starts: []error{named(resource.ClientTokenConflict, "old")},
			polls:  map[string][]any{"old": {failure(resource.AccessDenied)}},
		},
	}
	for name, client := range clients {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := apply.Run(t.Context(), client, creation, apply.Options{})
			var unfinished *await.UnfinishedError
			if !errors.As(got.Err, &unfinished) || unfinished.Last.RequestToken != "old" || got.Event.RequestToken != "old" ||
				!errors.Is(got.Err, resource.AccessDenied) {
				t.Errorf("want an UnfinishedError of request old, got %+v", got)
			}
			wantText(t, got.Err, `CREATE AWS::S3::Bucket "photos" in eu-west-1`, "old")
		})
	}
}

// An attempt without an answer may itself be what is in the way. Only its own
// client token can tell, so that is kept.
func TestOnesOwnRequestInTheWay(t *testing.T) {
	t.Parallel()
	inTheWay := &cloudcontrol.UnansweredError{Err: busy("own")}
	tests := []struct {
		name   string
		starts []error
		want   string
		err    error
	}{
		{"adopted", []error{inTheWay, named(resource.ClientTokenConflict, "own")}, "create, poll own, create, poll own", nil},
		{"of another", []error{inTheWay}, "create, poll own, create, poll rt2", nil},
		{
			"then refused", []error{inTheWay, failure(resource.AccessDenied)}, "create, poll own, create",
			resource.AccessDenied,
		},
	}
	for _, test := range tests {
		for _, token := range []string{"", "mine"} {
			t.Run(test.name+" with client token "+token, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					change := creation
					change.ClientToken = token
					client := &script{starts: test.starts}
					got := apply.Run(t.Context(), client, change, apply.Options{})
					client.wantCalls(t, test.want)
					if len(client.tokens) != 2 || client.tokens[0] != client.tokens[1] {
						t.Errorf("want the token kept, got %q", client.tokens)
					}
					var unknown *apply.UnknownOutcomeError
					if got.Adopted || !errors.Is(got.Err, test.err) || errors.As(got.Err, &unknown) != (test.err != nil) {
						t.Errorf("want %v, got %+v", test.err, got)
					}
				})
			})
		}
	}
}

func TestGivingUpOnOnesOwnRequestInTheWay(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		poll  any
		limit time.Duration // of the context
		want  error
	}{
		{"does not end", running(), time.Hour, resource.ConcurrentOperation},
		{"cannot be followed", failure(resource.AccessDenied), time.Hour, resource.AccessDenied},
		{"the context ends", running(), time.Minute, context.DeadlineExceeded},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), test.limit)
				defer cancel()
				client := &script{
					starts: []error{&cloudcontrol.UnansweredError{Err: busy("own")}}, polls: map[string][]any{"own": {test.poll}},
				}
				got := apply.Run(ctx, client, creation, apply.Options{})
				var unknown *apply.UnknownOutcomeError
				if !errors.As(got.Err, &unknown) || !errors.Is(got.Err, test.want) || unknown.ClientToken != client.tokens[0] {
					t.Errorf("want an UnknownOutcomeError of %v, got %v", test.want, got.Err)
				}
			})
		})
	}
}

func TestCancelledBeforeTheStart(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	client := new(script)
	got := apply.Run(ctx, client, creation, apply.Options{})
	var unknown *apply.UnknownOutcomeError
	if !errors.Is(got.Err, context.Canceled) || errors.As(got.Err, &unknown) || got.Attempts != 0 {
		t.Errorf("want context.Canceled without doubt, got %+v", got)
	}
	wantText(t, got.Err, `CREATE AWS::S3::Bucket "photos" in eu-west-1: not started`)
	client.wantCalls(t, "")
}

func TestCancelledDuringTheStart(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	client := &script{during: func(string) { cancel() }}
	got := apply.Run(ctx, client, creation, apply.Options{})
	var unknown *apply.UnknownOutcomeError
	if !errors.Is(got.Err, context.Canceled) || !errors.As(got.Err, &unknown) || unknown.ClientToken != client.tokens[0] {
		t.Errorf("want an UnknownOutcomeError of context.Canceled, got %+v", got)
	}
	client.wantCalls(t, "create")
}

func TestCancelledWhileFollowing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
		defer cancel()
		client := &script{polls: map[string][]any{"rt1": {running()}}}
		start := time.Now()
		got := apply.Run(ctx, client, deletion, apply.Options{})
		var unfinished *await.UnfinishedError
		if !errors.Is(got.Err, context.DeadlineExceeded) || !errors.As(got.Err, &unfinished) ||
			unfinished.Last.RequestToken != "rt1" || got.Event.RequestToken != "rt1" {
			t.Errorf("want an UnfinishedError of rt1, got %+v", got)
		}
		if took := time.Since(start); took != 90*time.Second {
			t.Errorf("want an answer at the deadline, took %s", took)
		}
		if !strings.HasPrefix(strings.Join(client.calls, " "), "delete poll rt1") {
			t.Errorf("want polls of rt1, got %v", client.calls)
		}
	})
}

func TestCancelledBeforeTryingAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		event := failed(resource.Throttling, "photos")
		event.RetryAfter = time.Now().Add(time.Hour)
		client := &script{polls: map[string][]any{"rt1": {event}}}
		start := time.Now()
		got := apply.Run(ctx, client, deletion, apply.Options{})
		if !errors.Is(got.Err, context.DeadlineExceeded) || !errors.Is(got.Err, resource.Throttling) {
			t.Errorf("want both reasons, got %v", got.Err)
		}
		if took := time.Since(start); took != time.Minute {
			t.Errorf("want an answer at the deadline, took %s", took)
		}
		client.wantCalls(t, "delete, poll rt1")
	})
}
