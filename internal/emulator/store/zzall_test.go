package store

import (
	"testing"
	"skyql/internal/catalog"
	"skyql/internal/schema"
	"time"
	"path/filepath"
)

func TestZZAll(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.zip")
	if _, err := catalog.Pull(t.Context(), catalog.PullOptions{From: "/work/shared/data/CloudformationSchema.zip", Path: path, Now: time.Unix(0, 0)}); err != nil {
		t.Fatal(err)
	}
	types, _ := catalog.Open(path)
	defer types.Close()
	t.Run("g", func(t *testing.T) {
		for _, name := range types.Types() {
			t.Run("P"+string(name), func(t *testing.T) {
				t.Parallel()
				f := newFixture(t, Options{Catalog: types})
				if err := f.Populate(home, name, 5); err != nil {
					t.Fatal(err)
				}
				k, _ := f.kind(name)
				items, _ := f.world(home).shelf(k).page(filter{}, 0, 10)
				for _, it := range items[:1] {
					f.checkPopulated(k, it)
				}
			})
			t.Run("C"+string(name), func(t *testing.T) {
				t.Parallel()
				f := newFixture(t, Options{PageSize: 3, Catalog: types})
				k, err := f.kind(name)
				if err != nil {
					t.Fatal(err)
				}
				for _, h := range []schema.HandlerName{schema.Create, schema.Read, schema.Delete} {
					if !k.Has(h) { t.Skip() }
				}
				f.contract(k)
			})
		}
	})
}
