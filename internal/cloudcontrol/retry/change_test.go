package retry_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/retry"
	"skyql/internal/resource"
)

func TestChangesKeepTheirClientToken(t *testing.T) {
	t.Parallel()
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	synctest.Test(t, func(t *testing.T) {
		inner := &script{outcomes: []error{failure(resource.Throttling), failure(resource.Unreachable)}}
		client := retry.New(inner, retry.Options{})
		client.Create(t.Context(), cloudcontrol.CreateInput{})
		client.Create(t.Context(), cloudcontrol.CreateInput{})
		client.Delete(t.Context(), cloudcontrol.DeleteInput{ClientToken: "mine"})
		got := inner.tokens
		if len(got) != 5 || !uuid.MatchString(got[0]) || got[0] != got[1] || got[1] != got[2] {
			t.Fatalf("want one UUID for all three attempts, got %q", got)
		}
		if got[3] == got[0] || !uuid.MatchString(got[3]) {
			t.Errorf("want another UUID for another change, got %q", got)
		}
		if got[4] != "mine" {
			t.Errorf("want the caller's token, got %q", got[4])
		}
	})
}

func TestTokenConflicts(t *testing.T) {
	t.Parallel()
	conflict := &resource.Error{Code: resource.ClientTokenConflict, RequestToken: "first"}
	tests := []struct {
		name     string
		outcomes []error
		want     string // operations
		token    string // of the event
		code     resource.Code
	}{
		{"after a cut connection", []error{failure(resource.Unreachable), conflict}, "create create status", "first", ""},
		{"after a fault", []error{failure(resource.ServiceInternalError), conflict}, "create create status", "first", ""},
		{
			"and the status fails for a while",
			[]error{failure(resource.Unreachable), conflict, failure(resource.Throttling), failure(resource.NetworkFailure)},
			"create create status status status", "first", "",
		},
		{
			"and the status is forbidden", []error{failure(resource.Unreachable), conflict, failure(resource.AccessDenied)},
			"create create status", "", resource.AccessDenied,
		},
		{"at first", []error{conflict}, "create", "", resource.ClientTokenConflict},
		{
			"after a throttle, which did no work", []error{failure(resource.Throttling), conflict},
			"create create", "", resource.ClientTokenConflict,
		},
		{
			"without a request token", []error{failure(resource.Unreachable), failure(resource.ClientTokenConflict)},
			"create create", "", resource.ClientTokenConflict,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				inner := &script{outcomes: test.outcomes}
				event, err := retry.New(inner, retry.Options{}).Create(t.Context(), cloudcontrol.CreateInput{ClientToken: "ct"})
				if got := strings.Join(inner.calls, " "); got != test.want {
					t.Errorf("want calls %s, got %s", test.want, got)
				}
				if test.code != "" {
					if !errors.Is(err, test.code) {
						t.Errorf("want %s, got %v", test.code, err)
					}
					return
				}
				if err != nil || event.RequestToken != test.token {
					t.Errorf("want the event of %s, got %+v, %v", test.token, event, err)
				}
			})
		})
	}
}
