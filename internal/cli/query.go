package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"skyql/internal/cloudcontrol/record"
	"skyql/internal/engine"
	"skyql/internal/fetch"
	"skyql/internal/output"
	"skyql/internal/sqltext"
	"skyql/internal/template"
)

// queryOptions are the flags of `skyql query`, which `skyql "SQL"` has as well.
type queryOptions struct {
	connectOptions
	input     string
	variables []string
	format    string
	stats     bool
}

func (o *queryOptions) addFlags(flags *pflag.FlagSet) {
	flags.StringVarP(&o.input, "input", "i", "", "`FILE` to read statements from, - for standard input")
	flags.StringArrayVar(&o.variables, "var", nil, "`NAME=VALUE` for {{ NAME }} in the statements; may be repeated")
	flags.StringVarP(&o.format, "output", "o", "table", "`FORMAT`: table, json, jsonl or csv")
	flags.BoolVar(&o.stats, "stats", false, "tell of each statement how many API calls it took")
	o.connectOptions.addFlags(flags)
}

func newQueryCommand(a *app) *cobra.Command {
	opts := &queryOptions{}
	cmd := &cobra.Command{
		Use:   `query [flags] ["SQL"]`,
		Short: "Run SQL statements",
		Long: `Run SQL statements, in order, each with a result of its own.

  skyql query "SELECT bucket_name FROM awscc.s3.buckets" --region eu-west-1 -o json
  skyql query -i report.sql --var env=prod
` + exitCodesHelp,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return runQuery(cmd.Context(), a, opts, args) },
	}
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 && opts.input == "" {
			return usage("there is nothing to run: give a statement, or a file with -i")
		}
		return nil
	}
	opts.addFlags(cmd.Flags())
	return cmd
}

func runQuery(ctx context.Context, a *app, opts *queryOptions, args []string) error {
	format, err := output.ParseFormat(opts.format)
	if err != nil {
		return usageError{err}
	}
	source, err := opts.script(a, args)
	if err != nil {
		return err
	}
	if len(sqltext.Split(source)) == 0 {
		return usage("there is no statement in the input")
	}
	variables, err := opts.values()
	if err != nil {
		return err
	}
	c, err := a.connect(ctx, &opts.connectOptions)
	if err != nil {
		return err
	}
	defer c.Close()
	script, err := render(ctx, c, source, variables)
	if err != nil {
		return err
	}
	statements := sqltext.Split(script)
	for i, statement := range statements {
		before, start := c.log.Totals(), time.Now()
		err := a.runStatement(ctx, c, statement.Text, format)
		if opts.stats {
			a.note("%s", statistics(c.log.Totals().Since(before), time.Since(start)))
		}
		if err != nil {
			err = moved(err, script[:statement.Start])
			if len(statements) > 1 {
				err = fmt.Errorf("statement %d: %w", i+1, err)
			}
			return err
		}
	}
	return nil
}

// render fills the variables in.
func render(ctx context.Context, c *connection, source string, variables map[string]any) (string, error) {
	script, err := template.Render(source, template.Options{
		Variables: variables,
		Convert: func(table, property string, value any) (any, error) {
			return c.ConvertProperty(ctx, table, property, value)
		},
	})
	if err != nil {
		return "", usageError{err}
	}
	return script, nil
}

// statistics sums up the calls of a statement.
func statistics(made record.Totals, took time.Duration) string {
	sum, operations := made.Sum(), map[string]int{}
	for kind, total := range made {
		operations[kind.Operation] += total.Calls
	}
	var parts []string
	for _, operation := range slices.Sorted(maps.Keys(operations)) {
		parts = append(parts, fmt.Sprintf("%d %s", operations[operation], operation))
	}
	text := fmt.Sprintf("%d API calls", sum.Calls)
	if len(parts) > 0 {
		text += ": " + strings.Join(parts, ", ")
	}
	if retries := sum.Attempts - sum.Calls; retries > 0 {
		text += fmt.Sprintf("; %d made again, %d of them throttled", retries, sum.Throttled)
	}
	return fmt.Sprintf("%s; %s", text, took.Round(time.Millisecond))
}

// script gives the text to run, with its templates still in it.
func (o *queryOptions) script(a *app, args []string) (string, error) {
	switch {
	case len(args) > 1:
		return "", usage("more than one statement argument; put quotes around the statement, or semicolons between several")
	case len(args) == 1 && o.input != "":
		return "", usage("a statement and -i exclude each other")
	case len(args) == 1:
		return args[0], nil
	}
	return readInput(a, o.input)
}

// values reads the variables.
func (o *queryOptions) values() (map[string]any, error) {
	variables := map[string]any{}
	for _, variable := range o.variables {
		name, value, ok := strings.Cut(variable, "=")
		if !ok || name == "" {
			return nil, usage("--var wants name=value, not %q", variable)
		}
		variables[name] = value
	}
	return variables, nil
}

func readInput(a *app, name string) (string, error) {
	if name == "-" {
		text, err := io.ReadAll(a.streams.In)
		return string(text), err
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return "", usageError{err}
	}
	return strings.TrimPrefix(string(text), "\ufeff"), nil
}

// moved corrects the place of a syntax error for what stands before the
// statement in its file.
func moved(err error, before string) error {
	var failed *engine.SQLError
	if errors.As(err, &failed) && failed.Line > 0 {
		if failed.Line == 1 {
			failed.Column += len([]rune(before[strings.LastIndexByte(before, '\n')+1:]))
		}
		failed.Line += strings.Count(before, "\n")
	}
	return err
}

// runStatement runs one statement and writes its result.
func (a *app) runStatement(ctx context.Context, c *connection, statement string, format output.Format) error {
	stop := c.progress.start()
	defer stop()
	result, err := c.Query(ctx, statement)
	if err == nil {
		err = a.write(c, result, format)
	}
	stop()
	if result != nil {
		for _, note := range result.Notes {
			a.note("%s", note)
		}
		if errors.Is(err, syscall.EPIPE) && result.Failure != nil {
			err = result.Failure
		}
	}
	a.report(c.Problems())
	return c.denied(err)
}

func (a *app) write(c *connection, result *engine.Result, format output.Format) (err error) {
	defer func() { err = errors.Join(err, result.Close()) }()
	if len(result.Columns) == 0 {
		_, err := result.Next()
		return err
	}
	columns := make([]output.Column, len(result.Columns))
	for i, column := range result.Columns {
		columns[i] = output.Column{Name: column.Name, Kind: column.Kind}
	}
	out := a.streams.Out
	terminal := width(out)
	if terminal > 0 {
		out = c.progress.wrap(out)
	}
	w := output.New(format, out, output.Options{Width: terminal, Unicode: terminal > 0 && utf8Terminal(), FlushEach: terminal > 0})
	// The first row comes before the head is written: a statement that fails at
	// once writes nothing.
	row, err := result.Next()
	if err != nil {
		return err
	}
	if result.Verbatim && format == output.Table && row != nil {
		_, err := fmt.Fprintln(out, row[0])
		return err
	}
	if err := w.Begin(columns); err != nil {
		return err
	}
	for ; row != nil && err == nil; row, err = result.Next() {
		if err := w.Row(row); err != nil {
			return err
		}
	}
	return errors.Join(err, w.End())
}

// utf8Terminal reports whether the locale says that the terminal shows UTF-8.
func utf8Terminal() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := os.Getenv(name); value != "" {
			value = strings.ToLower(value)
			return strings.Contains(value, "utf-8") || strings.Contains(value, "utf8")
		}
	}
	return false
}

// shownProblems is how many problems are written out one by one.
const shownProblems = 10

// report warns of what could not be fetched.
func (a *app) report(problems []fetch.Problem) {
	for i, problem := range problems {
		if i == shownProblems {
			a.warn("%d more; see skyql.errors", len(problems)-i)
			break
		}
		a.warn("%s: %v", problem.Table, problem.Err)
	}
	if len(problems) > 0 {
		a.warn("the result is not complete")
		a.partial = true
	}
}
