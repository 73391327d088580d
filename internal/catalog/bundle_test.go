package catalog_test

import (
	"path/filepath"
	"strings"
	"testing"

	"skyql/internal/catalog"
	"skyql/internal/naming"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/schema/schematest"
	"skyql/internal/table"
)

// full pulls the full bundle into a catalog.
func full(t *testing.T) *catalog.Catalog {
	t.Helper()
	path := filepath.Join(t.TempDir(), "catalog.zip")
	info, err := pull(t, schematest.Path(t), path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Types != 1489 || info.Services != 273 {
		t.Errorf("want 1489 types of 273 services, have %+v", info)
	}
	c, err := catalog.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func TestBundleNames(t *testing.T) {
	t.Parallel()
	c := full(t)
	taken := map[string]resource.TypeName{}
	for _, name := range c.Types() {
		for _, each := range naming.Tables(name) {
			for _, suffix := range []string{"", naming.ListOnlySuffix} {
				full := naming.Service(name) + "." + each + suffix
				if other, clash := taken[full]; clash {
					t.Errorf("table %s is of %s and of %s", full, other, name)
				}
				taken[full] = name
			}
		}
	}
	for _, row := range schematest.Rows(t, "names.tsv") {
		name, service, provider := resource.TypeName(row[0]), row[1], row[2]
		if found, _, err := c.Lookup(service, provider); found != name {
			t.Errorf("%s.%s: want %s, have %s %v", service, provider, name, found, err)
		}
		found, listOnly, err := c.Lookup(service, provider+"_list_only")
		if found != name || !listOnly {
			t.Errorf("%s.%s_list_only: want %s, have %s %v", service, provider, name, found, err)
		}
		decoded, err := c.Type(name)
		if err != nil {
			t.Fatal(err)
		}
		shape := table.New(decoded)
		placeholder := make([]string, len(decoded.PrimaryIdentifier))
		for i, path := range decoded.PrimaryIdentifier {
			segments := make([]string, len(path))
			for j, segment := range path {
				segments[j] = naming.DocsColumn(segment)
			}
			placeholder[i] = strings.Join(segments, "/")
			column := strings.Join(segments, "__")
			if found, ok := shape.Lookup(column); !ok || shape.Columns[shape.Columns[found].Same].Part != i &&
				shape.Columns[found].Origin == table.FromProperty {
				t.Errorf("%s: %s is not part %d of the identifier", name, column, i)
			}
		}
		if got := "{{ " + strings.Join(placeholder, " }}|{{ ") + " }}"; got != row[6] {
			t.Errorf("%s: identifier placeholder: want %s, have %s", name, row[6], got)
		}
	}
	for _, row := range schematest.Rows(t, "resource-name-exceptions.tsv") {
		for _, each := range row[1:3] {
			name := resource.TypeName(row[0])
			if found, _, err := c.Lookup(naming.Service(name), each); found != name {
				t.Errorf("%s: want %s, have %s %v", each, name, found, err)
			}
		}
	}
}

func TestBundleColumns(t *testing.T) {
	t.Parallel()
	c := full(t)
	for _, name := range c.Types() {
		decoded, err := c.Type(name)
		if err != nil {
			t.Fatal(err)
		}
		shape := table.New(decoded)
		seen := map[string]bool{}
		for _, column := range shape.Columns {
			if lower := strings.ToLower(column.Name); seen[lower] {
				t.Errorf("%s: two columns %s", shape.Name, column.Name)
			} else {
				seen[lower] = true
			}
		}
		// Every property has its column, and every spelling leads to it.
		for _, property := range decoded.Properties {
			for _, spelling := range naming.Columns(naming.Service(name), property.Name) {
				if lower := strings.ToLower(spelling); lower == "region" || lower == "identifier" {
					spelling += "_property"
				}
				i, ok := shape.Lookup(spelling)
				if !ok || shape.Columns[shape.Columns[i].Same].Path.String() != property.Name {
					t.Errorf("%s: %s does not lead to %s", shape.Name, spelling, property.Name)
				}
			}
		}
	}
	for _, row := range schematest.Rows(t, "columns.tsv") {
		name, property := resource.TypeName(row[0]), row[1]
		decoded, err := c.Type(name)
		if err != nil {
			t.Fatal(err)
		}
		shape := table.New(decoded)
		for _, spelling := range row[2:5] {
			i, ok := shape.Lookup(spelling)
			if !ok {
				t.Errorf("%s: no column %s", shape.Name, spelling)
				continue
			}
			column := shape.Columns[shape.Columns[i].Same]
			if column.Origin == table.FromProperty && column.Path.String() != property {
				t.Errorf("%s: %s leads to %s, not to %s", shape.Name, spelling, column.Path, property)
			}
			if column.Origin != table.FromProperty && property != "Region" && property != "Identifier" {
				t.Errorf("%s: %s is hidden by a column of ours", shape.Name, spelling)
			}
		}
	}
}

// Every list handler that demands input has parents that exist and supply it,
// or is known to want it from the user.
func TestBundleParents(t *testing.T) {
	t.Parallel()
	c := full(t)
	fromUser := 0
	for _, name := range c.Types() {
		decoded, err := c.Type(name)
		if err != nil {
			t.Fatal(err)
		}
		in := decoded.Handlers[schema.List].Input
		if !in.Demands() {
			continue
		}
		for _, parent := range c.Parents(decoded, in.Alternatives()[0]) {
			switch parent.Origin {
			case catalog.FromUser, catalog.FromSelf:
				fromUser++
			case catalog.FromParent:
				above, err := c.Type(parent.Type)
				if err != nil {
					t.Errorf("%s: parent: %v", name, err)
					continue
				}
				if above.Property(parent.Property) == nil {
					t.Errorf("%s: parent %s has no property %s", name, parent.Type, parent.Property)
				}
			case catalog.FromEnum:
				if len(parent.Values) == 0 {
					t.Errorf("%s: no values for %s", name, parent.Input)
				}
			}
		}
	}
	if fromUser > 18 {
		t.Errorf("%d inputs are left to the user, want at most the 18 of the table", fromUser)
	}
}
