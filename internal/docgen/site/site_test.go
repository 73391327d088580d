package site

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"skyql/internal/catalog"
	"skyql/internal/docgen"
	"skyql/internal/resource"
	"skyql/internal/schema/schematest"
)

func newSite(t *testing.T, types *catalog.Catalog, wanted ...resource.TypeName) *Site {
	t.Helper()
	library := docgen.New(types)
	if len(wanted) == 0 {
		wanted = library.Types()
	}
	s, err := New(library, wanted)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func file(t *testing.T, s *Site, name string) string {
	t.Helper()
	content, err := s.File(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestStarterPagesAreSound(t *testing.T) {
	t.Parallel()
	checkSite(t, newSite(t, catalog.Starter()))
}

func TestPartsOfASiteLinkToNothingElse(t *testing.T) {
	t.Parallel()
	s := newSite(t, catalog.Starter(), "AWS::Cognito::UserPoolClient")
	checkSite(t, s)
	page := file(t, s, "cognito/user_pool_clients.html")
	if !strings.Contains(page, "<li><code>awscc.cognito.user_pools</code></li>") {
		t.Error("the parent, which has no page, should be named and not linked")
	}
	whole := file(t, newSite(t, catalog.Starter()), "cognito/user_pool_clients.html")
	if !strings.Contains(whole, `<a href="../cognito/user_pools.html">awscc.cognito.user_pools</a>`) {
		t.Error("the parent should be linked")
	}
}

func TestAddressesThatLeadNowhere(t *testing.T) {
	t.Parallel()
	s := newSite(t, catalog.Starter())
	for _, name := range []string{"", "s3", "s3/nosuch.html", "nosuch/index.html", "assets/nosuch.css", "assets", "../go.mod", "s3/../index.html"} {
		if _, err := s.File(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: want fs.ErrNotExist, have %v", name, err)
		}
	}
}

func TestPagesAreMadeAlike(t *testing.T) {
	t.Parallel()
	one, other := newSite(t, catalog.Starter()), newSite(t, catalog.Starter())
	for _, name := range one.Paths() {
		if file(t, one, name) != file(t, other, name) {
			t.Errorf("%s differs from one time to the next", name)
		}
	}
}

func TestSearchIndexHasTablesAndColumns(t *testing.T) {
	t.Parallel()
	index := file(t, newSite(t, catalog.Starter()), "assets/search.js")
	text, rest, ok := strings.Cut(strings.TrimPrefix(index, "window.skyqlTables = "), ".map(function")
	if !ok || !strings.Contains(rest, "columns: row[3]") {
		t.Fatalf("%.200s", index)
	}
	var rows [][4]string
	if err := json.Unmarshal([]byte(text), &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(catalog.Starter().Types()) {
		t.Errorf("%d rows for %d types", len(rows), len(catalog.Starter().Types()))
	}
	i := slices.IndexFunc(rows, func(row [4]string) bool { return row[0] == "awscc.cognito.user_pool_clients" })
	if i < 0 || rows[i][1] != "AWS::Cognito::UserPoolClient" || !slices.Contains(strings.Fields(rows[i][3]), "explicit_auth_flows") {
		t.Errorf("user pool clients: %v", rows[max(i, 0)])
	}
}

// evil holds what would do harm if any of it were taken for markup.
var evil = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, `</code></pre><b>bold</b>`,
	`<!-- <a href="javascript:alert(1)">x</a> -->`, `&lt;script&gt;`, `]]><x>`, "\u202eturned", "\x1b[31mred\x07", `</title><h1>`,
}

// hostile is a catalog of one type with such texts wherever a schema has text.
func hostile(t *testing.T) *catalog.Catalog {
	t.Helper()
	text := strings.Join(evil, "\n\n")
	properties := map[string]any{"Name": map[string]any{"type": "string", "description": text}}
	for _, harm := range evil {
		properties[harm] = map[string]any{
			"type": "string", "description": harm, "enum": []string{harm, "other " + harm}, "default": harm, "format": harm,
		}
		properties["Nested"+harm] = map[string]any{
			"type": "object", "properties": map[string]any{harm: map[string]any{"type": "string", "pattern": harm}},
			"patternProperties": map[string]any{harm: map[string]any{"type": "integer", "description": harm}},
		}
	}
	document := map[string]any{
		"typeName": "AWS::Harm::Thing", "description": text, "properties": properties, "additionalProperties": false,
		"primaryIdentifier": []string{"/properties/Name"}, "required": []string{"Name"},
		"handlers": map[string]any{
			"create": map[string]any{"permissions": evil}, "read": map[string]any{"permissions": evil},
			"update": map[string]any{"permissions": evil}, "delete": map[string]any{"permissions": evil},
			"list": map[string]any{"permissions": evil},
		},
	}
	encoded, err := json.Marshal(document)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "thing.json"), encoded, 0o600); err != nil {
		t.Fatal(err)
	}
	return pulled(t, folder)
}

func pulled(t *testing.T, from string) *catalog.Catalog {
	t.Helper()
	path := filepath.Join(t.TempDir(), "catalog.zip")
	if _, err := catalog.Pull(t.Context(), catalog.PullOptions{From: from, Path: path, Now: time.Unix(0, 0)}); err != nil {
		t.Fatal(err)
	}
	types, err := catalog.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = types.Close() })
	return types
}

func TestHostileTextsStayTexts(t *testing.T) {
	t.Parallel()
	s := newSite(t, hostile(t))
	checkSite(t, s) // finds elements, attributes and addresses that are not ours
	page := file(t, s, "harm/things.html")
	c := &checker{t: t, name: "harm/things.html", known: map[string]bool{}}
	for _, name := range s.Paths() {
		c.known[name] = true
	}
	c.check([]byte(page))
	for _, harm := range []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</title><h1>`} {
		if !strings.Contains(c.describe, harm) {
			t.Errorf("the page does not show %q as text", harm)
		}
	}
	if strings.ContainsAny(page, "\x1b\x07\u202e") {
		t.Error("the page has control characters")
	}
	if index := file(t, s, "assets/search.js"); strings.Contains(index, "<") {
		t.Error("the search index has a < that is not escaped")
	}
}

// TestBundleSite makes the pages of all types, which must be sound and small.
func TestBundleSite(t *testing.T) {
	t.Parallel()
	types := pulled(t, schematest.Path(t))
	s := newSite(t, types)
	var (
		mu    sync.Mutex // guards sizes
		sizes []int
		known = map[string]bool{}
		group sync.WaitGroup
	)
	for _, name := range s.Paths() {
		known[name] = true
	}
	if want := len(types.Types()) + len(types.Services()) + 1 + 4; len(known) != want {
		t.Errorf("want %d files, have %d", want, len(known))
	}
	paths := s.Paths()
	const workers = 2
	for worker := range workers {
		group.Go(func() {
			for i := worker; i < len(paths); i += workers {
				content, err := s.File(paths[i])
				if err != nil {
					t.Errorf("%s: %v", paths[i], err)
				} else if strings.HasSuffix(paths[i], ".html") {
					(&checker{t: t, name: paths[i], known: known}).check(content)
					mu.Lock()
					sizes = append(sizes, len(content))
					mu.Unlock()
				}
			}
		})
	}
	group.Wait()
	slices.Sort(sizes)
	large := sizes[len(sizes)*95/100]
	t.Logf("%d pages, 95 of 100 have at most %d bytes, the largest has %d", len(sizes), large, sizes[len(sizes)-1])
	if large > 150_000 {
		t.Errorf("95 of 100 pages should have at most 150,000 bytes")
	}
}
