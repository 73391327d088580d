package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"skyql/internal/deploy"
	"skyql/internal/resource"
)

// orphans finds what the stack made once and does not have any more, in the
// regions of the session and of the stack's variable region.
func (d *deployment) orphans(ctx context.Context) ([]deploy.Orphan, error) {
	return d.Orphans(ctx, d.c.types.Catalog(), d.regions())
}

// regions are those that something of the stack may be in.
func (d *deployment) regions() []resource.Region {
	regions := slices.Clone(d.c.Regions())
	for _, name := range []string{"region", "aws_region", "AWS_REGION"} {
		value, _ := d.vars.Value(name)
		region := resource.Region(fmt.Sprint(value))
		if value != nil && resource.KnownRegion(region) && !slices.Contains(regions, region) {
			regions = append(regions, region)
		}
	}
	return regions
}

// prune deletes them, if somebody agrees.
func (d *deployment) prune(ctx context.Context, a *app, o *deployOptions) error {
	found, err := d.doomed(ctx, a)
	if err != nil || len(found) == 0 {
		return err
	}
	if !o.yes {
		if err := a.confirm(ctx, "Type the name of the stack to delete these: ", d.stack.Name); err != nil {
			return err
		}
	}
	left, err := d.Prune(ctx, found)
	if err == nil || ctx.Err() != nil {
		return errors.Join(err, ctx.Err())
	}
	return &deployError{count: len(left), name: left[0].ARN, err: err}
}

// mayPrune refuses to build and prune where something would have to be asked and
// there is nobody to ask, before anything is changed.
func (d *deployment) mayPrune(ctx context.Context, a *app, o *deployOptions) error {
	if !o.prune || o.yes || a.asks() {
		return nil
	}
	found, err := d.doomed(ctx, a)
	if err != nil || len(found) == 0 {
		return err
	}
	return errNobodyToAsk
}

// doomed finds what would be deleted, and tells of it.
func (d *deployment) doomed(ctx context.Context, a *app) ([]deploy.Orphan, error) {
	if len(d.regions()) == 0 {
		return nil, usage("--prune does not know where to look: name a region with --region, or give the stack a global region")
	}
	found, err := d.orphans(ctx)
	for _, orphan := range found {
		a.note("no longer in the manifest: %s (%s)", orphan.ARN, orphan.Resource)
	}
	return found, err
}
