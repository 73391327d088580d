package retry_test

import (
	"context"
	"errors"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/retry"
	"skyql/internal/resource"
)

// What the last attempt of a change failed with is not the whole truth if an
// attempt before was not answered.
func TestUnansweredChanges(t *testing.T) {
	t.Parallel()
	conflict := &resource.Error{Code: resource.ClientTokenConflict, RequestToken: "first"}
	refusedDial := unreachable(syscall.ECONNREFUSED)
	tests := []struct {
		name     string
		outcomes []error
		code     resource.Code
		want     *cloudcontrol.UnansweredError // but for its Err
	}{
		{
			"refused after a cut connection", []error{failure(resource.Unreachable), failure(resource.AccessDenied)},
			resource.AccessDenied, &cloudcontrol.UnansweredError{ClientToken: "ct"},
		},
		{
			"refused after a fault and a throttle",
			[]error{failure(resource.ServiceInternalError), failure(resource.Throttling), failure(resource.InvalidCredentials)},
			resource.InvalidCredentials, &cloudcontrol.UnansweredError{ClientToken: "ct"},
		},
		{
			"nobody listens after a fault",
			[]error{failure(resource.ServiceInternalError), refusedDial, refusedDial, refusedDial},
			resource.Unreachable, &cloudcontrol.UnansweredError{ClientToken: "ct"},
		},
		{
			"known but out of sight", []error{failure(resource.Unreachable), conflict, failure(resource.AccessDenied)},
			resource.AccessDenied, &cloudcontrol.UnansweredError{ClientToken: "ct", RequestToken: "first"},
		},
		{
			"known but never answered about",
			append([]error{failure(resource.Unreachable), conflict}, always(failure(resource.NetworkFailure), 10)...),
			resource.NetworkFailure, &cloudcontrol.UnansweredError{ClientToken: "ct", RequestToken: "first"},
		},
		{"refused at first", []error{failure(resource.AccessDenied)}, resource.AccessDenied, nil},
		{
			"refused after a throttle", []error{failure(resource.Throttling), failure(resource.AccessDenied)},
			resource.AccessDenied, nil,
		},
		{"nobody listens", always(refusedDial, 10), resource.Unreachable, nil},
		{"refused when somebody listens", []error{refusedDial, failure(resource.Validation)}, resource.Validation, nil},
		{"never answered", always(failure(resource.ServiceInternalError), 10), resource.ServiceInternalError, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := retry.New(&script{outcomes: test.outcomes}, retry.Options{})
				_, err := client.Update(t.Context(), cloudcontrol.UpdateInput{ClientToken: "ct"})
				if !errors.Is(err, test.code) {
					t.Errorf("want %s, got %v", test.code, err)
				}
				var got *cloudcontrol.UnansweredError
				switch {
				case errors.As(err, &got) != (test.want != nil):
					t.Errorf("want %+v, got %v", test.want, err)
				case got != nil && (got.ClientToken != test.want.ClientToken || got.RequestToken != test.want.RequestToken):
					t.Errorf("want %+v, got %+v", test.want, got)
				}
			})
		})
	}
}

func TestACancelledChangeTellsWhetherItMayBeAccepted(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		outcomes []error
		want     bool
	}{
		{"throttled only", always(failure(resource.Throttling), 1000), false},
		{
			"throttled after a fault",
			append([]error{failure(resource.NetworkFailure)}, always(failure(resource.Throttling), 1000)...), true,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				client := retry.New(&script{outcomes: test.outcomes}, retry.Options{})
				_, err := client.Delete(ctx, cloudcontrol.DeleteInput{})
				if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, resource.Throttling) {
					t.Errorf("want the deadline and the throttle, got %v", err)
				}
				if got := cloudcontrol.MayBeAccepted(err); got != test.want {
					t.Errorf("want %t, got %t: %v", test.want, got, err)
				}
			})
		})
	}
}
