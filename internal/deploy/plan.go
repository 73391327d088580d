package deploy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"skyql/internal/resource"
	"skyql/internal/stack"
)

// Step is what a build would do with one resource.
type Step struct {
	Resource   string            `json:"resource"`
	Action     Action            `json:"action"`
	Type       resource.TypeName `json:"type,omitempty"`
	Region     resource.Region   `json:"region,omitempty"`
	Identifier string            `json:"identifier,omitempty"`
	Reason     string            `json:"reason,omitempty"`
	Changes    []PropertyChange  `json:"changes,omitempty"`
	// NotCompared are properties that are asked for and cannot be read.
	NotCompared []string `json:"not_compared,omitempty"`
	// Statement is what would run, with secrets masked.
	Statement string `json:"statement,omitempty"`
	// Error says why nothing can be told, or why a build would fail.
	Error string `json:"error,omitempty"`
}

// PropertyChange is one difference of a property.
type PropertyChange struct {
	Property string `json:"property"` // path below the model, with slashes
	// Before and After are JSON; nothing for a property that is not there.
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
	// Known is false for an After that only the build itself will know.
	Known       bool `json:"known"`
	Replacement bool `json:"replacement,omitempty"` // it needs a new resource
	Secret      bool `json:"secret,omitempty"`      // the values are masked
}

// Plan is what a build would do, in the order of the manifest.
type Plan struct {
	Version     int      `json:"version"`
	Stack       string   `json:"stack"`
	Environment string   `json:"environment"`
	Steps       []Step   `json:"steps"`
	Orphans     []Orphan `json:"orphans,omitempty"`
}

// PlanVersion is the form of plans as JSON.
const PlanVersion = 1

// Changes reports whether a build would change anything.
func (p Plan) Changes() bool {
	for _, s := range p.Steps {
		if s.Action != Nothing && s.Action != Read {
			return true
		}
	}
	return false
}

// Count tells how many steps have the action.
func (p Plan) Count(action Action) int {
	n := 0
	for _, s := range p.Steps {
		if s.Action == action && s.Error == "" {
			n++
		}
	}
	return n
}

// Plan finds out what a build would do. Nothing but reads is sent.
func (d *Deployment) Plan(ctx context.Context) (Plan, error) {
	plan := Plan{Version: PlanVersion, Stack: d.stack.Name, Environment: d.vars.Environment(), Steps: make([]Step, len(d.stack.Resources))}
	var mu sync.Mutex // guards the steps
	place := map[*stack.Resource]int{}
	for i, r := range d.stack.Resources {
		place[r] = i
	}
	inner := *d
	inner.reads, inner.opts.OnFailure, inner.opts.Journal = true, IgnoreFailure, nil
	summary := inner.each(ctx, newGraph(d.stack), func(ctx context.Context, w *worker) (Action, error) {
		step, err := w.plan(ctx)
		step.Statement = d.secrets.mask(step.Statement)
		mu.Lock()
		plan.Steps[place[w.r]] = step
		mu.Unlock()
		return step.Action, err
	})
	for i, result := range summary.Results {
		s := &plan.Steps[i]
		s.Resource = result.Resource
		switch {
		case result.blocked:
			s.Action, s.Error = Nothing, result.Skipped
		case result.Skipped != "":
			s.Action, s.Reason = Nothing, result.Skipped
		case s.Action != "" && result.Err == nil:
		case errors.Is(result.Err, resource.MissingCredentials): // nothing else can be told either
			return plan, result.Err
		case result.Err != nil:
			s.Action, s.Error = Nothing, d.secrets.mask(result.Err.Error())
		}
	}
	return plan, ctx.Err()
}

// Match tells what is not as it was when a former plan was made.
func (p Plan) Match(former Plan) error {
	var all []error
	if p.Stack != former.Stack || p.Environment != former.Environment {
		return fmt.Errorf("the plan is for %s in %s, not for %s in %s", former.Stack, former.Environment, p.Stack, p.Environment)
	}
	was := map[string]string{}
	for _, s := range former.Steps {
		was[s.Resource] = encode(s)
	}
	for _, s := range p.Steps {
		if text, known := was[s.Resource]; !known {
			all = append(all, fmt.Errorf("%s is new in the manifest", s.Resource))
		} else if text != encode(s) {
			all = append(all, fmt.Errorf("%s is not as it was: now the plan is to %s", s.Resource, verb(s)))
		}
		delete(was, s.Resource)
	}
	for name := range was {
		all = append(all, fmt.Errorf("%s is no longer in the manifest", name))
	}
	return errors.Join(all...)
}

func verb(s Step) string {
	if s.Action == Nothing {
		return "leave it"
	}
	return fmt.Sprintf("%s it (%d %s)", s.Action, len(s.Changes), plural(len(s.Changes), "property", "properties"))
}
