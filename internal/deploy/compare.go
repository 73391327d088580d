package deploy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"skyql/internal/cloudcontrol"
	"skyql/internal/diff"
	"skyql/internal/jsonpatch"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/stack"
)

// comparison is a resource as AWS has it, beside what the author's statements
// ask for.
type comparison struct {
	call       cloudcontrol.Call
	identifier string
	schema     *schema.ResourceType
	current    map[string]any // nil if it is not there
	changes    []diff.Change  // without write-only values, which cannot be compared
	replace    []schema.Path  // create-only properties that differ
	unknown    []string       // properties that are asked for and cannot be compared
	// left are the changes that the author's update does not make, because it does not
	// state these properties; nil if what it does is not known.
	left []diff.Change
	// sent are the changes that the author's update makes, also those that nobody
	// states: an object is replaced as a whole, and what AWS has in it besides goes.
	sent []diff.Change
}

// byUpdate are the changes that an update makes, and those that it leaves.
func (c *comparison) byUpdate() *comparison {
	all := *c
	if all.changes = slices.Clone(c.sent); len(c.sent) == 0 {
		all.changes = c.changes
		return &all
	}
	all.changes = append(all.changes, c.left...)
	return &all
}

// idle reports whether an update would mend nothing of what differs.
func (c *comparison) idle() bool {
	return len(c.changes) > 0 && len(c.left) == len(c.changes) && len(c.replace) == 0
}

// differs reports whether the resource is not what the author's statements ask
// for. Where they cannot be compared, it does not.
func (w *worker) differs(ctx context.Context) (bool, error) {
	c, err := w.compare(ctx)
	if c == nil || err != nil {
		return false, err
	}
	return len(c.changes) > 0, nil
}

// names lists the properties that differ.
func (c *comparison) names() string { return names(c.changes) }

func names(changes []diff.Change) string {
	var names []string
	for _, change := range changes {
		names = append(names, change.Path.String())
	}
	return strings.Join(names, ", ")
}

// mustReplace tells which create-only properties differ.
func (w *worker) mustReplace(ctx context.Context) (bool, string, error) {
	c, err := w.compare(ctx)
	if c == nil || err != nil || len(c.replace) == 0 {
		return false, "", err
	}
	names := make([]string, len(c.replace))
	for i, path := range c.replace {
		names[i] = path.String()
	}
	return true, strings.Join(names, ", "), nil
}

// compare finds the resource by the statements that would change it, reads it, and
// compares it. It gives nil if that cannot be done: the statements are for several
// resources or for none of Cloud Control, or a variable has no value yet.
func (w *worker) compare(ctx context.Context) (*comparison, error) {
	if w.r.Type != stack.TypeResource {
		return nil, nil
	}
	create, err := w.planned(ctx, "createorupdate", "create")
	if err != nil {
		return nil, err
	}
	where, err := w.planned(ctx, "delete", "update")
	if err != nil {
		return nil, err
	}
	if where == nil {
		where = create
	}
	if where == nil || where.Identifier == "" || where.Type == "" {
		return nil, nil
	}
	c := &comparison{call: cloudcontrol.Call{Scope: where.Scope, Type: where.Type}, identifier: where.Identifier}
	if c.schema, err = w.d.opts.Types.Type(where.Type); err != nil {
		return nil, nil // a resource of a type that the catalog lacks
	}
	if err := w.d.read(ctx, c); err != nil || c.current == nil {
		return c, err
	}
	wanted := map[string]any{}
	if create != nil && create.Type == where.Type {
		if wanted, err = object(create.Document); err != nil {
			return nil, err
		}
	}
	after, err := w.addUpdate(ctx, c, wanted)
	if err != nil {
		return nil, err
	}
	if err := c.settle(wanted); err != nil || after == nil {
		return c, err
	}
	then := &comparison{schema: c.schema, current: after}
	err = then.settle(wanted)
	c.left = then.changes
	return c, err
}

// read fetches the current model, which stays nil if there is no such resource.
func (d *Deployment) read(ctx context.Context, c *comparison) error {
	found, err := d.opts.Client.Get(ctx, cloudcontrol.GetInput{Call: c.call, Identifier: c.identifier})
	switch {
	case errors.Is(err, resource.NotFound):
		return nil
	case err != nil:
		return err
	}
	c.current, err = object(found.Properties)
	return err
}

// addUpdate lets what the update states take the place of what the create does. It
// gives the model that the update would make, nil if that is not known.
func (w *worker) addUpdate(ctx context.Context, c *comparison, wanted map[string]any) (after map[string]any, err error) {
	update, err := w.planned(ctx, "update")
	if err != nil || update == nil || update.Identifier != c.identifier {
		return nil, err
	}
	if update.Document == nil {
		return c.current, nil
	}
	patch, err := jsonpatch.Parse(update.Document)
	if err != nil {
		return nil, err
	}
	made, err := patch.Apply(json.RawMessage(encode(c.current)))
	if err != nil {
		return nil, nil // AWS will say what is wrong with it
	}
	state, _ := made.(map[string]any)
	touched := map[string]any{}
	for _, operation := range patch {
		name := operation.Path[0]
		wanted[name] = state[name] // nil if it goes
		touched[name] = state[name]
	}
	sent, _ := diff.Compare(diff.Input{Type: c.schema, Current: c.current, Wanted: touched}) // what is refused is told of otherwise
	c.sent = slices.DeleteFunc(sent.Changes, func(change diff.Change) bool { return change.WriteOnly })
	return state, nil
}

// settle compares.
func (c *comparison) settle(wanted map[string]any) error {
	wanted = maps.Clone(wanted)
	for _, path := range c.schema.WriteOnly {
		if len(path) == 1 && wanted[path[0]] != nil {
			delete(wanted, path[0])
			c.unknown = append(c.unknown, path[0])
		}
	}
	result, err := diff.Compare(diff.Input{Type: c.schema, Current: c.current, Wanted: wanted, Stated: true})
	var replacement *diff.ReplacementError
	if errors.As(err, &replacement) {
		c.replace = replacement.Changed
	} else if err != nil && !errors.As(err, new(*diff.WriteOnlyNeededError)) && !errors.As(err, new(*diff.ReadOnlyError)) {
		return fmt.Errorf("compare: %w", err)
	}
	for _, change := range result.Changes {
		if change.WriteOnly {
			c.unknown = append(c.unknown, change.Path.String())
		} else {
			c.changes = append(c.changes, change)
		}
	}
	return nil
}
