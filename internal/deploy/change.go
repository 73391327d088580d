package deploy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/apply"
	"skyql/internal/deploy/journal"
	"skyql/internal/diff"
	"skyql/internal/jsonpatch"
	"skyql/internal/resource"
	"skyql/internal/schema"
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

// carryOut makes a change that no statement of the author makes.
func (d *Deployment) carryOut(ctx context.Context, name string, c apply.Change) error {
	client := d.opts.Client
	if d.opts.Journal != nil {
		client = d.opts.Journal.Wrap(client, name, journal.LayerOptions{Unnoted: true})
	}
	out := apply.Run(ctx, client, c, apply.Options{OnEvent: func(_ apply.Change, e cloudcontrol.ProgressEvent) {
		if e.StatusMessage != "" {
			d.tell(Event{Kind: Progress, Resource: name, Message: e.StatusMessage})
		}
	}})
	return out.Err
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
	gone := map[thing]bool{}
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
		call := cloudcontrol.Call{Scope: resource.Scope{Region: e.Region}, Type: e.Type}
		switch e.Operation {
		case cloudcontrol.Create:
			u.Err = d.carryOut(ctx, e.Resource, apply.Change{Call: call, Operation: cloudcontrol.Delete, Identifier: e.Identifier})
		case cloudcontrol.Update:
			u.Note, u.Err = d.restore(ctx, e.Resource, call, e.Identifier, e.Before)
		case cloudcontrol.Delete:
			u.Note, u.Err = d.recreate(ctx, e.Resource, call, e.Before)
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

// restore brings the readable properties back to what they were.
func (d *Deployment) restore(ctx context.Context, name string, call cloudcontrol.Call, identifier string, before json.RawMessage) (note string, err error) {
	if before == nil {
		return "", errNoModel
	}
	c := &comparison{call: call, identifier: identifier}
	if c.schema, err = d.opts.Types.Type(call.Type); err != nil {
		return "", err
	}
	if err := d.read(ctx, c); err != nil {
		return "", err
	}
	if c.current == nil {
		return "", errors.New("it is not there any more")
	}
	patch, err := backTo(c, before)
	if err != nil {
		return "", err
	}
	if len(c.schema.WriteOnly) > 0 {
		note = "write-only properties cannot be read: if they were changed, they stay so"
	}
	if len(patch) == 0 {
		return note, nil
	}
	document, err := json.Marshal(patch)
	if err != nil {
		return note, err
	}
	return note, d.carryOut(ctx, name, apply.Change{Call: call, Operation: cloudcontrol.Update, Identifier: identifier, Document: document})
}

// backTo finds the patch that leads from the current model to a former one.
func backTo(c *comparison, before json.RawMessage) (jsonpatch.Patch, error) {
	wanted, err := object(before)
	if err != nil {
		return nil, err
	}
	for name := range c.current {
		if _, was := wanted[name]; !was {
			wanted[name] = nil
		}
	}
	for _, path := range c.schema.ReadOnly {
		if len(path) == 1 {
			delete(wanted, path[0])
		}
	}
	result, err := diff.Compare(diff.Input{Type: c.schema, Current: c.current, Wanted: wanted})
	return result.Patch, err
}

// recreate makes a resource anew that was deleted.
func (d *Deployment) recreate(ctx context.Context, name string, call cloudcontrol.Call, before json.RawMessage) (note string, err error) {
	if before == nil {
		return "", errNoModel
	}
	t, err := d.opts.Types.Type(call.Type)
	if err != nil {
		return "", err
	}
	state, err := object(before)
	if err != nil {
		return "", err
	}
	for _, path := range t.ReadOnly {
		without(state, path)
	}
	if _, given := t.Identify(state); !given {
		note = "it has another identifier now"
	}
	return note, d.carryOut(ctx, name, apply.Change{Call: call, Operation: cloudcontrol.Create, Document: json.RawMessage(encode(state))})
}

// without takes what a path leads to out of a model.
func without(value any, path schema.Path) {
	switch value := value.(type) {
	case map[string]any:
		names := []string{path[0]}
		if path[0] == "*" {
			names = slices.Collect(maps.Keys(value))
		}
		for _, name := range names {
			if len(path) == 1 {
				delete(value, name)
			} else {
				without(value[name], path[1:])
			}
		}
	case []any:
		if path[0] == "*" && len(path) > 1 {
			path = path[1:]
		}
		for _, element := range value {
			without(element, path)
		}
	}
}
