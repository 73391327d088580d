package record_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/record"
	"skyql/internal/resource"
	"skyql/internal/tagging"
)

// fakeTags is a tagging client whose writes fail.
type fakeTags struct{}

func (fakeTags) TaggedResources(context.Context, tagging.ResourcesInput) (tagging.ResourcePage, error) {
	return tagging.ResourcePage{PaginationToken: "more"}, nil
}

func (fakeTags) TagKeys(context.Context, tagging.KeysInput) (tagging.KeyPage, error) {
	return tagging.KeyPage{}, nil
}

func (fakeTags) TagValues(context.Context, tagging.ValuesInput) (tagging.ValuePage, error) {
	return tagging.ValuePage{}, nil
}

func (fakeTags) TagResources(context.Context, tagging.TagInput) (tagging.Failures, error) {
	return nil, &resource.Error{Code: resource.Throttling}
}

func (fakeTags) UntagResources(context.Context, tagging.UntagInput) (tagging.Failures, error) {
	return nil, nil
}

func (fakeTags) ComplianceSummary(context.Context, tagging.SummaryInput) (tagging.SummaryPage, error) {
	return tagging.SummaryPage{}, nil
}

func (fakeTags) ReportCreation(context.Context, tagging.ReportInput) (tagging.Report, error) {
	return tagging.Report{}, nil
}

func (fakeTags) StartReportCreation(context.Context, tagging.StartReportInput) error { return nil }

func TestTaggingIsCountedByItsOwnNames(t *testing.T) {
	t.Parallel()
	var told []record.Call
	recorder := record.Recorder{OnCall: func(c record.Call) { told = append(told, c) }}
	scope, ctx := resource.Scope{Region: "eu-west-1"}, t.Context()
	client := recorder.WrapTagging(fakeTags{})
	page, err := client.TaggedResources(ctx, tagging.ResourcesInput{Scope: scope})
	if page.PaginationToken != "more" || err != nil {
		t.Errorf("want the answer to pass, got %v, %v", page, err)
	}
	client.TaggedResources(ctx, tagging.ResourcesInput{})
	client.TagKeys(ctx, tagging.KeysInput{})
	client.TagValues(ctx, tagging.ValuesInput{})
	client.TagResources(ctx, tagging.TagInput{Scope: scope})
	client.UntagResources(ctx, tagging.UntagInput{})
	client.ComplianceSummary(ctx, tagging.SummaryInput{})
	client.ReportCreation(ctx, tagging.ReportInput{})
	client.StartReportCreation(ctx, tagging.StartReportInput{})
	recorder.Wrap(fake{}).Create(ctx, cloudcontrol.CreateInput{})
	want := map[string]int64{
		"tagging:GetResources": 2, "tagging:GetTagKeys": 1, "tagging:GetTagValues": 1, "tagging:TagResources": 1,
		"tagging:UntagResources": 1, "tagging:GetComplianceSummary": 1, "tagging:DescribeReportCreation": 1,
		"tagging:StartReportCreation": 1, "CreateResource": 1,
	}
	if diff := cmp.Diff(want, recorder.Counts()); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	if len(told) != 10 || told[0].Operation != tagging.GetResources || told[0].Scope != scope || told[0].Code() != "" ||
		told[4].Operation != tagging.TagResources || told[4].Code() != resource.Throttling {
		t.Errorf("want each call told with its outcome, got %+v", told)
	}
}
