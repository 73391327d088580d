package limit_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/limit"
	"skyql/internal/resource"
)

// scripted answers reads and requests as it is told.
type scripted struct {
	cloudcontrol.Client
	get    func(in cloudcontrol.GetInput) error
	status cloudcontrol.ProgressEvent
}

// Get implements cloudcontrol.Reader.
func (s scripted) Get(_ context.Context, in cloudcontrol.GetInput) (cloudcontrol.Description, error) {
	return cloudcontrol.Description{}, s.get(in)
}

// List implements cloudcontrol.Reader.
func (s scripted) List(context.Context, cloudcontrol.ListInput) (cloudcontrol.Page, error) {
	return cloudcontrol.Page{}, nil
}

// Create implements cloudcontrol.Mutator.
func (s scripted) Create(context.Context, cloudcontrol.CreateInput) (cloudcontrol.ProgressEvent, error) {
	return cloudcontrol.ProgressEvent{}, nil
}

// RequestStatus implements cloudcontrol.RequestTracker.
func (s scripted) RequestStatus(context.Context, cloudcontrol.RequestInput) (cloudcontrol.RequestStatus, error) {
	return cloudcontrol.RequestStatus{Event: s.status}, nil
}

func at(region resource.Region) cloudcontrol.Call {
	return cloudcontrol.Call{Scope: resource.Scope{Region: region}}
}

// A throttle in one region, or of one class of operations, slows no other.
func TestRatesAreApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limiter := limit.New(limit.Options{})
		client := limiter.Wrap(scripted{get: func(in cloudcontrol.GetInput) error {
			if in.Scope.Region == "eu-west-1" {
				return &resource.Error{Code: resource.Throttling}
			}
			return nil
		}})
		client.Get(t.Context(), cloudcontrol.GetInput{Call: at("eu-west-1")})
		start := time.Now()
		for range 100 {
			client.Get(t.Context(), cloudcontrol.GetInput{Call: at("us-east-1")})
			client.List(t.Context(), cloudcontrol.ListInput{Call: at("eu-west-1")})
			client.Create(t.Context(), cloudcontrol.CreateInput{Call: at("eu-west-1")})
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("others waited %v", took)
		}
		client.Get(t.Context(), cloudcontrol.GetInput{Call: at("eu-west-1")})
		if took := time.Since(start); took == 0 {
			t.Error("the region that throttles was asked again at once")
		}
		rates := limiter.Rates()
		if len(rates) != 1 || rates[0].Scope.Region != "eu-west-1" || rates[0].Class != limit.Reads {
			t.Errorf("rates: %v", rates)
		}
	})
}

func TestRetryAfterIsHonoured(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		first := true
		client := limit.New(limit.Options{}).Wrap(scripted{get: func(cloudcontrol.GetInput) error {
			if first {
				first = false
				return &resource.Error{Code: resource.Throttling, RetryAfter: 7 * time.Second}
			}
			return nil
		}})
		start := time.Now()
		client.Get(t.Context(), cloudcontrol.GetInput{})
		client.Get(t.Context(), cloudcontrol.GetInput{})
		if took := time.Since(start); took < 7*time.Second || took > 8*time.Second {
			t.Errorf("want 7s, took %v", took)
		}
	})
}

// A change that the service behind the API throttles slows further changes.
func TestThrottledLater(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limiter := limit.New(limit.Options{})
		client := limiter.Wrap(scripted{status: cloudcontrol.ProgressEvent{
			Status: cloudcontrol.Failed, ErrorCode: resource.Throttling, EventTime: time.Now(),
		}})
		client.RequestStatus(t.Context(), cloudcontrol.RequestInput{})
		rates := limiter.Rates()
		if len(rates) != 1 || rates[0].Class != limit.Writes {
			t.Errorf("rates: %v", rates)
		}
	})
}

func TestMaxRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := limit.New(limit.Options{MaxRate: 10}).Wrap(scripted{get: func(cloudcontrol.GetInput) error { return nil }})
		start := time.Now()
		var calls sync.WaitGroup
		for range 50 {
			calls.Go(func() { client.Get(t.Context(), cloudcontrol.GetInput{}) })
			calls.Go(func() { client.List(t.Context(), cloudcontrol.ListInput{}) })
		}
		calls.Wait()
		if took := time.Since(start); took != 9900*time.Millisecond {
			t.Errorf("100 calls at 10 per second took %v", took)
		}
	})
}

// A rate that was found before is kept to from the first call on.
func TestKnownRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limiter := limit.New(limit.Options{Known: []limit.Rate{{Scope: resource.Scope{Region: "us-east-1"}, Class: limit.Reads, PerSecond: 20}}})
		limiter.SetHome("123456789012")
		client := limiter.Wrap(scripted{get: func(cloudcontrol.GetInput) error { return nil }})
		start := time.Now()
		named := at("us-east-1")
		named.Scope.Account = "123456789012" // the same account
		for range 5 {
			client.Get(t.Context(), cloudcontrol.GetInput{Call: at("us-east-1")})
			client.Get(t.Context(), cloudcontrol.GetInput{Call: named})
		}
		if took := time.Since(start); took != 450*time.Millisecond {
			t.Errorf("10 calls at 20 per second took %v", took)
		}
	})
}

// A region that does not answer takes no slots from others.
func TestSlotsAreApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		client := limit.New(limit.Options{Concurrency: 2}).Wrap(scripted{get: func(in cloudcontrol.GetInput) error {
			if in.Scope.Region == "eu-west-1" {
				<-hang
			}
			return nil
		}})
		var calls sync.WaitGroup
		for range 5 {
			calls.Go(func() { client.Get(t.Context(), cloudcontrol.GetInput{Call: at("eu-west-1")}) })
		}
		synctest.Wait()
		if _, err := client.Get(t.Context(), cloudcontrol.GetInput{Call: at("us-east-1")}); err != nil {
			t.Error(err)
		}
		close(hang)
		calls.Wait()
	})
}

func TestCancelWhilePaced(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limiter := limit.New(limit.Options{Known: []limit.Rate{{Class: limit.Reads, PerSecond: 2}}})
		client := limiter.Wrap(scripted{get: func(cloudcontrol.GetInput) error { return nil }})
		client.Get(t.Context(), cloudcontrol.GetInput{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/10)
		defer cancel()
		var calls sync.WaitGroup
		for range 3 { // the one that waits for its moment, and those behind it
			calls.Go(func() {
				if _, err := client.Get(ctx, cloudcontrol.GetInput{}); !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, cloudcontrol.ErrNotSent) {
					t.Errorf("have %v", err)
				}
			})
		}
		start := time.Now()
		calls.Wait()
		if took := time.Since(start); took != time.Second/10 {
			t.Errorf("took %v to give up", took)
		}
	})
}

// A rate that was known before is as old as it was, and no less than what a run
// without it would begin with.
func TestKnownRates(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limiter := limit.New(limit.Options{Known: []limit.Rate{{Class: limit.Reads, PerSecond: 0.05}, {Class: limit.Lists, PerSecond: 20}}})
		have := map[limit.Class]float64{}
		for _, r := range limiter.Rates() {
			if have[r.Class] = r.PerSecond; !r.FellAt.IsZero() {
				t.Errorf("%s fell at %v", r.Class, r.FellAt)
			}
		}
		if have[limit.Reads] != 2 || have[limit.Lists] != 20 {
			t.Errorf("have %v", have)
		}
		throttled := true
		client := limiter.Wrap(scripted{get: func(cloudcontrol.GetInput) error {
			if throttled = !throttled; throttled {
				return &resource.Error{Code: resource.Throttling}
			}
			return nil
		}})
		for range 60 {
			client.Get(t.Context(), cloudcontrol.GetInput{})
		}
		for _, r := range limiter.Rates() {
			if r.Class == limit.Reads && r.FellAt.IsZero() {
				t.Error("the service made the rate fall, which is not told")
			}
		}
	})
}
