package deploy

import (
	"errors"
	"maps"
	"slices"
	"strings"

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
			text, err := stoodIn(scope, q)
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

// stoodIn renders a query, with stand-ins for the variables that have no value.
func stoodIn(scope *stack.Scope, q *stack.Query) (string, error) {
	for given := map[string]bool{}; ; {
		text, err := scope.RenderQuery(q)
		var undefined *template.UndefinedError
		if !errors.As(err, &undefined) || given[undefined.Name] {
			return text, err
		}
		given[undefined.Name] = true
		name := undefined.Name[strings.LastIndexByte(undefined.Name, '.')+1:]
		switch {
		case strings.HasPrefix(undefined.Name, "callback."):
			scope.Callback(map[string]string{name: StandIn})
		default:
			scope.Own(name, name, StandIn)
		}
	}
}
