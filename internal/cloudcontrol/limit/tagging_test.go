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
	"skyql/internal/tagging"
)

// slowTags is a tagging client whose calls take a second, beside those of slow.
type slowTags struct{ *slow }

func (s slowTags) wait() error {
	_, err := s.Get(context.Background(), cloudcontrol.GetInput{})
	return err
}

func (s slowTags) TaggedResources(context.Context, tagging.ResourcesInput) (tagging.ResourcePage, error) {
	return tagging.ResourcePage{}, s.wait()
}

func (s slowTags) TagKeys(context.Context, tagging.KeysInput) (tagging.KeyPage, error) {
	return tagging.KeyPage{}, s.wait()
}

func (s slowTags) TagValues(context.Context, tagging.ValuesInput) (tagging.ValuePage, error) {
	return tagging.ValuePage{}, s.wait()
}

func (s slowTags) TagResources(context.Context, tagging.TagInput) (tagging.Failures, error) {
	return nil, s.wait()
}

func (s slowTags) UntagResources(context.Context, tagging.UntagInput) (tagging.Failures, error) {
	return nil, s.wait()
}

func (s slowTags) ComplianceSummary(context.Context, tagging.SummaryInput) (tagging.SummaryPage, error) {
	return tagging.SummaryPage{}, s.wait()
}

func (s slowTags) ReportCreation(context.Context, tagging.ReportInput) (tagging.Report, error) {
	return tagging.Report{}, s.wait()
}

func (s slowTags) StartReportCreation(context.Context, tagging.StartReportInput) error {
	return resource.Throttling
}

func TestTaggingWaitsInTheSameLine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		inner := &slow{}
		limiter := limit.New(limit.Options{Concurrency: 2})
		client, tags, ctx := limiter.Wrap(inner), limiter.WrapTagging(slowTags{inner}), t.Context()
		var calls sync.WaitGroup
		for _, call := range []func(){
			func() { client.Get(ctx, cloudcontrol.GetInput{}) },
			func() { tags.TaggedResources(ctx, tagging.ResourcesInput{}) },
			func() { tags.TagKeys(ctx, tagging.KeysInput{}) },
			func() { tags.TagValues(ctx, tagging.ValuesInput{}) },
			func() { tags.TagResources(ctx, tagging.TagInput{}) },
			func() { tags.UntagResources(ctx, tagging.UntagInput{}) },
			func() { tags.ComplianceSummary(ctx, tagging.SummaryInput{}) },
			func() { tags.ReportCreation(ctx, tagging.ReportInput{}) },
		} {
			calls.Go(call)
		}
		start := time.Now()
		calls.Wait()
		if took := time.Since(start); took != 4*time.Second || inner.most.Load() != 2 {
			t.Errorf("want 8 calls, 2 at a time, in 4s; took %s with %d", took, inner.most.Load())
		}
		for range 3 {
			if err := tags.StartReportCreation(ctx, tagging.StartReportInput{}); err != resource.Throttling {
				t.Errorf("want the error itself, and the slot freed, got %v", err)
			}
		}
		for range 2 {
			calls.Go(func() { client.Get(ctx, cloudcontrol.GetInput{}) })
		}
		synctest.Wait()
		brief, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
		defer cancel()
		if err := tags.StartReportCreation(brief, tagging.StartReportInput{}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("want context.DeadlineExceeded while waiting, got %v", err)
		}
		calls.Wait()
	})
}
