package await_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/await"
	"skyql/internal/resource"
)

func TestUnfinished(t *testing.T) {
	t.Parallel()
	running := statuses(cloudcontrol.InProgress)
	failing := func(code resource.Code) func(int, time.Duration) (cloudcontrol.ProgressEvent, error) {
		return func(int, time.Duration) (cloudcontrol.ProgressEvent, error) {
			return cloudcontrol.ProgressEvent{}, &resource.Error{Code: code}
		}
	}
	tests := []struct {
		name   string
		answer func(int, time.Duration) (cloudcontrol.ProgressEvent, error)
		limit  time.Duration // of the context
		want   []error
		after  time.Duration
	}{
		{"context ends", running, time.Minute, []error{context.DeadlineExceeded}, time.Minute},
		{"two hours are over", running, 0, []error{await.ErrMaxWait}, 2 * time.Hour},
		{
			"polls fail for two hours", failing(resource.Throttling), 0,
			[]error{await.ErrMaxWait, resource.Throttling}, 2 * time.Hour,
		},
		{"nobody is reached", failing(resource.Unreachable), 0, []error{resource.Unreachable}, 6 * time.Minute},
		{"polls are refused", failing(resource.AccessDenied), 0, []error{resource.AccessDenied}, time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := t.Context(), context.CancelFunc(func() {})
				if test.limit > 0 {
					ctx, cancel = context.WithTimeout(ctx, test.limit)
				}
				defer cancel()
				start := time.Now()
				got, err := await.Wait(ctx, newTracker(test.answer), ireland, started(), await.Options{})
				for _, want := range test.want {
					if !errors.Is(err, want) {
						t.Errorf("want %v, got %v", want, err)
					}
				}
				var unfinished *await.UnfinishedError
				if !errors.As(err, &unfinished) || unfinished.Last.RequestToken != "rt" || !strings.Contains(err.Error(), "rt") {
					t.Errorf("want an UnfinishedError with the request token, got %v", err)
				}
				if got.Event.Status != cloudcontrol.InProgress {
					t.Errorf("want the last known event, got %+v", got.Event)
				}
				if took := time.Since(start); took > test.after {
					t.Errorf("want an answer after %s at most, took %s", test.after, took)
				}
			})
		})
	}
}
