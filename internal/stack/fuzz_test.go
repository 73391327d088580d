package stack_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"skyql/internal/stack"
)

// FuzzManifest reads any text as a manifest: each fault has its place and reason,
// and what has none can be evaluated.
func FuzzManifest(f *testing.F) {
	manifests, err := filepath.Glob("testdata/*/" + stack.ManifestName)
	if err != nil {
		f.Fatal(err)
	}
	for _, manifest := range manifests {
		data, err := os.ReadFile(manifest)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	f.Add(head + "globals:\n- {name: a, value: &x [1, *x]}\nresources:\n- {name: b, type: query, sql: '{{ a }}', if: 'a in [b' }\n")
	f.Add(head + "resources:\n- {name: b, type: script, run: '{{ this.a }}', if: \"not (a == 'b') and {{ c }}\" }\n")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		stackDir, err := os.MkdirTemp(dir, "")
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = os.RemoveAll(stackDir) }()
		if err := os.WriteFile(filepath.Join(stackDir, stack.ManifestName), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := stack.Load(stackDir)
		if err != nil {
			told(t, err)
			return
		}
		v, err := stack.NewVariables(s, "dev", external, stack.VariableOptions{})
		if err != nil {
			told(t, err)
			return
		}
		for _, r := range s.Resources {
			s.Uses(r)
			c, err := v.Scope(r)
			if err != nil {
				told(t, err)
				continue
			}
			if _, err := c.Condition(r); err != nil {
				told(t, err)
			}
			for _, q := range r.Queries {
				if _, err := c.RenderQuery(q); err != nil {
					told(t, err)
				}
			}
		}
	})
}

// told checks that an error consists of faults that say something.
func told(t *testing.T, err error) {
	t.Helper()
	all := stack.Faults(err)
	if len(all) == 0 {
		t.Errorf("no fault: %v", err)
	}
	for _, f := range all {
		if f.File == "" || f.Line < 0 || strings.TrimSpace(f.What) == "" {
			t.Errorf("%#v", f)
		}
	}
}
