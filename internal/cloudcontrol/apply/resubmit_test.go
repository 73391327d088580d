package apply_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/apply"
	"skyql/internal/resource"
)

var passing = []resource.Code{
	resource.Throttling, resource.NetworkFailure, resource.ServiceInternalError, resource.ResourceConflict,
	resource.ServiceTimeout,
}

func TestFailuresThatPassAreTriedAgain(t *testing.T) {
	t.Parallel()
	for _, code := range passing {
		for _, change := range []apply.Change{creation, updating, deletion} {
			t.Run(string(code)+" "+string(change.Operation), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					change.ClientToken = "mine"
					client := &script{polls: map[string][]any{
						"rt1": {failed(code, "photos")}, "rt2": {failed(code, "photos")},
					}}
					got := apply.Run(t.Context(), client, change, apply.Options{})
					if got.Err != nil || got.Attempts != 3 || got.Event.RequestToken != "rt3" || got.Gone || got.Adopted {
						t.Errorf("want success of the third attempt, got %+v", got)
					}
					if wantDistinct(t, client.tokens); client.tokens[0] != "mine" {
						t.Errorf("want the own token first, got %q", client.tokens)
					}
					verb := strings.ToLower(string(change.Operation))
					want := verb + ", poll rt1, " + verb + ", poll rt2, " + verb + ", poll rt3"
					if change.Operation == cloudcontrol.Create {
						want = "create, poll rt1, get photos, create, poll rt2, get photos, create, poll rt3"
					}
					client.wantCalls(t, want)
				})
			})
		}
	}
}

func TestHowOftenARequestIsMadeAgain(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		max  int
		want int
		text string
	}{
		{"five times", 0, 6, "gave up after 6 attempts"},
		{"as often as asked", 2, 3, "gave up after 3 attempts"},
		{"never", -1, 1, "gave up after 1 attempt"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				client := &always{event: failed(resource.ServiceInternalError, "photos")}
				got := apply.Run(t.Context(), client, updating, apply.Options{MaxResubmits: test.max})
				if !errors.Is(got.Err, resource.ServiceInternalError) || got.Attempts != test.want ||
					len(client.tokens) != test.want {
					t.Errorf("want %d attempts, got %+v", test.want, got)
				}
				wantText(t, got.Err, "the service says so", test.text)
				if took := time.Since(start); took > 2*time.Minute {
					t.Errorf("want an answer within 2m, took %s", took)
				}
			})
		})
	}
}

func TestThrottledRequestsAreBoundedByTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		event := failed(resource.Throttling, "photos")
		start := time.Now()
		client := &always{event: event}
		got := apply.Run(t.Context(), client, updating, apply.Options{MaxResubmits: -1})
		if !errors.Is(got.Err, resource.Throttling) || got.Attempts < 20 || got.Attempts > 60 {
			t.Errorf("want 20 to 60 attempts, got %+v", got)
		}
		// Each request takes a poll of half a second and more on top of the waits.
		if took := time.Since(start); took < 10*time.Minute || took > 11*time.Minute {
			t.Errorf("want to give up after 10m of waiting, took %s", took)
		}
		wantDistinct(t, client.tokens)
	})
}

// always ends every request in the same way.
type always struct {
	script
	event cloudcontrol.ProgressEvent
}

func (a *always) RequestStatus(
	_ context.Context, _ cloudcontrol.RequestInput,
) (cloudcontrol.RequestStatus, error) {
	return cloudcontrol.RequestStatus{Event: a.event}, nil
}

func TestRetryAfterIsHonoured(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		code resource.Code
		ask  time.Duration
		want time.Duration
	}{
		{"of a throttle", resource.Throttling, 3 * time.Minute, 3 * time.Minute},
		{"of a fault", resource.ServiceInternalError, 3 * time.Minute, 3 * time.Minute},
		{"within bounds", resource.Throttling, 24 * time.Hour, 10 * time.Minute},
		{"of a fault within bounds", resource.ServiceInternalError, 24 * time.Hour, 10 * time.Minute},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				event := failed(test.code, "photos")
				event.RetryAfter = time.Now().Add(test.ask)
				client := &script{polls: map[string][]any{"rt1": {event}}}
				start := time.Now()
				got := apply.Run(t.Context(), client, updating, apply.Options{})
				// A poll after each call and the jitter come on top.
				if took := time.Since(start); got.Err != nil || took < test.want || took > test.want+3*time.Second {
					t.Errorf("want success after %s and a little, got %v after %s", test.want, got.Err, took)
				}
			})
		})
	}
}

func TestARefusedConflictIsTriedAgain(t *testing.T) {
	t.Parallel()
	for _, token := range []string{"", "mine"} {
		t.Run("client token "+token, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				change := nameless // that nothing was accepted makes it safe
				change.ClientToken = token
				refusal := &resource.Error{Code: resource.ResourceConflict, RetryAfter: time.Minute}
				client := &script{starts: []error{refusal, refusal}}
				start := time.Now()
				got := apply.Run(t.Context(), client, change, apply.Options{})
				if got.Err != nil || got.Attempts != 3 || time.Since(start) < 2*time.Minute {
					t.Errorf("want success after 2m, got %+v after %s", got, time.Since(start))
				}
				client.wantCalls(t, "create, create, create, poll rt3")
				if token == "" {
					wantDistinct(t, client.tokens)
				} else if strings.Join(client.tokens, " ") != "mine mine mine" {
					t.Errorf("want the own token kept, as it is not used up, got %q", client.tokens)
				}
			})
		})
	}
}

func TestCreatesOfUnknownIdentifier(t *testing.T) {
	t.Parallel()
	for _, code := range passing {
		t.Run(string(code), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := &script{polls: map[string][]any{"rt1": {failed(code, "")}}}
				got := apply.Run(t.Context(), client, nameless, apply.Options{})
				if code == resource.Throttling {
					if got.Err != nil || got.Attempts != 2 {
						t.Errorf("want success of the second attempt, got %+v", got)
					}
					client.wantCalls(t, "create, poll rt1, create, poll rt2")
					return
				}
				if !errors.Is(got.Err, code) || got.Attempts != 1 {
					t.Errorf("want %s after one attempt, got %+v", code, got)
				}
				wantText(t, got.Err, "the resource may exist", "look before creating it again")
			})
		})
	}
}

func TestPatchesThatMustNotBeAppliedTwice(t *testing.T) {
	t.Parallel()
	for _, code := range passing {
		t.Run(string(code), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				change := updating
				change.Document = json.RawMessage(`[{"op":"add","path":"/Tags/-","value":{"Key":"secret","Value":"x"}}]`)
				client := &script{polls: map[string][]any{"rt1": {failed(code, "")}}}
				got := apply.Run(t.Context(), client, change, apply.Options{})
				if code == resource.Throttling {
					if got.Err != nil || got.Attempts != 2 {
						t.Errorf("want success of the second attempt, got %+v", got)
					}
					return
				}
				if !errors.Is(got.Err, code) || got.Attempts != 1 {
					t.Errorf("want %s after one attempt, got %+v", code, got)
				}
				wantText(t, got.Err, "the patch may have been applied", "compare the resource")
				if strings.Contains(got.Err.Error(), "secret") {
					t.Errorf("want nothing of the patch in %s", got.Err)
				}
			})
		})
	}
}
