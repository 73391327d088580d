package fetch_test

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/catalog"
	"skyql/internal/cloudcontrol"
	"skyql/internal/emulator/store"
	"skyql/internal/fetch"
	"skyql/internal/listing"
	"skyql/internal/pushdown"
	"skyql/internal/resource"
	"skyql/internal/table"
)

// habit is what a list handler does with a property.
type habit int

const (
	always habit = iota
	never
	sometimes
	stale // gives another value for some
	habits
)

// habitual is a store whose lists give of each property what their habit is, and
// whose resources lack some properties.
type habitual struct {
	store  *store.Store
	seed   uint64
	habits map[string]habit

	mu    sync.Mutex // guards all below
	clock time.Time
	reads []string
}

// now is another moment each time, of the same day.
func (h *habitual) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clock = h.clock.Add(time.Millisecond)
	return h.clock
}

// coin decides something about a property of a resource, always in the same way.
func (h *habitual) coin(about, identifier, property string) bool {
	hash := fnv.New64a()
	fmt.Fprint(hash, h.seed, about, identifier, property)
	return hash.Sum64()>>32%2 == 0
}

func (h *habitual) truth(ctx context.Context, call cloudcontrol.Call, identifier string) (map[string]json.RawMessage, error) {
	found, err := h.store.Get(ctx, cloudcontrol.GetInput{Call: call, Identifier: identifier})
	if err != nil {
		return nil, err
	}
	var model map[string]json.RawMessage
	err = json.Unmarshal(found.Properties, &model)
	maps.DeleteFunc(model, func(property string, _ json.RawMessage) bool { return h.coin("lacks", identifier, property) })
	return model, err
}

// Get reads a resource.
func (h *habitual) Get(ctx context.Context, in cloudcontrol.GetInput) (cloudcontrol.Description, error) {
	h.mu.Lock()
	h.reads = append(h.reads, in.Identifier)
	h.mu.Unlock()
	model, err := h.truth(ctx, in.Call, in.Identifier)
	if err != nil {
		return cloudcontrol.Description{}, err
	}
	text, err := json.Marshal(model)
	return cloudcontrol.Description{Identifier: in.Identifier, Properties: text}, err
}

// List lists, with what the habits are.
func (h *habitual) List(ctx context.Context, in cloudcontrol.ListInput) (cloudcontrol.Page, error) {
	page, err := h.store.List(ctx, in)
	if err != nil {
		return page, err
	}
	for i := range page.Resources {
		identifier := page.Resources[i].Identifier
		model, err := h.truth(ctx, in.Call, identifier)
		if err != nil {
			return page, err
		}
		for property, value := range model {
			coin := h.coin("habit", identifier, property)
			switch habit := h.habits[property]; {
			case habit == never, habit == sometimes && coin:
				delete(model, property)
			case habit == stale && coin && (value[0] == '{' || value[0] == '['):
				model[property] = json.RawMessage(`["of yesterday"]`)
			}
		}
		if page.Resources[i].Properties, err = json.Marshal(model); err != nil {
			return page, err
		}
	}
	return page, nil
}

func (h *habitual) newReads() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	reads := h.reads
	h.reads = nil
	slices.Sort(reads)
	return reads
}

// rows runs a scan over some columns and gives their values by identifier.
func (h *habitual) rows(t *testing.T, lists fetch.Lists, shape *table.Table, columns []int, lazy bool) map[string][]any {
	t.Helper()
	plan, err := pushdown.Choose(shape, pushdown.Query{Used: columns})
	if err != nil {
		t.Fatal(err)
	}
	scan, err := plan.Bind(shape, nil)
	if err != nil {
		t.Fatal(err)
	}
	scan.Lazy = lazy
	f := fetch.New(h, catalog.Starter(), accounts{}, oneRegion, fetch.Options{Lists: lists, Now: h.now})
	found, err := take(t, f.Open(t.Context(), scan), -1)
	if err != nil {
		t.Fatal(err)
	}
	if problems := f.Problems(); len(problems) > 0 {
		t.Fatalf("problems: %v", problems)
	}
	values := map[string][]any{}
	for _, row := range found {
		for _, column := range columns {
			value, _ := shape.Value(row, column)
			if document, ok := value.(json.RawMessage); ok {
				value = string(document)
			}
			values[row.Identifier] = append(values[row.Identifier], value)
		}
	}
	return values
}

func newHabitual(t *testing.T, name resource.TypeName, n, pageSize int, seed uint64) (*habitual, *table.Table) {
	t.Helper()
	s := store.New(store.Options{Catalog: catalog.Starter(), PageSize: pageSize})
	if err := s.Populate(resource.Scope{Region: "us-east-1"}, name, n); err != nil {
		t.Fatal(err)
	}
	described, err := catalog.Starter().Type(name)
	if err != nil {
		t.Fatal(err)
	}
	return &habitual{store: s, seed: seed, habits: map[string]habit{}, clock: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}, table.New(described)
}

// Whatever lists give, and however much was learned of it, the rows are those that
// reads give. And it pays: what lists always give is read no more.
func TestLearningChangesNoRows(t *testing.T) {
	t.Parallel()
	for _, name := range []resource.TypeName{
		"AWS::S3::Bucket", "AWS::IAM::Role", "AWS::Lambda::Function",
	} {
		t.Run(string(name), func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(2) {
				random := rand.New(rand.NewPCG(seed, 1))
				h, shape := newHabitual(t, name, 60, 0, seed)
				for _, property := range shape.Type.Properties {
					h.habits[property.Name] = habit(random.IntN(int(habits)))
				}
				lists := listing.New(listing.Options{})
				for round := range 7 {
					columns := random.Perm(len(shape.Columns))[:1+random.IntN(3)]
					slices.Sort(columns)
					columns = slices.DeleteFunc(columns, func(c int) bool {
						return shape.Columns[c].Same != c || shape.Columns[c].Origin == table.FromClock
					})
					lazy := random.IntN(2) == 0
					want := h.rows(t, nil, shape, columns, lazy)
					got := h.rows(t, lists, shape, columns, lazy)
					if diff := cmp.Diff(want, got); diff != "" {
						t.Fatalf("seed %d, round %d, columns %v (-want +got):\n%s", seed, round, columns, diff)
					}
				}
			}
		})
	}
}

func TestLearningSavesReads(t *testing.T) {
	t.Parallel()
	h, shape := newHabitual(t, "AWS::IAM::Role", 250, 0, 7)
	h.habits["Description"] = never
	lists := listing.New(listing.Options{})
	column := func(name string) int { i, _ := shape.Lookup(name); return i }
	wanted := []int{column("tags"), column("path"), column("assume_role_policy_document")}
	var reads []string
	for range 3 {
		h.newReads()
		h.rows(t, lists, shape, wanted, false)
		reads = h.newReads()
	}
	if len(reads) == 0 || len(reads) > 20 {
		t.Errorf("want the proofs alone to be read, about 5 of 250, have %d reads", len(reads))
	}
	h.rows(t, lists, shape, wanted, true)
	if diff := cmp.Diff(reads, h.newReads()); diff != "" {
		t.Errorf("other proofs (-want +got):\n%s", diff)
	}
	h.rows(t, lists, shape, []int{column("description")}, false)
	if n := len(h.newReads()); n != 250 {
		t.Errorf("want a read for each row where lists never give the column, have %d", n)
	}
	h.rows(t, lists, shape, []int{column("_properties")}, false)
	if n := len(h.newReads()); n != 250 {
		t.Errorf("want a read for each row where the whole model is wanted, have %d", n)
	}
}

// If a handler does not give any more what it gave, that comes to light: at once if
// it gives it to nobody, else by the first proof.
func TestLearningNoticesAChange(t *testing.T) {
	t.Parallel()
	for _, change := range []habit{never, sometimes, stale} {
		for _, lazy := range []bool{false, true} {
			t.Run(fmt.Sprintf("habit %d, lazy %v", change, lazy), func(t *testing.T) {
				t.Parallel()
				// All rows in one page, which waits for its proofs: of several at a time one may be
				// through before the proof of another tells.
				const rows, pageSize = 300, 300
				h, shape := newHabitual(t, "AWS::IAM::Role", rows, pageSize, 3)
				lists := listing.New(listing.Options{})
				tags, _ := shape.Lookup("tags")
				for range 3 {
					h.rows(t, lists, shape, []int{tags}, lazy)
				}
				h.newReads()
				h.rows(t, lists, shape, []int{tags}, lazy)
				if n := len(h.newReads()); n == 0 || n > rows/20 {
					t.Fatalf("want a few reads, have %d", n)
				}
				h.habits["Tags"] = change
				want := h.rows(t, nil, shape, []int{tags}, lazy)
				h.newReads()
				first := h.rows(t, lists, shape, []int{tags}, lazy)
				if n := len(h.newReads()); n < rows/2 {
					t.Errorf("the rest was not read: %d reads", n)
				}
				if diff := cmp.Diff(want, first); change == never && diff != "" {
					t.Errorf("the first statement (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(want, h.rows(t, lists, shape, []int{tags}, lazy)); diff != "" {
					t.Errorf("the statement after (-want +got):\n%s", diff)
				}
				if n := len(h.newReads()); n != rows {
					t.Errorf("want all rows read after that, have %d", n)
				}
			})
		}
	}
}

// The rows of a page wait for its proofs.
func TestProofsComeFirst(t *testing.T) {
	t.Parallel()
	proven := 0
	for day := range 8 {
		h, shape := newHabitual(t, "AWS::IAM::Role", 90, 0, 3) // one page
		h.clock = h.clock.AddDate(0, 0, day)
		lists := listing.New(listing.Options{Now: h.now})
		tags, _ := shape.Lookup("tags")
		for range 3 {
			h.rows(t, lists, shape, []int{tags}, false)
		}
		want := h.rows(t, nil, shape, []int{tags}, false)
		h.newReads()
		h.rows(t, lists, shape, []int{tags}, false)
		if !slices.ContainsFunc(h.newReads(), func(identifier string) bool {
			return want[identifier][0] != nil && h.coin("habit", identifier, "Tags")
		}) {
			continue // this day's proofs show nothing of the change
		}
		proven++
		h.habits["Tags"] = stale
		if diff := cmp.Diff(want, h.rows(t, lists, shape, []int{tags}, false)); diff != "" {
			t.Errorf("day %d (-want +got):\n%s", day, diff)
		}
	}
	if proven == 0 {
		t.Error("no day has a proof that shows the change")
	}
}

// fixed is what lists are known to give, of every property.
type fixed struct {
	present, absent bool

	mu      sync.Mutex // guards learned
	learned []string
}

// Given gives it.
func (f *fixed) Given(resource.Region, resource.TypeName, string) (present, absent bool) {
	return f.present, f.absent
}

// Learn notes what it hears.
func (f *fixed) Learn(_ string, region resource.Region, name resource.TypeName, listed, read json.RawMessage) {
	f.mu.Lock()
	f.learned = append(f.learned, fmt.Sprintf("%s %s: %s, %s", region, name.Thing(), listed, read))
	f.mu.Unlock()
}

func TestWhatIsRead(t *testing.T) {
	t.Parallel()
	const with, without = `{"ParentId":"with","Groups":["g"]}`, `{"ParentId":"without"}`
	for _, test := range []struct {
		name    string
		lists   *fixed
		listed  []string
		columns string
		where   []string
		calls   []string
		learned int
	}{
		{name: "nothing is known", lists: &fixed{}, listed: []string{with, without}, columns: "Groups",
			calls: []string{"get Parent us-east-1 with", "get Parent us-east-1 without", "list Parent us-east-1"}, learned: 2},
		{name: "values are given", lists: &fixed{present: true}, listed: []string{with, without}, columns: "Groups",
			calls: []string{"get Parent us-east-1 without", "list Parent us-east-1"}, learned: 1},
		{name: "all is given", lists: &fixed{present: true, absent: true}, listed: []string{with, without}, columns: "Groups",
			calls: []string{"list Parent us-east-1"}},
		{name: "no row has a value before", lists: &fixed{present: true, absent: true}, listed: []string{without, with}, columns: "Groups",
			calls: []string{"get Parent us-east-1 without", "list Parent us-east-1"}, learned: 1},
		{name: "the whole model is no property", lists: &fixed{present: true, absent: true}, listed: []string{with}, columns: "_properties",
			calls: []string{"get Parent us-east-1 with", "list Parent us-east-1"}, learned: 1},
		{name: "a resource that is named is read", lists: &fixed{present: true, absent: true}, listed: []string{with}, columns: "Groups",
			where: []string{"Identifier=with"}, calls: []string{"get Parent us-east-1 with"}},
	} {
		for _, lazy := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, lazy %v", test.name, lazy), func(t *testing.T) {
				t.Parallel()
				lists := &fixed{present: test.lists.present, absent: test.lists.absent}
				w := newWorld()
				w.put("us-east-1", "AWS::Test::Parent", with)
				w.put("us-east-1", "AWS::Test::Parent", without)
				w.onList = func(context.Context, cloudcontrol.ListInput) (page cloudcontrol.Page, handled bool, err error) {
					for _, text := range test.listed {
						var model struct{ ParentId string }
						if err := json.Unmarshal([]byte(text), &model); err != nil {
							return page, true, err
						}
						page.Resources = append(page.Resources, cloudcontrol.Description{Identifier: model.ParentId, Properties: json.RawMessage(text)})
					}
					return page, true, nil
				}
				f := w.fetcher(fetch.Options{Lists: lists, Now: func() time.Time { return time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC) }})
				f.Keep()
				scan := scanOf("Parent", test.columns, test.where...)
				scan.Lazy = lazy
				for range 2 { // what the statement has read is learned once
					if _, err := take(t, f.Open(t.Context(), scan), -1); err != nil {
						t.Fatal(err)
					}
				}
				if diff := cmp.Diff(test.calls, w.newCalls()); diff != "" {
					t.Errorf("calls (-want +got):\n%s", diff)
				}
				if len(lists.learned) != test.learned {
					t.Errorf("want %d rows learned, have %v", test.learned, lists.learned)
				}
			})
		}
	}
}
