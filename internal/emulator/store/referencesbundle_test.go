package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"skyql/internal/catalog"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/schema/schematest"
)

// TestEveryTie goes through the table of references: it makes a parent and a
// child, deletes the parent, looks what became of the child, and tries to make it
// once more.
func TestEveryTie(t *testing.T) {
	t.Parallel()
	types := pulled(t, schematest.Path(t))
	tried, seen := map[fate]int{}, map[string]bool{}
	for _, rule := range ties().parents {
		if len(rule.below) == 0 {
			t.Errorf("%s has no children", rule.name)
		}
		for _, tie := range rule.below {
			line := fmt.Sprint(tie.child, tie.from)
			if seen[line] {
				t.Errorf("%s has two parents in the table", line)
			}
			seen[line] = true
			if err := tie.holds(t, types); err != nil {
				t.Errorf("%s %s of %s: %v", tie.child, tie.from, rule.name, err)
			}
			tried[tie.fate]++
		}
	}
	t.Logf("%v", tried)
}

func (tie *tie) holds(t *testing.T, types *catalog.Catalog) error {
	s := New(Options{Catalog: types})
	child, err := s.kind(tie.child)
	if err != nil {
		return err
	}
	parent, err := s.kind(tie.parent.name)
	if err != nil {
		return err
	}
	if err := tie.isSound(child, parent); err != nil {
		return err
	}
	l := &life{Store: s, ctx: t.Context(), kind: child}
	up, err := tie.familiarise(l, parent)
	if err != nil {
		return err
	}
	f := fixture{s, t}
	if !child.Has(schema.Create) {
		f.put(child.Name, encode(l.desired))
		items, _ := s.world(home).shelf(child).page(filter{}, 0, 1)
		l.identifier = items[0].identifier
	} else if err := l.begin(); err != nil {
		return fmt.Errorf("create: %w", err)
	}
	return tie.meetsFate(f, l, up)
}

// familiarise makes a desired state of a child that names a parent which nothing
// else names.
func (tie *tie) familiarise(l *life, parent *kind) (up onShelf, err error) {
	if l.kind.Has(schema.Create) {
		err = l.generate()
	} else {
		l.desired, err = l.kind.generator.Desired(1, richly)
	}
	if err != nil {
		return up, err
	}
	if err := l.Populate(home, parent.Name, 1); err != nil {
		return up, err
	}
	shelf := l.world(home).shelf(parent)
	items, _ := shelf.page(filter{}, 0, shelf.size())
	up = onShelf{shelf, items[len(items)-1]}
	values, ok := up.model.textsAt(tie.parent.keys[0])
	if !ok {
		return up, errors.New("the parent has nothing to be named by")
	}
	for i, path := range tie.from {
		setAt(l.desired, path, values[i])
	}
	v := &visit{store: l.Store, kind: l.kind, world: l.world(home)}
	for _, other := range ties().above[l.kind.Name] { // a group has to be in the pool that the child is now in
		if together := other.values(l.desired); len(other.from) > 1 && v.lacks(other.parent, together[0]) {
			put := map[string]any{}
			for i, path := range other.parent.keys[0] {
				put[path[0]] = together[0][i]
			}
			if err := l.Put(home, other.parent.name, json.RawMessage(encode(put))); err != nil {
				return up, err
			}
		}
	}
	return up, nil
}

// isSound checks what the table says against the schemas.
func (tie *tie) isSound(child, parent *kind) error {
	for _, key := range tie.parent.keys {
		for _, path := range key {
			if parent.Property(path[0]) == nil {
				return fmt.Errorf("the parent has no %s", path)
			}
		}
	}
	if !slices.ContainsFunc(tie.parent.keys, func(key []schema.Path) bool { return len(key) == len(tie.from) }) {
		return errors.New("as many properties as no key of the parent has")
	}
	for _, path := range tie.from {
		if child.Property(path[0]) == nil {
			return fmt.Errorf("the child has no %s", path)
		}
	}
	for _, r := range []refusal{tie.inUse, tie.parent.inUse} {
		known := []resource.Code{"", resource.InvalidRequest, resource.ResourceConflict, resource.GeneralServiceException}
		if !slices.Contains(known, r.code) {
			return fmt.Errorf("%s is no code that a delete fails with", r.code)
		}
	}
	if !slices.Equal(child.homes, parent.homes) {
		return errors.New("only one of both belongs to a global service, so that they are in different worlds")
	}
	return nil
}

// setAt sets the text that the path leads to, and makes what is on the way.
func setAt(state map[string]any, path schema.Path, text string) {
	if len(path) == 1 {
		state[path[0]] = text
		return
	}
	rest := path[1:]
	if rest[0] != "*" {
		inner, ok := state[path[0]].(map[string]any)
		if !ok {
			inner = map[string]any{}
		}
		state[path[0]] = inner
		setAt(inner, rest, text)
		return
	}
	list, _ := state[path[0]].([]any)
	if len(rest) == 1 {
		list = []any{text}
	} else {
		setAt(list[0].(map[string]any), rest[1:], text)
	}
	state[path[0]] = list
}

func (tie *tie) meetsFate(f fixture, l *life, parent onShelf) error {
	is := func(shelf *shelf, identifier string) bool { _, ok := shelf.get(identifier); return ok }
	children := f.world(home).shelf(l.kind)
	end := f.destroy(parent.kind.Name, parent.identifier)
	switch tie.fate {
	case refuses:
		if end.code == "" || strings.Contains(end.message, "{") || !is(parent.shelf, parent.identifier) || !is(children, l.identifier) {
			return fmt.Errorf("want a refusal, have %+v", end)
		}
		if !children.remove(l.identifier, nil) {
			return errors.New("the child is not there")
		}
		if end = f.destroy(parent.kind.Name, parent.identifier); end.code != "" {
			return fmt.Errorf("delete the parent then: %+v", end)
		}
	case cascades:
		if end.code != "" || is(parent.shelf, parent.identifier) || is(children, l.identifier) {
			return fmt.Errorf("want both gone, have %+v", end)
		}
	case stays:
		if end.code != "" || is(parent.shelf, parent.identifier) || !is(children, l.identifier) {
			return fmt.Errorf("want the parent gone alone, have %+v", end)
		}
	}
	if tie.unchecked || !l.kind.Has(schema.Create) {
		return nil
	}
	event, err := l.create()
	if err == nil && (event.ErrorCode != resource.NotFound || event.StatusMessage == "" || strings.Contains(event.StatusMessage, "{")) {
		err = fmt.Errorf("want NotFound without the parent, have %s %s %s", event.Status, event.ErrorCode, event.StatusMessage)
	}
	return err
}

// TestCascadeGoesDeep deletes an API below which resources lie in each other, and
// whose stage keeps a deployment of its own from being deleted.
func TestCascadeGoesDeep(t *testing.T) {
	t.Parallel()
	const service = "AWS::ApiGateway::"
	f := newFixture(t, Options{Catalog: pulled(t, schematest.Path(t))})
	f.put(service+"RestApi", `{"RestApiId":"a","RootResourceId":"root"}`)
	f.put(service+"RestApi", `{"RestApiId":"b","RootResourceId":"other"}`)
	for _, id := range []string{"a", "b"} {
		in := func(properties string) string { return fmt.Sprintf(`{"RestApiId":%q,%s}`, id, properties) }
		above := map[string]string{"a": "root", "b": "other"}[id]
		for depth := range 5 {
			next := fmt.Sprintf("%s%d", id, depth)
			f.put(service+"Resource", in(fmt.Sprintf(`"ResourceId":%q,"ParentId":%q,"PathPart":"p"`, next, above)))
			f.put(service+"Method", in(fmt.Sprintf(`"ResourceId":%q,"HttpMethod":"GET"`, next)))
			above = next
		}
		f.put(service+"Deployment", in(fmt.Sprintf(`"DeploymentId":"d%s"`, id)))
		f.put(service+"Stage", in(fmt.Sprintf(`"StageName":"s","DeploymentId":"d%s"`, id)))
	}
	counts := func() string {
		return fmt.Sprint(f.count(service+"RestApi"), f.count(service+"Resource"), f.count(service+"Method"),
			f.count(service+"Deployment"), f.count(service+"Stage"))
	}
	if have := f.destroy(service+"Deployment", "da|a"); have.code != resource.InvalidRequest {
		t.Errorf("delete the deployment of a stage: %+v", have)
	}
	if have := f.destroy(service+"RestApi", "a"); have.code != "" || counts() != "1 5 5 1 1" {
		t.Errorf("delete the API: %+v, left %s", have, counts())
	}
	if have := f.destroy(service+"Resource", "b|b1"); have.code != "" || counts() != "1 1 1 1 1" {
		t.Errorf("delete a resource: %+v, left %s", have, counts())
	}
}
