package deploy

import (
	"context"
	"fmt"
	"slices"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/apply"
	"skyql/internal/deploy/journal"
	"skyql/internal/resource"
	"skyql/internal/stack"
)

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
	gone, u := map[thing]bool{}, &undoer{d: d, renamed: renames{}, left: map[string]string{}}
	for _, e := range slices.Backward(finished) {
		if began[thingOf(e)] == cloudcontrol.Create { // it goes as a whole, once
			if e.Operation == cloudcontrol.Update || gone[thingOf(e)] {
				continue
			}
			if gone[thingOf(e)] = true; e.Operation == cloudcontrol.Delete {
				continue
			}
		}
		step := u.undo(ctx, e)
		undone = append(undone, step)
		d.tellUndo(step)
	}
	for _, r := range d.stack.Resources {
		if r.Type == stack.TypeCommand || r.Type == stack.TypeScript {
			d.tell(Event{Kind: Warning, Resource: r.Name, Message: "what a " + string(r.Type) + " did cannot be undone, if it ran"})
		}
	}
	return undone
}

// undoer undoes one change after the other.
type undoer struct {
	d       *Deployment
	renamed renames
	left    map[string]string // what could not be deleted, by the name of the resource
}

func (u *undoer) undo(ctx context.Context, e journal.Entry) Undo {
	step := Undo{Resource: e.Resource, Action: undoing[e.Operation], Type: e.Type, Identifier: e.Identifier}
	call := callOf(e)
	switch e.Operation {
	case cloudcontrol.Create:
		change := apply.Change{Call: call, Operation: cloudcontrol.Delete, Identifier: e.Identifier}
		if _, step.Err = u.d.carryOut(ctx, e.Resource, change); step.Err != nil {
			u.left[e.Resource] = e.Identifier
		}
	case cloudcontrol.Update:
		step.Note, step.Err = u.d.restore(ctx, e.Resource, call, e.Identifier, u.renamed.in(e.Before))
	case cloudcontrol.Delete:
		if other := u.left[e.Resource]; other != "" { // which took its place: there must not be both
			step.Err = fmt.Errorf("%s is in its place, and could not be deleted", other)
			return step
		}
		var identifier string
		if identifier, step.Note, step.Err = u.d.recreate(ctx, e.Resource, call, u.renamed.in(e.Before)); identifier != "" {
			u.renamed[e.Identifier] = identifier
		}
	}
	return step
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
