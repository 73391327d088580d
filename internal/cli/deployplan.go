package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"skyql/internal/deploy"
	"skyql/internal/deploy/show"
	"skyql/internal/wholefile"
)

// matches refuses to build when a plan is not what it was any more.
func (d *deployment) matches(ctx context.Context, path string, prune bool) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("--plan: %w", err)
	}
	var former deploy.Plan
	if err := json.Unmarshal(text, &former); err != nil || former.Version != deploy.PlanVersion {
		return fmt.Errorf("--plan %s: it is no plan that skyql deploy plan --out wrote", path)
	}
	now, err := d.plan(ctx)
	if err == nil && prune {
		now.Orphans, err = d.orphans(ctx)
	}
	if err != nil {
		return err
	}
	if err := errors.Join(now.Match(former), now.MatchOrphans(former)); err != nil {
		return fmt.Errorf("--plan %s: the world has changed since; nothing was done:\n%w", path, err)
	}
	return nil
}

// plan makes a plan without telling of each step.
func (d *deployment) plan(ctx context.Context) (deploy.Plan, error) {
	level := d.view.Level
	d.view.Level = show.Errors - 1
	defer func() { d.view.Level = level }()
	return d.Plan(ctx)
}

func runPlan(ctx context.Context, a *app, o *deployOptions, args []string) (err error) {
	if err := checkFormat(o.format); err != nil {
		return err
	}
	d, err := a.openDeployment(ctx, o, args, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	plan, err := d.plan(ctx)
	if err == nil {
		plan.Orphans, err = d.orphans(ctx)
	}
	if err == nil && (o.planOut != "" || o.format == "json") {
		plan, err = plan.Sealed()
	}
	if err != nil {
		return err
	}
	if o.planOut != "" {
		if err := wholefile.Write(o.planOut, wholefile.Private, func(w io.Writer) error { return show.JSON(w, plan) }); err != nil {
			return err
		}
	}
	if o.format == "json" {
		err = show.JSON(a.streams.Out, plan)
	} else {
		err = show.Plan(a.streams.Out, plan, o.dryRun)
	}
	if err == nil {
		err = unplanned(plan)
	}
	if err == nil && o.detailed && plan.Changes() {
		err = differencesError{}
	}
	return err
}

// unplanned sums up the steps of which nothing can be told; nil if there are none.
func unplanned(plan deploy.Plan) error {
	var sum *deployError
	for _, s := range plan.Steps {
		switch {
		case s.Error == "":
		case sum == nil:
			sum = &deployError{count: 1, name: s.Resource, err: errors.New(s.Error)}
		default:
			sum.count++
		}
	}
	if sum == nil {
		return nil
	}
	return sum
}
