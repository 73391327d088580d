package awsclient

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	tags "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"

	"skyql/internal/resource"
	"skyql/internal/tagging"
)

// ComplianceSummary implements tagging.Reporter.
func (c *Client) ComplianceSummary(ctx context.Context, in tagging.SummaryInput) (tagging.SummaryPage, error) {
	about := resource.Error{Operation: tagging.GetComplianceSummary, Scope: in.Scope}
	out, err := callTagging(ctx, c, about,
		func(ctx context.Context, api *tags.Client) (*tags.GetComplianceSummaryOutput, error) {
			return api.GetComplianceSummary(ctx, &tags.GetComplianceSummaryInput{
				TargetIdFilters: in.Targets, RegionFilters: in.Regions, ResourceTypeFilters: in.Types,
				TagKeyFilters: in.Keys, GroupBy: attributes(in.GroupBy),
				MaxResults: number(in.MaxResults), PaginationToken: optional(in.PaginationToken),
			})
		})
	if err != nil {
		return tagging.SummaryPage{}, err
	}
	if out.SummaryList == nil && out.PaginationToken == nil {
		return tagging.SummaryPage{}, incomplete(about)
	}
	page := tagging.SummaryPage{PaginationToken: aws.ToString(out.PaginationToken)}
	for _, summary := range out.SummaryList {
		page.Summaries = append(page.Summaries, tagging.Summary{
			LastUpdated: aws.ToString(summary.LastUpdated), TargetID: aws.ToString(summary.TargetId),
			TargetType: string(summary.TargetIdType), Region: aws.ToString(summary.Region),
			Type: aws.ToString(summary.ResourceType), NonCompliant: summary.NonCompliantResources,
		})
	}
	return page, nil
}

// ReportCreation implements tagging.Reporter.
func (c *Client) ReportCreation(ctx context.Context, in tagging.ReportInput) (tagging.Report, error) {
	about := resource.Error{Operation: tagging.DescribeReportCreation, Scope: in.Scope}
	out, err := callTagging(ctx, c, about,
		func(ctx context.Context, api *tags.Client) (*tags.DescribeReportCreationOutput, error) {
			return api.DescribeReportCreation(ctx, &tags.DescribeReportCreationInput{})
		})
	if err != nil {
		return tagging.Report{}, err
	}
	if out.Status == nil {
		return tagging.Report{}, incomplete(about)
	}
	return tagging.Report{
		Status: aws.ToString(out.Status), S3Location: aws.ToString(out.S3Location),
		StartDate: aws.ToString(out.StartDate), ErrorMessage: aws.ToString(out.ErrorMessage),
	}, nil
}

// StartReportCreation implements tagging.Reporter.
func (c *Client) StartReportCreation(ctx context.Context, in tagging.StartReportInput) error {
	about := resource.Error{Operation: tagging.StartReportCreation, Scope: in.Scope}
	_, err := callTagging(ctx, c, about,
		func(ctx context.Context, api *tags.Client) (*tags.StartReportCreationOutput, error) {
			return api.StartReportCreation(ctx, &tags.StartReportCreationInput{S3Bucket: aws.String(in.Bucket)})
		})
	return err
}

func attributes(names []string) (attributes []types.GroupByAttribute) {
	for _, name := range names {
		attributes = append(attributes, types.GroupByAttribute(name))
	}
	return attributes
}
