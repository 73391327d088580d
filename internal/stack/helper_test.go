package stack_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"skyql/internal/stack"
)

// write makes a stack directory of an archive. What stands before the first file
// is the manifest.
func write(t testing.TB, archive string) string {
	t.Helper()
	dir := t.TempDir()
	a := txtar.Parse([]byte(archive))
	files := append([]txtar.File{{Name: stack.ManifestName, Data: a.Comment}}, a.Files...)
	for _, f := range files {
		path := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// head begins a manifest; the next line is the third.
const head = "name: s\nproviders: [awscc]\n"

// load loads a stack that has no faults.
func load(t testing.TB, archive string) *stack.Stack {
	t.Helper()
	s, err := stack.Load(write(t, head+archive))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// variables gives those of a stack in the environment dev.
func variables(t testing.TB, s *stack.Stack, external map[string]string) *stack.Variables {
	t.Helper()
	v, err := stack.NewVariables(s, "dev", external, stack.VariableOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// scope gives that of the resource with the name.
func scope(t testing.TB, v *stack.Variables, s *stack.Stack, name string) *stack.Scope {
	t.Helper()
	c, err := v.Scope(s.Resource(name))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// messages gives the faults in an error, as text.
func messages(err error) []string {
	var all []string
	for _, f := range stack.Faults(err) {
		all = append(all, f.Error())
	}
	return all
}
