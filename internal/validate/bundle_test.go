package validate

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"skyql/internal/schema"
	"skyql/internal/schema/schematest"
)

// builtinType reads one of the types that the program carries.
func builtinType(tb testing.TB, name string) *schema.ResourceType {
	tb.Helper()
	file := strings.ReplaceAll(name, "::", "-") + ".json"
	source, err := os.ReadFile(filepath.Join("..", "catalog", "builtin", file))
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

// bundleTypes reads all types of the full schema bundle, or skips the test.
func bundleTypes(tb testing.TB) []*schema.ResourceType {
	tb.Helper()
	return schematest.Types(tb)
}
