package awsclient

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/cloudcontrol"

	"skyql/internal/cloudcontrol"
)

// Get implements cloudcontrol.Reader.
func (c *Client) Get(ctx context.Context, in cloudcontrol.GetInput) (cloudcontrol.Description, error) {
	about := describe(cloudcontrol.GetResource, in.Call, in.Identifier)
	out, err := call(ctx, c, about, func(ctx context.Context, api *sdk.Client) (*sdk.GetResourceOutput, error) {
		return api.GetResource(ctx, &sdk.GetResourceInput{
			TypeName: aws.String(string(in.Type)), Identifier: aws.String(in.Identifier),
			RoleArn: optional(in.RoleARN), TypeVersionId: optional(in.TypeVersionID),
		})
	})
	if err != nil {
		return cloudcontrol.Description{}, err
	}
	if out.ResourceDescription == nil {
		return cloudcontrol.Description{}, incomplete(about)
	}
	return description(*out.ResourceDescription), nil
}

// List implements cloudcontrol.Reader.
func (c *Client) List(ctx context.Context, in cloudcontrol.ListInput) (cloudcontrol.Page, error) {
	about := describe(cloudcontrol.ListResources, in.Call, "")
	out, err := call(ctx, c, about, func(ctx context.Context, api *sdk.Client) (*sdk.ListResourcesOutput, error) {
		return api.ListResources(ctx, &sdk.ListResourcesInput{
			TypeName: aws.String(string(in.Type)), ResourceModel: document(in.ResourceModel),
			NextToken: optional(in.NextToken), MaxResults: limit(in.MaxResults),
			RoleArn: optional(in.RoleARN), TypeVersionId: optional(in.TypeVersionID),
		})
	})
	if err != nil {
		return cloudcontrol.Page{}, err
	}
	if out.ResourceDescriptions == nil && out.TypeName == nil && out.NextToken == nil {
		return cloudcontrol.Page{}, incomplete(about) // must not pass for "there are none"
	}
	page := cloudcontrol.Page{NextToken: aws.ToString(out.NextToken)}
	for _, found := range out.ResourceDescriptions {
		page.Resources = append(page.Resources, description(found))
	}
	return page, nil
}

// Create implements cloudcontrol.Mutator.
func (c *Client) Create(ctx context.Context, in cloudcontrol.CreateInput) (cloudcontrol.ProgressEvent, error) {
	about := describe(cloudcontrol.CreateResource, in.Call, "")
	out, err := call(ctx, c, about, func(ctx context.Context, api *sdk.Client) (*sdk.CreateResourceOutput, error) {
		return api.CreateResource(ctx, &sdk.CreateResourceInput{
			TypeName: aws.String(string(in.Type)), DesiredState: aws.String(string(in.DesiredState)),
			ClientToken: optional(in.ClientToken),
			RoleArn:     optional(in.RoleARN), TypeVersionId: optional(in.TypeVersionID),
		})
	})
	if err != nil {
		return cloudcontrol.ProgressEvent{}, err
	}
	return eventOf(out.ProgressEvent, about)
}

// Update implements cloudcontrol.Mutator.
func (c *Client) Update(ctx context.Context, in cloudcontrol.UpdateInput) (cloudcontrol.ProgressEvent, error) {
	about := describe(cloudcontrol.UpdateResource, in.Call, in.Identifier)
	out, err := call(ctx, c, about, func(ctx context.Context, api *sdk.Client) (*sdk.UpdateResourceOutput, error) {
		return api.UpdateResource(ctx, &sdk.UpdateResourceInput{
			TypeName: aws.String(string(in.Type)), Identifier: aws.String(in.Identifier),
			PatchDocument: aws.String(string(in.PatchDocument)), ClientToken: optional(in.ClientToken),
			RoleArn: optional(in.RoleARN), TypeVersionId: optional(in.TypeVersionID),
		})
	})
	if err != nil {
		return cloudcontrol.ProgressEvent{}, err
	}
	return eventOf(out.ProgressEvent, about)
}

// Delete implements cloudcontrol.Mutator.
func (c *Client) Delete(ctx context.Context, in cloudcontrol.DeleteInput) (cloudcontrol.ProgressEvent, error) {
	about := describe(cloudcontrol.DeleteResource, in.Call, in.Identifier)
	out, err := call(ctx, c, about, func(ctx context.Context, api *sdk.Client) (*sdk.DeleteResourceOutput, error) {
		return api.DeleteResource(ctx, &sdk.DeleteResourceInput{
			TypeName: aws.String(string(in.Type)), Identifier: aws.String(in.Identifier),
			ClientToken: optional(in.ClientToken),
			RoleArn:     optional(in.RoleARN), TypeVersionId: optional(in.TypeVersionID),
		})
	})
	if err != nil {
		return cloudcontrol.ProgressEvent{}, err
	}
	return eventOf(out.ProgressEvent, about)
}

// optional leaves an empty member out of the request.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func document(raw json.RawMessage) *string { return optional(string(raw)) }

func limit(n int) *int32 {
	if n <= 0 {
		return nil
	}
	return aws.Int32(int32(min(n, 100))) // the API allows no more
}
