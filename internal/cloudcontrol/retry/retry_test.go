package retry_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/retry"
	"skyql/internal/resource"
)

func TestHowOftenACallIsMade(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		err    error
		want   int
		within time.Duration
	}{
		{"service internal error", failure(resource.ServiceInternalError), 6, 16 * time.Second},
		{"internal failure", failure(resource.InternalFailure), 6, 16 * time.Second},
		{"network failure", failure(resource.NetworkFailure), 6, 16 * time.Second},
		{"service timeout", failure(resource.ServiceTimeout), 6, 16 * time.Second},
		{"connection cut", unreachable(syscall.ECONNRESET), 5, 8 * time.Second},
		{"connection refused", unreachable(&net.OpError{Err: syscall.ECONNREFUSED}), 3, 2 * time.Second},
		{"no such host", unreachable(&net.DNSError{IsNotFound: true}), 3, 2 * time.Second},
		{"name server down", unreachable(&net.DNSError{IsTemporary: true}), 5, 8 * time.Second},
		{"certificate", unreachable(&tls.CertificateVerificationError{Err: errors.New("unknown")}), 1, 0},
		{"no TLS there", unreachable(http.ErrSchemeMismatch), 1, 0},
		{"not found", failure(resource.NotFound), 1, 0},
		{"access denied", failure(resource.AccessDenied), 1, 0},
		{"validation", failure(resource.Validation), 1, 0},
		{"invalid request", failure(resource.InvalidRequest), 1, 0},
		{"concurrent operation", failure(resource.ConcurrentOperation), 1, 0},
		{"client token conflict", failure(resource.ClientTokenConflict), 1, 0},
		{"general", failure(resource.GeneralServiceException), 1, 0},
		{"missing credentials", failure(resource.MissingCredentials), 1, 0},
		{"unknown", failure(resource.Unknown), 1, 0},
		{"not an API error", errors.New("strange"), 1, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				inner := &script{outcomes: always(test.err, 1000)}
				start := time.Now()
				_, err := retry.New(inner, retry.Options{}).Get(t.Context(), cloudcontrol.GetInput{})
				if err != test.err {
					t.Errorf("want the last error itself, got %v", err)
				}
				if len(inner.calls) != test.want {
					t.Errorf("want %d calls, got %d", test.want, len(inner.calls))
				}
				if took := time.Since(start); took > test.within {
					t.Errorf("want an answer within %s, took %s", test.within, took)
				}
			})
		})
	}
}

func TestEveryOperationIsRepeated(t *testing.T) {
	t.Parallel()
	calls := map[string]func(context.Context, *retry.Client) error{
		"get": func(ctx context.Context, c *retry.Client) error {
			_, err := c.Get(ctx, cloudcontrol.GetInput{})
			return err
		},
		"list": func(ctx context.Context, c *retry.Client) error {
			_, err := c.List(ctx, cloudcontrol.ListInput{})
			return err
		},
		"create": func(ctx context.Context, c *retry.Client) error {
			_, err := c.Create(ctx, cloudcontrol.CreateInput{})
			return err
		},
		"update": func(ctx context.Context, c *retry.Client) error {
			_, err := c.Update(ctx, cloudcontrol.UpdateInput{})
			return err
		},
		"delete": func(ctx context.Context, c *retry.Client) error {
			_, err := c.Delete(ctx, cloudcontrol.DeleteInput{})
			return err
		},
		"status": func(ctx context.Context, c *retry.Client) error {
			_, err := c.RequestStatus(ctx, cloudcontrol.RequestInput{})
			return err
		},
		"requests": func(ctx context.Context, c *retry.Client) error {
			_, err := c.ListRequests(ctx, cloudcontrol.ListRequestsInput{})
			return err
		},
		"cancel": func(ctx context.Context, c *retry.Client) error {
			_, err := c.CancelRequest(ctx, cloudcontrol.RequestInput{})
			return err
		},
	}
	for operation, call := range calls {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				inner := &script{outcomes: []error{
					failure(resource.Throttling), failure(resource.ServiceInternalError), failure(resource.Throttling),
				}}
				if err := call(t.Context(), retry.New(inner, retry.Options{})); err != nil {
					t.Error(err)
				}
				if got := strings.Join(inner.calls, " "); got != strings.Repeat(operation+" ", 3)+operation {
					t.Errorf("want 4 times %s, got %s", operation, got)
				}
			})
		})
	}
}

func TestThrottlesAreWaitedOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		throttled := &script{outcomes: always(failure(resource.Throttling), 30)}
		if _, err := retry.New(throttled, retry.Options{}).List(t.Context(), cloudcontrol.ListInput{}); err != nil {
			t.Errorf("want 30 throttles waited out, got %v after %s", err, time.Since(start))
		}

		start = time.Now()
		hopeless := &script{outcomes: always(failure(resource.Throttling), 10_000)}
		_, err := retry.New(hopeless, retry.Options{MaxThrottleWait: time.Minute}).List(t.Context(), cloudcontrol.ListInput{})
		if !errors.Is(err, resource.Throttling) || time.Since(start) != time.Minute {
			t.Errorf("want Throttling after exactly 1m, got %v after %s", err, time.Since(start))
		}
	})
}

func TestRetryAfterIsHonoured(t *testing.T) {
	t.Parallel()
	for _, code := range []resource.Code{resource.Throttling, resource.ServiceInternalError} {
		synctest.Test(t, func(t *testing.T) {
			inner := &script{outcomes: []error{&resource.Error{Code: code, RetryAfter: 42 * time.Second}}}
			start := time.Now()
			if _, err := retry.New(inner, retry.Options{}).Get(t.Context(), cloudcontrol.GetInput{}); err != nil {
				t.Error(err)
			}
			if took := time.Since(start); took < 42*time.Second || took > 43*time.Second {
				t.Errorf("%s: want a wait of 42 s and a little, got %s", code, took)
			}
		})
	}
}

func TestCancelEndsTheWaitAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
		defer cancel()
		inner := &script{outcomes: always(&resource.Error{Code: resource.Throttling, RetryAfter: time.Minute}, 10)}
		start := time.Now()
		_, err := retry.New(inner, retry.Options{}).Get(ctx, cloudcontrol.GetInput{})
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "Throttling") {
			t.Errorf("want context.DeadlineExceeded that names the throttle, got %v", err)
		}
		if took := time.Since(start); took != 90*time.Second {
			t.Errorf("want an answer at the deadline, took %s", took)
		}
		if len(inner.calls) != 2 {
			t.Errorf("want 2 calls, got %d", len(inner.calls))
		}
	})
}

func TestOnRetryTellsTheCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inner := &script{outcomes: []error{failure(resource.Throttling), failure(resource.NetworkFailure)}}
		var got []retry.Attempt
		client := retry.New(inner, retry.Options{OnRetry: func(a retry.Attempt) { got = append(got, a) }})
		scope := resource.Scope{Region: "eu-west-1"}
		start := time.Now()
		client.Get(t.Context(), cloudcontrol.GetInput{Call: cloudcontrol.Call{Scope: scope, Type: "AWS::S3::Bucket"}})
		var waited time.Duration
		for i, want := range []resource.Code{resource.Throttling, resource.NetworkFailure} {
			if i >= len(got) || got[i].Code != want || got[i].Operation != "GetResource" ||
				got[i].Type != "AWS::S3::Bucket" || got[i].Scope != scope {
				t.Fatalf("want attempt %d with %s, got %+v", i, want, got)
			}
			waited += got[i].Wait
		}
		if waited != time.Since(start) {
			t.Errorf("want waits of %s, got %s", time.Since(start), waited)
		}
	})
}

func TestMaxAttempts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inner := &script{outcomes: always(failure(resource.ServiceInternalError), 10)}
		retry.New(inner, retry.Options{MaxAttempts: 1}).Get(t.Context(), cloudcontrol.GetInput{})
		if len(inner.calls) != 1 {
			t.Errorf("want 1 call, got %d", len(inner.calls))
		}
	})
}
