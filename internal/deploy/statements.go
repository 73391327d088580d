package deploy

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"skyql/internal/change"
	"skyql/internal/sqltext"
	"skyql/internal/stack"
	"skyql/internal/template"
)

// Statement is a query of a stack with stand-ins for what only AWS could tell.
type Statement struct {
	Resource string
	Anchor   string
	File     string // relative to the stack directory
	Line     int
	Text     string // may be several statements
	Whole    bool   // there are no stand-ins in it
}

// Phases are the commands that statements are for, with the anchors that each of
// them runs; a colon behind an anchor is not looked at.
var Phases = map[string][]string{
	"build":    {"exists", "statecheck", "create", "update", "createorupdate", "exports", "command", "callback", "troubleshoot"},
	"test":     {"exists", "statecheck", "exports"},
	"teardown": {"exists", "statecheck", "exports", "delete", "callback", "troubleshoot"},
}

// StandIn takes the place of a value that only AWS could tell.
const StandIn = "unknown-until-built"

// Statements gives all statements of a phase, without asking AWS anything.
func (d *Deployment) Statements(phase string) ([]Statement, error) {
	var all []Statement
	for _, r := range d.stack.Resources {
		scope, err := d.vars.Scope(r)
		if err != nil {
			return nil, err
		}
		for _, p := range scope.Properties() {
			d.secrets.addNamed(p.Name, p.Text, d.stack.Protected)
		}
		for _, anchor := range slices.Sorted(maps.Keys(r.Queries)) {
			name, _, _ := strings.Cut(anchor, ":")
			if !slices.Contains(Phases[phase], name) {
				continue
			}
			q := r.Queries[anchor]
			text, err := stoodIn(scope, q, nil)
			if err != nil {
				return nil, err
			}
			all = append(all, Statement{
				Resource: r.Name, Anchor: anchor, File: q.File, Line: q.Line, Text: text, Whole: !strings.Contains(text, StandIn),
			})
		}
		for _, export := range r.Exports {
			d.vars.Export(r, export.Column, export.Alias, StandIn)
		}
		scope.Callback(map[string]string{"RequestToken": StandIn})
	}
	return all, nil
}

// Faults tells what is wrong with the templates of the stack whatever AWS has:
// variables that nobody gives a value, and conditions that are none. What a condition
// surely leaves out is not looked at.
func (d *Deployment) Faults() []error {
	var all []error
	for _, r := range d.stack.Resources {
		_, err := d.vars.Scope(r)
		all = append(all, d.certain(r, err)...)
		scope := d.vars.Known(r)
		holds, err := scope.Condition(r)
		if surely := !slices.ContainsFunc(d.stack.Uses(r), func(u stack.Use) bool { return strings.Contains(r.If, u.Name) }); surely && err != nil {
			all = append(all, err)
		} else if !surely || holds || err != nil {
			all = append(all, d.faultsOf(r, scope)...)
		}
		for _, export := range r.Exports {
			d.vars.Export(r, export.Column, export.Alias, StandIn)
		}
	}
	said := map[string]bool{}
	return slices.DeleteFunc(all, func(err error) bool {
		again := said[err.Error()]
		said[err.Error()] = true
		return again
	})
}

func (d *Deployment) faultsOf(r *stack.Resource, scope *stack.Scope) (all []error) {
	for _, anchor := range slices.Sorted(maps.Keys(r.Queries)) {
		if name, _, _ := strings.Cut(anchor, ":"); name == "troubleshoot" {
			continue // which shows what it can
		}
		_, err := stoodIn(scope, r.Queries[anchor], func(err error) {
			all = append(all, d.certain(r, err)...)
		})
		all = append(all, d.certain(r, err)...)
	}
	return all
}

// certain gives an error that is one whatever AWS has.
func (d *Deployment) certain(r *stack.Resource, err error) []error {
	var undefined *template.UndefinedError
	if errors.As(err, &undefined) && !d.stack.MayHave(r, undefined.Name) {
		return []error{err}
	}
	return nil
}

// CertainFault gives what is wrong with an INSERT even if some of its values are
// stand-ins: the names and the number of its columns, and what it lacks.
func CertainFault(err error) error {
	var name *sqltext.NameError
	var invalid *change.InvalidError
	if errors.As(err, &name) {
		return err
	}
	if errors.As(err, &invalid) {
		if lacking := invalid.Lacking(); lacking != nil {
			return lacking
		}
	}
	return nil
}

// stoodIn renders a query, with stand-ins for the variables that have no value. lacks,
// if not nil, hears of each.
func stoodIn(scope *stack.Scope, q *stack.Query, lacks func(error)) (string, error) {
	for given := map[string]bool{}; ; {
		text, err := scope.RenderQuery(q)
		var undefined *template.UndefinedError
		if !errors.As(err, &undefined) || given[undefined.Name] {
			return text, err
		}
		if given[undefined.Name] = true; lacks != nil {
			lacks(err)
		}
		name := undefined.Name[strings.LastIndexByte(undefined.Name, '.')+1:]
		switch {
		case strings.HasPrefix(undefined.Name, "callback."):
			scope.Callback(map[string]string{name: StandIn})
		default:
			scope.Own(name, name, StandIn)
		}
	}
}
