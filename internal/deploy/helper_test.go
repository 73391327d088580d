package deploy_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"skyql/internal/catalog"
	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/record"
	"skyql/internal/deploy"
	"skyql/internal/deploy/journal"
	"skyql/internal/emulator/store"
	"skyql/internal/engine"
	"skyql/internal/engine/enginetest"
	"skyql/internal/fetch"
	"skyql/internal/resource"
	"skyql/internal/stack"
)

var home = resource.Scope{Region: "us-east-1"}

// world is a store with a stack directory before it.
type world struct {
	t     *testing.T
	dir   string
	store *store.Store
	calls *record.Recorder
	seen  map[string]int64 // calls when last looked
	wrap  func(cloudcontrol.Client) cloudcontrol.Client

	mu     sync.Mutex // guards events
	events []deploy.Event
}

// newWorld writes a stack directory from a txtar archive: the manifest, and one
// file for each resource.
func newWorld(t *testing.T, archive string) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), store: store.New(store.Options{}), calls: &record.Recorder{}}
	writeArchive(t, w.dir, archive)
	return w
}

func writeArchive(t *testing.T, dir, archive string) {
	t.Helper()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		path := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func (w *world) put(name resource.TypeName, properties string) {
	w.t.Helper()
	if err := w.store.Put(home, name, json.RawMessage(properties)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) properties(name resource.TypeName, identifier string) string {
	w.t.Helper()
	found, err := w.store.Get(w.t.Context(), cloudcontrol.GetInput{Call: cloudcontrol.Call{Scope: home, Type: name}, Identifier: identifier})
	if errors.Is(err, resource.NotFound) {
		return ""
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return string(found.Properties)
}

// count tells how many resources of a type there are.
func (w *world) count(name resource.TypeName) int {
	w.t.Helper()
	n := 0
	for in := (cloudcontrol.ListInput{Call: cloudcontrol.Call{Scope: home, Type: name}}); ; {
		page, err := w.store.List(context.Background(), in)
		if err != nil {
			w.t.Fatal(err)
		}
		n += len(page.Resources)
		if in.NextToken = page.NextToken; in.NextToken == "" {
			return n
		}
	}
}

// deployment makes one, with a journal of its own unless the options have one.
func (w *world) deployment(opts deploy.Options) *deploy.Deployment {
	w.t.Helper()
	s, err := stack.Load(w.dir)
	if err != nil {
		w.t.Fatal(err)
	}
	vars, err := stack.NewVariables(s, "dev", nil, stack.VariableOptions{})
	if err != nil {
		w.t.Fatal(err)
	}
	if opts.Journal == nil {
		if opts.Journal, err = journal.Open(filepath.Join(w.t.TempDir(), "journal"), journal.Options{}); err != nil {
			w.t.Fatal(err)
		}
		w.t.Cleanup(func() { _ = opts.Journal.Close() })
	}
	var client cloudcontrol.Client = w.store
	if w.wrap != nil {
		client = w.wrap(client)
	}
	client = w.calls.Wrap(client)
	opts.Client, opts.Types, opts.ShowQueries = client, catalog.Starter(), true
	opts.Open = func(layer func(cloudcontrol.Client) cloudcontrol.Client) (deploy.Session, error) {
		return engine.Open(engine.Options{
			Types: enginetest.Types{C: catalog.Starter()}, Client: layer(client), Tagging: w.store,
			Regions: []resource.Region{home.Region}, Fetch: fetch.Options{Strict: true},
		})
	}
	opts.OnEvent = func(e deploy.Event) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.events = append(w.events, e)
	}
	w.events = nil
	return deploy.New(s, vars, opts)
}

// queries are the anchors whose statements ran for a resource.
func (w *world) queries(name string) string {
	var anchors []string
	for _, e := range w.events {
		if e.Kind == deploy.Querying && e.Resource == name {
			anchors = append(anchors, e.Name)
		}
	}
	return strings.Join(anchors, " ")
}

// writes are the changes that were asked for since the last time.
func (w *world) writes() string {
	var parts []string
	now := w.calls.Counts()
	for _, operation := range []string{cloudcontrol.CreateResource, cloudcontrol.UpdateResource, cloudcontrol.DeleteResource} {
		if n := now[operation] - w.seen[operation]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s=%d", strings.TrimSuffix(operation, "Resource"), n))
		}
	}
	w.seen = now
	return strings.Join(parts, " ")
}

// said joins the messages of a kind of events.
func (w *world) said(kind deploy.Kind) string {
	var texts []string
	for _, e := range w.events {
		if e.Kind == kind {
			texts = append(texts, e.Resource+": "+e.Message)
		}
	}
	slices.Sort(texts)
	return strings.Join(texts, "\n")
}

func wantNoFailure(t *testing.T, s deploy.Summary) {
	t.Helper()
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
}

// actions are what was done, in the order of the manifest.
func actions(s deploy.Summary) string {
	var texts []string
	for _, r := range s.Results {
		text := string(r.Action)
		switch {
		case r.Err != nil:
			text = "failed"
		case r.Skipped != "":
			text = "left"
		}
		texts = append(texts, r.Resource+" "+text)
	}
	return strings.Join(texts, ", ")
}

// remove deletes a resource behind the stack's back.
func (w *world) remove(name resource.TypeName, identifier string) {
	w.t.Helper()
	call := cloudcontrol.Call{Scope: home, Type: name}
	if _, err := w.store.Delete(w.t.Context(), cloudcontrol.DeleteInput{Call: call, Identifier: identifier}); err != nil {
		w.t.Fatal(err)
	}
}

// change patches a resource behind the stack's back.
func (w *world) change(name resource.TypeName, identifier, patch string) {
	w.t.Helper()
	_, err := w.store.Update(w.t.Context(), cloudcontrol.UpdateInput{
		Call: cloudcontrol.Call{Scope: home, Type: name}, Identifier: identifier, PatchDocument: json.RawMessage(patch),
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// rewrite replaces a text in a file of the stack.
func (w *world) rewrite(file, old, text string) {
	w.t.Helper()
	path := filepath.Join(w.dir, file)
	whole, err := os.ReadFile(path)
	if err != nil || strings.Count(string(whole), old) != 1 {
		w.t.Fatalf("%s: %v, %d times", file, err, strings.Count(string(whole), old))
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(whole), old, text, 1)), 0o644); err != nil {
		w.t.Fatal(err)
	}
}
