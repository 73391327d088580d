package generate

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/schema/schematest"
	"skyql/internal/validate"
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

// bundleTypes reads all types of the full schema bundle, or skips the test.
func bundleTypes(tb testing.TB) []*schema.ResourceType {
	tb.Helper()
	return schematest.Types(tb)
}

// figures count the types of the bundle with which something goes well.
type figures struct {
	Types      int
	Valid      int // desired states are what the schema accepts
	Rich       int // so are those with everyday properties
	Identified int // the read model has all parts of the primary identifier
	Distinct   int // three resources have three primary identifiers
	Readable   int // the read model is what the schema accepts, too
}

// TestAllTypesOfTheBundle holds the figures that were reached, so that they do
// not get worse. They are those of the bundle of 1,489 types. Of the types that
// are not distinct an account can have only one resource; the model that is
// not readable has both of two properties of which a caller may give one.
func TestAllTypesOfTheBundle(t *testing.T) {
	t.Parallel()
	types := bundleTypes(t)
	var (
		mu    sync.Mutex // guards total
		total figures
		group sync.WaitGroup
	)
	const workers = 4
	for worker := range workers {
		group.Go(func() {
			for i := worker; i < len(types); i += workers {
				result := examine(t, types[i])
				mu.Lock()
				total.add(result)
				mu.Unlock()
			}
		})
	}
	group.Wait()
	reached := figures{Types: 1489, Valid: 1489, Rich: 1489, Identified: 1489, Distinct: 1468, Readable: 1488}
	if total.Types != reached.Types {
		t.Skipf("the bundle has %d types and not %d: have %+v", total.Types, reached.Types, total)
	}
	if total.Valid < reached.Valid || total.Rich < reached.Rich || total.Identified < reached.Identified ||
		total.Distinct < reached.Distinct || total.Readable < reached.Readable {
		t.Errorf("have %+v, less than the %+v that were reached before", total, reached)
	}
	t.Logf("%+v", total)
}

func (f *figures) add(other figures) {
	f.Types += other.Types
	f.Valid += other.Valid
	f.Rich += other.Rich
	f.Identified += other.Identified
	f.Distinct += other.Distinct
	f.Readable += other.Readable
}

// examine makes three resources of a type and logs what is wrong with them.
func examine(t *testing.T, resourceType *schema.ResourceType) figures {
	validator, err := validate.New(resourceType)
	if err != nil {
		t.Error(err)
		return figures{Types: 1}
	}
	g, seen := New(resourceType), map[string]bool{}
	result := figures{Types: 1, Valid: 1, Rich: 1, Identified: 1, Distinct: 1, Readable: 1}
	accepted := func(what string, model any) int {
		if faults := validator.Check(model); faults != nil {
			t.Logf("%s: %s: %s", resourceType.Name, what, validate.Text(faults))
			return 0
		}
		return 1
	}
	for n := range 3 {
		plain, err := g.Desired(n, Options{})
		if err != nil {
			t.Log(err)
			return figures{Types: 1}
		}
		rich, _ := g.Desired(n, Options{Rich: true})
		result.Valid &= accepted("desired state", plain)
		result.Rich &= accepted("rich desired state", rich)
		g.ReadOnly(rich, resource.Scope{}, fmt.Sprint(n), someDay)
		result.Readable &= accepted("read model", rich)
		identifier, ok := identifierOf(resourceType, rich)
		if !ok {
			t.Logf("%s: not all parts of the identifier: %q", resourceType.Name, identifier)
			result.Identified = 0
		}
		seen[identifier] = true
	}
	if len(seen) < 3 {
		t.Logf("%s: the same identifier for different resources: %v", resourceType.Name, seen)
		result.Distinct = 0
	}
	return result
}

// identifierOf gives the string form of a model's primary identifier.
func identifierOf(t *schema.ResourceType, model map[string]any) (identifier string, ok bool) {
	ok = true
	var parts []string
	for _, path := range t.PrimaryIdentifier {
		var value any = model
		for _, segment := range path {
			object, _ := value.(map[string]any)
			value = object[segment]
		}
		switch value.(type) {
		case string, float64, bool:
		default:
			ok = false
		}
		ok = ok && value != ""
		parts = append(parts, fmt.Sprint(value))
	}
	return resource.JoinIdentifier(parts...), ok
}
