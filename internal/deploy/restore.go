package deploy

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/apply"
	"skyql/internal/diff"
	"skyql/internal/jsonpatch"
	"skyql/internal/schema"
)

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
	_, err = d.carryOut(ctx, name, apply.Change{Call: call, Operation: cloudcontrol.Update, Identifier: identifier, Document: document})
	return note, err
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

// renames are the identifiers that resources have now, by those that they had before
// they were made anew.
type renames map[string]string

// in puts the new identifiers in the place of the former ones in a model: what was
// tied to a resource is tied to the one that takes its place.
func (r renames) in(model json.RawMessage) json.RawMessage {
	if len(r) == 0 || model == nil {
		return model
	}
	state, err := object(model)
	if err != nil {
		return model // whoever wants it will say so
	}
	return json.RawMessage(encode(r.of(state)))
}

func (r renames) of(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			value[name] = r.of(inner)
		}
	case []any:
		for i, inner := range value {
			value[i] = r.of(inner)
		}
	case string:
		if now, ok := r[value]; ok {
			return now
		}
	}
	return value
}

// recreate makes a resource anew that was deleted, and gives its identifier.
func (d *Deployment) recreate(ctx context.Context, name string, call cloudcontrol.Call, before json.RawMessage) (identifier, note string, err error) {
	if before == nil {
		return "", "", errNoModel
	}
	t, err := d.opts.Types.Type(call.Type)
	if err != nil {
		return "", "", err
	}
	state, err := object(before)
	if err != nil {
		return "", "", err
	}
	for _, path := range t.ReadOnly {
		without(state, path)
	}
	if _, given := t.Identify(state); !given {
		note = "it has another identifier now"
	}
	identifier, err = d.carryOut(ctx, name, apply.Change{Call: call, Operation: cloudcontrol.Create, Document: json.RawMessage(encode(state))})
	return identifier, note, err
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
