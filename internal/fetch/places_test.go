package fetch_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"weak"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/fetch"
	"skyql/internal/resource"
	"skyql/internal/table"
)

// family puts parents p0, p1, …, each with children, each with grandchildren.
func (w *world) family(region resource.Region, parents, children, grandchildren int) {
	for p := range parents {
		w.put(region, "AWS::Test::Parent", `{'ParentId': 'p%d', 'Name': 'parent %d', 'Groups': ['g%d', 'common']}`, p, p, p)
		for c := range children {
			w.put(region, "AWS::Test::Child", `{'ParentId': 'p%d', 'ChildId': 'c%d%d', 'Name': 'child'}`, p, p, c)
			for g := range grandchildren {
				w.put(region, "AWS::Test::Grandchild", `{'ParentId': 'p%d', 'ChildId': 'c%d%d', 'Id': '%d', 'Name': 'grandchild'}`, p, p, c, g)
			}
		}
	}
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		thing   string
		columns string
		where   []string
		rows    []string
		calls   []string
		problem string // part of the only one
	}{
		{
			name: "below all parents", thing: "Child", columns: "ChildId",
			rows: []string{"p0|c00", "p0|c01", "p1|c10", "p1|c11"},
			calls: []string{"list Child us-east-1 {'ParentId':'p0'}", "list Child us-east-1 {'ParentId':'p1'}",
				"list Parent us-east-1"},
		},
		{
			name: "below a parent that is given", thing: "Child", columns: "ChildId", where: []string{"ParentId=p1"},
			rows: []string{"p1|c10", "p1|c11"}, calls: []string{"list Child us-east-1 {'ParentId':'p1'}"},
		},
		{
			name: "below parents that are given", thing: "Child", columns: "ChildId", where: []string{"ParentId=p1,none"},
			rows:  []string{"p1|c10", "p1|c11"},
			calls: []string{"list Child us-east-1 {'ParentId':'none'}", "list Child us-east-1 {'ParentId':'p1'}"},
		},
		{
			name: "a chain", thing: "Grandchild", columns: "Id",
			rows: []string{"p0|c00|0", "p0|c01|0", "p1|c10|0", "p1|c11|0"},
			calls: []string{
				"list Child us-east-1 {'ParentId':'p0'}", "list Child us-east-1 {'ParentId':'p1'}",
				"list Grandchild us-east-1 {'ChildId':'c00','ParentId':'p0'}", "list Grandchild us-east-1 {'ChildId':'c01','ParentId':'p0'}",
				"list Grandchild us-east-1 {'ChildId':'c10','ParentId':'p1'}", "list Grandchild us-east-1 {'ChildId':'c11','ParentId':'p1'}",
				"list Parent us-east-1",
			},
		},
		{
			name: "a chain of which the head is given", thing: "Grandchild", columns: "Id", where: []string{"ParentId=p1"},
			rows: []string{"p1|c10|0", "p1|c11|0"},
			calls: []string{
				"list Child us-east-1 {'ParentId':'p1'}",
				"list Grandchild us-east-1 {'ChildId':'c10','ParentId':'p1'}", "list Grandchild us-east-1 {'ChildId':'c11','ParentId':'p1'}",
			},
		},
		{
			name: "a chain of which the end is given", thing: "Grandchild", columns: "Id", where: []string{"ChildId=c11"},
			rows: []string{"p1|c11|0"},
			calls: []string{
				"list Grandchild us-east-1 {'ChildId':'c11','ParentId':'p0'}", "list Grandchild us-east-1 {'ChildId':'c11','ParentId':'p1'}",
				"list Parent us-east-1",
			},
		},
		{
			name: "values in an array", thing: "Grouped", columns: "Id",
			rows: []string{"common|1", "g0|2"},
			calls: []string{
				"get Parent us-east-1 p0", "get Parent us-east-1 p1", "list Grouped us-east-1 {'Group':'common'}",
				"list Grouped us-east-1 {'Group':'g0'}", "list Grouped us-east-1 {'Group':'g1'}", "list Parent us-east-1",
			},
		},
		{
			name: "two inputs from the same type", thing: "Pair", columns: "Left",
			rows: []string{"p0|p1", "p1|p1"},
			calls: []string{
				"list Pair us-east-1 {'Left':'p0','Right':'p0'}", "list Pair us-east-1 {'Left':'p0','Right':'p1'}",
				"list Pair us-east-1 {'Left':'p1','Right':'p0'}", "list Pair us-east-1 {'Left':'p1','Right':'p1'}",
				"list Parent us-east-1", "list Parent us-east-1", "list Parent us-east-1",
			},
		},
		{
			name: "units below units", thing: "Unit", columns: "UnitId",
			rows: []string{"u1", "u11", "u111", "u12", "u2"},
			calls: []string{
				"get Organization us-east-1 o", "list Organization us-east-1",
				"list Unit us-east-1 {'ParentId':'root'}", "list Unit us-east-1 {'ParentId':'u1'}", "list Unit us-east-1 {'ParentId':'u11'}",
				"list Unit us-east-1 {'ParentId':'u111'}", "list Unit us-east-1 {'ParentId':'u12'}", "list Unit us-east-1 {'ParentId':'u2'}",
			},
		},
		{
			name: "units below one", thing: "Unit", columns: "UnitId", where: []string{"ParentId=u1"},
			rows: []string{"u11", "u12"}, calls: []string{"list Unit us-east-1 {'ParentId':'u1'}"},
		},
		{
			name: "each value of an enumeration", thing: "Scoped", columns: "Id",
			rows: []string{"big", "small"}, calls: []string{"list Scoped us-east-1 {'Scope':'BIG'}", "list Scoped us-east-1 {'Scope':'SMALL'}"},
		},
		{
			name: "the account", thing: "Owned", columns: "Id",
			rows: []string{"mine"}, calls: []string{"list Owned us-east-1 {'Owner':'123456789012'}"},
		},
		{
			name: "not the only parents", thing: "Partial", columns: "Id",
			rows:    []string{"partial"},
			calls:   []string{"list Parent us-east-1", "list Partial us-east-1 {'Question':'p0'}", "list Partial us-east-1 {'Question':'p1'}"},
			problem: "there may be more below AWS::Test::Other",
		},
		{
			name: "the first of two ways", thing: "Choosy", columns: "Id",
			rows: []string{"choosy"},
			calls: []string{"get Parent us-east-1 p0", "get Parent us-east-1 p1", "list Choosy us-east-1 {'ByName':'parent 0'}",
				"list Choosy us-east-1 {'ByName':'parent 1'}", "list Parent us-east-1"},
		},
		{
			name: "the way that is given", thing: "Choosy", columns: "Id", where: []string{"ByArn=p1"},
			rows: []string{"choosy"}, calls: []string{"list Choosy us-east-1 {'ByArn':'p1'}"},
		},
		{
			name: "one of both ways that are given", thing: "Choosy", columns: "Id", where: []string{"ByArn=p1", "ByName=parent 1"},
			rows: []string{"choosy"}, calls: []string{"get Choosy us-east-1 choosy", "list Choosy us-east-1 {'ByName':'parent 1'}"},
		},
	} {
		for _, lazy := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, lazy %v", test.name, lazy), func(t *testing.T) {
				t.Parallel()
				w := estate()
				f := w.fetcher(fetch.Options{})
				scan := scanOf(test.thing, test.columns, test.where...)
				scan.Lazy = lazy
				rows, err := take(t, f.Open(t.Context(), scan), -1)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(test.rows, sorted(identifiers(rows))); diff != "" {
					t.Errorf("rows (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(test.calls, singleQuotes(w.newCalls())); diff != "" {
					t.Errorf("calls (-want +got):\n%s", diff)
				}
				have := strings.Join(problems(f), "\n")
				if !strings.Contains(have, test.problem) || (have == "") != (test.problem == "") {
					t.Errorf("want a problem with %q, have %q", test.problem, have)
				}
			})
		}
	}
}

func singleQuotes(texts []string) []string {
	for i := range texts {
		texts[i] = strings.ReplaceAll(texts[i], `"`, `'`)
	}
	return texts
}

// estate has a few of each type.
func estate() *world {
	w := newWorld()
	w.family("us-east-1", 2, 2, 1)
	w.put("us-east-1", "AWS::Test::Grouped", `{'Group': 'common', 'Id': '1'}`)
	w.put("us-east-1", "AWS::Test::Grouped", `{'Group': 'g0', 'Id': '2'}`)
	w.put("us-east-1", "AWS::Test::Pair", `{'Left': 'p0', 'Right': 'p1'}`)
	w.put("us-east-1", "AWS::Test::Pair", `{'Left': 'p1', 'Right': 'p1'}`)
	w.put("us-east-1", "AWS::Test::Organization", `{'OrgId': 'o', 'RootId': 'root'}`)
	for unit, parent := range map[string]string{"u1": "root", "u2": "root", "u11": "u1", "u12": "u1", "u111": "u11"} {
		w.put("us-east-1", "AWS::Test::Unit", `{'UnitId': '%s', 'ParentId': '%s'}`, unit, parent)
	}
	w.put("us-east-1", "AWS::Test::Scoped", `{'Id': 'big', 'Scope': 'BIG'}`)
	w.put("us-east-1", "AWS::Test::Scoped", `{'Id': 'small', 'Scope': 'SMALL'}`)
	w.put("us-east-1", "AWS::Test::Owned", `{'Id': 'mine', 'Owner': '123456789012'}`)
	w.put("us-east-1", "AWS::Test::Partial", `{'Id': 'partial', 'Question': 'p0'}`)
	w.put("us-east-1", "AWS::Test::Choosy", `{'Id': 'choosy', 'ByName': 'parent 1', 'ByArn': 'p1'}`)
	return w
}

func TestInputsThatOnlyTheUserKnows(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.put("us-east-1", "AWS::Test::Asked", `{'Id': 'a', 'Question': 'why'}`)
	f := w.fetcher(fetch.Options{})
	_, err := f.Collect(t.Context(), scanOf("Asked", "Id"))
	var needs *fetch.NeedsInputError
	if !errors.As(err, &needs) || !strings.Contains(err.Error(), "WHERE question = '…'") {
		t.Errorf("have %v", err)
	}
	if calls := w.newCalls(); len(calls) > 0 {
		t.Errorf("calls: %v", calls)
	}
	rows, err := f.Collect(t.Context(), scanOf("Asked", "Id", "Question=why"))
	if err != nil || len(rows) != 1 {
		t.Errorf("%v, %v", rows, err)
	}
}

// A parent without the value that its children are listed by has none.
func TestParentWithoutTheValue(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.put("us-east-1", "AWS::Test::Parent", `{'ParentId': 'p0'}`)
	w.put("us-east-1", "AWS::Test::Parent", `{'ParentId': 'p1', 'Groups': ['g']}`)
	w.put("us-east-1", "AWS::Test::Parent", `{'ParentId': 'p2', 'Groups': []}`)
	w.put("us-east-1", "AWS::Test::Grouped", `{'Group': 'g', 'Id': '1'}`)
	f := w.fetcher(fetch.Options{})
	rows, err := f.Collect(t.Context(), scanOf("Grouped", "Id"))
	if err != nil || len(rows) != 1 {
		t.Errorf("%v, %v", rows, err)
	}
	if have := problems(f); len(have) != 1 || !strings.Contains(have[0], `"p0" has no groups`) {
		t.Errorf("problems: %q", have)
	}
}

// A handler that pays no heed to its input has units lie below themselves.
func TestUnitsInACircle(t *testing.T) {
	t.Parallel()
	for _, keep := range []bool{false, true} {
		w := estate()
		w.onList = func(_ context.Context, in cloudcontrol.ListInput) (cloudcontrol.Page, bool, error) {
			if in.Type != "AWS::Test::Unit" {
				return cloudcontrol.Page{}, false, nil
			}
			in.ResourceModel = nil
			return w.page(in, nil), true, nil
		}
		f := w.fetcher(fetch.Options{})
		if keep {
			f.Keep()
		}
		if _, err := f.Collect(t.Context(), scanOf("Unit", "UnitId")); err != nil {
			t.Error(err)
		}
		if calls := count(w.newCalls()); calls != "list=7 get=1" {
			t.Errorf("calls: %s", calls)
		}
	}
}

// A parent that is gone when its children are listed has none.
func TestParentIsGone(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.family("us-east-1", 2, 2, 0)
	w.onList = func(_ context.Context, in cloudcontrol.ListInput) (cloudcontrol.Page, bool, error) {
		if strings.Contains(string(in.ResourceModel), "p0") {
			return cloudcontrol.Page{}, true, failure("ListResources", in.Call, resource.NotFound)
		}
		return cloudcontrol.Page{}, false, nil
	}
	f := w.fetcher(fetch.Options{})
	rows, err := f.Collect(t.Context(), scanOf("Child", "ChildId"))
	if diff := cmp.Diff([]string{"p1|c10", "p1|c11"}, identifiers(rows)); diff != "" || err != nil || len(f.Problems()) > 0 {
		t.Errorf("%v, problems %v, rows (-want +got):\n%s", err, f.Problems(), diff)
	}
}

// learning makes the list handlers of a type demand inputs of which its schema
// does not tell.
func learning(w *world, name resource.TypeName, inputs ...string) {
	w.onList = func(_ context.Context, in cloudcontrol.ListInput) (cloudcontrol.Page, bool, error) {
		for _, input := range inputs {
			if in.Type == name && !strings.Contains(string(in.ResourceModel), input) {
				return cloudcontrol.Page{}, true, refusal(in, "#: required key [%s] not found", input)
			}
		}
		return cloudcontrol.Page{}, false, nil
	}
}

// What a handler turns out to demand is looked up, in each region and below each
// parent.
func TestDemandsAreLearnt(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, thing string
		demands     []string
		rows        []string
		calls       string
	}{
		{"in each region", "Strange", []string{"ParentId"}, []string{
			"eu-west-1 s0", "eu-west-1 s1", "us-east-1 s0", "us-east-1 s1",
		}, "list=8"}, // per region: refused, parents, below two of them
		{"below each parent", "Odd", []string{"ParentId", "ChildId"}, []string{
			"eu-west-1 o0", "eu-west-1 o1", "us-east-1 o0", "us-east-1 o1",
		}, "list=14"}, // per region: parents, refused twice, children of two, below each of them
	} {
		for _, lazy := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, lazy %v", test.name, lazy), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					w := newWorld()
					w.latency = time.Second // so that all refusals come at once
					for _, region := range twoRegions {
						w.family(region, 2, 1, 0)
						for i := range 2 {
							w.put(region, "AWS::Test::Strange", `{'Id': 's%d', 'ParentId': 'p%d'}`, i, i)
							w.put(region, "AWS::Test::Odd", `{'Id': 'o%d', 'ParentId': 'p%d', 'ChildId': 'c%d0'}`, i, i, i)
						}
					}
					learning(w, resource.TypeName("AWS::Test::"+test.thing), test.demands...)
					f := w.fetcher(fetch.Options{}, twoRegions...)
					scan := scanOf(test.thing, "Id")
					scan.Lazy = lazy
					rows, err := take(t, f.Open(t.Context(), scan), -1)
					if err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(test.rows, sorted(identifiers(rows))); diff != "" {
						t.Errorf("rows (-want +got):\n%s", diff)
					}
					if have := problems(f); len(have) > 0 {
						t.Errorf("problems: %q", have)
					}
					if calls := count(w.newCalls()); !lazy && calls != test.calls {
						t.Errorf("want calls %s, have %s", test.calls, calls)
					}
				})
			})
		}
	}
}

// A handler that refuses what it is given, whatever that is, is asked no more.
func TestDemandsThatNothingFulfils(t *testing.T) {
	t.Parallel()
	for _, thing := range []string{"Strange", "Thing"} {
		w := newWorld()
		w.family("us-east-1", 2, 0, 0)
		w.onList = func(_ context.Context, in cloudcontrol.ListInput) (cloudcontrol.Page, bool, error) {
			if in.Type == "AWS::Test::Parent" {
				return cloudcontrol.Page{}, false, nil
			}
			return cloudcontrol.Page{}, true, refusal(in, "#: required key [ParentId] not found")
		}
		f := w.fetcher(fetch.Options{})
		_, err := f.Collect(t.Context(), scanOf(thing, "Id"))
		var needs *fetch.NeedsInputError
		if !errors.As(err, &needs) && !errors.Is(errors.Join(err, f.Verdict()), resource.InvalidRequest) {
			t.Errorf("%s: %v", thing, err)
		}
		if calls := w.newCalls(); len(calls) > 4 {
			t.Errorf("%s: calls %v", thing, calls)
		}
	}
}

// crowd answers many parents with one child each, without keeping them.
func crowd(w *world, parents int, slow func(parent string)) {
	w.onList = func(_ context.Context, in cloudcontrol.ListInput) (cloudcontrol.Page, bool, error) {
		var page cloudcontrol.Page
		if in.Type == "AWS::Test::Parent" {
			start := 0
			_, _ = fmt.Sscan(in.NextToken, &start) // none on the first page
			for i := start; i < min(start+100, parents); i++ {
				page.Resources = append(page.Resources, cloudcontrol.Description{Identifier: fmt.Sprintf("p%d", i)})
			}
			if start+100 < parents {
				page.NextToken = fmt.Sprint(start + 100)
			}
			return page, true, nil
		}
		parent := strings.TrimSuffix(strings.TrimPrefix(string(in.ResourceModel), `{"ParentId":"`), `"}`)
		slow(parent)
		page.Resources = []cloudcontrol.Description{{Identifier: parent + "|c"}}
		return page, true, nil
	}
}

// A slow place among many holds the others back for a while only.
func TestManyParents(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const parents = 20_000
		w := newWorld()
		crowd(w, parents, func(parent string) {
			if parent == "p0" {
				time.Sleep(time.Hour)
			}
		})
		stream := w.fetcher(fetch.Options{}).Open(t.Context(), scanOf("Child", "ChildId"))
		defer stream.Close()
		start, before := time.Now(), 0
		for n := 0; ; n++ {
			row, err := stream.Next()
			if err != nil {
				t.Fatal(err)
			}
			if row == nil {
				if n != parents {
					t.Errorf("%d rows", n)
				}
				break
			}
			if time.Since(start) == 0 {
				before++
			}
		}
		if before < parents-4096 {
			t.Errorf("only %d rows came before the slow one", before)
		}
	})
}

// Rows that were handed out are forgotten.
func TestRowsAreForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld()
	const parents = 3000
	crowd(w, parents, func(string) {})
	for _, lazy := range []bool{false, true} {
		scan := scanOf("Child", "ChildId")
		scan.Lazy = lazy
		stream := w.fetcher(fetch.Options{}).Open(t.Context(), scan)
		defer stream.Close()
		var rows []weak.Pointer[table.Row]
		for range parents {
			row, err := stream.Next()
			if row == nil || err != nil {
				t.Fatal(row, err)
			}
			rows = append(rows, weak.Make(row))
		}
		runtime.GC()
		alive := 0
		for _, row := range rows {
			if row.Value() != nil {
				alive++
			}
		}
		if alive > 100 {
			t.Errorf("lazy %v: %d of %d rows are still in memory", lazy, alive, parents)
		}
	}
}
