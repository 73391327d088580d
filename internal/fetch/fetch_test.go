package fetch_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/fetch"
	"skyql/internal/pushdown"
	"skyql/internal/resource"
)

var twoRegions = []resource.Region{"us-east-1", "eu-west-1"}

// things puts n of them into a region, with identifiers t0, t1, ….
func (w *world) things(region resource.Region, n int) {
	for i := range n {
		w.put(region, "AWS::Test::Thing", `{'Id': 't%d', 'Name': 'name %d', 'Size': %d}`, i, i%3, i)
	}
}

// Rows come in the order of regions and pages, whatever answers first.
func TestRowsComeInOrder(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, columns string
		operation     string
		most          int // of which are under way at a time
	}{
		{"listed", "Id", "list", 2},
		{"read", "Id Name", "get", 8 + 4}, // in each region
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				w.pageSize, w.latency = 3, time.Millisecond
				w.things("us-east-1", 10)
				w.things("eu-west-1", 4)
				w.onList = func(_ context.Context, in cloudcontrol.ListInput) (cloudcontrol.Page, bool, error) {
					if in.Scope.Region == "us-east-1" {
						time.Sleep(time.Second) // the first region is the slower one
					}
					return cloudcontrol.Page{}, false, nil
				}
				w.onGet = func(_ context.Context, in cloudcontrol.GetInput) (cloudcontrol.Description, bool, error) {
					time.Sleep(time.Duration('9'-in.Identifier[1]) * time.Second) // and so are its first resources
					return cloudcontrol.Description{}, false, nil
				}
				f := w.fetcher(fetch.Options{Concurrency: 8}, twoRegions...)
				rows, err := take(t, f.Open(t.Context(), scanOf("Thing", test.columns)), -1)
				if err != nil {
					t.Fatal(err)
				}
				var want []string
				for i := range 10 {
					want = append(want, fmt.Sprintf("us-east-1 t%d", i))
				}
				for i := range 4 {
					want = append(want, fmt.Sprintf("eu-west-1 t%d", i))
				}
				if diff := cmp.Diff(want, identifiers(rows)); diff != "" {
					t.Errorf("rows (-want +got):\n%s", diff)
				}
				if most := w.most[test.operation]; most != test.most {
					t.Errorf("want %d calls at a time, have %d", test.most, most)
				}
				if progress := f.Progress(); progress.Listed != 14 {
					t.Errorf("progress: %+v", progress)
				}
			})
		})
	}
}

// A lazy scan makes the calls that the rows taken need.
func TestLazyStopsEarly(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		columns string
		where   []string
		limit   int64 // -1: not known
		rows    int   // that are taken
		calls   string
	}{
		{"first page", "Id", nil, 3, 3, "list=1"},
		{"second page", "Id", nil, 15, 15, "list=2"},
		{"second region", "Id", nil, 32, 32, "list=4"},
		{"nothing taken", "Id", nil, 5, 0, ""},
		{"reads", "Name", nil, 3, 3, "list=1 get=3"},
		{"reads beyond a page", "Name", nil, 12, 12, "list=2 get=12"},
		{"reads of unknown number", "Name", nil, -1, 5, "list=2 get=12"},             // 4 and then 8
		{"reads until one fits", "Name", []string{"Size=14"}, 1, 1, "list=2 get=15"}, // 1, 2, 4 and then 8
		{"named", "Name", []string{"Id=t1,t2,t3,none,t4,t5"}, 2, 2, "get=2"},
		{"one is gone", "Name", []string{"Id=t1,none,t3,t4,t5"}, 2, 2, "get=6"}, // 2 and then 4
		{"kept by the list", "Id", []string{"Id=t1"}, 1, 1, "get=1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.pageSize = 10
			w.things("us-east-1", 30)
			w.things("eu-west-1", 30)
			scan := scanOf("Thing", test.columns, test.where...)
			scan.Lazy, scan.Limit = true, test.limit
			stream := w.fetcher(fetch.Options{}, twoRegions...).Open(t.Context(), scan)
			defer stream.Close()
			for n := 0; n < test.rows; n++ {
				row, err := stream.Next()
				if err != nil || row == nil {
					t.Fatalf("after %d rows: %v, %v", n, row, err)
				}
				if scan.Excludes(row) {
					n-- // SQLite would drop it
				}
			}
			if calls := count(w.newCalls()); calls != test.calls {
				t.Errorf("want calls %q, have %q", test.calls, calls)
			}
		})
	}
}

// count sums calls up by operation.
func count(calls []string) string {
	var text []string
	for _, operation := range []string{"list", "get"} {
		n := 0
		for _, call := range calls {
			if strings.HasPrefix(call, operation+" ") {
				n++
			}
		}
		if n > 0 {
			text = append(text, fmt.Sprintf("%s=%d", operation, n))
		}
	}
	return strings.Join(text, " ")
}

// A limit that the first rows do not fill does not make the rest slow.
func TestLazyReadsGrow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.latency = time.Second
		w.things("us-east-1", 100)
		scan := scanOf("Thing", "Name", "Size=99")
		scan.Lazy, scan.Limit = true, 1
		start := time.Now()
		for stream := w.fetcher(fetch.Options{}).Open(t.Context(), scan); ; {
			row, err := stream.Next()
			if err != nil || row == nil {
				t.Fatal(row, err)
			}
			if !scan.Excludes(row) {
				stream.Close()
				break
			}
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

// A lazy scan looks into few places at first, and into ever more at a time when
// those do not have the rows that are wanted.
func TestLazyGoesAhead(t *testing.T) {
	t.Parallel()
	all := resource.AllRegions()
	for _, test := range []struct {
		name  string
		world func(w *world)
		scan  pushdown.Scan
		rows  int // that are taken, -1 for all
		took  time.Duration
		calls string
	}{
		{"the first region has enough", func(w *world) { w.things(all[0], 5) }, scanOf("Thing", "Id"), 5, time.Second, "list=1"},
		{"the second region has", func(w *world) { w.things(all[1], 5) }, scanOf("Thing", "Id"), 5, 2 * time.Second, "list=3"},
		{"the third region has some", func(w *world) { w.things(all[2], 5) }, scanOf("Thing", "Id Name"), 5, 3 * time.Second, "list=3 get=5"},
		{"nothing is there", func(*world) {}, scanOf("Thing", "Id"), -1, 6 * time.Second, fmt.Sprintf("list=%d", len(all))},
		{"below parents", func(w *world) { w.family(all[0], 127, 1, 0) }, scanOf("Child", "ChildId", "region="+string(all[0])), -1,
			9 * time.Second, "list=129"}, // two pages of parents; and 1, 2, 4, 8, 16, 32 and 64 of them
		{"below few parents", func(w *world) { w.family(all[0], 127, 1, 0) }, scanOf("Child", "ChildId", "region="+string(all[0])), 3,
			3 * time.Second, "list=4"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				w.latency = time.Second
				test.world(w)
				scan := test.scan
				scan.Lazy, scan.Limit = true, int64(test.rows)
				if test.rows < 0 {
					scan.Limit = 1000
				}
				start := time.Now()
				rows, err := take(t, w.fetcher(fetch.Options{}, all...).Open(t.Context(), scan), test.rows)
				if err != nil || test.rows >= 0 && len(rows) != test.rows {
					t.Errorf("%d rows, %v", len(rows), err)
				}
				if took := time.Since(start); took != test.took {
					t.Errorf("want %s, took %s", test.took, took)
				}
				if calls := count(w.newCalls()); calls != test.calls {
					t.Errorf("want calls %q, have %q", test.calls, calls)
				}
			})
		})
	}
}

func TestRegionsSideBySide(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.latency = time.Second
		regions := resource.AllRegions()
		for _, region := range regions {
			w.things(region, 2)
		}
		start := time.Now()
		rows, err := w.fetcher(fetch.Options{}, regions...).Collect(t.Context(), scanOf("Thing", "Id Name"))
		if err != nil || len(rows) != 2*len(regions) {
			t.Errorf("%d rows, %v", len(rows), err)
		}
		// No region waits for another: a list, and the reads of both resources at once.
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("want 2s, took %s", took)
		}
		if most := w.most["get"]; most != 2*len(regions) {
			t.Errorf("%d reads at a time", most)
		}
	})
}

func TestScopes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		columns string
		where   []string
		want    []string
		calls   int
	}{
		{"the session's regions", "Id", nil, []string{"us-east-1 t0", "eu-west-1 t0"}, 2},
		{"a region", "Id", []string{"region=eu-west-1"}, []string{"t0"}, 1},
		{"a region that does not exist", "Id", []string{"region=mars,eu-west-1"}, []string{"t0"}, 1},
		{"this account", "Id", []string{"account_id=123456789012"}, []string{"us-east-1 t0", "eu-west-1 t0"}, 2},
		{"another account", "Id", []string{"account_id=210987654321"}, []string{}, 0},
		{"a region twice", "Id", []string{"region=eu-west-1,eu-west-1"}, []string{"t0"}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.things("us-east-1", 1)
			w.things("eu-west-1", 1)
			scan := scanOf("Thing", test.columns, test.where...)
			for _, lazy := range []bool{false, true} {
				scan.Lazy = lazy
				rows, err := take(t, w.fetcher(fetch.Options{}, twoRegions...).Open(t.Context(), scan), -1)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(test.want, identifiers(rows)); diff != "" {
					t.Errorf("lazy %v: rows (-want +got):\n%s", lazy, diff)
				}
				if calls := w.newCalls(); len(calls) != test.calls {
					t.Errorf("lazy %v: want %d calls, have %v", lazy, test.calls, calls)
				}
			}
		})
	}
	_, err := take(t, fetch.New(newWorld(), testTypes{}, accounts{}, nil, fetch.Options{}).Open(t.Context(), scanOf("Thing", "Id")), -1)
	if !errors.Is(err, fetch.ErrNoRegion) {
		t.Errorf("without regions: %v", err)
	}
}

// failing makes calls fail, by what they are called in the record of calls.
func failing(w *world, code resource.Code, fails func(operation string, call cloudcontrol.Call, identifier string) bool) {
	w.onList = func(_ context.Context, in cloudcontrol.ListInput) (cloudcontrol.Page, bool, error) {
		if fails("list", in.Call, "") {
			return cloudcontrol.Page{}, true, failure("ListResources", in.Call, code)
		}
		return cloudcontrol.Page{}, false, nil
	}
	w.onGet = func(_ context.Context, in cloudcontrol.GetInput) (cloudcontrol.Description, bool, error) {
		if fails("get", in.Call, in.Identifier) {
			return cloudcontrol.Description{}, true, failure("GetResource", in.Call, code)
		}
		return cloudcontrol.Description{}, false, nil
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	type calls = func(operation string, call cloudcontrol.Call, identifier string) bool
	for _, test := range []struct {
		name     string
		fails    calls
		code     resource.Code
		strict   bool
		rows     int
		problems int
		err      resource.Code // the statement's
		verdict  resource.Code
	}{
		{"a region", func(_ string, c cloudcontrol.Call, _ string) bool { return c.Scope.Region == "eu-west-1" },
			resource.AccessDenied, false, 20, 1, "", ""},
		{"a region, strict", func(_ string, c cloudcontrol.Call, _ string) bool { return c.Scope.Region == "eu-west-1" },
			resource.AccessDenied, true, 0, 0, resource.AccessDenied, ""},
		{"all regions", func(operation string, _ cloudcontrol.Call, _ string) bool { return operation == "list" },
			resource.Throttling, false, 0, 2, "", resource.Throttling},
		{"a resource", func(operation string, _ cloudcontrol.Call, id string) bool { return id == "t3" },
			resource.ServiceInternalError, false, 38, 2, "", ""},
		{"resources are gone", func(operation string, _ cloudcontrol.Call, id string) bool { return id == "t3" || id == "t4" },
			resource.NotFound, false, 36, 0, "", ""},
		{"all resources are gone", func(operation string, _ cloudcontrol.Call, id string) bool { return id != "" },
			resource.NotFound, false, 0, 0, "", ""},
		{"all reads", func(operation string, _ cloudcontrol.Call, _ string) bool { return operation == "get" },
			resource.AccessDenied, false, 0, 0, resource.AccessDenied, ""},
		{"credentials", func(_ string, c cloudcontrol.Call, _ string) bool { return c.Scope.Region == "eu-west-1" },
			resource.MissingCredentials, false, 0, 0, resource.MissingCredentials, ""},
	} {
		for _, lazy := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, lazy %v", test.name, lazy), func(t *testing.T) {
				t.Parallel()
				w := newWorld()
				w.things("us-east-1", 20)
				w.things("eu-west-1", 20)
				failing(w, test.code, test.fails)
				f := w.fetcher(fetch.Options{Strict: test.strict}, twoRegions...)
				scan := scanOf("Thing", "Id Name")
				scan.Lazy = lazy
				rows, err := take(t, f.Open(t.Context(), scan), -1)
				if test.err != "" {
					if !errors.Is(err, test.err) {
						t.Errorf("want %s, have %v", test.err, err)
					}
					return
				}
				if err != nil || len(rows) != test.rows || len(f.Problems()) != test.problems {
					t.Errorf("%d rows, %v, problems %v", len(rows), err, f.Problems())
				}
				if verdict := f.Verdict(); test.verdict == "" && verdict != nil || test.verdict != "" && !errors.Is(verdict, test.verdict) {
					t.Errorf("verdict: %v", verdict)
				}
			})
		}
	}
}

// When the first reads all fail, the others are not tried.
func TestHopelessReadsStop(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.things("us-east-1", 2000)
	failing(w, resource.AccessDenied, func(operation string, _ cloudcontrol.Call, _ string) bool { return operation == "get" })
	_, err := take(t, w.fetcher(fetch.Options{Concurrency: 4}).Open(t.Context(), scanOf("Thing", "Name")), -1)
	if !errors.Is(err, resource.AccessDenied) {
		t.Errorf("want AccessDenied, have %v", err)
	}
	if calls := len(w.newCalls()); calls > 200 {
		t.Errorf("%d calls", calls)
	}
}

// However many regions refuse, and however fast: the others count.
func TestManyRegionsRefuse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.things("eu-west-1", 3)
		failing(w, resource.AccessDenied, func(operation string, call cloudcontrol.Call, _ string) bool {
			if call.Scope.Region == "eu-west-1" {
				time.Sleep(time.Second)
				return false
			}
			return true
		})
		f := w.fetcher(fetch.Options{}, resource.AllRegions()...)
		rows, err := f.Collect(t.Context(), scanOf("Thing", "Id"))
		if err != nil || len(rows) != 3 || len(f.Problems()) != len(resource.AllRegions())-1 {
			t.Errorf("%d rows, %d problems, %v", len(rows), len(f.Problems()), err)
		}
		if err := f.Verdict(); err != nil {
			t.Errorf("verdict: %v", err)
		}
	})
}

// A region that does not answer in time is a problem like others, although the
// error says that a deadline was exceeded: it was not the statement's.
func TestRegionDoesNotAnswer(t *testing.T) {
	t.Parallel()
	_, timeout := net.DialTimeout("tcp", "127.0.0.1:1", time.Nanosecond)
	if !errors.Is(timeout, context.DeadlineExceeded) {
		t.Fatalf("the network's timeout is %v", timeout)
	}
	w := newWorld()
	w.things("us-east-1", 3)
	w.onList = func(_ context.Context, in cloudcontrol.ListInput) (cloudcontrol.Page, bool, error) {
		if in.Scope.Region != "eu-west-1" {
			return cloudcontrol.Page{}, false, nil
		}
		err := failure("ListResources", in.Call, resource.Unreachable)
		err.Err = timeout
		return cloudcontrol.Page{}, true, err
	}
	f := w.fetcher(fetch.Options{}, twoRegions...)
	rows, err := f.Collect(t.Context(), scanOf("Thing", "Id"))
	if err != nil || len(rows) != 3 || len(f.Problems()) != 1 {
		t.Errorf("%d rows, problems %v, %v", len(rows), f.Problems(), err)
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	page := func(next string, names ...string) cloudcontrol.Page {
		p := cloudcontrol.Page{NextToken: next}
		for _, name := range names {
			p.Resources = append(p.Resources, cloudcontrol.Description{Identifier: name, Properties: json.RawMessage(`{}`)})
		}
		return p
	}
	for _, test := range []struct {
		name     string
		pages    map[string]cloudcontrol.Page // by the token that asks for it
		want     []string
		problems int
	}{
		{"none", map[string]cloudcontrol.Page{"": page("")}, []string{}, 0},
		{"empty ones in between", map[string]cloudcontrol.Page{
			"": page("a"), "a": page("b", "t1"), "b": page("c"), "c": page("d"), "d": page("", "t2"),
		}, []string{"t1", "t2"}, 0},
		{"the last one is empty", map[string]cloudcontrol.Page{"": page("a", "t1"), "a": page("")}, []string{"t1"}, 0},
		{"the same token again", map[string]cloudcontrol.Page{"": page("a", "t1"), "a": page("a", "t2")}, []string{"t1", "t2"}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			w.onList = func(_ context.Context, in cloudcontrol.ListInput) (cloudcontrol.Page, bool, error) {
				return test.pages[in.NextToken], true, nil
			}
			for _, keep := range []bool{false, true} {
				f := w.fetcher(fetch.Options{})
				if keep {
					f.Keep()
				}
				for range 2 {
					rows, err := f.Collect(t.Context(), scanOf("Thing", "Id"))
					if err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(test.want, identifiers(rows)); diff != "" {
						t.Errorf("keep %v: rows (-want +got):\n%s", keep, diff)
					}
				}
				if have := len(f.Problems()); min(have, 1) != test.problems {
					t.Errorf("keep %v: problems %v", keep, f.Problems())
				}
			}
		})
	}
}

// What was fetched is asked for once, also by scans that run at the same time.
func TestKeepAsksOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.latency, w.pageSize = time.Second, 5
		w.things("us-east-1", 10)
		f := w.fetcher(fetch.Options{})
		f.Keep()
		type answer struct {
			rows int
			err  error
		}
		answers := make(chan answer)
		for _, columns := range []string{"Id", "Id Name", "Name Size", "Size"} {
			for range 2 {
				go func() {
					rows, err := f.Collect(t.Context(), scanOf("Thing", columns))
					answers <- answer{len(rows), err}
				}()
			}
		}
		for range 8 {
			if a := <-answers; a.rows != 10 || a.err != nil {
				t.Errorf("%d rows, %v", a.rows, a.err)
			}
		}
		if calls := count(w.newCalls()); calls != "list=2 get=10" {
			t.Errorf("calls: %s", calls)
		}
		rows, err := f.Collect(t.Context(), scanOf("Thing", "Name", "Id=t3,none"))
		if err != nil || len(rows) != 1 {
			t.Errorf("%d rows, %v", len(rows), err)
		}
		if calls := w.newCalls(); !slices.Equal(calls, []string{"get Thing us-east-1 none"}) {
			t.Errorf("calls: %s", calls)
		}
	})
}

// A scan that is given up does not take another one along that waits for the
// same answer.
func TestGivingUpIsNobodyElsesLoss(t *testing.T) {
	t.Parallel()
	for _, columns := range []string{"Id", "Name"} {
		for _, where := range [][]string{nil, {"Id=t3"}} {
			t.Run(fmt.Sprint(columns, where), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					w := newWorld()
					w.latency = time.Second
					w.things("us-east-1", 10)
					f := w.fetcher(fetch.Options{})
					f.Keep()
					ctx, cancel := context.WithCancel(t.Context())
					first := make(chan error)
					go func() {
						_, err := f.Collect(ctx, scanOf("Thing", columns, where...))
						first <- err
					}()
					synctest.Wait()
					go func() {
						time.Sleep(time.Second / 2)
						cancel()
					}()
					rows, err := f.Collect(t.Context(), scanOf("Thing", columns, where...))
					if want := 10 - 9*len(where); err != nil || len(rows) != want {
						t.Errorf("want %d rows, have %d and %v", want, len(rows), err)
					}
					if err := <-first; !errors.Is(err, context.Canceled) {
						t.Errorf("the cancelled one: %v", err)
					}
				})
			})
		}
	}
}

// What failed for one scan has failed for the other one too, after the same rows.
func TestKeepRemembersFailures(t *testing.T) {
	t.Parallel()
	w := newWorld()
	w.pageSize = 4
	w.things("us-east-1", 10)
	w.onList = func(_ context.Context, in cloudcontrol.ListInput) (cloudcontrol.Page, bool, error) {
		if in.NextToken == "4" {
			return cloudcontrol.Page{}, true, failure("ListResources", in.Call, resource.Throttling)
		}
		return cloudcontrol.Page{}, false, nil
	}
	f := w.fetcher(fetch.Options{})
	f.Keep()
	for range 3 {
		rows, err := f.Collect(t.Context(), scanOf("Thing", "Id"))
		if err != nil || len(rows) != 4 {
			t.Errorf("%d rows, %v", len(rows), err)
		}
	}
	if len(f.Problems()) != 1 {
		t.Errorf("want one problem, have %v", problems(f))
	}
	if calls := count(w.newCalls()); calls != "list=2" {
		t.Errorf("calls: %s", calls)
	}
}

// Cancelling ends everything at once, wherever it is.
func TestCancel(t *testing.T) {
	t.Parallel()
	for _, scan := range []pushdown.Scan{
		scanOf("Thing", "Id"), scanOf("Thing", "Name"), scanOf("Thing", "Name", "Id=t1,t2,t3"), scanOf("Grandchild", "Name"),
	} {
		for _, lazy := range []bool{false, true} {
			for _, keep := range []bool{false, true} {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld()
					w.latency, w.pageSize = time.Minute, 3
					w.things("us-east-1", 300)
					w.family("us-east-1", 20, 20, 3)
					f := w.fetcher(fetch.Options{Concurrency: 2})
					if keep {
						f.Keep()
					}
					for _, after := range []time.Duration{0, time.Second, 61 * time.Second, 10 * time.Minute} {
						ctx, cancel := context.WithTimeout(t.Context(), after)
						defer cancel()
						scan.Lazy = lazy
						start := time.Now()
						_, err := take(t, f.Open(ctx, scan), -1)
						if !errors.Is(err, context.DeadlineExceeded) && after < 2*time.Minute {
							t.Errorf("after %s: %v", after, err)
						}
						if took := time.Since(start); took > after {
							t.Errorf("after %s: took %s", after, took)
						}
					}
					if len(f.Problems()) > 0 {
						t.Errorf("problems: %v", f.Problems())
					}
				})
			}
		}
	}
}

// A consumer that stops, or pauses, holds a bounded number of rows.
func TestConsumerStops(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.onList = func(_ context.Context, in cloudcontrol.ListInput) (cloudcontrol.Page, bool, error) {
			page := cloudcontrol.Page{NextToken: in.NextToken + "x"} // without end
			for i := range 100 {
				page.Resources = append(page.Resources, cloudcontrol.Description{Identifier: fmt.Sprint(len(in.NextToken), i)})
			}
			return page, true, nil
		}
		stream := w.fetcher(fetch.Options{}).Open(t.Context(), scanOf("Thing", "Id"))
		for range 5 {
			if row, err := stream.Next(); row == nil || err != nil {
				t.Fatal(row, err)
			}
		}
		synctest.Wait()
		if calls := len(w.newCalls()); calls > 50 {
			t.Errorf("%d pages were fetched for 5 rows", calls)
		}
		stream.Close()
	})
}
