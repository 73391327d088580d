package cli

import (
	"context"
	"errors"
	"io"
	"time"

	"skyql/internal/deploy"
	"skyql/internal/deploy/show"
	"skyql/internal/wholefile"

	"github.com/spf13/pflag"
)

func addReportFlags(o *deployOptions, f *pflag.FlagSet) {
	o.addFormat(f)
	f.StringVar(&o.onFailure, "on-failure", "error", "accepted as other tools have it; all resources are checked in any case")
	f.BoolVar(&o.dryRun, "dry-run", false, "accepted as other tools have it; nothing is changed in any case")
	f.StringVar(&o.junit, "junit", "", "`FILE` for the findings in JUnit's XML")
	f.StringVar(&o.outputFile, "output-file", "", "`FILE` for the stack's exports, as JSON")
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
		if err := wholefile.Write(o.junit, wholefile.Private, func(w io.Writer) error { return show.JUnit(w, report) }); err != nil {
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
