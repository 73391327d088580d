package cache_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/cache"
	"skyql/internal/resource"
)

// counting answers reads and lists, slowly, and counts them.
type counting struct {
	cloudcontrol.Client
	gets, lists atomic.Int64
	err         error
	size        int
}

func (c *counting) Get(ctx context.Context, in cloudcontrol.GetInput) (cloudcontrol.Description, error) {
	c.gets.Add(1)
	select {
	case <-time.After(time.Second):
	case <-ctx.Done():
		return cloudcontrol.Description{}, ctx.Err()
	}
	return cloudcontrol.Description{Identifier: in.Identifier, Properties: json.RawMessage(`"` + strings.Repeat("x", c.size) + `"`)}, c.err
}

func (c *counting) List(context.Context, cloudcontrol.ListInput) (cloudcontrol.Page, error) {
	c.lists.Add(1)
	return cloudcontrol.Page{Resources: []cloudcontrol.Description{{Identifier: "a"}}}, c.err
}

func (c *counting) Update(context.Context, cloudcontrol.UpdateInput) (cloudcontrol.ProgressEvent, error) {
	return cloudcontrol.ProgressEvent{}, nil
}

func (c *counting) RequestStatus(context.Context, cloudcontrol.RequestInput) (cloudcontrol.RequestStatus, error) {
	return cloudcontrol.RequestStatus{Event: cloudcontrol.ProgressEvent{Status: cloudcontrol.Success}}, nil
}

func get(region resource.Region, identifier string) cloudcontrol.GetInput {
	return cloudcontrol.GetInput{Call: cloudcontrol.Call{Scope: resource.Scope{Region: region}, Type: "AWS::S3::Bucket"}, Identifier: identifier}
}

func TestRemembers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inner, c := &counting{}, cache.New()
		client := c.Wrap(inner)
		ask := func(want int64) {
			t.Helper()
			before := inner.gets.Load()
			if out, err := client.Get(t.Context(), get("us-east-1", "a")); err != nil || out.Identifier != "a" {
				t.Errorf("have %v, %v", out, err)
			}
			if got := inner.gets.Load() - before; got != want {
				t.Errorf("want %d calls, have %d", want, got)
			}
		}
		ask(1)
		ask(1) // nothing is remembered at first
		c.SetTTL(time.Minute)
		ask(1)
		ask(0)
		time.Sleep(2 * time.Minute)
		ask(1)
		client.Update(t.Context(), cloudcontrol.UpdateInput{Call: get("eu-west-1", "a").Call})
		ask(0) // the change was elsewhere
		client.Update(t.Context(), cloudcontrol.UpdateInput{Call: get("us-east-1", "a").Call})
		ask(1)
		client.RequestStatus(t.Context(), cloudcontrol.RequestInput{Scope: resource.Scope{Region: "us-east-1", Account: "123456789012"}})
		ask(1)
		ask(0)
		c.SetTTL(0)
		ask(1)
		if c.Hits() != 3 {
			t.Errorf("hits: %d", c.Hits())
		}
	})
}

func TestListsAreToldApart(t *testing.T) {
	t.Parallel()
	inner, c := &counting{}, cache.New()
	c.SetTTL(time.Hour)
	client := c.Wrap(inner)
	at := get("us-east-1", "").Call
	for range 2 {
		for _, in := range []cloudcontrol.ListInput{
			{Call: at}, {Call: at, NextToken: "n"}, {Call: at, ResourceModel: json.RawMessage(`{}`)}, {Call: get("eu-west-1", "").Call},
		} {
			client.List(t.Context(), in)
		}
	}
	if n := inner.lists.Load(); n != 4 {
		t.Errorf("%d calls", n)
	}
}

// Many that want the same share one call.
func TestSharedCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inner, c := &counting{}, cache.New()
		c.SetTTL(time.Hour)
		client := c.Wrap(inner)
		var calls sync.WaitGroup
		for range 50 {
			calls.Go(func() { client.Get(t.Context(), get("us-east-1", "a")) })
		}
		calls.Wait()
		if n := inner.gets.Load(); n != 1 {
			t.Errorf("%d calls", n)
		}
	})
}

// When the one that calls gives up, another goes on.
func TestGivingUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inner, c := &counting{}, cache.New()
		c.SetTTL(time.Hour)
		client := c.Wrap(inner)
		short, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		var calls sync.WaitGroup
		calls.Go(func() {
			if _, err := client.Get(short, get("us-east-1", "a")); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("have %v", err)
			}
		})
		synctest.Wait()
		calls.Go(func() {
			if out, err := client.Get(t.Context(), get("us-east-1", "a")); err != nil || out.Identifier != "a" {
				t.Errorf("have %v, %v", out, err)
			}
		})
		calls.Wait()
	})
}

// What is under way when a change comes is not kept.
func TestChangeWhileReading(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inner, c := &counting{}, cache.New()
		c.SetTTL(time.Hour)
		client := c.Wrap(inner)
		var calls sync.WaitGroup
		calls.Go(func() { client.Get(t.Context(), get("us-east-1", "a")) })
		synctest.Wait()
		client.Update(t.Context(), cloudcontrol.UpdateInput{Call: get("us-east-1", "a").Call})
		calls.Wait()
		client.Get(t.Context(), get("us-east-1", "a"))
		if n := inner.gets.Load(); n != 2 {
			t.Errorf("%d calls", n)
		}
	})
}

func TestErrors(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		for _, test := range []struct {
			code  resource.Code
			calls int64
		}{{resource.NotFound, 1}, {resource.AccessDenied, 2}, {resource.Throttling, 2}} {
			inner, c := &counting{err: &resource.Error{Code: test.code}}, cache.New()
			c.SetTTL(time.Hour)
			client := c.Wrap(inner)
			for range 2 {
				if _, err := client.Get(t.Context(), get("us-east-1", "a")); !errors.Is(err, test.code) {
					t.Errorf("have %v", err)
				}
			}
			if n := inner.gets.Load(); n != test.calls {
				t.Errorf("%s: %d calls", test.code, n)
			}
		}
	})
}

// It holds no more than it may.
func TestBound(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inner, c := &counting{size: 1 << 20}, cache.New()
		c.SetTTL(time.Hour)
		client := c.Wrap(inner)
		for i := range 200 {
			client.Get(t.Context(), get("us-east-1", strings.Repeat("i", i+1)))
		}
		client.Get(t.Context(), get("us-east-1", "i"))
		if n := inner.gets.Load(); n != 201 {
			t.Errorf("%d calls: the first answer was still held", n)
		}
	})
}
