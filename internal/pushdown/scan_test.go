package pushdown_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/pushdown"
	"skyql/internal/resource"
	"skyql/internal/table"
)

// bind chooses a plan for the query and gives it the values, by the order of the
// query's constraints.
func bind(t testing.TB, shape *table.Table, text string, values ...[]any) pushdown.Scan {
	t.Helper()
	plan, err := pushdown.Choose(shape, query(t, shape, text))
	if err != nil {
		t.Fatal(err)
	}
	inOrder := make([][]any, len(plan.Arguments))
	for i, argument := range plan.Arguments {
		inOrder[i] = values[argument.Constraint]
	}
	decoded, err := pushdown.Decode(plan.Encode())
	if err != nil {
		t.Fatal(err)
	}
	scan, err := decoded.Bind(shape, inOrder)
	if err != nil {
		t.Fatal(err)
	}
	return scan
}

// written shows a scan in short.
func written(s pushdown.Scan) string {
	if s.Empty {
		return "empty"
	}
	parts := []string{string(s.Handler)}
	add := func(name string, value any, is bool) {
		if is {
			parts = append(parts, fmt.Sprintf("%s=%v", name, value))
		}
	}
	add("regions", s.Regions, s.Regions != nil)
	add("accounts", s.Accounts, s.Accounts != nil)
	add("identifiers", s.Identifiers, s.Identifiers != nil)
	add("inputs", s.Inputs, s.Inputs != nil)
	var matches []string
	for column, values := range s.Matches {
		matches = append(matches, fmt.Sprintf("%s:%v", s.Table.Columns[column].Name, values))
	}
	slices.Sort(matches)
	add("matches", matches, matches != nil)
	add("limit", s.Limit, s.Limit >= 0)
	if s.Lazy {
		parts = append(parts, "lazy")
	}
	return strings.Join(parts, " ")
}

func TestBind(t *testing.T) {
	t.Parallel()
	one := func(values ...any) [][]any {
		lists := make([][]any, len(values))
		for i, value := range values {
			list, many := value.([]any)
			if !many {
				list = []any{value}
			}
			lists[i] = list
		}
		return lists
	}
	many := func(values ...any) []any { return values }
	for _, test := range []struct {
		name, of, query string
		values          [][]any
		want            string
	}{
		{"nothing", thing, "", nil, "list"},
		{"region", thing, "region = ?", one("us-east-1"), "list regions=[us-east-1]"},
		{"regions, one twice", thing, "region in ?", one(many("a", "b", "a")), "list regions=[a b]"},
		{"account", thing, "account_id = ?", one("123"), "list accounts=[123]"},
		{"identifier", thing, "identifier = ?", one("a"), "get identifiers=[a]"},
		{"identifiers and NULL", thing, "identifier in ?", one(many("b", nil, "a", "b")), "get identifiers=[b a]"},
		{"only NULL", thing, "identifier in ?", one(many(nil, nil)), "empty"},
		{"an empty list", thing, "identifier in ?", one(many()), "empty"},
		{"NULL", thing, "name = ?", one(nil), "empty"},
		{"a blob", thing, "identifier = ?", one([]byte("a")), "get identifiers=[a]"},
		{"match", thing, "name = ?, size in ?", one("n", many(int64(1), "2")), "list matches=[name:[n] size:[1 2]]"},
		{"limit", thing, "limit", one(int64(5)), "list limit=5 lazy"},
		{"limit and offset", thing, "limit, offset", one(int64(5), int64(3)), "list limit=8 lazy"},
		{"no limit", thing, "limit, offset", one(int64(-1), int64(3)), "list"},
		{"limit 0", thing, "limit", one(int64(0)), "list limit=0 lazy"},
		{"negative offset", thing, "limit, offset", one(int64(5), int64(-3)), "list limit=5 lazy"},
		{"odd limit", thing, "limit, offset", one("x", nil), "list"},

		{"parts", child, "parent_id = ?, number = ?", one("p", int64(5)), "get identifiers=[p|5]"},
		{"parts in lists", child, "parent_id in ?, number in ?", one(many("p", "q"), many(int64(1), int64(2))),
			"get identifiers=[p|1 p|2 q|1 q|2]"},
		{"a number as it is written", child, "parent_id = ?, number in ?", one("p", many("05", 5.0, " 5 ", "5.0", int64(5), "x", 1.5)),
			"get identifiers=[p|5 p|x p|1.5]"},
		{"input", child, "parent_id in ?", one(many("p", "q")), "list inputs=map[ParentId:[p q]] matches=[parent_id:[p q]]"},

		{"a number in place of an identifier", thing, "identifier = ?", one(int64(5)), "list matches=[Identifier:[5]]"},
		{"a number among identifiers", thing, "id in ?", one(many("a", 5.0)), "list matches=[id:[a 5]]"},
		{"a number that is spelt out", thing, "identifier = literal", one(int64(5)), "get identifiers=[5]"},
		{"a number in place of a part", child, "parent_id = ?, number = ?", one(int64(7), int64(5)),
			"list matches=[number:[5] parent_id:[7]]"},
		{"a number in place of an input", child, "parent_id = ?", one(int64(7)), "list matches=[parent_id:[7]]"},
		{"a number in place of an account", thing, "account_id = ?", one(int64(12345678901)), "list matches=[account_id:[12345678901]]"},
		{"a number where only keys are read", without(thing, "List"), "identifier = ?", one(int64(5)), "get identifiers=[5]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			scan := bind(t, table.New(parse(t, test.of)), test.query, test.values...)
			if have := written(scan); have != test.want {
				t.Errorf("want %s\nhave %s", test.want, have)
			}
		})
	}
}

// Two long lists are not multiplied out: what they have in common is listed.
func TestBindLongLists(t *testing.T) {
	t.Parallel()
	list := func(n int) []any {
		values := make([]any, n)
		for i := range values {
			values[i] = fmt.Sprint(i)
		}
		return values
	}
	for _, test := range []struct {
		name             string
		of               string
		parents, numbers int
		handler          pushdown.Handler
		identifiers      int
	}{
		{"some", child, 64, 64, pushdown.Get, 4096},
		{"too many", child, 65, 64, pushdown.List, 0},
		{"one long list", child, 1, 50_000, pushdown.Get, 50_000},
		{"no other way", without(child, "List"), 65, 64, pushdown.Get, 4160},
	} {
		shape := table.New(parse(t, test.of))
		scan := bind(t, shape, "parent_id in ?, number in ?", list(test.parents), list(test.numbers))
		if scan.Handler != test.handler || len(scan.Identifiers) != test.identifiers {
			t.Errorf("%s: %s with %d identifiers", test.name, scan.Handler, len(scan.Identifiers))
		}
		if test.handler == pushdown.List && (len(scan.Inputs["ParentId"]) != test.parents || len(scan.Matches) != 2) {
			t.Errorf("%s: inputs %v, %d matches", test.name, scan.Inputs, len(scan.Matches))
		}
	}
}

func TestBindRefusesOtherNumbersOfValues(t *testing.T) {
	t.Parallel()
	shape := table.New(parse(t, thing))
	plan, err := pushdown.Choose(shape, query(t, shape, "name = ?"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := plan.Bind(shape, nil); err == nil {
		t.Error("a plan was bound without its values")
	}
}

// Scans that may give different rows have different keys.
func TestKey(t *testing.T) {
	t.Parallel()
	shape, list := table.New(parse(t, child)), table.NewListOnly(parse(t, child))
	text := func(values ...any) []any { return values }
	keys := map[string]string{}
	for name, scan := range map[string]pushdown.Scan{
		"all":                bind(t, shape, ""),
		"list only":          bind(t, list, ""),
		"another column":     bind(t, shape, "used name"),
		"a region":           bind(t, shape, "region = ?", text("us-east-1")),
		"another region":     bind(t, shape, "region = ?", text("eu-west-1")),
		"an account":         bind(t, shape, "account_id = ?", text("1")),
		"an identifier":      bind(t, shape, "identifier = ?", text("a|1")),
		"two identifiers":    bind(t, shape, "identifier in ?", text("a|1", "b|1")),
		"odd identifiers":    bind(t, shape, "identifier in ?", text(`a|1" "b|1`)),
		"an input":           bind(t, shape, "parent_id = ?", text("a")),
		"two inputs":         bind(t, shape, "parent_id in ?", text("a", "b")),
		"inputs with spaces": bind(t, shape, "parent_id in ?", text("a b")),
	} {
		if other, taken := keys[scan.Key()]; taken {
			t.Errorf("%s and %s have one key", name, other)
		}
		keys[scan.Key()] = name
	}
	a, b := bind(t, shape, "name = ?", text("x")), bind(t, shape, "name = ?", text("y"))
	if a.Key() != b.Key() {
		t.Error("what a column equals is looked up in one and the same set of rows")
	}
}

func TestExcludes(t *testing.T) {
	t.Parallel()
	shape := table.New(parse(t, thing))
	listed := func(model string) *table.Row {
		return &table.Row{Scope: resource.Scope{Region: "us-east-1"}, Identifier: "i", Model: json.RawMessage(model)}
	}
	read := func(model string) *table.Row {
		row := listed(model)
		row.Complete = true
		return row
	}
	for _, test := range []struct {
		name, query string
		values      []any
		row         *table.Row
		want        bool
	}{
		{"not known", "name = ?", []any{"a"}, listed(`{}`), false},
		{"equal", "name = ?", []any{"a"}, listed(`{"Name": "a"}`), false},
		{"not equal", "name = ?", []any{"a"}, listed(`{"Name": "b"}`), true},
		{"one of them", "name in ?", []any{"b", "a"}, listed(`{"Name": "a"}`), false},
		{"none of them", "name in ?", []any{"b", "c"}, listed(`{"Name": "a"}`), true},
		{"NULL in a list may be anything", "name = ?", []any{"a"}, listed(`{"Name": null}`), false},
		{"NULL in a read is nothing", "name = ?", []any{"a"}, read(`{}`), true},
		{"a number as text", "size = ?", []any{"5"}, listed(`{"Size": 5}`), false},
		{"a number as a number", "size = ?", []any{5.0}, listed(`{"Size": 5}`), false},
		{"another number", "size = ?", []any{"6"}, listed(`{"Size": 5}`), true},
		{"text as a number", "name = ?", []any{int64(5)}, listed(`{"Name": "5"}`), false},
	} {
		if have := bind(t, shape, test.query, test.values).Excludes(test.row); have != test.want {
			t.Errorf("%s: %v", test.name, have)
		}
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	have := []string{}
	for _, value := range []any{"a", []byte("b"), int64(-5), 5.0, 0.1, 1e21, true} {
		have = append(have, pushdown.Text(value))
	}
	want := []string{"a", "b", "-5", "5", "0.1", "1000000000000000000000", "true"}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
