package awsclient

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/cloudcontrol"
	"github.com/aws/aws-sdk-go-v2/service/cloudcontrol/types"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

// RequestStatus implements cloudcontrol.RequestTracker.
func (c *Client) RequestStatus(ctx context.Context, in cloudcontrol.RequestInput) (cloudcontrol.RequestStatus, error) {
	about := aboutRequest(cloudcontrol.GetResourceRequestStatus, in)
	out, err := call(ctx, c, about,
		func(ctx context.Context, api *sdk.Client) (*sdk.GetResourceRequestStatusOutput, error) {
			return api.GetResourceRequestStatus(ctx,
				&sdk.GetResourceRequestStatusInput{RequestToken: aws.String(in.RequestToken)})
		})
	if err != nil {
		return cloudcontrol.RequestStatus{}, err
	}
	event, err := eventOf(out.ProgressEvent, about)
	status := cloudcontrol.RequestStatus{Event: event}
	for _, hook := range out.HooksProgressEvent {
		status.Hooks = append(status.Hooks, hookEvent(hook))
	}
	return status, err
}

// ListRequests implements cloudcontrol.RequestTracker.
func (c *Client) ListRequests(
	ctx context.Context, in cloudcontrol.ListRequestsInput,
) (cloudcontrol.RequestPage, error) {
	about := resource.Error{Operation: cloudcontrol.ListResourceRequests, Scope: in.Scope}
	out, err := call(ctx, c, about,
		func(ctx context.Context, api *sdk.Client) (*sdk.ListResourceRequestsOutput, error) {
			return api.ListResourceRequests(ctx, &sdk.ListResourceRequestsInput{
				NextToken: optional(in.NextToken), MaxResults: limit(in.MaxResults),
				ResourceRequestStatusFilter: filter(in),
			})
		})
	if err != nil {
		return cloudcontrol.RequestPage{}, err
	}
	page := cloudcontrol.RequestPage{NextToken: aws.ToString(out.NextToken)}
	for _, summary := range out.ResourceRequestStatusSummaries {
		page.Events = append(page.Events, progressEvent(summary))
	}
	return page, nil
}

// CancelRequest implements cloudcontrol.RequestTracker.
func (c *Client) CancelRequest(
	ctx context.Context, in cloudcontrol.RequestInput,
) (cloudcontrol.ProgressEvent, error) {
	about := aboutRequest(cloudcontrol.CancelResourceRequest, in)
	out, err := call(ctx, c, about,
		func(ctx context.Context, api *sdk.Client) (*sdk.CancelResourceRequestOutput, error) {
			return api.CancelResourceRequest(ctx,
				&sdk.CancelResourceRequestInput{RequestToken: aws.String(in.RequestToken)})
		})
	if err != nil {
		return cloudcontrol.ProgressEvent{}, err
	}
	return eventOf(out.ProgressEvent, about)
}

// aboutRequest describes a call on a request.
func aboutRequest(operation string, in cloudcontrol.RequestInput) resource.Error {
	return resource.Error{Operation: operation, Scope: in.Scope, RequestToken: in.RequestToken}
}

// filter gives the API's form of the filters, or nil when there are none.
func filter(in cloudcontrol.ListRequestsInput) *types.ResourceRequestStatusFilter {
	if len(in.Operations)+len(in.Statuses) == 0 {
		return nil
	}
	out := new(types.ResourceRequestStatusFilter)
	for _, operation := range in.Operations {
		out.Operations = append(out.Operations, types.Operation(operation))
	}
	for _, status := range in.Statuses {
		out.OperationStatuses = append(out.OperationStatuses, types.OperationStatus(status))
	}
	return out
}
