package generate

import (
	"archive/zip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"skyql/internal/schema"
)

// builtinType reads one of the types that the program carries.
func builtinType(tb testing.TB, name string) *schema.ResourceType {
	tb.Helper()
	file := strings.ReplaceAll(name, "::", "-") + ".json"
	source, err := os.ReadFile(filepath.Join("..", "..", "catalog", "builtin", file))
	if err != nil {
		tb.Fatal(err)
	}
	return parse(tb, string(source))
}

func parse(tb testing.TB, source string) *schema.ResourceType {
	tb.Helper()
	parsed, err := schema.Parse([]byte(source))
	if err != nil {
		tb.Fatal(err)
	}
	return parsed
}

// bundleTypes reads all types of the schema bundle that SKYQL_TEST_SCHEMAS
// names, and skips the test when it names none.
func bundleTypes(tb testing.TB) []*schema.ResourceType {
	tb.Helper()
	path := os.Getenv("SKYQL_TEST_SCHEMAS")
	if path == "" {
		tb.Skip("SKYQL_TEST_SCHEMAS does not name a CloudformationSchema.zip: the types of the bundle are not tested")
	}
	archive, err := zip.OpenReader(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer archive.Close()
	var types []*schema.ResourceType
	for _, entry := range archive.File {
		if strings.HasSuffix(entry.Name, ".json") && entry.Name != "index.json" {
			types = append(types, readType(tb, entry))
		}
	}
	return types
}

func readType(tb testing.TB, entry *zip.File) *schema.ResourceType {
	tb.Helper()
	r, err := entry.Open()
	if err != nil {
		tb.Fatal(err)
	}
	defer r.Close()
	source, err := io.ReadAll(r)
	if err != nil {
		tb.Fatal(err)
	}
	return parse(tb, string(source))
}
