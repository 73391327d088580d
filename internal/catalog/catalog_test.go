package catalog_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/catalog"
	"skyql/internal/schema"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func pull(t *testing.T, from, path string) (catalog.Info, error) {
	t.Helper()
	return catalog.Pull(t.Context(), catalog.PullOptions{From: from, Path: path, Now: now})
}

// bundle makes a ZIP archive of files.
func bundle(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	for name, text := range files {
		w, err := archive.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func write(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const widget = `{"typeName": "AWS::Test::Widget", "properties": {"Name": {"type": "string"}}, "primaryIdentifier": ["/properties/Name"],
  "handlers": {"read": {"permissions": ["test:Get"]}, "list": {"permissions": ["test:List"]}}}`

func TestStarter(t *testing.T) {
	t.Parallel()
	c := catalog.Starter()
	if got := c.Info(); got.Types != 30 || got.Source != "starter" || !c.Starter() {
		t.Errorf("info of the starter catalog: %+v", got)
	}
	for _, name := range c.Types() {
		decoded, err := c.Type(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if decoded.Name != name {
			t.Errorf("the file of %s holds %s", name, decoded.Name)
		}
		if len(decoded.PrimaryIdentifier) == 0 || !decoded.Has(schema.Read) {
			t.Errorf("%s: no identifier or no read handler", name)
		}
		for _, paths := range [][]schema.Path{decoded.PrimaryIdentifier, decoded.CreateOnly} {
			for _, path := range paths {
				if decoded.Property(path[0]) == nil {
					t.Errorf("%s: path %s leads nowhere", name, path)
				}
			}
		}
		if bytes.Contains(decoded.Source, []byte(`"sourceUrl"`)) {
			t.Errorf("%s: not written for this project", name)
		}
	}
}

func TestPullRoundTrip(t *testing.T) {
	t.Parallel()
	archive := bundle(t, map[string]string{"aws-test-widget.json": widget, "README.txt": "not a schema"})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(archive) }))
	defer server.Close()
	folder := filepath.Dir(write(t, "aws-test-widget.json", []byte(widget)))
	for name, from := range map[string]string{
		"file": write(t, "bundle.zip", archive), "folder": folder, "address": server.URL + "/CloudformationSchema.zip",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "deep", "catalog.zip")
			info, err := pull(t, from, path)
			if err != nil {
				t.Fatal(err)
			}
			want := catalog.Info{Types: 1, Services: 1, Source: from, PulledAt: now, Path: path}
			if diff := cmp.Diff(want, info); diff != "" {
				t.Errorf("info (-want +got):\n%s", diff)
			}
			c, err := catalog.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			found, listOnly, err := c.Lookup("TEST", "Widgets_list_only")
			if found != "AWS::Test::Widget" || !listOnly || err != nil {
				t.Errorf("look-up: %s %v %v", found, listOnly, err)
			}
			summaries, err := c.Summaries()
			want2 := []catalog.Summary{{
				Type: "AWS::Test::Widget", Identifier: []string{"Name"},
				Handlers: []schema.HandlerName{"read", "list"}, Properties: 1,
			}}
			if diff := cmp.Diff(want2, summaries); diff != "" || err != nil {
				t.Errorf("summaries (-want +got): %v\n%s", err, diff)
			}
		})
	}
}

// Whatever is wrong with a bundle, the catalog that was there stays as it was.
func TestPullKeepsTheOldCatalog(t *testing.T) {
	t.Parallel()
	good := bundle(t, map[string]string{"aws-test-widget.json": widget})
	failing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/short" {
			w.Header().Set("Content-Length", "100000")
			w.Write(good)
			return
		}
		http.Error(w, "no", http.StatusNotFound)
	}))
	defer failing.Close()
	for name, test := range map[string]struct{ from, want string }{
		"truncated": {write(t, "t.zip", good[:len(good)/2]), "not a complete ZIP archive"},
		"no zip":    {write(t, "n.zip", []byte("<html>")), "not a complete ZIP archive"},
		"no schema": {write(t, "e.zip", bundle(t, map[string]string{"a.txt": "x"})), "no resource-type schema"},
		"bad schema": {write(t, "b.zip", bundle(t, map[string]string{"aws-test-widget.json": widget, "aws-bad.json": "{"})),
			"aws-bad.json: not a resource-type schema"},
		"twice": {write(t, "d.zip", bundle(t, map[string]string{"a.json": widget, "b.json": widget})),
			"AWS::Test::Widget is in it twice"},
		"missing file":    {filepath.Join(t.TempDir(), "none.zip"), "no such file"},
		"missing address": {failing.URL + "/x", "404"},
		"short download":  {failing.URL + "/short", "broke off"},
		"unreachable":     {"http://127.0.0.1:1/x", "connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "catalog.zip")
			if _, err := pull(t, write(t, "good.zip", good), path); err != nil {
				t.Fatal(err)
			}
			before, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			_, err = pull(t, test.from, path)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("want an error with %q, have %v", test.want, err)
			}
			after, err := os.ReadFile(path)
			if err != nil || !bytes.Equal(before, after) {
				t.Errorf("the catalog changed: %v", err)
			}
			entries, _ := os.ReadDir(filepath.Dir(path))
			if len(entries) != 1 {
				t.Errorf("left behind: %v", entries)
			}
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	_, err := catalog.Open(write(t, "raw.zip", bundle(t, map[string]string{"aws-test-widget.json": widget})))
	if err == nil || !strings.Contains(err.Error(), "catalog pull --from") {
		t.Errorf("a raw bundle: want the way to read it, have %v", err)
	}
	if _, err = catalog.Open(write(t, "broken.zip", []byte("PK"))); err == nil {
		t.Error("a broken file: want an error")
	}
}

func TestLookupSuggests(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ service, table, what, suggestion string }{
		{"s3", "bukets", "table", "awscc.s3.buckets"},
		{"congito", "user_pools", "service", "awscc.cognito"},
		{"cognito", "user_pool_clients_list_olny", "table", "awscc.cognito.user_pool_clients_list_only"},
		{"s3", "xyzzy_plugh", "table", ""},
	} {
		_, _, err := catalog.Starter().Lookup(test.service, test.table)
		var unknown *catalog.UnknownError
		if !errors.As(err, &unknown) {
			t.Errorf("%s.%s: want an UnknownError, have %v", test.service, test.table, err)
			continue
		}
		if unknown.What != test.what || unknown.Suggestion != test.suggestion || !unknown.Starter {
			t.Errorf("%s.%s: want %s and %q, have %+v", test.service, test.table, test.what, test.suggestion, unknown)
		}
	}
}
