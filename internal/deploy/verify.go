package deploy

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"skyql/internal/resource"
	"skyql/internal/stack"
)

// Status is what a test found out about a resource.
type Status string

// The statuses.
const (
	OK        Status = "ok"
	Missing   Status = "missing"   // it is not there
	Different Status = "different" // it is there, and not as it should be
	Unknown   Status = "unknown"   // it could not be checked
	Skipped   Status = "skipped"   // there is nothing to check, or its condition does not hold
)

// Finding is what a test found out about one resource.
type Finding struct {
	Resource   string            `json:"resource"`
	Status     Status            `json:"status"`
	Message    string            `json:"message,omitempty"`
	Type       resource.TypeName `json:"type,omitempty"`
	Region     resource.Region   `json:"region,omitempty"`
	Identifier string            `json:"identifier,omitempty"`
	// Changes are the properties that differ from what the author's statements ask
	// for: before is what AWS has, after what is asked for.
	Changes []PropertyChange `json:"changes,omitempty"`
	// NotCompared are properties that are asked for and cannot be read.
	NotCompared []string `json:"not_compared,omitempty"`
	Err         error    `json:"-"` // why it could not be checked
}

// Report is what a test found out about a stack, in the order of the manifest.
type Report struct {
	Stack       string    `json:"stack"`
	Environment string    `json:"environment"`
	Findings    []Finding `json:"findings"`
}

// Good reports whether everything is there and as it should be.
func (r Report) Good() bool {
	for _, f := range r.Findings {
		if f.Status != OK && f.Status != Skipped {
			return false
		}
	}
	return true
}

// Test checks every resource by the author's own checks, and does not stop at the
// first that fails. Properties that differ are told of, and are no failure where
// a check says that the resource is right.
func (d *Deployment) Test(ctx context.Context) Report { return d.report(ctx, false) }

// Drift compares the properties of every resource with what the author's
// statements ask for. A difference is a failure whatever the author's checks say.
func (d *Deployment) Drift(ctx context.Context) Report { return d.report(ctx, true) }

func (d *Deployment) report(ctx context.Context, drift bool) Report {
	report := Report{Stack: d.stack.Name, Environment: d.vars.Environment(), Findings: make([]Finding, len(d.stack.Resources))}
	var mu sync.Mutex // guards the findings
	place := map[*stack.Resource]int{}
	for i, r := range d.stack.Resources {
		place[r] = i
	}
	inner := *d
	inner.reads, inner.opts.OnFailure = true, IgnoreFailure
	summary := inner.each(ctx, newGraph(d.stack).reading(), func(ctx context.Context, w *worker) (Action, error) {
		f, err := w.verify(ctx, drift)
		mu.Lock()
		report.Findings[place[w.r]] = f
		mu.Unlock()
		if err == nil && f.Status == Missing {
			err = errors.New(f.Message) // what needs it cannot be checked
		}
		return Check, err
	})
	for i, result := range summary.Results {
		f := &report.Findings[i]
		f.Resource = result.Resource
		switch {
		case f.Status != "" && f.Status != OK:
		case result.Skipped != "":
			f.Status, f.Message = map[bool]Status{true: Unknown, false: Skipped}[result.Blocked], result.Skipped
		case result.Err != nil:
			f.Status, f.Message, f.Err = Unknown, result.Err.Error(), result.Err
		}
		f.Message = d.secrets.Mask(f.Message)
	}
	return report
}

// verify checks one resource, and asks for what it exports.
func (w *worker) verify(ctx context.Context, drift bool) (Finding, error) {
	f := Finding{Resource: w.r.Name, Status: OK}
	skip := func(why string) (Finding, error) {
		f.Status, f.Message = Skipped, why
		return f, nil
	}
	var skipped *skipError
	switch err := w.applies(); {
	case errors.As(err, &skipped):
		return skip(skipped.why)
	case err != nil:
		return f, err
	}
	switch w.r.Type {
	case stack.TypeCommand, stack.TypeScript:
		return skip("a " + string(w.r.Type) + " leaves nothing that could be checked")
	case stack.TypeQuery:
		return f, w.export(ctx)
	}
	there, err := w.there(ctx)
	if err != nil {
		return f, err
	}
	if !there {
		f.Status, f.Message = Missing, "it is not there"
		return f, nil
	}
	if err := w.inspect(ctx, &f, drift); err != nil {
		return f, err
	}
	return f, w.export(ctx) // also of what is not right: others can be checked with it
}

// there asks whether the resource exists, as patiently as the author wants.
func (w *worker) there(ctx context.Context) (bool, error) {
	q := w.query("exists")
	if q == nil {
		return true, nil // the check of its state tells
	}
	sql, _, err := w.render(q)
	if err != nil {
		return false, err
	}
	return w.check(ctx, q, sql, patient(q))
}

// inspect runs the author's checks and compares the properties.
func (w *worker) inspect(ctx context.Context, f *Finding, drift bool) error {
	c, err := w.compare(ctx)
	if err != nil {
		return err
	}
	if c != nil && c.current != nil {
		f.Type, f.Region, f.Identifier = c.call.Type, c.call.Scope.Region, c.identifier
		f.Changes, f.NotCompared = w.d.shown(c), c.unknown
	}
	if drift {
		switch {
		case c == nil:
			f.Message = "its properties cannot be compared: no statement of its file names one resource that could be read"
			f.Status = Skipped
		case c.current == nil:
			f.Status, f.Message = Missing, "it is not there"
		case len(c.changes) > 0:
			f.differs()
		}
		return nil
	}
	good, err := w.state(ctx)
	switch {
	case err != nil:
	case !good:
		f.Status, f.Message = Different, "its check does not hold"
	case len(f.Changes) > 0 && !w.r.SkipValidation && w.query("statecheck") == nil:
		f.differs() // a build goes by this, too
	}
	return err
}

func (f *Finding) differs() {
	f.Status, f.Message = Different, fmt.Sprintf("%d %s", len(f.Changes), plural(len(f.Changes), "property is not as it should be", "properties are not as they should be"))
}

// state runs the author's check of the state: statecheck, else exports, else the
// resource is right because it is there.
func (w *worker) state(ctx context.Context) (bool, error) {
	if w.r.SkipValidation {
		return true, nil
	}
	if q := w.query("statecheck"); q != nil {
		sql, _, err := w.render(q)
		if err != nil {
			return false, err
		}
		return w.checkState(ctx, sql)
	}
	holds, known, err := w.proxy(ctx)
	return holds || !known, err
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
