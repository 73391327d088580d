package cli

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"skyql/internal/resource"
	"skyql/internal/sqltext"
)

const rootHelp = `Query AWS with SQL.

Every resource type of the AWS Cloud Control API is a table, awscc.<service>.<resource>:

  skyql "SELECT bucket_name, region FROM awscc.s3.buckets WHERE region IN ('us-east-1', 'eu-west-1')"

Without an account, try the emulator that is built in:

  skyql demo
  skyql --emulator "SELECT region, client_name FROM awscc.cognito.user_pool_clients"`

const exitCodesHelp = `
Exit codes: 0 done, 1 failed, 2 usage, 3 partial result, 4 credentials, 130 interrupted.`

func newRootCommand(a *app) *cobra.Command {
	opts := &queryOptions{}
	root := &cobra.Command{
		Use:           `skyql [flags] ["SQL" | command]`,
		Short:         "Query AWS with SQL",
		Long:          rootHelp + "\n" + exitCodesHelp,
		Version:       Version,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 && opts.input == "" {
				if !piped(a.streams.In) {
					return cmd.Help()
				}
				opts.input = "-"
			}
			if err := refuseMistypedCommand(cmd, args); err != nil {
				return err
			}
			return runQuery(cmd.Context(), a, opts, args)
		},
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	opts.addFlags(root.Flags())
	root.AddCommand(newQueryCommand(a), newPermissionsCommand(a), newDemoCommand(a), newEmulatorCommand(a), newCatalogCommand(a), newDeployCommand(a))
	root.AddCommand(newDocsCommand(a))
	return root
}

// piped reports whether a stream has what another program or a file gives.
func piped(in io.Reader) bool {
	file, ok := in.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && (info.Mode()&os.ModeNamedPipe != 0 || info.Mode().IsRegular() && info.Size() > 0)
}

// refuseMistypedCommand tells a mistyped command from a statement: a statement
// is more than one word, or begins with a verb.
func refuseMistypedCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 || strings.ContainsAny(strings.TrimSpace(args[0]), " \t\n;/'") ||
		sqltext.VerbOf(args[0]) != sqltext.Other || strings.HasPrefix(args[0], "--") {
		return nil
	}
	var names []string
	for _, command := range root.Commands() {
		names = append(names, command.Name())
	}
	if near := resource.Closest(args[0], names); near != "" {
		return usage("no command %q; did you mean %s?", args[0], near)
	}
	return usage("%q is neither a command nor a statement", args[0])
}

// noArgs refuses arguments behind a command that takes none.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("%s takes no argument, but there is %q", cmd.CommandPath(), args[0])}
	}
	return nil
}
