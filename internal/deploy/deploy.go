package deploy

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/deploy/journal"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/stack"
)

// OnFailure says what becomes of a build that fails.
type OnFailure string

// The choices.
const (
	StopOnFailure     OnFailure = "error"    // begin nothing new; what was done stays
	RollbackOnFailure OnFailure = "rollback" // undo what this run did
	IgnoreFailure     OnFailure = "ignore"   // go on with what does not depend on it
)

// Types decodes resource types. A *catalog.Catalog does.
type Types interface {
	Type(resource.TypeName) (*schema.ResourceType, error)
	// Lookup finds the type of a table.
	Lookup(service, table string) (name resource.TypeName, listOnly bool, err error)
}

// Options says how a Deployment goes about its work. Open, Client and Types are
// needed.
type Options struct {
	Open   Open
	Client cloudcontrol.Client // for what no statement of the author does: rollback, replacement, comparison
	Types  Types
	// Journal notes the changes; nil for a deployment that makes none.
	Journal *journal.Journal
	// Parallel is how many resources are worked on at a time; default 10.
	Parallel     int
	ShowQueries  bool // tell of each statement before it runs
	OnFailure    OnFailure
	AllowReplace bool // delete and create again what cannot be changed
	// Secrets must not be seen in anything that is told, besides what the names of
	// globals, props and exports give away.
	Secrets *Secrets
	// OnEvent hears what goes on. It is called from many goroutines.
	OnEvent func(Event)
}

// Deployment is one stack in one environment.
type Deployment struct {
	stack    *stack.Stack
	vars     *stack.Variables
	opts     Options
	secrets  *Secrets
	replaced *replaced
	reads    bool // nothing is changed, so that what fails would fail again
	known    bool // properties that cannot be evaluated are no fault
}

// New makes a Deployment. Nothing is run yet.
func New(s *stack.Stack, vars *stack.Variables, opts Options) *Deployment {
	if opts.Parallel <= 0 {
		opts.Parallel = 10
	}
	if opts.OnFailure == "" {
		opts.OnFailure = StopOnFailure
	}
	d := &Deployment{stack: s, vars: vars, opts: opts, secrets: opts.Secrets, replaced: &replaced{}}
	if d.secrets == nil {
		d.secrets = NewSecrets()
	}
	d.secrets.AddGlobals(s, vars)
	return d
}

// Result is what became of one resource.
type Result struct {
	Resource string        `json:"resource"`
	Action   Action        `json:"action"`
	Skipped  string        `json:"skipped,omitempty"` // why nothing was done
	Gone     bool          `json:"gone,omitempty"`    // Skipped because there is nothing to delete any more
	Blocked  bool          `json:"blocked,omitempty"` // Skipped because of a failure
	Elapsed  time.Duration `json:"elapsed"`
	Err      error         `json:"-"`
}

// Summary is what became of a whole run, in the order of the manifest.
type Summary struct {
	Results []Result
	// Undone says what a rollback did, newest first; nil if there was none.
	Undone []Undo
}

// Count tells how many resources an action was done with.
func (s Summary) Count(action Action) int {
	n := 0
	for _, r := range s.Results {
		if r.Err == nil && r.Skipped == "" && r.Action == action {
			n++
		}
	}
	return n
}

// Failed gives the results of resources that failed.
func (s Summary) Failed() []Result {
	var failed []Result
	for _, r := range s.Results {
		if r.Err != nil {
			failed = append(failed, r)
		}
	}
	return failed
}

// Err joins what went wrong; nil if nothing did.
func (s Summary) Err() error {
	var all []error
	for _, r := range s.Failed() {
		all = append(all, fmt.Errorf("%s: %w", r.Resource, r.Err))
	}
	return errors.Join(all...)
}

// each works on the resources along the graph and tells of each.
func (d *Deployment) each(ctx context.Context, g *graph, work func(context.Context, *worker) (Action, error)) Summary {
	results := make([]Result, len(d.stack.Resources))
	blocked := g.run(ctx, job{
		parallel: d.opts.Parallel, goOn: d.opts.OnFailure == IgnoreFailure, once: d.reads, late: g.reverse,
		work: func(ctx context.Context, i int) error {
			r, start := d.stack.Resources[i], time.Now()
			d.tell(Event{Kind: Started, Resource: r.Name})
			action, err := d.one(ctx, r, work)
			results[i] = Result{Resource: r.Name, Action: action, Err: err, Elapsed: time.Since(start)}
			var skip *skipError
			if errors.As(err, &skip) {
				results[i].Skipped, results[i].Gone, results[i].Err = skip.why, skip.gone, nil
			}
			return results[i].Err
		},
		ended: func(i int, err error, again bool) { d.tellEnd(ctx, results[i], again) },
	})
	for i, why := range blocked {
		results[i] = Result{Resource: d.stack.Resources[i].Name, Action: Nothing, Skipped: why, Blocked: true}
	}
	return Summary{Results: results}
}

func (d *Deployment) tellEnd(ctx context.Context, r Result, again bool) {
	e := Event{Kind: Ended, Resource: r.Resource, Action: r.Action, Elapsed: r.Elapsed, Message: r.Skipped, Err: r.Err}
	if r.Err != nil {
		e.Message = r.Err.Error()
	}
	if ctx.Err() != nil {
		e.Message = strings.ReplaceAll(e.Message, ctx.Err().Error(), "interrupted")
	}
	if again {
		e.Kind, e.Err = Warning, nil
		e.Message = "failed, and is tried once more when more is done: " + e.Message
	}
	d.tell(e)
}

// skipError ends the work on a resource that is left alone.
type skipError struct {
	why  string
	gone bool
}

// Error says why.
func (e *skipError) Error() string { return e.why }

// one works on a resource with a session of its own.
func (d *Deployment) one(ctx context.Context, r *stack.Resource, work func(context.Context, *worker) (Action, error)) (action Action, err error) {
	w, err := d.worker(r)
	if err != nil {
		return Nothing, err
	}
	defer func() { err = errors.Join(err, w.session.Close()) }()
	return work(ctx, w)
}
