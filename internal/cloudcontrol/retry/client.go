package retry

import (
	"context"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

// Options says how stubborn a Client is. The zero value works.
type Options struct {
	// MaxAttempts bounds how often a call is made that fails for other reasons
	// than throttling; default 6. 1 never repeats such a call.
	MaxAttempts int
	// MaxThrottleWait bounds how long one call waits in total because it is
	// throttled; default 10 minutes. It is long because giving up means that a
	// whole statement fails.
	MaxThrottleWait time.Duration
	// MaxDelay bounds a single wait that the service did not ask for; default
	// 20 seconds.
	MaxDelay time.Duration
	// OnRetry, if not nil, is told before each wait. It is called from the
	// goroutine that makes the call.
	OnRetry func(Attempt)
}

// Attempt is a call that failed and will be made again.
type Attempt struct {
	Operation string // API operation such as "GetResource"
	Type      resource.TypeName
	Scope     resource.Scope
	Code      resource.Code
	Err       error
	Wait      time.Duration // until the next attempt
}

const (
	defaultMaxAttempts     = 6
	defaultMaxThrottleWait = 10 * time.Minute
	defaultMaxDelay        = 20 * time.Second
)

func (o Options) withDefaults() Options {
	if o.MaxAttempts <= 0 {
		o.MaxAttempts = defaultMaxAttempts
	}
	if o.MaxThrottleWait <= 0 {
		o.MaxThrottleWait = defaultMaxThrottleWait
	}
	if o.MaxDelay <= 0 {
		o.MaxDelay = defaultMaxDelay
	}
	return o
}

// Client is a client that repeats the calls of another. A cancelled context
// ends any wait at once.
type Client struct {
	cloudcontrol.Client
	opts Options
}

var _ cloudcontrol.Client = (*Client)(nil)

// New returns a Client that makes its calls through client.
func New(client cloudcontrol.Client, opts Options) *Client {
	return &Client{Client: client, opts: opts.withDefaults()}
}

// Get implements cloudcontrol.Reader.
func (c *Client) Get(ctx context.Context, in cloudcontrol.GetInput) (cloudcontrol.Description, error) {
	return repeat(ctx, c, Attempt{Operation: cloudcontrol.GetResource, Type: in.Type, Scope: in.Scope},
		func() (cloudcontrol.Description, error) { return c.Client.Get(ctx, in) })
}

// List implements cloudcontrol.Reader.
func (c *Client) List(ctx context.Context, in cloudcontrol.ListInput) (cloudcontrol.Page, error) {
	return repeat(ctx, c, Attempt{Operation: cloudcontrol.ListResources, Type: in.Type, Scope: in.Scope},
		func() (cloudcontrol.Page, error) { return c.Client.List(ctx, in) })
}

// Create implements cloudcontrol.Mutator.
func (c *Client) Create(ctx context.Context, in cloudcontrol.CreateInput) (cloudcontrol.ProgressEvent, error) {
	in.ClientToken = tokenOr(in.ClientToken)
	return c.start(ctx, Attempt{Operation: cloudcontrol.CreateResource, Type: in.Type, Scope: in.Scope}, in.ClientToken,
		func() (cloudcontrol.ProgressEvent, error) { return c.Client.Create(ctx, in) })
}

// Update implements cloudcontrol.Mutator.
func (c *Client) Update(ctx context.Context, in cloudcontrol.UpdateInput) (cloudcontrol.ProgressEvent, error) {
	in.ClientToken = tokenOr(in.ClientToken)
	return c.start(ctx, Attempt{Operation: cloudcontrol.UpdateResource, Type: in.Type, Scope: in.Scope}, in.ClientToken,
		func() (cloudcontrol.ProgressEvent, error) { return c.Client.Update(ctx, in) })
}

// Delete implements cloudcontrol.Mutator.
func (c *Client) Delete(ctx context.Context, in cloudcontrol.DeleteInput) (cloudcontrol.ProgressEvent, error) {
	in.ClientToken = tokenOr(in.ClientToken)
	return c.start(ctx, Attempt{Operation: cloudcontrol.DeleteResource, Type: in.Type, Scope: in.Scope}, in.ClientToken,
		func() (cloudcontrol.ProgressEvent, error) { return c.Client.Delete(ctx, in) })
}

// RequestStatus implements cloudcontrol.RequestTracker.
func (c *Client) RequestStatus(ctx context.Context, in cloudcontrol.RequestInput) (cloudcontrol.RequestStatus, error) {
	return repeat(ctx, c, Attempt{Operation: cloudcontrol.GetResourceRequestStatus, Scope: in.Scope},
		func() (cloudcontrol.RequestStatus, error) { return c.Client.RequestStatus(ctx, in) })
}

// ListRequests implements cloudcontrol.RequestTracker.
func (c *Client) ListRequests(
	ctx context.Context, in cloudcontrol.ListRequestsInput,
) (cloudcontrol.RequestPage, error) {
	return repeat(ctx, c, Attempt{Operation: cloudcontrol.ListResourceRequests, Scope: in.Scope},
		func() (cloudcontrol.RequestPage, error) { return c.Client.ListRequests(ctx, in) })
}

// CancelRequest implements cloudcontrol.RequestTracker.
func (c *Client) CancelRequest(
	ctx context.Context, in cloudcontrol.RequestInput,
) (cloudcontrol.ProgressEvent, error) {
	return repeat(ctx, c, Attempt{Operation: cloudcontrol.CancelResourceRequest, Scope: in.Scope},
		func() (cloudcontrol.ProgressEvent, error) { return c.Client.CancelRequest(ctx, in) })
}
