package await_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/await"
	"skyql/internal/resource"
)

var ireland = resource.Scope{Region: "eu-west-1"}

func started() cloudcontrol.ProgressEvent {
	return cloudcontrol.ProgressEvent{
		Type: "AWS::S3::Bucket", RequestToken: "rt", Operation: cloudcontrol.Create, Status: cloudcontrol.InProgress,
	}
}

// tracker answers each poll by asking answer, which gets the number of the poll
// (from 1) and the time since the start.
type tracker struct {
	cloudcontrol.RequestTracker
	answer func(n int, since time.Duration) (cloudcontrol.ProgressEvent, error)
	start  time.Time
	polls  []time.Duration // when, since the start
}

func newTracker(answer func(n int, since time.Duration) (cloudcontrol.ProgressEvent, error)) *tracker {
	return &tracker{answer: answer, start: time.Now()}
}

func (f *tracker) RequestStatus(_ context.Context, in cloudcontrol.RequestInput) (cloudcontrol.RequestStatus, error) {
	if in.RequestToken != "rt" || in.Scope != ireland {
		return cloudcontrol.RequestStatus{}, &resource.Error{Code: resource.RequestTokenNotFound}
	}
	since := time.Since(f.start)
	f.polls = append(f.polls, since)
	event, err := f.answer(len(f.polls), since)
	return cloudcontrol.RequestStatus{Event: event}, err
}

// statuses answers the given ones in turn and then the last one for ever.
func statuses(all ...cloudcontrol.OperationStatus) func(int, time.Duration) (cloudcontrol.ProgressEvent, error) {
	return func(n int, _ time.Duration) (cloudcontrol.ProgressEvent, error) {
		return cloudcontrol.ProgressEvent{Status: all[min(n, len(all))-1]}, nil
	}
}

func TestWaitThroughAllStatuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		all  []cloudcontrol.OperationStatus
		want error
	}{
		{"success", []cloudcontrol.OperationStatus{cloudcontrol.Pending, cloudcontrol.InProgress, cloudcontrol.Success}, nil},
		{"failed", []cloudcontrol.OperationStatus{cloudcontrol.InProgress, cloudcontrol.Failed}, resource.GeneralServiceException},
		{
			"cancelled", []cloudcontrol.OperationStatus{cloudcontrol.CancelInProgress, cloudcontrol.CancelComplete},
			resource.GeneralServiceException,
		},
		{"a status unheard of", []cloudcontrol.OperationStatus{"DREAMING", cloudcontrol.Success}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var seen []cloudcontrol.OperationStatus
				got, err := await.Wait(t.Context(), newTracker(statuses(test.all...)), ireland, started(), await.Options{
					OnEvent: func(e cloudcontrol.ProgressEvent) { seen = append(seen, e.Status) },
				})
				if !errors.Is(err, test.want) {
					t.Errorf("want error %v, got %v", test.want, err)
				}
				want := started()
				want.Status = test.all[len(test.all)-1]
				if diff := cmp.Diff(want, got.Event); diff != "" {
					t.Errorf("event (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(test.all, seen); diff != "" {
					t.Errorf("statuses told (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestFailureSaysWhatTheServiceSaid(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		failed := cloudcontrol.ProgressEvent{
			Status: cloudcontrol.Failed, Identifier: "photos", ErrorCode: resource.AlreadyExists, StatusMessage: "it exists",
		}
		got, err := await.Wait(t.Context(), newTracker(func(int, time.Duration) (cloudcontrol.ProgressEvent, error) {
			return failed, nil
		}), ireland, started(), await.Options{})
		var failure *resource.Error
		if !errors.As(err, &failure) || failure.Code != resource.AlreadyExists || failure.Message != "it exists" ||
			failure.RequestToken != "rt" || failure.Type != "AWS::S3::Bucket" || failure.Scope != ireland {
			t.Errorf("want the whole failure, got %+v", err)
		}
		if got.Event.Identifier != "photos" {
			t.Errorf("want the event with its identifier, got %+v", got.Event)
		}
	})
}

func TestAFinalFirstEventNeedsNoPoll(t *testing.T) {
	t.Parallel()
	first := started()
	first.Status = cloudcontrol.Success
	polls := newTracker(statuses(cloudcontrol.Success))
	if _, err := await.Wait(t.Context(), polls, ireland, first, await.Options{}); err != nil || len(polls.polls) != 0 {
		t.Errorf("want no poll, got %v, %v", polls.polls, err)
	}
}

func TestPollsGrowApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		polls := newTracker(func(_ int, since time.Duration) (cloudcontrol.ProgressEvent, error) {
			if since > 10*time.Minute {
				return cloudcontrol.ProgressEvent{Status: cloudcontrol.Success}, nil
			}
			return cloudcontrol.ProgressEvent{Status: cloudcontrol.InProgress}, nil
		})
		if _, err := await.Wait(t.Context(), polls, ireland, started(), await.Options{}); err != nil {
			t.Error(err)
		}
		if first := polls.polls[0]; first < 500*time.Millisecond || first > 600*time.Millisecond {
			t.Errorf("want the first poll after 0.5 s, got %s", first)
		}
		if n := len(polls.polls); n < 25 || n > 35 {
			t.Errorf("want about 30 polls in ten minutes, got %d", n)
		}
		for i, at := range polls.polls[1:] {
			if gap := at - polls.polls[i]; gap < 500*time.Millisecond || gap > 30*time.Second {
				t.Errorf("want gaps of 0.5 s to 30 s, got %s", gap)
			}
		}
	})
}

func TestRetryAfterSaysWhenToPoll(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		asked    time.Duration
		first    time.Duration // wait for the first poll
		min, max time.Duration // for the second
	}{
		{"soon", time.Millisecond, time.Millisecond, 500 * time.Millisecond, 500 * time.Millisecond},
		{"later", 7 * time.Second, 7 * time.Second, 7 * time.Second, 7 * time.Second},
		{"much later", time.Hour, 30 * time.Second, 30 * time.Second, 30 * time.Second},
		{"in the past", -time.Hour, 0, 500 * time.Millisecond, 900 * time.Millisecond},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				polls := newTracker(func(n int, _ time.Duration) (cloudcontrol.ProgressEvent, error) {
					if n == 2 {
						return cloudcontrol.ProgressEvent{Status: cloudcontrol.Success}, nil
					}
					return cloudcontrol.ProgressEvent{
						Status: cloudcontrol.InProgress, RetryAfter: time.Now().Add(test.asked),
					}, nil
				})
				first := started()
				first.RetryAfter = time.Now().Add(test.asked)
				if _, err := await.Wait(t.Context(), polls, ireland, first, await.Options{}); err != nil {
					t.Error(err)
				}
				if polls.polls[0] != test.first {
					t.Errorf("want the first poll after %s, got %s", test.first, polls.polls[0])
				}
				if gap := polls.polls[1] - polls.polls[0]; gap < test.min || gap > test.max {
					t.Errorf("want a wait of %s to %s, got %s", test.min, test.max, gap)
				}
			})
		})
	}
}

func TestTransientPollErrorsAreOvercome(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		codes := []resource.Code{
			resource.Throttling, resource.ServiceInternalError, resource.Unreachable, resource.NetworkFailure,
		}
		polls := newTracker(func(n int, _ time.Duration) (cloudcontrol.ProgressEvent, error) {
			if n <= len(codes) {
				return cloudcontrol.ProgressEvent{}, &resource.Error{Code: codes[n-1], RetryAfter: 20 * time.Second}
			}
			return cloudcontrol.ProgressEvent{Status: cloudcontrol.Success}, nil
		})
		if _, err := await.Wait(t.Context(), polls, ireland, started(), await.Options{}); err != nil {
			t.Error(err)
		}
		if second := polls.polls[1] - polls.polls[0]; second != 20*time.Second {
			t.Errorf("want RetryAfter of the error honoured, waited %s", second)
		}
	})
}
