package limit

import (
	"context"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

// Client is a client whose calls wait for their turn.
type Client struct {
	cloudcontrol.Client
	limiter *Limiter
}

var _ cloudcontrol.Client = (*Client)(nil)

// Wrap returns a client that makes its calls through client when the limiter
// lets them.
func (l *Limiter) Wrap(client cloudcontrol.Client) *Client {
	return &Client{Client: client, limiter: l}
}

// Get implements cloudcontrol.Reader.
func (c *Client) Get(ctx context.Context, in cloudcontrol.GetInput) (cloudcontrol.Description, error) {
	return pass(ctx, c.limiter, call{cloudcontrol.GetResource, in.Scope},
		func() (cloudcontrol.Description, error) { return c.Client.Get(ctx, in) })
}

// List implements cloudcontrol.Reader.
func (c *Client) List(ctx context.Context, in cloudcontrol.ListInput) (cloudcontrol.Page, error) {
	return pass(ctx, c.limiter, call{cloudcontrol.ListResources, in.Scope},
		func() (cloudcontrol.Page, error) { return c.Client.List(ctx, in) })
}

// Create implements cloudcontrol.Mutator.
func (c *Client) Create(ctx context.Context, in cloudcontrol.CreateInput) (cloudcontrol.ProgressEvent, error) {
	return pass(ctx, c.limiter, call{cloudcontrol.CreateResource, in.Scope},
		func() (cloudcontrol.ProgressEvent, error) { return c.Client.Create(ctx, in) })
}

// Update implements cloudcontrol.Mutator.
func (c *Client) Update(ctx context.Context, in cloudcontrol.UpdateInput) (cloudcontrol.ProgressEvent, error) {
	return pass(ctx, c.limiter, call{cloudcontrol.UpdateResource, in.Scope},
		func() (cloudcontrol.ProgressEvent, error) { return c.Client.Update(ctx, in) })
}

// Delete implements cloudcontrol.Mutator.
func (c *Client) Delete(ctx context.Context, in cloudcontrol.DeleteInput) (cloudcontrol.ProgressEvent, error) {
	return pass(ctx, c.limiter, call{cloudcontrol.DeleteResource, in.Scope},
		func() (cloudcontrol.ProgressEvent, error) { return c.Client.Delete(ctx, in) })
}

// RequestStatus implements cloudcontrol.RequestTracker.
func (c *Client) RequestStatus(ctx context.Context, in cloudcontrol.RequestInput) (cloudcontrol.RequestStatus, error) {
	status, err := pass(ctx, c.limiter, call{cloudcontrol.GetResourceRequestStatus, in.Scope},
		func() (cloudcontrol.RequestStatus, error) { return c.Client.RequestStatus(ctx, in) })
	if status.Event.Status == cloudcontrol.Failed && status.Event.ErrorCode == resource.Throttling {
		c.limiter.throttledLater(in.Scope, status.Event)
	}
	return status, err
}

// ListRequests implements cloudcontrol.RequestTracker.
func (c *Client) ListRequests(
	ctx context.Context, in cloudcontrol.ListRequestsInput,
) (cloudcontrol.RequestPage, error) {
	return pass(ctx, c.limiter, call{cloudcontrol.ListResourceRequests, in.Scope},
		func() (cloudcontrol.RequestPage, error) { return c.Client.ListRequests(ctx, in) })
}

// CancelRequest implements cloudcontrol.RequestTracker.
func (c *Client) CancelRequest(
	ctx context.Context, in cloudcontrol.RequestInput,
) (cloudcontrol.ProgressEvent, error) {
	return pass(ctx, c.limiter, call{cloudcontrol.CancelResourceRequest, in.Scope},
		func() (cloudcontrol.ProgressEvent, error) { return c.Client.CancelRequest(ctx, in) })
}
