package cache

import (
	"context"
	"fmt"

	"skyql/internal/cloudcontrol"
)

// Client is a client whose reads and lists are remembered.
type Client struct {
	cloudcontrol.Client
	cache *Cache
}

var _ cloudcontrol.Client = (*Client)(nil)

// Wrap returns a client that asks client for what is not remembered.
func (c *Cache) Wrap(client cloudcontrol.Client) *Client { return &Client{client, c} }

// Get implements cloudcontrol.Reader.
func (c *Client) Get(ctx context.Context, in cloudcontrol.GetInput) (cloudcontrol.Description, error) {
	k := key{in.Scope, fmt.Sprintf("get %q %q %q %q", in.Type, in.Identifier, in.RoleARN, in.TypeVersionID)}
	return recall(ctx, c.cache, k, func(d cloudcontrol.Description) int { return len(d.Properties) + len(d.Identifier) + 200 },
		func() (cloudcontrol.Description, error) { return c.Client.Get(ctx, in) })
}

// List implements cloudcontrol.Reader. A page that goes on with a token is
// remembered by it.
func (c *Client) List(ctx context.Context, in cloudcontrol.ListInput) (cloudcontrol.Page, error) {
	k := key{in.Scope, fmt.Sprintf("list %q %q %q %d %q %q",
		in.Type, in.ResourceModel, in.NextToken, in.MaxResults, in.RoleARN, in.TypeVersionID)}
	return recall(ctx, c.cache, k, pageSize, func() (cloudcontrol.Page, error) { return c.Client.List(ctx, in) })
}

func pageSize(page cloudcontrol.Page) int {
	size := 200
	for _, found := range page.Resources {
		size += len(found.Properties) + len(found.Identifier) + 100
	}
	return size
}

// Create implements cloudcontrol.Mutator.
func (c *Client) Create(ctx context.Context, in cloudcontrol.CreateInput) (cloudcontrol.ProgressEvent, error) {
	defer c.cache.Forget(in.Scope)
	return c.Client.Create(ctx, in)
}

// Update implements cloudcontrol.Mutator.
func (c *Client) Update(ctx context.Context, in cloudcontrol.UpdateInput) (cloudcontrol.ProgressEvent, error) {
	defer c.cache.Forget(in.Scope)
	return c.Client.Update(ctx, in)
}

// Delete implements cloudcontrol.Mutator.
func (c *Client) Delete(ctx context.Context, in cloudcontrol.DeleteInput) (cloudcontrol.ProgressEvent, error) {
	defer c.cache.Forget(in.Scope)
	return c.Client.Delete(ctx, in)
}

// RequestStatus implements cloudcontrol.RequestTracker. What a request changes
// shows at the latest when it has ended.
func (c *Client) RequestStatus(ctx context.Context, in cloudcontrol.RequestInput) (cloudcontrol.RequestStatus, error) {
	status, err := c.Client.RequestStatus(ctx, in)
	if err == nil && status.Event.Status.Terminal() {
		c.cache.Forget(in.Scope)
	}
	return status, err
}
