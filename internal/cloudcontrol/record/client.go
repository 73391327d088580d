package record

import (
	"context"

	"skyql/internal/cloudcontrol"
)

// Client is a client whose calls are recorded.
type Client struct {
	cloudcontrol.Client
	recorder *Recorder
}

var _ cloudcontrol.Client = (*Client)(nil)

// Wrap returns a client that records the calls it passes on to client.
func (r *Recorder) Wrap(client cloudcontrol.Client) *Client {
	return &Client{Client: client, recorder: r}
}

// Get implements cloudcontrol.Reader.
func (c *Client) Get(ctx context.Context, in cloudcontrol.GetInput) (cloudcontrol.Description, error) {
	return measure(ctx, c.recorder, Call{Operation: cloudcontrol.GetResource, Type: in.Type, Scope: in.Scope},
		func(ctx context.Context) (cloudcontrol.Description, error) { return c.Client.Get(ctx, in) })
}

// List implements cloudcontrol.Reader.
func (c *Client) List(ctx context.Context, in cloudcontrol.ListInput) (cloudcontrol.Page, error) {
	return measure(ctx, c.recorder, Call{Operation: cloudcontrol.ListResources, Type: in.Type, Scope: in.Scope},
		func(ctx context.Context) (cloudcontrol.Page, error) { return c.Client.List(ctx, in) })
}

// Create implements cloudcontrol.Mutator.
func (c *Client) Create(ctx context.Context, in cloudcontrol.CreateInput) (cloudcontrol.ProgressEvent, error) {
	return measure(ctx, c.recorder, Call{Operation: cloudcontrol.CreateResource, Type: in.Type, Scope: in.Scope},
		func(ctx context.Context) (cloudcontrol.ProgressEvent, error) { return c.Client.Create(ctx, in) })
}

// Update implements cloudcontrol.Mutator.
func (c *Client) Update(ctx context.Context, in cloudcontrol.UpdateInput) (cloudcontrol.ProgressEvent, error) {
	return measure(ctx, c.recorder, Call{Operation: cloudcontrol.UpdateResource, Type: in.Type, Scope: in.Scope},
		func(ctx context.Context) (cloudcontrol.ProgressEvent, error) { return c.Client.Update(ctx, in) })
}

// Delete implements cloudcontrol.Mutator.
func (c *Client) Delete(ctx context.Context, in cloudcontrol.DeleteInput) (cloudcontrol.ProgressEvent, error) {
	return measure(ctx, c.recorder, Call{Operation: cloudcontrol.DeleteResource, Type: in.Type, Scope: in.Scope},
		func(ctx context.Context) (cloudcontrol.ProgressEvent, error) { return c.Client.Delete(ctx, in) })
}

// RequestStatus implements cloudcontrol.RequestTracker.
func (c *Client) RequestStatus(ctx context.Context, in cloudcontrol.RequestInput) (cloudcontrol.RequestStatus, error) {
	return measure(ctx, c.recorder, Call{Operation: cloudcontrol.GetResourceRequestStatus, Scope: in.Scope},
		func(ctx context.Context) (cloudcontrol.RequestStatus, error) { return c.Client.RequestStatus(ctx, in) })
}

// ListRequests implements cloudcontrol.RequestTracker.
func (c *Client) ListRequests(
	ctx context.Context, in cloudcontrol.ListRequestsInput,
) (cloudcontrol.RequestPage, error) {
	return measure(ctx, c.recorder, Call{Operation: cloudcontrol.ListResourceRequests, Scope: in.Scope},
		func(ctx context.Context) (cloudcontrol.RequestPage, error) { return c.Client.ListRequests(ctx, in) })
}

// CancelRequest implements cloudcontrol.RequestTracker.
func (c *Client) CancelRequest(
	ctx context.Context, in cloudcontrol.RequestInput,
) (cloudcontrol.ProgressEvent, error) {
	return measure(ctx, c.recorder, Call{Operation: cloudcontrol.CancelResourceRequest, Scope: in.Scope},
		func(ctx context.Context) (cloudcontrol.ProgressEvent, error) { return c.Client.CancelRequest(ctx, in) })
}
