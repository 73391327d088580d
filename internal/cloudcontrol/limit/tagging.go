package limit

import (
	"context"

	"skyql/internal/tagging"
)

// TaggingClient is a tagging client whose calls wait for their turn, in the same
// line as those of Cloud Control.
type TaggingClient struct {
	tagging.Client
	limiter *Limiter
}

var _ tagging.Client = (*TaggingClient)(nil)

// WrapTagging returns a client that makes its calls through client when the
// limiter lets them.
func (l *Limiter) WrapTagging(client tagging.Client) *TaggingClient {
	return &TaggingClient{Client: client, limiter: l}
}

// TaggedResources implements tagging.Reader.
func (c *TaggingClient) TaggedResources(
	ctx context.Context, in tagging.ResourcesInput,
) (tagging.ResourcePage, error) {
	return pass(ctx, c.limiter, call{tagging.GetResources, in.Scope},
		func() (tagging.ResourcePage, error) { return c.Client.TaggedResources(ctx, in) })
}

// TagKeys implements tagging.Reader.
func (c *TaggingClient) TagKeys(ctx context.Context, in tagging.KeysInput) (tagging.KeyPage, error) {
	return pass(ctx, c.limiter, call{tagging.GetTagKeys, in.Scope},
		func() (tagging.KeyPage, error) { return c.Client.TagKeys(ctx, in) })
}

// TagValues implements tagging.Reader.
func (c *TaggingClient) TagValues(ctx context.Context, in tagging.ValuesInput) (tagging.ValuePage, error) {
	return pass(ctx, c.limiter, call{tagging.GetTagValues, in.Scope},
		func() (tagging.ValuePage, error) { return c.Client.TagValues(ctx, in) })
}

// TagResources implements tagging.Writer.
func (c *TaggingClient) TagResources(ctx context.Context, in tagging.TagInput) (tagging.Failures, error) {
	return pass(ctx, c.limiter, call{tagging.TagResources, in.Scope},
		func() (tagging.Failures, error) { return c.Client.TagResources(ctx, in) })
}

// UntagResources implements tagging.Writer.
func (c *TaggingClient) UntagResources(ctx context.Context, in tagging.UntagInput) (tagging.Failures, error) {
	return pass(ctx, c.limiter, call{tagging.UntagResources, in.Scope},
		func() (tagging.Failures, error) { return c.Client.UntagResources(ctx, in) })
}

// ComplianceSummary implements tagging.Reporter.
func (c *TaggingClient) ComplianceSummary(
	ctx context.Context, in tagging.SummaryInput,
) (tagging.SummaryPage, error) {
	return pass(ctx, c.limiter, call{tagging.GetComplianceSummary, in.Scope},
		func() (tagging.SummaryPage, error) { return c.Client.ComplianceSummary(ctx, in) })
}

// ReportCreation implements tagging.Reporter.
func (c *TaggingClient) ReportCreation(ctx context.Context, in tagging.ReportInput) (tagging.Report, error) {
	return pass(ctx, c.limiter, call{tagging.DescribeReportCreation, in.Scope},
		func() (tagging.Report, error) { return c.Client.ReportCreation(ctx, in) })
}

// StartReportCreation implements tagging.Reporter.
func (c *TaggingClient) StartReportCreation(ctx context.Context, in tagging.StartReportInput) error {
	_, err := pass(ctx, c.limiter, call{tagging.StartReportCreation, in.Scope},
		func() (struct{}, error) { return struct{}{}, c.Client.StartReportCreation(ctx, in) })
	return err
}
