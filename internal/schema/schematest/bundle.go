// Package schematest reads the full schema bundle for tests that want every
// resource type. Test code only.
package schematest

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"testing"

	"skyql/internal/schema"
)

// Variable names the bundle, a file in the layout of AWS's public one.
const Variable = "SKYQL_TEST_SCHEMAS"

// Path gives the bundle's path, or skips the test and says why.
func Path(t testing.TB) string {
	t.Helper()
	path := os.Getenv(Variable)
	if path == "" {
		t.Skipf("skipped: it needs AWS's full schema bundle; set %s to the file", Variable)
	}
	if !filepath.IsAbs(path) {
		// Tests run in the folder of their package; the variable is meant from
		// the module's.
		path = filepath.Join(moduleRoot(t), path)
	}
	return path
}

func moduleRoot(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the test's folder")
		}
		dir = parent
	}
}

// Types decodes the whole bundle.
func Types(t testing.TB) []*schema.ResourceType {
	t.Helper()
	archive, err := zip.OpenReader(Path(t))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	var types []*schema.ResourceType
	for _, entry := range archive.File {
		r, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		decoded, err := schema.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", entry.Name, err)
			continue
		}
		types = append(types, decoded)
	}
	return types
}

// Rows reads a table of tab-separated values that lies beside the bundle,
// without its heading.
func Rows(t testing.TB, name string) [][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(filepath.Dir(Path(t)), name))
	if err != nil {
		t.Fatal(err)
	}
	return splitRows(string(text))
}
