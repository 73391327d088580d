package apply_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/apply"
	"skyql/internal/resource"
)

func TestRefusalsAreFinal(t *testing.T) {
	t.Parallel()
	codes := []resource.Code{
		resource.AccessDenied, resource.Validation, resource.InvalidRequest, resource.NotUpdatable, resource.TypeNotFound,
		resource.UnsupportedAction, resource.AlreadyExists, resource.GeneralServiceException, resource.NotStabilized,
		resource.ServiceLimitExceeded, resource.MissingCredentials, resource.Throttling, resource.ClientTokenConflict,
		resource.ConcurrentOperation,
	}
	for _, code := range codes {
		t.Run(string(code), func(t *testing.T) {
			t.Parallel()
			refusal := failure(code)
			client := &script{starts: []error{refusal}}
			got := apply.Run(t.Context(), client, updating, apply.Options{})
			if got.Err != refusal || got.Event.RequestToken != "" || got.Attempts != 1 {
				t.Errorf("want the refusal itself, got %+v", got)
			}
			client.wantCalls(t, "update")
		})
	}
}

func TestTerminalFailuresAreFinal(t *testing.T) {
	t.Parallel()
	codes := []resource.Code{
		resource.AccessDenied, resource.InvalidRequest, resource.NotUpdatable, resource.AlreadyExists,
		resource.GeneralServiceException, resource.NotStabilized, resource.ServiceLimitExceeded, resource.InternalFailure,
		resource.InvalidCredentials, resource.UnauthorizedTagging, "Unheard", "",
	}
	for _, code := range codes {
		t.Run("code "+string(code), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := &script{
					polls: map[string][]any{"rt1": {failed(code, "photos")}},
					gets:  []any{cloudcontrol.Description{Identifier: "photos"}},
				}
				got := apply.Run(t.Context(), client, creation, apply.Options{})
				var failure *resource.Error
				if !errors.As(got.Err, &failure) || failure.RequestToken != "rt1" || failure.Identifier != "photos" {
					t.Errorf("want the failure of rt1, got %v", got.Err)
				}
				if code != "" && !errors.Is(got.Err, code) {
					t.Errorf("want %s, got %v", code, got.Err)
				}
				if got.Event.Status != cloudcontrol.Failed || got.Event.Identifier != "photos" {
					t.Errorf("want the failed event, got %+v", got.Event)
				}
				client.wantCalls(t, "create, poll rt1")
			})
		})
	}
}

func TestDeletingNothing(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change apply.Change
		client *script
		gone   bool
	}{
		{"refused", deletion, &script{starts: []error{failure(resource.NotFound)}}, true},
		{"failed", deletion, &script{polls: map[string][]any{"rt1": {failed(resource.NotFound, "photos")}}}, true},
		{"there", deletion, &script{}, false},
		{
			"failed, made again, refused", deletion, &script{
				starts: []error{nil, failure(resource.NotFound)},
				polls:  map[string][]any{"rt1": {failed(resource.ServiceTimeout, "photos")}},
			}, true,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				got := apply.Run(t.Context(), test.client, test.change, apply.Options{})
				if got.Err != nil || got.Gone != test.gone {
					t.Errorf("want gone %t and no error, got %+v", test.gone, got)
				}
			})
		})
	}
}

func TestUpdatingNothingIsAnError(t *testing.T) {
	t.Parallel()
	clients := map[string]*script{
		"refused": {starts: []error{failure(resource.NotFound)}},
		"failed":  {polls: map[string][]any{"rt1": {failed(resource.NotFound, "photos")}}},
	}
	for name, client := range clients {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				got := apply.Run(t.Context(), client, updating, apply.Options{})
				if !errors.Is(got.Err, resource.NotFound) || got.Gone {
					t.Errorf("want NotFound, got %+v", got)
				}
			})
		})
	}
}

func TestCancelledRequestsFailAndSaySo(t *testing.T) {
	t.Parallel()
	for _, message := range []string{"", "the service says so"} {
		t.Run("message "+message, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := &script{polls: map[string][]any{"rt1": {
					cloudcontrol.ProgressEvent{Status: cloudcontrol.CancelInProgress},
					cloudcontrol.ProgressEvent{
						Status: cloudcontrol.CancelComplete, StatusMessage: message, ErrorCode: resource.Throttling,
					},
				}}}
				got := apply.Run(t.Context(), client, deletion, apply.Options{})
				wantText(t, got.Err, "was cancelled", `"photos"`, message)
				client.wantCalls(t, "delete, poll rt1, poll rt1")
			})
		})
	}
}

func TestFailedHooksAreNamed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hooks := []cloudcontrol.HookEvent{
			{TypeName: "My::Good::Hook", Status: "HOOK_COMPLETE_SUCCEEDED", Message: "fine"},
			{TypeName: "My::Strict::Hook", Status: "HOOK_COMPLETE_FAILED", Message: "no\n  encryption", FailureMode: "FAIL"},
			{TypeName: "My::Mild::Hook", Status: "HOOK_FAILED", FailureMode: "WARN"},
		}
		client := &script{polls: map[string][]any{"rt1": {
			cloudcontrol.RequestStatus{Event: failed(resource.GeneralServiceException, ""), Hooks: hooks},
		}}}
		got := apply.Run(t.Context(), client, creation, apply.Options{})
		wantText(t, got.Err, "; hook My::Strict::Hook HOOK_COMPLETE_FAILED: no encryption",
			"; hook My::Mild::Hook HOOK_FAILED (a warning only)")
		if len(got.Hooks) != 3 || !errors.Is(got.Err, resource.GeneralServiceException) {
			t.Errorf("want three hooks and the code, got %+v", got)
		}
		for _, absent := range []string{"My::Good::Hook", "fine"} {
			if strings.Contains(got.Err.Error(), absent) {
				t.Errorf("want nothing of %s, got %s", absent, got.Err)
			}
		}
	})
}
