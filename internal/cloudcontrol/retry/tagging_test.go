package retry_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"

	"skyql/internal/cloudcontrol/retry"
	"skyql/internal/resource"
	"skyql/internal/tagging"
)

// taggingScript is a tagging client that gives prepared outcomes, one for each
// call. After the last one every call succeeds.
type taggingScript struct {
	outcomes []error
	calls    []string
}

func (s *taggingScript) next(operation string) error {
	s.calls = append(s.calls, operation)
	if len(s.calls) > len(s.outcomes) {
		return nil
	}
	return s.outcomes[len(s.calls)-1]
}

func (s *taggingScript) TaggedResources(context.Context, tagging.ResourcesInput) (tagging.ResourcePage, error) {
	return tagging.ResourcePage{PaginationToken: "more"}, s.next(tagging.GetResources)
}

func (s *taggingScript) TagKeys(context.Context, tagging.KeysInput) (tagging.KeyPage, error) {
	return tagging.KeyPage{PaginationToken: "more"}, s.next(tagging.GetTagKeys)
}

func (s *taggingScript) TagValues(context.Context, tagging.ValuesInput) (tagging.ValuePage, error) {
	return tagging.ValuePage{PaginationToken: "more"}, s.next(tagging.GetTagValues)
}

func (s *taggingScript) TagResources(context.Context, tagging.TagInput) (tagging.Failures, error) {
	return tagging.Failures{"arn": {}}, s.next(tagging.TagResources)
}

func (s *taggingScript) UntagResources(context.Context, tagging.UntagInput) (tagging.Failures, error) {
	return tagging.Failures{"arn": {}}, s.next(tagging.UntagResources)
}

func (s *taggingScript) ComplianceSummary(context.Context, tagging.SummaryInput) (tagging.SummaryPage, error) {
	return tagging.SummaryPage{PaginationToken: "more"}, s.next(tagging.GetComplianceSummary)
}

func (s *taggingScript) ReportCreation(context.Context, tagging.ReportInput) (tagging.Report, error) {
	return tagging.Report{Status: "more"}, s.next(tagging.DescribeReportCreation)
}

func (s *taggingScript) StartReportCreation(context.Context, tagging.StartReportInput) error {
	return s.next(tagging.StartReportCreation)
}

// taggingCalls makes a call of each operation and reports whether its answer came
// through.
var taggingCalls = map[string]func(context.Context, *retry.TaggingClient, resource.Scope) (bool, error){
	tagging.GetResources: func(ctx context.Context, c *retry.TaggingClient, scope resource.Scope) (bool, error) {
		page, err := c.TaggedResources(ctx, tagging.ResourcesInput{Scope: scope})
		return page.PaginationToken == "more", err
	},
	tagging.GetTagKeys: func(ctx context.Context, c *retry.TaggingClient, scope resource.Scope) (bool, error) {
		page, err := c.TagKeys(ctx, tagging.KeysInput{Scope: scope})
		return page.PaginationToken == "more", err
	},
	tagging.GetTagValues: func(ctx context.Context, c *retry.TaggingClient, scope resource.Scope) (bool, error) {
		page, err := c.TagValues(ctx, tagging.ValuesInput{Scope: scope})
		return page.PaginationToken == "more", err
	},
	tagging.TagResources: func(ctx context.Context, c *retry.TaggingClient, scope resource.Scope) (bool, error) {
		failures, err := c.TagResources(ctx, tagging.TagInput{Scope: scope})
		return len(failures) == 1, err
	},
	tagging.UntagResources: func(ctx context.Context, c *retry.TaggingClient, scope resource.Scope) (bool, error) {
		failures, err := c.UntagResources(ctx, tagging.UntagInput{Scope: scope})
		return len(failures) == 1, err
	},
	tagging.GetComplianceSummary: func(ctx context.Context, c *retry.TaggingClient, scope resource.Scope) (bool, error) {
		page, err := c.ComplianceSummary(ctx, tagging.SummaryInput{Scope: scope})
		return page.PaginationToken == "more", err
	},
	tagging.DescribeReportCreation: func(ctx context.Context, c *retry.TaggingClient, scope resource.Scope) (bool, error) {
		report, err := c.ReportCreation(ctx, tagging.ReportInput{Scope: scope})
		return report.Status == "more", err
	},
	tagging.StartReportCreation: func(ctx context.Context, c *retry.TaggingClient, scope resource.Scope) (bool, error) {
		return true, c.StartReportCreation(ctx, tagging.StartReportInput{Scope: scope})
	},
}

func TestEveryTaggingOperationIsRepeated(t *testing.T) {
	t.Parallel()
	for _, operation := range tagging.Operations {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				scope := resource.Scope{Region: "eu-west-1"}
				inner := &taggingScript{outcomes: []error{failure(resource.Throttling), failure(resource.ServiceInternalError), failure(resource.Throttling)}}
				var told []retry.Attempt
				client := retry.NewTagging(inner, retry.Options{OnRetry: func(a retry.Attempt) { told = append(told, a) }})
				through, err := taggingCalls[operation](t.Context(), client, scope)
				if err != nil || !through {
					t.Errorf("want the answer, got %t, %v", through, err)
				}
				if want := slices.Repeat([]string{operation}, 4); !slices.Equal(inner.calls, want) {
					t.Errorf("want 4 times %s, got %v", operation, inner.calls)
				}
				if len(told) != 3 || told[0].Operation != operation || told[0].Scope != scope || told[0].Code != resource.Throttling {
					t.Errorf("want each attempt told, got %+v", told)
				}
			})
		})
	}
}

func TestTaggingRefusalsAreFinal(t *testing.T) {
	t.Parallel()
	for _, code := range []resource.Code{resource.Validation, tagging.TokenExpired, tagging.ConstraintViolation, resource.AccessDenied} {
		for _, operation := range tagging.Operations {
			inner := &taggingScript{outcomes: []error{failure(code)}}
			_, err := taggingCalls[operation](t.Context(), retry.NewTagging(inner, retry.Options{}), resource.Scope{})
			if !errors.Is(err, code) || len(inner.calls) != 1 {
				t.Errorf("%s: want %s after one call, got %v after %d", operation, code, err, len(inner.calls))
			}
		}
	}
}

// A report whose begin was told to nobody is the one that was asked for.
func TestReportThatRunsAlready(t *testing.T) {
	t.Parallel()
	running := failure(resource.ConcurrentModification)
	for _, test := range []struct {
		name     string
		outcomes []error
		want     resource.Code // empty for success
	}{
		{"by somebody else", []error{running}, resource.ConcurrentModification},
		{"after a cut connection", []error{failure(resource.Unreachable), running}, ""},
		{"after a fault", []error{failure(resource.ServiceInternalError), failure(resource.Throttling), running}, ""},
		{"after a throttle, which did no work", []error{failure(resource.Throttling), running}, resource.ConcurrentModification},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				inner := &taggingScript{outcomes: test.outcomes}
				err := retry.NewTagging(inner, retry.Options{}).StartReportCreation(t.Context(), tagging.StartReportInput{})
				if test.want == "" && err != nil || test.want != "" && !errors.Is(err, test.want) {
					t.Errorf("want %q, got %v", test.want, err)
				}
				if len(inner.calls) != len(test.outcomes) {
					t.Errorf("want %d calls, got %d", len(test.outcomes), len(inner.calls))
				}
			})
		})
	}
}
