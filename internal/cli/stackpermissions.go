package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"skyql/internal/deploy"
	"skyql/internal/engine"
)

// stackPermissions says of which stack the permissions are wanted.
type stackPermissions struct {
	dir, env, phase string
	variables       []string
	envFile         string
}

// runStackPermissions gives what the commands of deploy need for a stack. Values
// that only AWS could tell have stand-ins.
func runStackPermissions(ctx context.Context, a *app, opts *queryOptions, of *stackPermissions, args []string) error {
	env := of.env
	if env == "" && len(args) == 1 {
		env, args = args[0], nil
	}
	phases := []string{"build", "test", "teardown"}
	switch _, known := deploy.Phases[of.phase]; {
	case env == "":
		return usage("--stack wants an environment too, as in skyql permissions --stack %s prod", of.dir)
	case len(args) > 0 || opts.input != "":
		return usage("--stack and a statement exclude each other")
	case of.phase != "" && !known:
		return usage("--phase %q is not known: build, test or teardown", of.phase)
	case of.phase != "":
		phases = []string{of.phase}
	case opts.format != "policy" && opts.format != "list":
		return usage("permissions are written as policy or list, not %s", opts.format)
	}
	opts.concurrency, opts.maxChanges = 1, 1 // nothing is sent
	var c *connection
	d := &deployOptions{variables: of.variables, envFile: of.envFile}
	s, vars, err := a.loadStack(d, of.dir, env, func(table, property string, value any) (any, error) {
		return c.ConvertProperty(ctx, table, property, value)
	})
	if err != nil {
		return err
	}
	opts.legacy = true
	if c, err = a.connect(ctx, &opts.connectOptions); err != nil {
		return err
	}
	defer c.Close()
	actions := map[string]bool{}
	for _, phase := range phases {
		if vars, err = vars.Fresh(); err != nil {
			return err
		}
		statements, err := deploy.New(s, vars, deploy.Options{}).Statements(phase)
		if err != nil {
			return err
		}
		for _, statement := range statements {
			found, err := neededWithStandIns(ctx, c, statement.Text)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", statement.Resource, statement.Anchor, err)
			}
			maps.Copy(actions, found)
		}
		if phase != "test" && slices.ContainsFunc(changing, func(action string) bool { return actions[action] }) {
			actions["cloudformation:ListResourceRequests"] = true // what an interrupted run began is looked for
		}
	}
	return a.writePolicy(sortedActions(actions), opts.format)
}

// changing are the actions that begin a request.
var changing = []string{"cloudformation:CreateResource", "cloudformation:UpdateResource", "cloudformation:DeleteResource"}

// neededWithStandIns is needed for a statement with stand-ins. One that stands for a
// compound identifier has to have as many parts.
func neededWithStandIns(ctx context.Context, c *connection, text string) (map[string]bool, error) {
	found, err := needed(ctx, c, text)
	var parts *engine.IdentifierError
	for identifier := deploy.StandIn; errors.As(err, &parts) && len(identifier) < 6*len(deploy.StandIn); {
		identifier += "|" + deploy.StandIn
		found, err = needed(ctx, c, strings.ReplaceAll(text, deploy.StandIn, identifier))
	}
	return found, err
}
