package awsclient

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	tags "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"

	"skyql/internal/resource"
	"skyql/internal/tagging"
)

// TaggedResources implements tagging.Reader.
func (c *Client) TaggedResources(ctx context.Context, in tagging.ResourcesInput) (tagging.ResourcePage, error) {
	about := resource.Error{Operation: tagging.GetResources, Scope: in.Scope}
	out, err := callTagging(ctx, c, about, func(ctx context.Context, api *tags.Client) (*tags.GetResourcesOutput, error) {
		return api.GetResources(ctx, &tags.GetResourcesInput{
			TagFilters: tagFilters(in.Filters), ResourceTypeFilters: in.Types, ResourceARNList: in.ARNs,
			ResourcesPerPage: limit(in.ResourcesPerPage), TagsPerPage: number(in.TagsPerPage),
			PaginationToken:          optional(in.PaginationToken),
			IncludeComplianceDetails: set(in.IncludeCompliance), ExcludeCompliantResources: set(in.ExcludeCompliant),
		})
	})
	if err != nil {
		return tagging.ResourcePage{}, err
	}
	if out.ResourceTagMappingList == nil && out.PaginationToken == nil {
		return tagging.ResourcePage{}, incomplete(about) // must not pass for "there are none"
	}
	page := tagging.ResourcePage{PaginationToken: aws.ToString(out.PaginationToken)}
	for _, mapping := range out.ResourceTagMappingList {
		page.Resources = append(page.Resources, taggedResource(mapping))
	}
	return page, nil
}

// TagKeys implements tagging.Reader.
func (c *Client) TagKeys(ctx context.Context, in tagging.KeysInput) (tagging.KeyPage, error) {
	about := resource.Error{Operation: tagging.GetTagKeys, Scope: in.Scope}
	out, err := callTagging(ctx, c, about, func(ctx context.Context, api *tags.Client) (*tags.GetTagKeysOutput, error) {
		return api.GetTagKeys(ctx, &tags.GetTagKeysInput{PaginationToken: optional(in.PaginationToken)})
	})
	if err != nil {
		return tagging.KeyPage{}, err
	}
	if out.TagKeys == nil && out.PaginationToken == nil {
		return tagging.KeyPage{}, incomplete(about)
	}
	return tagging.KeyPage{Keys: out.TagKeys, PaginationToken: aws.ToString(out.PaginationToken)}, nil
}

// TagValues implements tagging.Reader.
func (c *Client) TagValues(ctx context.Context, in tagging.ValuesInput) (tagging.ValuePage, error) {
	about := resource.Error{Operation: tagging.GetTagValues, Scope: in.Scope}
	out, err := callTagging(ctx, c, about, func(ctx context.Context, api *tags.Client) (*tags.GetTagValuesOutput, error) {
		return api.GetTagValues(ctx, &tags.GetTagValuesInput{
			Key: aws.String(in.Key), PaginationToken: optional(in.PaginationToken),
		})
	})
	if err != nil {
		return tagging.ValuePage{}, err
	}
	if out.TagValues == nil && out.PaginationToken == nil {
		return tagging.ValuePage{}, incomplete(about)
	}
	return tagging.ValuePage{Values: out.TagValues, PaginationToken: aws.ToString(out.PaginationToken)}, nil
}

// TagResources implements tagging.Writer.
func (c *Client) TagResources(ctx context.Context, in tagging.TagInput) (tagging.Failures, error) {
	about := resource.Error{Operation: tagging.TagResources, Scope: in.Scope}
	out, err := callTagging(ctx, c, about, func(ctx context.Context, api *tags.Client) (*tags.TagResourcesOutput, error) {
		return api.TagResources(ctx, &tags.TagResourcesInput{ResourceARNList: list(in.ARNs), Tags: in.Tags})
	})
	if err != nil {
		return nil, err
	}
	if empty(out.ResultMetadata) {
		return nil, incomplete(about) // must not pass for "none was refused"
	}
	return failures(out.FailedResourcesMap), nil
}

// UntagResources implements tagging.Writer.
func (c *Client) UntagResources(ctx context.Context, in tagging.UntagInput) (tagging.Failures, error) {
	about := resource.Error{Operation: tagging.UntagResources, Scope: in.Scope}
	out, err := callTagging(ctx, c, about, func(ctx context.Context, api *tags.Client) (*tags.UntagResourcesOutput, error) {
		return api.UntagResources(ctx, &tags.UntagResourcesInput{ResourceARNList: list(in.ARNs), TagKeys: list(in.Keys)})
	})
	if err != nil {
		return nil, err
	}
	if empty(out.ResultMetadata) {
		return nil, incomplete(about)
	}
	return failures(out.FailedResourcesMap), nil
}

func tagFilters(in []tagging.Filter) (filters []types.TagFilter) {
	for _, filter := range in {
		filters = append(filters, types.TagFilter{Key: aws.String(filter.Key), Values: filter.Values})
	}
	return filters
}

func taggedResource(in types.ResourceTagMapping) tagging.Resource {
	out := tagging.Resource{ARN: aws.ToString(in.ResourceARN)}
	for _, tag := range in.Tags {
		out.Tags = append(out.Tags, tagging.Tag{Key: aws.ToString(tag.Key), Value: aws.ToString(tag.Value)})
	}
	if details := in.ComplianceDetails; details != nil {
		out.Compliance = &tagging.Compliance{
			Compliant: aws.ToBool(details.ComplianceStatus), MissingTagKeys: details.MissingTagKeys,
			KeysWithNoncompliantValues: details.KeysWithNoncompliantValues, NoncompliantKeys: details.NoncompliantKeys,
		}
	}
	return out
}

func failures(in map[string]types.FailureInfo) tagging.Failures {
	out := make(tagging.Failures, len(in))
	for arn, failed := range in {
		out[arn] = tagging.Failure{
			StatusCode: int(failed.StatusCode), Code: string(failed.ErrorCode), Message: aws.ToString(failed.ErrorMessage),
		}
	}
	return out
}

// number leaves a member that was not given out of the request.
func number(n int) *int32 {
	if n == 0 {
		return nil
	}
	return aws.Int32(int32(n))
}

// set leaves a member that is false anyway out of the request.
func set(b bool) *bool {
	if !b {
		return nil
	}
	return &b
}

// list makes a member that must be there one that is: the service says better
// what is wrong with an empty one than the SDK does with none.
func list(texts []string) []string {
	if texts == nil {
		return []string{}
	}
	return texts
}
