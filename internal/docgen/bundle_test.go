package docgen_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"skyql/internal/catalog"
	"skyql/internal/docgen"
	"skyql/internal/engine/enginetest"
	"skyql/internal/schema/schematest"
	"skyql/internal/template"
)

// bundle makes a catalog of AWS's whole bundle, or skips the test.
func bundle(t testing.TB) *catalog.Catalog {
	t.Helper()
	path := filepath.Join(t.TempDir(), "catalog.zip")
	if _, err := catalog.Pull(t.Context(), catalog.PullOptions{From: schematest.Path(t), Path: path, Now: time.Unix(0, 0)}); err != nil {
		t.Fatal(err)
	}
	all, err := catalog.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = all.Close() })
	return all
}

// filled gives an example's statement with its variables filled in.
func filled(t *testing.T, example docgen.Example, values map[string]any) (string, error) {
	t.Helper()
	variables := map[string]any{}
	for _, v := range example.Variables {
		variables[v.Name] = v.Try
	}
	for name, value := range values {
		variables[name] = value
	}
	return template.Render(example.SQL, template.Options{Variables: variables})
}

// TestEveryExamplePrepares has the engine check every statement of every page:
// its names and columns, and of an INSERT the whole desired state. Nothing is
// asked of a resource that there is not.
func TestEveryExamplePrepares(t *testing.T) {
	t.Parallel()
	all := bundle(t)
	library := docgen.New(all)
	types := all.Types()
	var prepared, missing, stacks atomic.Int64
	var group sync.WaitGroup
	const workers = 2
	for worker := range workers {
		w := enginetest.New(t, enginetest.Options{Catalog: all})
		group.Go(func() {
			for i := worker; i < len(types); i += workers {
				page, err := library.Page(types[i])
				if err != nil {
					t.Error(err)
					continue
				}
				stacks.Add(int64(prepareStack(t, w, page)))
				for _, g := range page.Groups {
					if len(g.Examples) == 0 && len(g.Missing) == 0 {
						t.Errorf("%s: no example of %s and no word why", page.Type, g.Title)
					}
					missing.Add(int64(len(g.Missing)))
					for _, example := range g.Examples {
						prepared.Add(1)
						if err := prepare(t, w, example); err != nil {
							t.Errorf("%s, %s %s: %v", page.Type, g.ID, example.ID, err)
						}
					}
				}
			}
		})
	}
	group.Wait()
	t.Logf("%d examples and %d stacks are prepared, %d are told to be missing", prepared.Load(), stacks.Load(), missing.Load())
	if prepared.Load() < 7*int64(len(types)) || 100*stacks.Load() < 90*int64(len(types)) {
		t.Errorf("too few for %d types", len(types))
	}
}

func prepare(t *testing.T, w *enginetest.World, example docgen.Example) error {
	sql, err := filled(t, example, nil)
	if err != nil {
		return err
	}
	sql = strings.TrimSuffix(sql, ";")
	if _, err := w.Try(t.Context(), "EXPLAIN "+sql); err != nil {
		return fmt.Errorf("%w\n%s", err, sql)
	}
	return nil
}

// prepareStack checks the statements of a page's stack. It gives 1 if there is one.
func prepareStack(t *testing.T, w *enginetest.World, page *docgen.Page) int {
	t.Helper()
	if page.Stack.Missing != "" {
		return 0
	}
	s := newStackRunner(t, page)
	s.world = w
	for _, column := range page.Identifier {
		s.values["this"].(map[string]any)[column] = "made-up"
	}
	for name := range s.anchors {
		sql, err := s.rendered(name)
		if err != nil {
			t.Errorf("%s, stack: %v", page.Type, err)
			continue
		}
		if _, err := w.Try(t.Context(), "EXPLAIN "+sql); err != nil {
			t.Errorf("%s, stack, %s: %v\n%s", page.Type, name, err, sql)
		}
	}
	return 1
}
