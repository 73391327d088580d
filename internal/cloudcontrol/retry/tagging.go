package retry

import (
	"context"

	"skyql/internal/resource"
	"skyql/internal/tagging"
)

// TaggingClient is a tagging client that repeats the calls of another. Writing
// tags again does no harm, so no call needs a token.
type TaggingClient struct {
	tagging.Client
	layer *Client // for its options
}

var _ tagging.Client = (*TaggingClient)(nil)

// NewTagging returns a TaggingClient that makes its calls through client.
func NewTagging(client tagging.Client, opts Options) *TaggingClient {
	return &TaggingClient{client, &Client{opts: opts.withDefaults()}}
}

// again makes the call until it succeeds or fails for good.
func again[T any](
	ctx context.Context, c *TaggingClient, operation string, scope resource.Scope, try func() (T, error),
) (T, error) {
	return repeat(ctx, c.layer, Attempt{Operation: operation, Scope: scope}, try)
}

// TaggedResources implements tagging.Reader.
func (c *TaggingClient) TaggedResources(
	ctx context.Context, in tagging.ResourcesInput,
) (tagging.ResourcePage, error) {
	return again(ctx, c, tagging.GetResources, in.Scope,
		func() (tagging.ResourcePage, error) { return c.Client.TaggedResources(ctx, in) })
}

// TagKeys implements tagging.Reader.
func (c *TaggingClient) TagKeys(ctx context.Context, in tagging.KeysInput) (tagging.KeyPage, error) {
	return again(ctx, c, tagging.GetTagKeys, in.Scope,
		func() (tagging.KeyPage, error) { return c.Client.TagKeys(ctx, in) })
}

// TagValues implements tagging.Reader.
func (c *TaggingClient) TagValues(ctx context.Context, in tagging.ValuesInput) (tagging.ValuePage, error) {
	return again(ctx, c, tagging.GetTagValues, in.Scope,
		func() (tagging.ValuePage, error) { return c.Client.TagValues(ctx, in) })
}

// TagResources implements tagging.Writer.
func (c *TaggingClient) TagResources(ctx context.Context, in tagging.TagInput) (tagging.Failures, error) {
	return again(ctx, c, tagging.TagResources, in.Scope,
		func() (tagging.Failures, error) { return c.Client.TagResources(ctx, in) })
}

// UntagResources implements tagging.Writer.
func (c *TaggingClient) UntagResources(ctx context.Context, in tagging.UntagInput) (tagging.Failures, error) {
	return again(ctx, c, tagging.UntagResources, in.Scope,
		func() (tagging.Failures, error) { return c.Client.UntagResources(ctx, in) })
}

// ComplianceSummary implements tagging.Reporter.
func (c *TaggingClient) ComplianceSummary(
	ctx context.Context, in tagging.SummaryInput,
) (tagging.SummaryPage, error) {
	return again(ctx, c, tagging.GetComplianceSummary, in.Scope,
		func() (tagging.SummaryPage, error) { return c.Client.ComplianceSummary(ctx, in) })
}

// ReportCreation implements tagging.Reporter.
func (c *TaggingClient) ReportCreation(ctx context.Context, in tagging.ReportInput) (tagging.Report, error) {
	return again(ctx, c, tagging.DescribeReportCreation, in.Scope,
		func() (tagging.Report, error) { return c.Client.ReportCreation(ctx, in) })
}

// StartReportCreation implements tagging.Reporter. If an attempt began a report
// and its answer was lost, the next one is refused since that report is under
// way: it is what was asked for.
func (c *TaggingClient) StartReportCreation(ctx context.Context, in tagging.StartReportInput) error {
	mayHaveLanded := false
	_, err := again(ctx, c, tagging.StartReportCreation, in.Scope, func() (struct{}, error) {
		err := c.Client.StartReportCreation(ctx, in)
		if mayHaveLanded && resource.CodeOf(err) == resource.ConcurrentModification {
			err = nil
		}
		mayHaveLanded = mayHaveLanded || err != nil && resource.CodeOf(err) != resource.Throttling
		return struct{}{}, err
	})
	return err
}
