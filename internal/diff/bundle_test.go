package diff

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"skyql/internal/catalog"
	"skyql/internal/cloudcontrol"
	"skyql/internal/emulator/generate"
	"skyql/internal/emulator/store"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/schema/schematest"
	"skyql/internal/validate"
)

// everyType calls for each type of AWS's bundle, in parallel.
func everyType(t *testing.T, check func(*schema.ResourceType)) {
	t.Helper()
	types := schematest.Types(t)
	var group sync.WaitGroup
	const workers = 2
	for worker := range workers {
		group.Go(func() {
			for i := worker; i < len(types); i += workers {
				check(types[i])
			}
		})
	}
	group.Wait()
}

// generated makes a model of the type, as decoded JSON.
func generated(t *testing.T, g *generate.Generator, n int, read bool) map[string]any {
	t.Helper()
	model, err := g.Desired(n, generate.Options{Rich: true})
	if err != nil {
		t.Error(err)
		return nil
	}
	if read {
		g.ReadOnly(model, resource.Scope{}, "seed", time.Unix(0, 0))
	}
	return object(t, string(encode(model)))
}

// TestAllTypesOfTheBundle checks what must hold for every comparison with
// models of every type: with other ones, and with random changes.
func TestAllTypesOfTheBundle(t *testing.T) {
	t.Parallel()
	everyType(t, func(resourceType *schema.ResourceType) {
		g := generate.New(resourceType)
		root := newPlace(newComparison(resourceType, false), resourceType)
		visible, _ := root.strip(writeOnly, generated(t, g, 1, true))
		current := visible.(map[string]any)
		r := invention{rand.New(rand.NewPCG(1, 2))}
		inputs := []Input{
			{Type: resourceType, Current: current, Wanted: current},
			{Type: resourceType, Current: current, Wanted: generated(t, g, 2, false), Stated: true},
		}
		for range 3 {
			inputs = append(inputs, Input{Type: resourceType, Current: current, Wanted: r.wanted(root, current), Stated: r.one(2)})
		}
		for i, in := range inputs {
			checkComparison(t, in)
			if result, err := Compare(in); i == 0 && (err != nil || len(result.Patch) > 0) {
				t.Errorf("a model differs from itself: %s, %v", text(t, result.Patch), err)
			}
			if t.Failed() {
				t.Errorf("%s, input %d", resourceType.Name, i)
				return
			}
		}
	})
}

// TestTheEmulatorTakesThePatches updates a resource of every type to another
// model, as far as its properties may change.
func TestTheEmulatorTakesThePatches(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "catalog.zip")
	pull := catalog.PullOptions{From: schematest.Path(t), Path: path, Now: time.Unix(0, 0)}
	if _, err := catalog.Pull(t.Context(), pull); err != nil {
		t.Fatal(err)
	}
	types, err := catalog.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer types.Close()
	s := store.New(store.Options{Catalog: types})
	var mu sync.Mutex // guards updated
	updated := 0
	everyType(t, func(resourceType *schema.ResourceType) {
		if resourceType.Has(schema.Update) && updates(t, s, resourceType) {
			mu.Lock()
			updated++
			mu.Unlock()
		}
	})
	if updated < 900 {
		t.Errorf("only %d types were updated", updated)
	}
	t.Logf("%d types were updated", updated)
}

// updates reports whether an update was sent and made.
func updates(t *testing.T, s *store.Store, resourceType *schema.ResourceType) bool {
	g := generate.New(resourceType)
	call := cloudcontrol.Call{Scope: resource.Scope{Region: "us-east-1"}, Type: resourceType.Name}
	if err := s.Put(call.Scope, call.Type, json.RawMessage(encode(generated(t, g, 1, false)))); err != nil {
		return false // such as types that live below others
	}
	page, err := s.List(context.Background(), cloudcontrol.ListInput{Call: call})
	if err != nil || len(page.Resources) == 0 {
		return false // such as lists that need to be told more
	}
	identifier := page.Resources[0].Identifier
	in := Input{Type: resourceType, Current: read(t, s, call, identifier), Wanted: settable(t, g, resourceType)}
	result, err := Compare(in)
	if err != nil || len(result.Patch) == 0 {
		return false // what is required cannot be sent or cannot change
	}
	if !stillValid(t, in) {
		return false
	}
	event, err := s.Update(context.Background(), cloudcontrol.UpdateInput{
		Call: call, Identifier: identifier, PatchDocument: json.RawMessage(text(t, result.Patch)),
	})
	if err != nil || event.Status == cloudcontrol.Failed {
		t.Errorf("%s: %v %v\n%s", call.Type, event.StatusMessage, err, text(t, result.Patch))
		return false
	}
	root := newPlace(newComparison(resourceType, false), resourceType)
	if root.holds(writeOnly, in.Wanted) {
		return true // it would be sent again
	}
	in.Current = read(t, s, call, identifier)
	if again, err := Compare(in); err != nil || len(again.Changes) > 0 {
		t.Errorf("%s: after the update there is still %s, %v", call.Type, text(t, again.Patch), err)
	}
	return true
}

// settable makes a model of what may be set after creation.
func settable(t *testing.T, g *generate.Generator, resourceType *schema.ResourceType) map[string]any {
	t.Helper()
	wanted := generated(t, g, 2, false)
	for name := range wanted {
		root := newPlace(newComparison(resourceType, false), resourceType)
		if root.child(name).touches(createOnly) {
			delete(wanted, name)
		}
	}
	return wanted
}

func read(t *testing.T, s *store.Store, call cloudcontrol.Call, identifier string) map[string]any {
	t.Helper()
	description, err := s.Get(context.Background(), cloudcontrol.GetInput{Call: call, Identifier: identifier})
	if err != nil {
		t.Fatal(err)
	}
	return object(t, string(description.Properties))
}

// stillValid leaves out the updates that a schema forbids whatever the patch
// is, as those of types whose required secrets cannot be sent again.
func stillValid(t *testing.T, in Input) bool {
	t.Helper()
	validator, err := validate.New(in.Type)
	if err != nil {
		t.Error(err)
		return false
	}
	wanted := map[string]any{}
	for _, model := range []map[string]any{in.Current, in.Wanted} {
		for name, value := range model {
			wanted[name] = value
		}
	}
	return validator.Check(wanted) == nil
}
