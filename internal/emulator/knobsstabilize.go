package emulator

import (
	"context"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

// settling is a client whose changes are in progress for as long as the settings
// say. The store has one time for all. So a change whose time is another sets
// it, and sets it back, while no other change begins.
type settling struct {
	cloudcontrol.Client
	server *Server
	knobs  *knobs
}

var _ cloudcontrol.Client = (*settling)(nil)

// stabilize gives how long a change to the type is in progress, and whether that
// is what the store does anyway.
func (k *knobs) stabilize(name resource.TypeName) (delay Delay, base bool) {
	delay = Fixed(k.stabilizeBase())
	base = true
	ofType := false
	for _, rule := range k.Stabilize {
		if rule.Type == name || rule.Type == "" && !ofType {
			delay, base = rule.Delay, rule.Type == "" && rule.Delay.IsFixed()
			ofType = rule.Type != ""
		}
	}
	return delay, base
}

// stabilizeBase is what the store does by itself: the last fixed time for all
// types.
func (k *knobs) stabilizeBase() time.Duration {
	var base Delay
	for _, rule := range k.Stabilize {
		if rule.Type == "" {
			base = rule.Delay
		}
	}
	if !base.IsFixed() {
		return 0
	}
	return base.Draw()
}

// begin readies the store for a change to the type; ended is to be called when it
// has begun.
func (c *settling) begin(name resource.TypeName) (ended func()) {
	delay, base := c.knobs.stabilize(name)
	if base {
		c.server.changing.RLock()
		return c.server.changing.RUnlock
	}
	c.server.changing.Lock()
	c.server.store.SetStabilize(delay.Draw())
	return func() {
		c.server.store.SetStabilize(c.server.knobs.Load().stabilizeBase())
		c.server.changing.Unlock()
	}
}

// Create implements cloudcontrol.Mutator.
func (c *settling) Create(ctx context.Context, in cloudcontrol.CreateInput) (cloudcontrol.ProgressEvent, error) {
	defer c.begin(in.Type)()
	return c.Client.Create(ctx, in)
}

// Update implements cloudcontrol.Mutator.
func (c *settling) Update(ctx context.Context, in cloudcontrol.UpdateInput) (cloudcontrol.ProgressEvent, error) {
	defer c.begin(in.Type)()
	return c.Client.Update(ctx, in)
}

// Delete implements cloudcontrol.Mutator.
func (c *settling) Delete(ctx context.Context, in cloudcontrol.DeleteInput) (cloudcontrol.ProgressEvent, error) {
	defer c.begin(in.Type)()
	return c.Client.Delete(ctx, in)
}
