package docgen_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"skyql/internal/catalog"
	"skyql/internal/cloudcontrol"
	"skyql/internal/deploy"
	"skyql/internal/deploy/journal"
	"skyql/internal/docgen"
	"skyql/internal/engine"
	"skyql/internal/engine/enginetest"
	"skyql/internal/fetch"
	"skyql/internal/stack"
)

// The two files on the page of a table are a stack: it is built, right, built again
// without a change, and taken down.
func TestStacksDeploy(t *testing.T) {
	t.Parallel()
	library := docgen.New(catalog.Starter())
	for _, name := range catalog.Starter().Types() {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			page, err := library.Page(name)
			if err != nil {
				t.Fatal(err)
			}
			if page.Stack.Manifest == "" {
				t.Skipf("the page has no stack: %s", page.Stack.Missing)
			}
			w := enginetest.New(t, enginetest.Options{})
			place(t, w, name)
			for _, step := range []struct {
				run    func(*deploy.Deployment) error
				name   string
				writes bool
			}{
				{func(d *deploy.Deployment) error { return d.Build(t.Context()).Err() }, "build", true},
				{func(d *deploy.Deployment) error { return d.Build(t.Context()).Err() }, "build again", false},
				{func(d *deploy.Deployment) error { return wantGood(t, d) }, "test", false},
				{func(d *deploy.Deployment) error { return d.Teardown(t.Context()).Err() }, "teardown", true},
				{func(d *deploy.Deployment) error { return d.Teardown(t.Context()).Err() }, "teardown again", false},
			} {
				before := changes(w)
				if err := step.run(deployment(t, w, page)); err != nil {
					t.Fatalf("%s: %v\n%s\n%s", step.name, err, page.Stack.Manifest, page.Stack.Query)
				}
				if wrote := changes(w) > before; wrote != step.writes {
					t.Errorf("%s: it changed something: %t", step.name, wrote)
				}
			}
		})
	}
}

func wantGood(t *testing.T, d *deploy.Deployment) error {
	t.Helper()
	if report := d.Test(t.Context()); !report.Good() {
		t.Errorf("not as it should be: %+v", report.Findings)
	}
	return nil
}

// changes counts the calls that changed something.
func changes(w *enginetest.World) int64 {
	counts := w.Calls.Counts()
	return counts[cloudcontrol.CreateResource] + counts[cloudcontrol.UpdateResource] + counts[cloudcontrol.DeleteResource]
}

// deployment reads the files of a page as a stack directory.
func deployment(t *testing.T, w *enginetest.World, page *docgen.Page) *deploy.Deployment {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{stack.ManifestName: page.Stack.Manifest, filepath.Join("resources", page.Singular+".iql"): page.Stack.Query} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	external := map[string]string{}
	for _, secret := range page.Stack.Secrets {
		external[strings.ToUpper(secret.Name)] = secret.Try
	}
	s, err := stack.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Warnings) > 0 {
		t.Errorf("the stack has warnings: %v", s.Warnings)
	}
	vars, err := stack.NewVariables(s, "dev", external, stack.VariableOptions{})
	if err != nil {
		t.Fatal(err)
	}
	j, err := journal.Open(filepath.Join(t.TempDir(), "journal"), journal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = j.Close() })
	client := w.Calls.Wrap(w.Store)
	return deploy.New(s, vars, deploy.Options{
		Client: client, Types: catalog.Starter(), Journal: j,
		Open: func(layer func(cloudcontrol.Client) cloudcontrol.Client) (deploy.Session, error) {
			return engine.Open(engine.Options{
				Types: enginetest.Types{C: catalog.Starter()}, Client: layer(client), Tagging: w.Store, Fetch: fetch.Options{Strict: true},
			})
		},
	})
}
