package deploy

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// drawn makes a graph from what each node needs.
func drawn(after ...[]int) *graph {
	g := &graph{after: after}
	for i := range after {
		g.names, g.order = append(g.names, fmt.Sprint("n", i)), append(g.order, i)
	}
	return g
}

// log notes when work on nodes begins and ends.
type log struct {
	mu      sync.Mutex // guards the rest
	begun   map[int]int
	over    map[int]bool
	running int
	most    int
}

func (l *log) work(g *graph, fail func(node, time int) bool) func(context.Context, int) error {
	return func(_ context.Context, node int) error {
		l.mu.Lock()
		l.begun[node]++
		times := l.begun[node]
		l.running++
		l.most = max(l.most, l.running)
		for _, before := range g.after[node] {
			if !l.over[before] {
				panic(fmt.Sprintf("%d began before %d was over", node, before))
			}
		}
		l.mu.Unlock()
		time.Sleep(time.Duration(1+node%3) * time.Second) // of the test's own clock
		l.mu.Lock()
		defer l.mu.Unlock()
		l.running--
		if fail(node, times) {
			return &unmetError{"no"}
		}
		l.over[node] = true
		return nil
	}
}

func newLog() *log { return &log{begun: map[int]int{}, over: map[int]bool{}} }

func never(int, int) bool { return false }

func TestGraphKeepsOrder(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 0))
			after := make([][]int, 1+random.IntN(20))
			for i := range after {
				for before := range i {
					if random.IntN(4) == 0 {
						after[i] = append(after[i], before)
					}
				}
			}
			g, parallel := drawn(after...), 1+random.IntN(6)
			if random.IntN(2) == 0 {
				g = g.reversed()
			}
			l := newLog()
			ends := 0
			blocked := g.run(t.Context(), job{parallel: parallel, work: l.work(g, never), ended: func(int, error, bool) { ends++ }})
			if len(blocked) > 0 || ends != len(after) || len(l.over) != len(after) || l.most > parallel {
				t.Errorf("seed %d: blocked %v, %d of %d ended, %d at a time of %d", seed, blocked, ends, len(after), l.most, parallel)
			}
		})
	}
}

// What fails because it needs another without saying so is done once more when
// all before it are over.
func TestGraphTriesAgain(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name      string
		fail      func(l *log) func(node, time int) bool
		begun     map[int]int
		againOf   []int
		failures  []int
		blockedBy map[int]string
	}{
		{"a need that nobody drew", func(l *log) func(int, int) bool {
			return func(node, _ int) bool { return node == 1 && !l.over[2] && !l.over[0] }
		}, map[int]int{0: 1, 1: 1, 2: 1, 3: 1}, nil, nil, nil},
		{"fails until the slow one before it is over", func(l *log) func(int, int) bool {
			return func(node, _ int) bool { return node == 3 && !l.over[2] }
		}, map[int]int{0: 1, 1: 1, 2: 1, 3: 2}, []int{3}, nil, nil},
		{"fails for good", func(*log) func(int, int) bool {
			return func(node, _ int) bool { return node == 3 }
		}, map[int]int{0: 1, 1: 1, 2: 1, 3: 2}, []int{3}, []int{3}, nil},
		{"the first has nobody to wait for", func(*log) func(int, int) bool {
			return func(node, _ int) bool { return node == 0 }
		}, map[int]int{0: 1, 1: 1, 2: 1, 3: 1}, nil, []int{0}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				g, l := drawn(nil, nil, nil, nil), newLog()
				var again, failures []int
				g.run(t.Context(), job{parallel: 4, goOn: true, work: l.work(g, test.fail(l)), ended: func(node int, err error, repeated bool) {
					switch {
					case repeated:
						again = append(again, node)
					case err != nil:
						failures = append(failures, node)
					}
				}})
				if fmt.Sprint(l.begun) != fmt.Sprint(test.begun) || !slices.Equal(again, test.againOf) || !slices.Equal(failures, test.failures) {
					t.Errorf("begun %v, again %v, failed %v", l.begun, again, failures)
				}
			})
		})
	}
}

func TestGraphSaysWhatWasNotBegun(t *testing.T) {
	t.Parallel()
	chain := func() *graph { return drawn(nil, []int{0}, []int{1}, nil) }
	for _, test := range []struct {
		name string
		goOn bool
		stop bool
		want map[int]string
	}{
		{"go on", true, false, map[int]string{1: "it needs n0, which failed", 2: "it needs n1, which was not done"}},
		{"stop", false, false, map[int]string{1: "it needs n0, which failed", 2: "it needs n1, which was not done", 3: "nothing more was begun after a failure"}},
		{"interrupted", true, true, map[int]string{1: "interrupted", 2: "interrupted", 3: "interrupted"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			g := chain()
			blocked := g.run(ctx, job{parallel: 1, goOn: test.goOn, ended: func(int, error, bool) {}, work: func(_ context.Context, node int) error {
				if test.stop {
					cancel()
				}
				if node == 0 {
					return errors.New("no")
				}
				return nil
			}})
			cancel()
			if fmt.Sprint(blocked) != fmt.Sprint(test.want) {
				t.Errorf("want %v, have %v", test.want, blocked)
			}
		})
	}
}

// What failed while another was being done is tried once more, although nothing is
// left to do when the failure is heard of.
func TestDoneMeanwhile(t *testing.T) {
	t.Parallel()
	for _, late := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			times := 0
			g := drawn(nil, nil)
			g.run(t.Context(), job{
				parallel: 2, late: late, ended: func(int, error, bool) {},
				work: func(_ context.Context, node int) error {
					if time.Sleep(time.Duration(node+1) * time.Second); node == 0 { // of the test's own clock
						return nil
					}
					if times++; times == 1 {
						return &unmetError{"the other one was in the way"}
					}
					return nil
				},
			})
			if times != 2 {
				t.Errorf("late %v: %d attempts", late, times)
			}
		})
	}
}
