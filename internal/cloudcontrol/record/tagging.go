package record

import (
	"context"

	"skyql/internal/tagging"
)

// TaggingClient is a tagging client whose calls are recorded, beside those of
// Cloud Control.
type TaggingClient struct {
	tagging.Client
	recorder *Recorder
}

var _ tagging.Client = (*TaggingClient)(nil)

// WrapTagging returns a client that records the calls it passes on to client.
func (r *Recorder) WrapTagging(client tagging.Client) *TaggingClient {
	return &TaggingClient{Client: client, recorder: r}
}

// TaggedResources implements tagging.Reader.
func (c *TaggingClient) TaggedResources(
	ctx context.Context, in tagging.ResourcesInput,
) (tagging.ResourcePage, error) {
	return measure(ctx, c.recorder, Call{Operation: tagging.GetResources, Scope: in.Scope},
		func(ctx context.Context) (tagging.ResourcePage, error) { return c.Client.TaggedResources(ctx, in) })
}

// TagKeys implements tagging.Reader.
func (c *TaggingClient) TagKeys(ctx context.Context, in tagging.KeysInput) (tagging.KeyPage, error) {
	return measure(ctx, c.recorder, Call{Operation: tagging.GetTagKeys, Scope: in.Scope},
		func(ctx context.Context) (tagging.KeyPage, error) { return c.Client.TagKeys(ctx, in) })
}

// TagValues implements tagging.Reader.
func (c *TaggingClient) TagValues(ctx context.Context, in tagging.ValuesInput) (tagging.ValuePage, error) {
	return measure(ctx, c.recorder, Call{Operation: tagging.GetTagValues, Scope: in.Scope},
		func(ctx context.Context) (tagging.ValuePage, error) { return c.Client.TagValues(ctx, in) })
}

// TagResources implements tagging.Writer.
func (c *TaggingClient) TagResources(ctx context.Context, in tagging.TagInput) (tagging.Failures, error) {
	return measure(ctx, c.recorder, Call{Operation: tagging.TagResources, Scope: in.Scope},
		func(ctx context.Context) (tagging.Failures, error) { return c.Client.TagResources(ctx, in) })
}

// UntagResources implements tagging.Writer.
func (c *TaggingClient) UntagResources(ctx context.Context, in tagging.UntagInput) (tagging.Failures, error) {
	return measure(ctx, c.recorder, Call{Operation: tagging.UntagResources, Scope: in.Scope},
		func(ctx context.Context) (tagging.Failures, error) { return c.Client.UntagResources(ctx, in) })
}

// ComplianceSummary implements tagging.Reporter.
func (c *TaggingClient) ComplianceSummary(
	ctx context.Context, in tagging.SummaryInput,
) (tagging.SummaryPage, error) {
	return measure(ctx, c.recorder, Call{Operation: tagging.GetComplianceSummary, Scope: in.Scope},
		func(ctx context.Context) (tagging.SummaryPage, error) { return c.Client.ComplianceSummary(ctx, in) })
}

// ReportCreation implements tagging.Reporter.
func (c *TaggingClient) ReportCreation(ctx context.Context, in tagging.ReportInput) (tagging.Report, error) {
	return measure(ctx, c.recorder, Call{Operation: tagging.DescribeReportCreation, Scope: in.Scope},
		func(ctx context.Context) (tagging.Report, error) { return c.Client.ReportCreation(ctx, in) })
}

// StartReportCreation implements tagging.Reporter.
func (c *TaggingClient) StartReportCreation(ctx context.Context, in tagging.StartReportInput) error {
	_, err := measure(ctx, c.recorder, Call{Operation: tagging.StartReportCreation, Scope: in.Scope},
		func(ctx context.Context) (struct{}, error) { return struct{}{}, c.Client.StartReportCreation(ctx, in) })
	return err
}
