package store

import (
	"context"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

// failing is a store whose requests are accepted and come to nothing.
type failing struct {
	*Store
	end outcome
}

var _ cloudcontrol.Client = (*failing)(nil)

// Failing gives a view of the store in which changes are checked and accepted as
// ever, but their requests end FAILED with the code, and change nothing. That is
// how a service behind Cloud Control fails, as by a throttle of its own.
func (s *Store) Failing(code resource.Code, message string) cloudcontrol.Client {
	return &failing{s, outcome{code: code, message: message}}
}

// Create implements cloudcontrol.Mutator.
func (f *failing) Create(ctx context.Context, in cloudcontrol.CreateInput) (cloudcontrol.ProgressEvent, error) {
	return f.create(ctx, in, &f.end)
}

// Update implements cloudcontrol.Mutator.
func (f *failing) Update(ctx context.Context, in cloudcontrol.UpdateInput) (cloudcontrol.ProgressEvent, error) {
	return f.update(ctx, in, &f.end)
}

// Delete implements cloudcontrol.Mutator.
func (f *failing) Delete(ctx context.Context, in cloudcontrol.DeleteInput) (cloudcontrol.ProgressEvent, error) {
	return f.delete(ctx, in, &f.end)
}
