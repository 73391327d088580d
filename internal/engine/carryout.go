package engine

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"skyql/internal/change"
	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/apply"
	"skyql/internal/cloudcontrol/await"
	"skyql/internal/resource"
)

// outcome is how one change ended.
type outcome struct {
	change.Change
	apply.Outcome
	started bool            // it was begun at all
	model   json.RawMessage // of the resource, if it was wanted
	readErr error           // why there is no model although it was wanted
	missing bool            // an update found no such resource
}

// WriteProgress counts what one statement has changed so far.
type WriteProgress struct {
	Operation                    cloudcontrol.Operation
	Total, Running, Done, Failed int64
}

// identifier is the latest that is known.
func (o *outcome) identifier() string {
	if o.Event.Identifier != "" {
		return o.Event.Identifier
	}
	return o.Identifier
}

// failed reports whether the change did not come about, or may not have.
func (o *outcome) failed() bool { return o.Err != nil && !o.missing }

// carryOut makes all changes, as many at a time as the session may.
func (w *write) carryOut() []*outcome {
	outcomes := make([]*outcome, len(w.changes))
	meter := writeMeter{report: w.session.opts.Write.OnProgress}
	meter.progress.Total, meter.progress.Operation = int64(len(outcomes)), operations[w.cut.Verb]
	for i, c := range w.changes {
		outcomes[i] = &outcome{Change: c}
	}
	var group errgroup.Group
	group.SetLimit(max(1, w.session.concurrency()))
	for unit := range slices.Chunk(outcomes, w.to.atOnce()) {
		group.Go(func() error {
			if err := w.ctx.Err(); err != nil {
				for _, o := range unit {
					o.Err = err
				}
				return nil
			}
			for _, o := range unit {
				o.started = true
				meter.begin()
			}
			w.to.carryOut(w, unit)
			for _, o := range unit {
				meter.end(o.failed())
			}
			return nil
		})
	}
	_ = group.Wait() // each outcome has its own error
	return outcomes
}

func (s *Session) concurrency() int {
	if s.opts.Fetch.Concurrency > 0 {
		return s.opts.Fetch.Concurrency
	}
	return defaultConcurrency
}

// defaultConcurrency is how many changes are made at a time; calls have a bound
// of their own.
const defaultConcurrency = 64

// change carries out one change of a resource.
func (w *write) change(o *outcome) {
	if o.Unchanged() {
		o.Event = cloudcontrol.ProgressEvent{
			Type: o.Type, Identifier: o.Change.Identifier, Operation: o.Operation,
			Status: cloudcontrol.Success, StatusMessage: "nothing to change",
		}
		o.model = o.Model
		return
	}
	opts := w.session.opts.Write.Apply
	opts.NoWait = w.noWait
	o.Outcome = apply.Run(w.ctx, w.session.opts.Client, apply.Change{
		Call: cloudcontrol.Call{
			Scope: o.Scope, Type: o.Type, RoleARN: o.RoleARN, TypeVersionID: o.TypeVersionID,
		},
		Operation: o.Operation, Identifier: o.Change.Identifier, Document: o.Document, ClientToken: o.ClientToken,
	}, opts)
	// A handler may also miss something that the resource refers to.
	o.missing = o.Operation == cloudcontrol.Update && o.Event.RequestToken == "" && errors.Is(o.Err, resource.NotFound)
	if o.Operation == cloudcontrol.Delete {
		o.model = o.Model
		return
	}
	if w.wantsModel && o.Err == nil && !w.noWait {
		o.model, o.readErr = w.readBack(o)
	}
}

// A resource that was just made may not be found at once.
const (
	readBackAttempts = 6
	readBackDelay    = 200 * time.Millisecond
	readBackMaxDelay = 5 * time.Second
)

// readBack reads a resource as it is after the change.
func (w *write) readBack(o *outcome) (json.RawMessage, error) {
	in := cloudcontrol.GetInput{
		Call:       cloudcontrol.Call{Scope: o.Scope, Type: o.Type, RoleARN: o.RoleARN, TypeVersionID: o.TypeVersionID},
		Identifier: o.identifier(),
	}
	delay := readBackDelay
	for attempt := 1; ; attempt++ {
		found, err := w.session.opts.Client.Get(w.ctx, in)
		if err == nil {
			return found.Properties, nil
		}
		if !errors.Is(err, resource.NotFound) || attempt == readBackAttempts {
			return nil, err
		}
		if err := cloudcontrol.Pause(w.ctx, delay/2+rand.N(delay)); err != nil {
			return nil, err
		}
		delay = min(2*delay, readBackMaxDelay)
	}
}

// unfinished gives the request that goes on although waiting for it has ended.
func (o *outcome) unfinished() *await.UnfinishedError {
	var unfinished *await.UnfinishedError
	if errors.As(o.Err, &unfinished) {
		return unfinished
	}
	return nil
}

// writeMeter counts changes and reports the counts.
type writeMeter struct {
	progress WriteProgress // the counts change atomically
	report   func(WriteProgress)
}

func (m *writeMeter) begin() {
	atomic.AddInt64(&m.progress.Running, 1)
	m.tell()
}

func (m *writeMeter) end(failed bool) {
	atomic.AddInt64(&m.progress.Running, -1)
	if failed {
		atomic.AddInt64(&m.progress.Failed, 1)
	} else {
		atomic.AddInt64(&m.progress.Done, 1)
	}
	m.tell()
}

func (m *writeMeter) tell() {
	if m.report == nil {
		return
	}
	m.report(WriteProgress{
		Operation: m.progress.Operation, Total: m.progress.Total, Running: atomic.LoadInt64(&m.progress.Running),
		Done: atomic.LoadInt64(&m.progress.Done), Failed: atomic.LoadInt64(&m.progress.Failed),
	})
}
