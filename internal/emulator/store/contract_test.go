package store

import (
	"encoding/json"
	"slices"
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
			f := newFixture(t, Options{PageSize: 3})
			k, err := f.kind(name)
			if err != nil {
				t.Fatal(err)
			}
			f.contract(k)
		})
	}
}

func (f fixture) contract(k *kind) {
	f.t.Helper()
	desired := f.desiredBelowParents(k)
	created := f.create(k.Name, encode(desired))
	wantSuccess(f.t, created)
	f.wantVisible(k, created.Identifier, desired)
	if _, writable := k.Identify(desired); writable {
		wantFailure(f.t, f.create(k.Name, encode(desired)), resource.AlreadyExists,
			alreadyExistsText(target{k.Name, created.Identifier}))
	}
	f.wantListed(k, created.Identifier, desired, true)
	f.updateSomething(k, created.Identifier)
	wantSuccess(f.t, f.delete(k.Name, created.Identifier))
	gone := notFoundText(target{k.Name, created.Identifier})
	wantFailure(f.t, f.delete(k.Name, created.Identifier), resource.NotFound, gone)
	_, err := f.Get(f.t.Context(), cloudcontrol.GetInput{Call: call(k.Name), Identifier: created.Identifier})
	wantError(f.t, err, resource.NotFound, string(k.Name)+" Handler returned status FAILED: "+gone+
		" (HandlerErrorCode: NotFound, RequestToken: TOKEN)")
	f.wantListed(k, created.Identifier, desired, false)
	wantSuccess(f.t, f.create(k.Name, encode(desired)))
}

// desiredBelowParents makes a desired state whose parents exist.
func (f fixture) desiredBelowParents(k *kind) map[string]any {
	f.t.Helper()
	desired, err := k.generator.Desired(1, richly)
	if err != nil {
		f.t.Fatal(err)
	}
	links, err := f.links(f.world(home), k, []resource.TypeName{k.Name})
	if err != nil {
		f.t.Fatal(err)
	}
	for _, link := range links {
		link.set(desired, 0)
	}
	for _, path := range k.readOnlyIn(desired) {
		remove(desired, path)
	}
	return desired
}

// wantVisible compares a resource with its desired state, without what cannot
// be seen and what the service fills in.
func (f fixture) wantVisible(k *kind, identifier string, desired map[string]any) {
	f.t.Helper()
	have := f.state(k.Name, identifier)
	for _, path := range k.ReadOnly {
		remove(have, path)
	}
	for name := range have {
		if _, ok := desired[name]; !ok {
			delete(have, name)
		}
	}
	want := decodeKept(k.newModel(clone(desired).(map[string]any)).visible)
	if diff := cmp.Diff(want, have); diff != "" {
		f.t.Errorf("state of %s (-want +have)\n%s", identifier, diff)
	}
}

func (f fixture) wantListed(k *kind, identifier string, desired map[string]any, want bool) {
	f.t.Helper()
	if !k.Has(schema.List) {
		return
	}
	in := cloudcontrol.ListInput{Call: call(k.Name)}
	if len(k.demands) > 0 {
		given := map[string]any{}
		for _, name := range k.demands[0] {
			given[name] = desired[k.inputs[name].path[0]]
		}
		in.ResourceModel = json.RawMessage(encode(given))
	}
	found := false
	for _, listed := range f.list(in) {
		found = found || listed == identifier
	}
	if found != want {
		f.t.Errorf("want listed: %t, have %t", want, found)
	}
}

// updateSomething gives a property that may change the value it has.
func (f fixture) updateSomething(k *kind, identifier string) {
	f.t.Helper()
	if !k.Has(schema.Update) {
		return
	}
	before := f.state(k.Name, identifier)
	patch := []map[string]any{}
	for name, value := range k.mutable(before) {
		patch = append(patch, map[string]any{"op": "replace", "path": "/" + name, "value": value})
	}
	for _, name := range k.Required { // write-only values have to be sent again
		if _, ok := before[name]; !ok {
			if k.fixed(name) {
				return // by its schema, no resource of the type can be updated
			}
			patch = append(patch, map[string]any{"op": "add", "path": "/" + name, "value": f.hidden(k, identifier)[name]})
		}
	}
	wantSuccess(f.t, f.update(k.Name, identifier, encode(patch)))
	f.wantState(k.Name, identifier, encode(before))
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

func (f fixture) hidden(k *kind, identifier string) map[string]any {
	it, _ := f.world(home).shelf(k).get(identifier)
	return decodeKept(it.model.hidden)
}
