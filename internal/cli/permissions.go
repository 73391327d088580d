package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"skyql/internal/sqltext"
)

func newPermissionsCommand(a *app) *cobra.Command {
	opts, forStack := &queryOptions{}, &stackPermissions{}
	cmd := &cobra.Command{
		Use:   `permissions [flags] ["SQL"]`,
		Short: "Tell which IAM permissions statements need",
		Long: `Tell which IAM permissions statements need, as a policy with nothing more. Nothing is sent to AWS.

  skyql permissions "UPDATE awscc.logs.log_groups SET retention_in_days = 30 WHERE log_group_name LIKE '/app/%'"
  skyql permissions -i report.sql -o list
  skyql permissions --stack my-stack --stack-env prod --phase teardown
` + exitCodesHelp,
		Args: cobra.ArbitraryArgs, // script refuses more than one
		RunE: func(cmd *cobra.Command, args []string) error {
			if forStack.dir != "" {
				return runStackPermissions(cmd.Context(), a, opts, forStack, args)
			}
			return runPermissions(cmd.Context(), a, opts, args)
		},
	}
	cmd.Flags().StringVarP(&opts.input, "input", "i", "", "`FILE` to read statements from, - for standard input")
	cmd.Flags().StringArrayVar(&opts.variables, "var", nil, "`NAME=VALUE` for {{ NAME }} in the statements; may be repeated")
	cmd.Flags().StringVar(&forStack.dir, "stack", "", "`DIR` of a stack whose statements are meant")
	cmd.Flags().StringVar(&forStack.env, "stack-env", "", "`ENV` of the stack; also as the argument")
	cmd.Flags().StringVar(&forStack.phase, "phase", "", "`COMMAND` of deploy that is meant: build, test or teardown (default: all)")
	cmd.Flags().StringArrayVarP(&forStack.variables, "env", "e", nil, "`NAME=VALUE` for the stack's globals; may be repeated")
	cmd.Flags().StringVar(&forStack.envFile, "env-file", ".env", "`FILE` with NAME=VALUE lines for the stack's globals")
	cmd.Flags().StringVarP(&opts.format, "output", "o", "policy", "`FORMAT`: policy (an IAM policy document) or list")
	opts.addCatalogFlags(cmd.Flags())
	return cmd
}

func runPermissions(ctx context.Context, a *app, opts *queryOptions, args []string) error {
	if opts.format != "policy" && opts.format != "list" {
		return usage("permissions are written as policy or list, not %s", opts.format)
	}
	if len(args) == 0 && opts.input == "" {
		return usage("there is no statement: give one, or a file with -i")
	}
	source, err := opts.script(a, args)
	if err != nil {
		return err
	}
	variables, err := opts.values()
	if err != nil {
		return err
	}
	opts.concurrency, opts.maxChanges = 1, 1 // nothing is sent
	c, err := a.connect(ctx, &opts.connectOptions)
	if err != nil {
		return err
	}
	defer c.Close()
	script, err := render(ctx, c, source, variables)
	if err != nil {
		return err
	}
	actions, err := needed(ctx, c, script)
	if err != nil {
		return err
	}
	return a.writePolicy(sortedActions(actions), opts.format)
}

// needed gives the actions that the statements of a script need.
func needed(ctx context.Context, c *connection, script string) (map[string]bool, error) {
	actions := map[string]bool{}
	for i, statement := range sqltext.Split(script) {
		list, err := c.Permissions(ctx, statement.Text)
		if err != nil {
			return nil, fmt.Errorf("statement %d: %w", i+1, moved(err, script[:statement.Start]))
		}
		for _, action := range list {
			actions[action] = true
		}
	}
	return actions, nil
}

// sortedActions lists IAM actions, which know no case, each once.
func sortedActions(actions map[string]bool) []string {
	sorted := slices.SortedFunc(maps.Keys(actions), func(a, b string) int {
		return strings.Compare(strings.ToLower(a)+a, strings.ToLower(b)+b)
	})
	return slices.CompactFunc(sorted, strings.EqualFold)
}

// writePolicy writes the actions.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
func (a *app) writePolicy(actions []string, format string) error {
	if format == "list" {
		for _, action := range actions {
			fmt.Fprintln(a.streams.Out, action)
		}
		return nil
	}
	policy := struct {
		Version   string
		Statement []map[string]any
	}{Version: "2012-10-17", Statement: []map[string]any{}}
	if len(actions) > 0 {
		policy.Statement = append(policy.Statement, map[string]any{"Effect": "Allow", "Action": actions, "Resource": "*"})
	}
	encoder := json.NewEncoder(a.streams.Out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(policy)
}
