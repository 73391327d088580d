// Package enginetest makes sessions over the emulator's store, for tests that
// run SQL. Test code only.
package enginetest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"testing"
	"time"

	"skyql/internal/catalog"
	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/cache"
	"skyql/internal/cloudcontrol/record"
	"skyql/internal/emulator/store"
	"skyql/internal/engine"
	"skyql/internal/fetch"
	"skyql/internal/resource"
)

// World is a session, the store behind it, and the calls between them.
type World struct {
	*engine.Session
	Store *store.Store
	Calls *record.Recorder
	last  map[string]int64
}

// Types is a catalog that never grows.
type Types struct{ C *catalog.Catalog }

// Catalog gives the catalog.
func (t Types) Catalog() *catalog.Catalog { return t.C }

// Find looks a table up.
func (t Types) Find(_ context.Context, service, table string) (resource.TypeName, bool, error) {
	return t.C.Lookup(service, table)
}

// account answers the store's account.
type account struct{}

// Account gives a number.
func (account) Account(context.Context, resource.Region) (string, error) {
	return store.DefaultAccount, nil
}

// Options changes a World.
type Options struct {
	Catalog  *catalog.Catalog
	Regions  []resource.Region
	PageSize int
	// Wrap puts a layer between the session and the store.
	Wrap  func(cloudcontrol.Client) cloudcontrol.Client
	Fetch fetch.Options
	Write engine.WriteOptions
	// Legacy lets statements name the provider aws.
	Legacy bool
	// Orphans lets resources be created that name others which are not there.
	Orphans bool
	// Stabilize is how long a change is in progress.
	Stabilize time.Duration
}

// New makes a world, empty, in us-east-1 unless the options say otherwise.
func New(t testing.TB, opts Options) *World {
	t.Helper()
	if opts.Catalog == nil {
		opts.Catalog = catalog.Starter()
	}
	if opts.Regions == nil {
		opts.Regions = []resource.Region{"us-east-1"}
	}
	w := &World{
		Store: store.New(store.Options{Catalog: opts.Catalog, PageSize: opts.PageSize, Stabilize: opts.Stabilize, Orphans: opts.Orphans}),
		Calls: &record.Recorder{},
		last:  map[string]int64{},
	}
	var client cloudcontrol.Client = w.Store
	if opts.Wrap != nil {
		client = opts.Wrap(client)
	}
	log := &record.Log{}
	outer := &record.Recorder{OnCall: log.Add}
	answers := cache.New()
	session, err := engine.Open(engine.Options{
		Types: Types{opts.Catalog}, Client: answers.Wrap(outer.Wrap(w.Calls.Wrap(client))), Calls: log, Cache: answers, Accounts: account{}, Regions: opts.Regions,
		Tagging: outer.WrapTagging(w.Calls.WrapTagging(w.Store)), Fetch: opts.Fetch, Write: opts.Write, Legacy: opts.Legacy,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Session = session
	t.Cleanup(func() {
		if err := session.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return w
}

// Put adds a resource.
func (w *World) Put(t testing.TB, region resource.Region, name resource.TypeName, properties string) {
	t.Helper()
	if err := w.Store.Put(resource.Scope{Region: region}, name, json.RawMessage(properties)); err != nil {
		t.Fatal(err)
	}
}

// Populate makes resources up.
func (w *World) Populate(t testing.TB, region resource.Region, name resource.TypeName, n int) {
	t.Helper()
	if err := w.Store.Populate(resource.Scope{Region: region}, name, n); err != nil {
		t.Fatal(err)
	}
}

// Rows runs a statement and gives its rows.
func (w *World) Rows(t testing.TB, sql string) [][]any {
	t.Helper()
	rows, err := w.Try(t.Context(), sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return rows
}

// Try runs a statement.
func (w *World) Try(ctx context.Context, sql string) (rows [][]any, err error) {
	result, err := w.Query(ctx, sql)
	if err != nil {
		return nil, err
	}
	defer result.Close()
	for {
		row, err := result.Next()
		if row == nil || err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
}

// NewCalls gives the calls since it was asked last, as "GetResource=3". Looking
// at a request is not counted.
func (w *World) NewCalls() string {
	counts := w.Calls.Counts()
	text := ""
	for _, operation := range []string{
		"ListResources", "GetResource", "CreateResource", "UpdateResource", "DeleteResource",
	} {
		if n := counts[operation] - w.last[operation]; n != 0 {
			if text != "" {
				text += " "
			}
			text += fmt.Sprintf("%s=%d", operation, n)
		}
	}
	w.last = maps.Clone(counts)
	return text
}
