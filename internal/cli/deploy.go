package cli

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/retry"
	"skyql/internal/deploy"
	"skyql/internal/deploy/show"
	"skyql/internal/engine"
	"skyql/internal/stack"
)

const deployExitCodesHelp = `
Exit codes: 0 done, 1 failed, 2 usage, 4 credentials, 6 differences found, 130 interrupted.`

// deployOptions are the flags of the commands below deploy.
type deployOptions struct {
	connectOptions
	variables   []string
	envFile     string
	showQueries bool
	onFailure   string
	outputFile  string
	logLevel    string
	format      string
	parallel    int
	yes         bool
	lenient     bool
	journal     string
	replace     bool
	prune       bool
	planFile    string // to build by
	planOut     string // to write
	detailed    bool
	junit       string
	outside     map[string]string // variables of the env file and of -e, once read
	hidden      *deploy.Secrets   // values that must not be seen
}

func newDeployCommand(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "deploy",
		Short: "Build, check and take down what a stack directory describes",
		Long: `Build, check and take down what a stack directory describes: a stackql_manifest.yml and, in resources, the SQL of each
resource. Stack directories that were written for stackql-deploy and the awscc provider run as they are.

  skyql deploy init my-stack
  skyql deploy plan my-stack dev --emulator
  skyql deploy build my-stack prod -e AWS_REGION=eu-west-1
` + deployExitCodesHelp,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("deploy has no command %q; there are build, plan, test, drift, teardown, validate and init", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newBuildCommand(a), newPlanCommand(a), newTestCommand(a), newDriftCommand(a), newTeardownCommand(a), newValidateCommand(a), newInitCommand(a))
	return cmd
}

// deployCommand makes a command on a stack in an environment.
func deployCommand(a *app, use, short, long string, flags func(*deployOptions, *pflag.FlagSet), run func(context.Context, *app, *deployOptions, []string) error) *cobra.Command {
	opts := &deployOptions{}
	cmd := &cobra.Command{
		Use: use + " [flags] DIR ENV", Short: short, Long: long + "\n" + deployExitCodesHelp,
		RunE: func(cmd *cobra.Command, args []string) error { return run(cmd.Context(), a, opts, args) },
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usage("%s wants a stack directory and the name of an environment, as in skyql deploy %s my-stack prod", use, use)
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringArrayVarP(&opts.variables, "env", "e", nil, "`NAME=VALUE` for the manifest's globals; may be repeated")
	f.StringVar(&opts.envFile, "env-file", ".env", "`FILE` with NAME=VALUE lines; -e goes before it")
	f.BoolVar(&opts.showQueries, "show-queries", false, "show each statement before it runs")
	f.StringVar(&opts.logLevel, "log-level", "info", "`LEVEL` of what is told: error, warn, info or debug")
	f.IntVar(&opts.parallel, "parallel", 10, "`NUMBER` of resources to work on at a time")
	f.BoolVar(&opts.lenient, "lenient", false, "take variables without a value for empty text, as old stacks expect it")
	opts.addConnectionFlags(f)
	opts.maxChanges = engine.DefaultMaxChanges
	if flags != nil {
		flags(opts, f)
	}
	return cmd
}

func (o *deployOptions) addFormat(f *pflag.FlagSet) {
	f.StringVarP(&o.format, "output", "o", "text", "`FORMAT`: text or json")
}

func (o *deployOptions) addChanges(f *pflag.FlagSet) {
	f.StringVar(&o.onFailure, "on-failure", "error", "what becomes of a failure: `error`, rollback or ignore")
	f.StringVar(&o.journal, "journal", "", "`FILE` that notes the changes (default: DIR/.skyql/ENV.journal)")
	f.BoolVar(&o.yes, "yes", false, "ask nothing")
}

// deployment is a stack that is ready to be worked on.
type deployment struct {
	*deploy.Deployment
	stack *stack.Stack
	vars  *stack.Variables
	c     *connection
	view  *show.Events
	stop  []func() error
}

// Close ends everything.
func (d *deployment) Close() error {
	var all error
	for i := len(d.stop) - 1; i >= 0; i-- {
		all = errors.Join(all, d.stop[i]())
	}
	return all
}

// openDeployment reads the stack, evaluates its globals, and connects. Everything that is
// wrong with the stack is said before anything is sent.
func (a *app) openDeployment(ctx context.Context, o *deployOptions, args []string, changes bool) (d *deployment, err error) {
	if err := o.checkDeploy(); err != nil {
		return nil, err
	}
	d = &deployment{view: &show.Events{W: a.streams.Err, Level: show.Levels[strings.ToLower(o.logLevel)]}}
	if d.stack, d.vars, err = a.loadStack(o, args[0], args[1], d.convert(ctx)); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.Close())
		}
	}()
	o.legacy = true
	if d.c, err = a.connect(ctx, &o.connectOptions); err != nil {
		return d, err
	}
	d.stop = append(d.stop, d.c.Close)
	d.c.progress.onRetry = func(attempt retry.Attempt) { d.view.Retried(time.Now(), attempt.Operation, string(attempt.Code)) }
	for _, k := range d.c.slow {
		if d.view.Level >= show.Info {
			a.note("%s", k.tell())
		}
	}
	if err = d.checkTables(ctx, o.hidden); err != nil {
		return d, err
	}
	options := deploy.Options{
		Open: d.c.another, Client: d.c.api, Types: d.c.types.Catalog(), Parallel: o.parallel, ShowQueries: o.showQueries,
		OnFailure: deploy.OnFailure(strings.ToLower(o.onFailure)), AllowReplace: o.replace, OnEvent: d.view.Tell, Secrets: o.hidden,
	}
	if changes {
		options.Journal, err = d.openJournal(o, args[0], args[1])
	} else {
		err = d.peekJournal(o, args[0], args[1])
	}
	if err != nil {
		return d, err
	}
	d.watch(a)
	d.Deployment = deploy.New(d.stack, d.vars, options)
	return d, nil
}

// watch shows on a terminal what is under way.
func (d *deployment) watch(a *app) {
	line, ticker, done := a.progress(), time.NewTicker(time.Second), make(chan struct{})
	d.view.W, d.view.Status = line.Wrap(a.streams.Err), line.Update
	go func() {
		for {
			select {
			case now := <-ticker.C:
				d.view.Tick(now)
			case <-done:
				return
			}
		}
	}()
	d.stop = append(d.stop, func() error {
		ticker.Stop()
		close(done)
		line.Stop()
		return nil
	})
}

// checkDeploy refuses values that flags cannot have.
func (o *deployOptions) checkDeploy() error {
	known := []deploy.OnFailure{"", deploy.StopOnFailure, deploy.RollbackOnFailure, deploy.IgnoreFailure}
	switch _, level := show.Levels[strings.ToLower(o.logLevel)]; {
	case !level:
		return usage("--log-level %q is not known: error, warn, info or debug", o.logLevel)
	case o.parallel < 1:
		return usage("--parallel must be at least 1, not %d", o.parallel)
	case !slices.Contains(known, deploy.OnFailure(strings.ToLower(o.onFailure))):
		return usage("--on-failure %q is not known: error, rollback or ignore", o.onFailure)
	}
	return nil
}

// another makes another session over the connection.
func (c *connection) another(layer func(cloudcontrol.Client) cloudcontrol.Client) (deploy.Session, error) {
	options := c.options
	options.Client, options.Cache, options.Database = layer(c.api), nil, ""
	options.Fetch.Strict = true
	return engine.Open(options)
}
