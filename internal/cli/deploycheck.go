package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"skyql/internal/catalog"
	"skyql/internal/deploy"
	"skyql/internal/engine"
	"skyql/internal/resource"
	"skyql/internal/sqltext"
	"skyql/internal/stack"
)

// checkTables looks whether there are all tables and columns that the stack's
// statements name. Values that only AWS could tell have stand-ins, with which no
// more than the tables can be judged.
func (d *deployment) checkTables(ctx context.Context, hidden *deploy.Secrets) error {
	vars, err := d.vars.Fresh()
	if err != nil {
		return err
	}
	all := deploy.New(d.stack, vars, deploy.Options{Secrets: hidden}).Faults()
	if vars, err = d.vars.Fresh(); err != nil {
		return err
	}
	said := map[string]bool{}
	for _, phase := range []string{"build", "teardown"} {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		statements, err := deploy.New(d.stack, vars, deploy.Options{Secrets: hidden}).Statements(phase)
		if err != nil {
			return errors.Join(all...) // a build says so, with the values that it has
		}
		for _, s := range statements {
			for _, statement := range sqltext.Split(s.Text) {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				err := d.checkStatement(ctx, s.Whole, statement.Text)
				if err == nil || !s.Whole && !certain(err) {
					continue
				}
				var region *resource.UnknownRegionError
				if errors.As(err, &region) { // which all statements have from one variable
					return err
				}
				if err = fmt.Errorf("%s:%d: %s, /*+ %s */: %w", s.File, s.Line, s.Resource, s.Anchor, err); !said[err.Error()] {
					said[err.Error()] = true
					all = append(all, err)
				}
			}
		}
	}
	return errors.Join(all...)
}

// certain reports whether something is wrong with a statement whatever its values
// are: there is no such table or column, or too few of them.
func certain(err error) bool {
	var table *catalog.UnknownError
	var refused *engine.SQLError
	return deploy.CertainFault(err) != nil || errors.As(err, &table) || errors.As(err, &refused) && refused.NoColumn != "" && !strings.Contains(deploy.StandIn, refused.NoColumn)
}

// checkStatement looks for what is wrong with a statement without asking AWS. An
// INSERT is checked against the schema too, as far as its values are known.
func (d *deployment) checkStatement(ctx context.Context, whole bool, statement string) error {
	if _, err := d.c.Permissions(ctx, statement); err != nil {
		return err
	}
	cut, err := sqltext.CutWrite(statement)
	if err != nil || cut.Verb != sqltext.Insert || strings.Contains(strings.ToUpper(cut.Source.Text), "FROM") {
		return nil
	}
	if _, err = d.c.Changes(ctx, statement); whole {
		return err
	}
	return deploy.CertainFault(err)
}

// checkProps evaluates what hangs on no other resource, and looks whether every
// prop has a value for the environment: faults are found before anything is sent.
func checkProps(s *stack.Stack, vars *stack.Variables) error {
	var all []error
	for _, r := range s.Resources {
		if len(s.Uses(r)) == 0 {
			_, err := vars.Scope(r)
			all = append(all, err)
			continue
		}
		for _, p := range r.Props {
			if known := p.Environments(); len(known) > 0 && !slices.Contains(known, vars.Environment()) {
				all = append(all, &stack.Fault{
					File: stack.ManifestName, Line: p.Line, Remedy: fmt.Sprintf("add %s to its values, or give it one value", vars.Environment()),
					What: fmt.Sprintf("prop %s of %s has no value for the environment %s; it has %s",
						p.Name, r.Name, vars.Environment(), strings.Join(known, ", ")),
				})
			}
		}
	}
	return errors.Join(all...)
}
