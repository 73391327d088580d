package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
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
			fmt.Fprintf(a.streams.Out, "%s: %s, no fault found\n", d.stack.Name, resources(len(d.stack.Resources)))
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
		if err := d.matches(ctx, o.planFile, o.prune); err != nil {
			return err
		}
	}
	if err := d.mayPrune(ctx, a, o); err != nil {
		return err
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
			if r.Blocked {
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
	return fmt.Sprintf("%s failed, the first of them %s", resources(e.count), e.name)
}

func resources(n int) string {
	if n == 1 {
		return "1 resource"
	}
	return fmt.Sprintf("%d resources", n)
}

// Unwrap gives the first failure.
func (e *deployError) Unwrap() error { return e.err }

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
		if err := a.confirm(ctx, "Type the name of the stack to delete all of this: ", d.stack.Name); err != nil {
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

// asks reports whether there is a terminal to ask on.
func (a *app) asks() bool { return width(a.streams.Err) > 0 }

var errNobodyToAsk = usage("there is no terminal to ask on; --yes goes ahead without asking")

// confirm asks a person for a word. Without a terminal there is nobody to ask.
func (a *app) confirm(ctx context.Context, question, word string) error {
	if !a.asks() {
		return errNobodyToAsk
	}
	fmt.Fprint(a.streams.Err, question)
	type line struct {
		text string
		err  error
	}
	typed := make(chan line, 1)
	go func() { // reading cannot be interrupted
		text, err := bufio.NewReader(a.streams.In).ReadString('\n')
		typed <- line{text, err}
	}()
	select {
	case <-ctx.Done():
		fmt.Fprintln(a.streams.Err)
		return ctx.Err()
	case answer := <-typed:
		if answer.err != nil && !errors.Is(answer.err, io.EOF) {
			return answer.err
		}
		if strings.TrimSpace(answer.text) != word {
			return errors.New("nothing was done")
		}
		return nil
	}
}

func checkFormat(format string) error {
	if format != "text" && format != "json" {
		return usage("-o %q is not known: text or json", format)
	}
	return nil
}
