package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/catalog"
	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
	"skyql/internal/schema"
)

// TestContract goes through the life of a resource of every starter type as
// CloudFormation's contract tests do.
//
// https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/contract-tests.html
func TestContract(t *testing.T) {
	t.Parallel()
	for _, name := range catalog.Starter().Types() {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			if err := keepsContract(t.Context(), New(Options{PageSize: 3}), name); err != nil {
				t.Error(err)
			}
		})
	}
}

// life is that of one resource.
type life struct {
	*Store
	ctx        context.Context
	kind       *kind
	desired    map[string]any
	identifier string
	listed     map[string]any // what its list handler is given
}

// keepsContract says what the first breach of the contract is. The store is new.
func keepsContract(ctx context.Context, s *Store, name resource.TypeName) error {
	k, err := s.kind(name)
	if err != nil {
		return err
	}
	l := &life{Store: s, ctx: ctx, kind: k}
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"generate", l.generate}, {"create", l.begin}, {"read", l.visible}, {"create twice", l.twice}, {"list", l.inList},
		{"update", l.change}, {"delete", l.end}, {"delete twice", l.endTwice}, {"update what is gone", l.changeGone},
		{"read what is gone", l.readGone}, {"list without it", l.notInList}, {"create again", l.again},
	} {
		if err := step.do(); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return nil
}

// generate makes a desired state whose parents exist.
func (l *life) generate() error {
	if !l.kind.Has(schema.Create) {
		return errors.New("the schema has no create handler")
	}
	var err error
	if l.desired, err = l.kind.generator.Desired(1, richly); err != nil {
		return err
	}
	links, err := l.links(l.world(home), l.kind, []resource.TypeName{l.kind.Name})
	if err != nil {
		return err
	}
	for _, link := range links {
		link.set(l.desired, 0)
	}
	if err := l.placeBelow(); err != nil {
		return err
	}
	for _, path := range l.kind.readOnlyIn(l.desired) {
		remove(l.desired, path)
	}
	return nil
}

func (l *life) begin() error {
	event, err := l.create()
	l.identifier = event.Identifier
	if err := ended(event, err); err != nil {
		return err
	}
	if l.identifier == "" {
		return errors.New("no identifier")
	}
	return nil
}

// visible compares the resource with its desired state, without what cannot be seen
// and what the service fills in.
func (l *life) visible() error {
	if !l.kind.Has(schema.Read) {
		return nil
	}
	have, err := l.state()
	if err != nil {
		return err
	}
	if have := schemaIdentifier(l.kind, have); have != l.identifier {
		return fmt.Errorf("the model identifies %q", have)
	}
	for _, path := range l.kind.ReadOnly {
		remove(have, path)
	}
	want := decodeKept(l.kind.newModel(clone(l.desired).(map[string]any)).visible)
	for _, path := range l.kind.ReadOnly {
		remove(want, path)
	}
	if diff := cmp.Diff(want, asFarAs(have, want)); diff != "" {
		return fmt.Errorf("(-want +have)\n%s", diff)
	}
	return nil
}

// twice creates what is there already. Where the service makes up the identifier,
// or a part of it, there is then another one.
func (l *life) twice() error {
	if _, writable := l.kind.Identify(l.desired); !writable {
		return nil
	}
	event, err := l.create()
	return failed(event, err, resource.AlreadyExists, alreadyExistsText(target{l.kind.Name, l.identifier}))
}

// inList also learns what the list handler wants, while the resource can be read.
func (l *life) inList() error {
	if !l.kind.Has(schema.List) {
		return nil
	}
	it, ok := l.world(home).shelf(l.kind).get(l.identifier)
	if !ok {
		return errors.New("it is not kept")
	}
	l.listed = map[string]any{}
	if len(l.kind.demands) > 0 {
		for _, name := range l.kind.demands[0] {
			path := l.kind.inputs[name].path
			if path == nil {
				path = schema.Path{name}
			}
			value, shown := path.Value(decodeKept(it.model.visible))
			if !shown {
				text, ok := it.model.textAt(path)
				if !ok {
					return fmt.Errorf("the resource has no %s, by which it is listed", name)
				}
				value = text
			}
			l.listed[name] = value
		}
	}
	return l.wantListed(true)
}

func (l *life) notInList() error {
	if !l.kind.Has(schema.List) || !l.kind.Has(schema.Delete) {
		return nil
	}
	return l.wantListed(false)
}

func (l *life) wantListed(want bool) error {
	in := cloudcontrol.ListInput{Call: call(l.kind.Name)}
	if len(l.listed) > 0 {
		in.ResourceModel = json.RawMessage(encode(l.listed))
	}
	found := false
	for {
		page, err := l.List(l.ctx, in)
		if err != nil {
			return err
		}
		for _, description := range page.Resources {
			found = found || description.Identifier == l.identifier
		}
		if in.NextToken = page.NextToken; in.NextToken == "" {
			break
		}
	}
	if found != want {
		return fmt.Errorf("want it listed: %t, have %t", want, found)
	}
	return nil
}

// change gives the properties that may change the values that they have. What has
// write-only values is sent again in full, since reads lack them.
func (l *life) change() error {
	if !l.kind.Has(schema.Update) || !l.kind.Has(schema.Read) {
		return nil
	}
	before, err := l.state()
	if err != nil {
		return err
	}
	values := l.kind.mutable(before)
	it, _ := l.world(home).shelf(l.kind).get(l.identifier)
	if it.model.hidden != "" {
		for name, value := range decodeKept(it.model.hidden) {
			if !l.kind.fixed(name) {
				values[name] = value
			}
		}
	}
	patch := []map[string]any{}
	for name, value := range values {
		patch = append(patch, map[string]any{"op": "add", "path": "/" + name, "value": value})
	}
	whole := asFarAs(before, before).(map[string]any)
	maps.Copy(whole, values)
	if len(l.kind.validator.Check(whole)) > 0 {
		return nil // by its schema, no resource like this can be updated
	}
	if err := ended(l.update(encode(patch))); err != nil {
		return err
	}
	after, err := l.state()
	if diff := cmp.Diff(before, asFarAs(after, before)); err == nil && diff != "" {
		return fmt.Errorf("state (-before +after)\n%s", diff)
	}
	return err
}

// end deletes the resource; where the service cannot, its life ends here.
func (l *life) end() error {
	if !l.kind.Has(schema.Delete) {
		return nil
	}
	event, err := l.delete()
	if err := ended(event, err); err != nil {
		return err
	}
	if event.ResourceModel != nil || event.Identifier != l.identifier {
		return fmt.Errorf("not the event of a delete: %+v", event)
	}
	return nil
}

func (l *life) endTwice() error {
	if !l.kind.Has(schema.Delete) {
		return nil
	}
	event, err := l.delete()
	return failed(event, err, resource.NotFound, notFoundText(target{l.kind.Name, l.identifier}))
}

func (l *life) changeGone() error {
	if !l.kind.Has(schema.Delete) || !l.kind.Has(schema.Update) {
		return nil
	}
	return wantAbsent(l.Update(l.ctx, cloudcontrol.UpdateInput{
		Call: call(l.kind.Name), Identifier: l.identifier, PatchDocument: json.RawMessage(`[]`)}))
}

func (l *life) readGone() error {
	if !l.kind.Has(schema.Delete) || !l.kind.Has(schema.Read) {
		return nil
	}
	return wantAbsent(l.Get(l.ctx, cloudcontrol.GetInput{Call: call(l.kind.Name), Identifier: l.identifier}))
}

// again creates the resource once more, which must go well if it is gone.
func (l *life) again() error {
	if !l.kind.Has(schema.Delete) {
		return nil
	}
	return ended(l.create())
}
