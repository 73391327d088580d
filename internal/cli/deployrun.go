package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"skyql/internal/deploy"
	"skyql/internal/deploy/show"
	"skyql/internal/stack"
)

// differencesError ends a command that found differences: all has been said.
type differencesError struct{}

// Error is for those who look at errors.
func (differencesError) Error() string { return "differences were found" }

func newBuildCommand(a *app) *cobra.Command {
	return deployCommand(a, "build", "Make everything as the stack describes it",
		`Make everything as the stack describes it: create what is not there, change what is not as it should be, leave the rest.
Resources that do not need each other are worked on at the same time. After a crash or Ctrl-C, the next build goes on with
what was begun and makes nothing twice.`,
		func(o *deployOptions, f *pflag.FlagSet) {
			o.addChanges(f)
			f.BoolVar(&o.dryRun, "dry-run", false, "show the plan and the statements, and do nothing")
			f.StringVar(&o.outputFile, "output-file", "", "`FILE` for the stack's exports, as JSON")
			f.BoolVar(&o.replace, "allow-replace", false, "delete and create again what cannot be changed in place")
			f.BoolVar(&o.prune, "prune", false, "delete what carries the stack's tags and is no longer in the manifest")
			f.StringVar(&o.planFile, "plan", "", "`FILE` that deploy plan --out wrote; refuse to build if anything is not as it was then")
		}, runBuild)
}

func newPlanCommand(a *app) *cobra.Command {
	return deployCommand(a, "plan", "Show what a build would do, property by property", `Show what a build would do, property by property. Nothing but reads is sent.`,
		func(o *deployOptions, f *pflag.FlagSet) {
			o.addFormat(f)
			f.StringVar(&o.planOut, "out", "", "`FILE` to keep the plan in, for deploy build --plan")
			f.BoolVar(&o.detailed, "detailed-exitcode", false, "exit with 6 if a build would change anything")
			f.BoolVar(&o.replace, "allow-replace", false, "plan to delete and create again what cannot be changed in place")
			f.BoolVar(&o.dryRun, "statements", false, "show the statements too")
		}, runPlan)
}

func newTestCommand(a *app) *cobra.Command {
	return deployCommand(a, "test", "Run the checks of every resource",
		`Run the checks of every resource. All are checked, not only up to the first that fails; the exit code is 6 if one does.`,
		addReportFlags, func(ctx context.Context, a *app, o *deployOptions, args []string) error {
			return runReport(ctx, a, o, args, (*deploy.Deployment).Test)
		})
}

func newDriftCommand(a *app) *cobra.Command {
	return deployCommand(a, "drift", "Compare every property with what the stack asks for",
		`Compare every property that the stack states with what AWS has; the exit code is 6 if one differs.`,
		addReportFlags, func(ctx context.Context, a *app, o *deployOptions, args []string) error {
			return runReport(ctx, a, o, args, (*deploy.Deployment).Drift)
		})
}

func addReportFlags(o *deployOptions, f *pflag.FlagSet) {
	o.addFormat(f)
	f.StringVar(&o.onFailure, "on-failure", "error", "accepted as other tools have it; all resources are checked in any case")
	f.BoolVar(&o.dryRun, "dry-run", false, "accepted as other tools have it; nothing is changed in any case")
	f.StringVar(&o.junit, "junit", "", "`FILE` for the findings in JUnit's XML")
	f.StringVar(&o.outputFile, "output-file", "", "`FILE` for the stack's exports, as JSON")
}

func newTeardownCommand(a *app) *cobra.Command {
	return deployCommand(a, "teardown", "Delete everything that the stack describes",
		`Delete everything that the stack describes, in reverse. What is protected stays, and with it what it needs.`,
		func(o *deployOptions, f *pflag.FlagSet) {
			o.addChanges(f)
			f.BoolVar(&o.dryRun, "dry-run", false, "show what would be deleted, and do nothing")
		}, runTeardown)
}

func newValidateCommand(a *app) *cobra.Command {
	return deployCommand(a, "validate", "Check the files of a stack, without asking AWS", `Check the manifest, its files and the variables of an environment, without asking AWS.`,
		nil, func(ctx context.Context, a *app, o *deployOptions, args []string) error {
			d, err := a.openDeployment(ctx, o, args, false)
			if err != nil {
				return err
			}
			fmt.Fprintf(a.streams.Out, "%s: %d resources, no fault found\n", d.stack.Name, len(d.stack.Resources))
			return d.Close()
		})
}

func runBuild(ctx context.Context, a *app, o *deployOptions, args []string) (err error) {
	if o.dryRun {
		o.format = "text"
		return runPlan(ctx, a, o, args)
	}
	d, err := a.openDeployment(ctx, o, args, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if o.planFile != "" {
		if err := d.matches(ctx, o.planFile); err != nil {
			return err
		}
	}
	start := time.Now()
	summary := d.Build(ctx)
	show.Summary(d.view.W, "build of "+d.stack.Name+" in "+args[1], summary, time.Since(start))
	if err := d.ended(ctx, summary, o); err != nil {
		return err
	}
	if o.prune {
		if err := d.prune(ctx, a, o); err != nil {
			return err
		}
	}
	return d.writeExports(a, o, true, time.Since(start))
}

// ended gives the error that a run ends with. Each failure has been told.
func (d *deployment) ended(ctx context.Context, s deploy.Summary, o *deployOptions) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	failed := s.Failed()
	if len(failed) == 0 {
		for _, r := range s.Results {
			if strings.HasPrefix(r.Skipped, "it needs ") {
				failed = append(failed, r)
			}
		}
	}
	if len(failed) == 0 || strings.EqualFold(o.onFailure, string(deploy.IgnoreFailure)) {
		return nil
	}
	for _, r := range failed {
		if r.Err != nil {
			return &deployError{count: len(failed), name: r.Resource, err: r.Err}
		}
	}
	return &deployError{count: len(failed), name: failed[0].Resource, err: errors.New(failed[0].Skipped)}
}

// deployError sums up the failures of a run, which have been told one by one.
type deployError struct {
	count int
	name  string // of the first
	err   error
}

// Error tells how many there are.
func (e *deployError) Error() string {
	if e.count == 1 {
		return "1 resource failed: " + e.name
	}
	return fmt.Sprintf("%d resources failed, the first of them %s", e.count, e.name)
}

// Unwrap gives the first failure.
func (e *deployError) Unwrap() error { return e.err }

// matches refuses to build when a plan is not what it was any more.
func (d *deployment) matches(ctx context.Context, path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("--plan: %w", err)
	}
	var former deploy.Plan
	if err := json.Unmarshal(text, &former); err != nil || former.Version != deploy.PlanVersion {
		return fmt.Errorf("--plan %s: it is no plan that skyql deploy plan --out wrote", path)
	}
	now, err := d.plan(ctx)
	if err != nil {
		return err
	}
	if err := now.Match(former); err != nil {
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
	if err != nil {
		return err
	}
	if o.planOut != "" {
		if err := writePrivate(o.planOut, func(w io.Writer) error { return show.JSON(w, plan) }); err != nil {
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

func runReport(ctx context.Context, a *app, o *deployOptions, args []string, find func(*deploy.Deployment, context.Context) deploy.Report) (err error) {
	if err := checkFormat(o.format); err != nil {
		return err
	}
	d, err := a.openDeployment(ctx, o, args, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	start := time.Now()
	d.view.Report = true
	if d.view.Level == show.Info {
		d.view.Level = show.Warnings
	}
	report := find(d.Deployment, ctx)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if o.junit != "" {
		if err := writePrivate(o.junit, func(w io.Writer) error { return show.JUnit(w, report) }); err != nil {
			return err
		}
	}
	if o.format == "json" {
		err = show.JSON(a.streams.Out, report)
	} else {
		err = show.Report(a.streams.Out, report)
	}
	switch {
	case err != nil:
		return err
	case !report.Good():
		return differences(report)
	}
	return d.writeExports(a, o, false, time.Since(start))
}

// differences ends a command whose report is not good. Where nothing is known to
// differ, the failures are what ends it.
func differences(report deploy.Report) error {
	failed := &deployError{}
	for _, f := range report.Findings {
		switch {
		case f.Status == deploy.Missing || f.Status == deploy.Different:
			return differencesError{}
		case f.Status == deploy.Unknown:
			failed.count++
			if failed.err == nil && f.Err != nil {
				failed.name, failed.err = f.Resource, f.Err
			}
		}
	}
	return failed
}

func runTeardown(ctx context.Context, a *app, o *deployOptions, args []string) (err error) {
	if strings.EqualFold(o.onFailure, string(deploy.RollbackOnFailure)) {
		return usage("--on-failure rollback is for build: what a teardown has deleted stays deleted")
	}
	d, err := a.openDeployment(ctx, o, args, !o.dryRun)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if o.dryRun || !o.yes {
		there, kept := d.Inventory(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		a.listDoomed(d.stack, there, kept)
		if o.dryRun || len(there) == 0 {
			return nil
		}
		if err := a.confirm("Type the name of the stack to delete all of this: ", d.stack.Name); err != nil {
			return err
		}
	}
	start := time.Now()
	summary := d.Teardown(ctx)
	show.Summary(d.view.W, "teardown of "+d.stack.Name+" in "+args[1], summary, time.Since(start))
	return d.ended(ctx, summary, o)
}

func (a *app) listDoomed(s *stack.Stack, there, kept []string) {
	switch len(there) {
	case 0:
		a.note("%s: there is nothing to delete", s.Name)
	default:
		a.note("%s: these would be deleted: %s", s.Name, strings.Join(there, ", "))
	}
	if len(kept) > 0 {
		a.note("%s: these stay, because they or what needs them are protected: %s", s.Name, strings.Join(kept, ", "))
	}
}

// confirm asks a person for a word. Without a terminal there is nobody to ask.
func (a *app) confirm(question, word string) error {
	if width(a.streams.Err) == 0 {
		return usage("there is no terminal to ask on; --yes goes ahead without asking")
	}
	fmt.Fprint(a.streams.Err, question)
	answer, err := bufio.NewReader(a.streams.In).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if strings.TrimSpace(answer) != word {
		return errors.New("nothing was done")
	}
	return nil
}

func checkFormat(format string) error {
	if format != "text" && format != "json" {
		return usage("-o %q is not known: text or json", format)
	}
	return nil
}

// writePrivate writes a file that only its owner can read, in one step.
func writePrivate(path string, write func(io.Writer) error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".skyql-*") // has mode 0600
	if err != nil {
		return err
	}
	err = errors.Join(write(file), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}
