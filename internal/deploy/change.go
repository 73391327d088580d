package deploy

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/apply"
	"skyql/internal/deploy/journal"
	"skyql/internal/resource"
	"skyql/internal/stack"
)

// replace deletes a resource by the author's statement, after what is tied to it,
// and creates it again.
func (w *worker) replace(ctx context.Context) error {
	if err := w.clearWay(ctx); err != nil {
		return fmt.Errorf("replace: %w", err)
	}
	if err := w.remove(ctx); err != nil {
		return fmt.Errorf("replace: %w", err)
	}
	return w.apply(ctx, Create, w.query("create"))
}

// carryOut makes a change that no statement of the author makes. It gives what AWS
// calls the resource.
func (d *Deployment) carryOut(ctx context.Context, name string, c apply.Change) (identifier string, err error) {
	client := d.opts.Client
	if d.opts.Journal != nil {
		client = d.opts.Journal.Wrap(client, name, journal.LayerOptions{Unnoted: true})
	}
	out := apply.Run(ctx, client, c, apply.Options{OnEvent: func(_ apply.Change, e cloudcontrol.ProgressEvent) {
		if e.StatusMessage != "" {
			d.tell(Event{Kind: Progress, Resource: name, Message: e.StatusMessage})
		}
	}})
	return out.Event.Identifier, out.Err
}

// Undo is one step of a rollback.
type Undo struct {
	Resource   string            `json:"resource"`
	Action     Action            `json:"action"`
	Type       resource.TypeName `json:"type"`
	Identifier string            `json:"identifier"`
	Note       string            `json:"note,omitempty"` // what could not be restored
	Err        error             `json:"-"`
}

// undoing are the actions that undo operations.
var undoing = map[cloudcontrol.Operation]Action{
	cloudcontrol.Create: Delete, cloudcontrol.Update: Update, cloudcontrol.Delete: Create,
}

// rollback undoes what this run did, newest first.
func (d *Deployment) rollback(ctx context.Context) []Undo {
	if d.opts.Journal == nil {
		return nil
	}
	undone := d.overtake(ctx)
	finished := d.opts.Journal.Done()
	began := map[thing]cloudcontrol.Operation{} // what this run did first
	for _, e := range finished {
		if _, known := began[thingOf(e)]; !known {
			began[thingOf(e)] = e.Operation
		}
	}
	gone, renamed := map[thing]bool{}, renames{}
	for _, e := range slices.Backward(finished) {
		if began[thingOf(e)] == cloudcontrol.Create { // it goes as a whole, once
			if e.Operation == cloudcontrol.Update || gone[thingOf(e)] {
				continue
			}
			if gone[thingOf(e)] = true; e.Operation == cloudcontrol.Delete {
				continue
			}
		}
		u := Undo{Resource: e.Resource, Action: undoing[e.Operation], Type: e.Type, Identifier: e.Identifier}
		call := callOf(e)
		switch e.Operation {
		case cloudcontrol.Create:
			_, u.Err = d.carryOut(ctx, e.Resource, apply.Change{Call: call, Operation: cloudcontrol.Delete, Identifier: e.Identifier})
		case cloudcontrol.Update:
			u.Note, u.Err = d.restore(ctx, e.Resource, call, e.Identifier, renamed.in(e.Before))
		case cloudcontrol.Delete:
			var identifier string
			if identifier, u.Note, u.Err = d.recreate(ctx, e.Resource, call, renamed.in(e.Before)); identifier != "" {
				renamed[e.Identifier] = identifier
			}
		}
		undone = append(undone, u)
		d.tellUndo(u)
	}
	for _, r := range d.stack.Resources {
		if r.Type == stack.TypeCommand || r.Type == stack.TypeScript {
			d.tell(Event{Kind: Warning, Resource: r.Name, Message: "what a " + string(r.Type) + " did cannot be undone, if it ran"})
		}
	}
	return undone
}

// thing names what a change was made to.
type thing struct {
	region     resource.Region
	typ        resource.TypeName
	identifier string
}

func thingOf(e journal.Entry) thing { return thing{e.Region, e.Type, e.Identifier} }

func (d *Deployment) tellUndo(u Undo) {
	e := Event{Kind: Ended, Resource: u.Resource, Action: u.Action, Err: u.Err, Message: "rolled back: " + string(u.Action) + " " + u.Identifier}
	if u.Err != nil {
		e.Message = fmt.Sprintf("could not be rolled back: %v", u.Err)
	} else if u.Note != "" {
		e.Message += "; " + u.Note
	}
	d.tell(e)
}

var errNoModel = errors.New("what it was before could not be read")
