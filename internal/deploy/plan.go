package deploy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
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
	// Seal tells whether what the steps do not show is the same as well.
	Seal Seal `json:"seal,omitzero"`

	hidden []byte // what the seal is made of
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
	n := len(d.stack.Resources)
	plan := Plan{Version: PlanVersion, Stack: d.stack.Name, Environment: d.vars.Environment(), Steps: make([]Step, n)}
	planned, err := d.planning()
	if err != nil {
		return plan, err
	}
	var mu sync.Mutex // guards steps and statements
	place, statements := map[*stack.Resource]int{}, make([]string, n)
	for i, r := range d.stack.Resources {
		place[r] = i
	}
	summary := planned.each(ctx, newGraph(d.stack), func(ctx context.Context, w *worker) (Action, error) {
		step, err := w.plan(ctx)
		mu.Lock()
		defer mu.Unlock()
		statements[place[w.r]] = step.Statement
		step.Statement = Later(d.secrets.Mask(step.Statement), KnownLater)
		plan.Steps[place[w.r]] = step
		return step.Action, err
	})
	for i, result := range summary.Results {
		if errors.Is(result.Err, resource.MissingCredentials) { // nothing else can be told either
			return plan, result.Err
		}
		plan.Steps[i].end(result, d.secrets)
	}
	plan.hidden = []byte(encode(statements))
	return plan, ctx.Err()
}

// planning is the deployment that only finds out what it would do. What resources
// hand on while it does is not for a build that follows.
func (d *Deployment) planning() (*Deployment, error) {
	vars, err := d.vars.Planned(later, markIn)
	planned := *d
	planned.vars, planned.replaced, planned.reads = vars, &replaced{}, true
	planned.opts.OnFailure, planned.opts.Journal = IgnoreFailure, nil
	return &planned, err
}

// end fills in how work on the step ended.
func (s *Step) end(r Result, secrets *Secrets) {
	s.Resource = r.Resource
	switch {
	case r.Blocked:
		s.Action, s.Error = Nothing, r.Skipped
	case r.Skipped != "":
		s.Action, s.Reason = Nothing, r.Skipped
	case r.Err != nil:
		s.Action, s.Error = Nothing, secrets.Mask(r.Err.Error())
	}
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
	for _, name := range slices.Sorted(maps.Keys(was)) {
		all = append(all, fmt.Errorf("%s is no longer in the manifest", name))
	}
	switch {
	case former.Seal.IsZero():
		all = append(all, errors.New("the plan has no seal that tells whether passwords are what they were: make it anew"))
	case len(all) == 0 && !former.Seal.fits(p.hidden):
		all = append(all, errors.New("a value that is not shown, such as a password, is not what it was"))
	}
	return errors.Join(all...)
}

// MatchOrphans tells which orphans a former plan does not have.
func (p Plan) MatchOrphans(former Plan) error {
	var all []error
	for _, o := range p.Orphans {
		if !slices.Contains(former.Orphans, o) {
			all = append(all, fmt.Errorf("%s is no longer in the manifest, and would be deleted", o.ARN))
		}
	}
	return errors.Join(all...)
}

func verb(s Step) string {
	if s.Action == Nothing {
		return "leave it"
	}
	return fmt.Sprintf("%s it (%d %s)", s.Action, len(s.Changes), plural(len(s.Changes), "property", "properties"))
}
