package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
	"skyql/internal/schema"
)

// placeBelow gives the properties that the table of references knows values that
// exist.
func (l *life) placeBelow() error {
	v := &visit{store: l.Store, kind: l.kind, world: l.world(home)}
	for _, t := range ties().above[l.kind.Name] {
		missing := slices.ContainsFunc(t.values(l.desired), func(values []string) bool { return v.lacks(t.parent, values) })
		if t.unchecked || !missing {
			continue
		}
		parent, err := l.Store.kind(t.parent.name)
		if err != nil {
			return err
		}
		shelf := v.world.shelf(parent)
		if shelf.size() == 0 {
			if err := l.Populate(home, parent.Name, 1); err != nil {
				return err
			}
		}
		items, _ := shelf.page(filter{}, 0, 1)
		values, ok := items[0].model.textsAt(t.parent.keys[0])
		if !ok {
			return fmt.Errorf("%s has nothing to be named by", parent.Name)
		}
		for i, path := range t.from {
			replace(l.desired, path, values[i])
		}
	}
	return nil
}

// replace sets the texts that the path leads to.
func replace(at any, path schema.Path, text string) {
	switch at := at.(type) {
	case map[string]any:
		if len(path) == 1 {
			at[path[0]] = text
		} else {
			replace(at[path[0]], path[1:], text)
		}
	case []any:
		for i := range at {
			if len(path) == 1 {
				at[i] = text
			} else {
				replace(at[i], path[1:], text)
			}
		}
	}
}

func (l *life) create() (cloudcontrol.ProgressEvent, error) {
	return l.latest(l.Create(l.ctx, cloudcontrol.CreateInput{Call: call(l.kind.Name), DesiredState: json.RawMessage(encode(l.desired))}))
}

func (l *life) delete() (cloudcontrol.ProgressEvent, error) {
	return l.latest(l.Delete(l.ctx, cloudcontrol.DeleteInput{Call: call(l.kind.Name), Identifier: l.identifier}))
}

func (l *life) update(patch string) (cloudcontrol.ProgressEvent, error) {
	return l.latest(l.Update(l.ctx, cloudcontrol.UpdateInput{
		Call: call(l.kind.Name), Identifier: l.identifier, PatchDocument: json.RawMessage(patch)}))
}

// latest checks the first event of a request and gives the last.
func (l *life) latest(first cloudcontrol.ProgressEvent, err error) (cloudcontrol.ProgressEvent, error) {
	switch {
	case err != nil:
		return first, err
	case first.Status != cloudcontrol.InProgress || first.ErrorCode != "" || first.ResourceModel != nil:
		return first, fmt.Errorf("want an event in progress without code and model, have %+v", first)
	}
	status, err := l.RequestStatus(l.ctx, cloudcontrol.RequestInput{Scope: home, RequestToken: first.RequestToken})
	return status.Event, err
}

func ended(event cloudcontrol.ProgressEvent, err error) error {
	if err == nil && event.Status != cloudcontrol.Success {
		err = fmt.Errorf("%s %s: %s", event.Status, event.ErrorCode, event.StatusMessage)
	}
	return err
}

func failed(event cloudcontrol.ProgressEvent, err error, code resource.Code, message string) error {
	if err == nil && (event.Status != cloudcontrol.Failed || event.ErrorCode != code || event.StatusMessage != message) {
		err = fmt.Errorf("want FAILED %s: %s; have %s %s: %s", code, message, event.Status, event.ErrorCode, event.StatusMessage)
	}
	return err
}

// state reads the resource.
func (l *life) state() (map[string]any, error) {
	description, err := l.Get(l.ctx, cloudcontrol.GetInput{Call: call(l.kind.Name), Identifier: l.identifier})
	if err != nil {
		return nil, err
	}
	if description.Identifier != l.identifier {
		return nil, fmt.Errorf("asked for %s, have %s", l.identifier, description.Identifier)
	}
	return decodeObject(description.Properties)
}

func schemaIdentifier(k *kind, state map[string]any) string {
	identifier, _ := k.Identify(state)
	return identifier
}

// asFarAs leaves out what the service added: members of objects that want has not.
func asFarAs(have, want any) any {
	switch have := have.(type) {
	case map[string]any:
		want, ok := want.(map[string]any)
		if !ok {
			return have
		}
		kept := map[string]any{}
		for name, member := range want {
			if value, ok := have[name]; ok {
				kept[name] = asFarAs(value, member)
			}
		}
		return kept
	case []any:
		want, ok := want.([]any)
		if !ok || len(want) != len(have) {
			return have
		}
		kept := make([]any, len(have))
		for i := range have {
			kept[i] = asFarAs(have[i], want[i])
		}
		return kept
	}
	return have
}

func (k *kind) mutable(state map[string]any) map[string]any {
	values := map[string]any{}
	for name, value := range state {
		if !k.fixed(name) {
			values[name] = value
		}
	}
	return values
}

// fixed reports whether something in the property cannot be changed.
func (k *kind) fixed(name string) bool {
	for _, paths := range [][]schema.Path{k.ReadOnly, k.CreateOnly, k.PrimaryIdentifier} {
		if slices.ContainsFunc(paths, func(path schema.Path) bool { return path[0] == name }) {
			return true
		}
	}
	return false
}

func wantAbsent[T any](_ T, err error) error {
	if !errors.Is(err, resource.NotFound) || !strings.Contains(err.Error(), "HandlerErrorCode: NotFound") {
		return fmt.Errorf("want NotFound, have %v", err)
	}
	return nil
}
