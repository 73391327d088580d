package deploy

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"skyql/internal/resource"
	"skyql/internal/stack"
)

// graph tells which resources must be done before which. Nodes are places in the
// manifest; edges lead to earlier places, or in a reversed graph to later ones, so
// that there is no circle.
type graph struct {
	names []string
	after [][]int // by node: those that must be done before it
	needs [][]int // by node: those among them whose exports it uses
	order []int   // that one would work in who does one at a time
	// reverse is true for taking everything down.
	reverse bool
}

// newGraph draws an edge from each resource to those whose exports its templates
// use. Commands and scripts may do anything: they come after all that is listed
// before them, and before all that is listed behind.
func newGraph(s *stack.Stack) *graph {
	place := map[*stack.Resource]int{}
	g := &graph{after: make([][]int, len(s.Resources))}
	barrier := -1
	for i, r := range s.Resources {
		place[r] = i
		g.names, g.order = append(g.names, r.Name), append(g.order, i)
		for _, use := range s.Uses(r) {
			for _, exporter := range use.Exporter {
				if at, earlier := place[exporter]; earlier && exporter != r {
					g.after[i] = append(g.after[i], at)
				}
			}
		}
		g.needs = append(g.needs, slices.Clone(g.after[i]))
		if barrier >= 0 {
			g.after[i] = append(g.after[i], barrier)
		}
		if r.Type == stack.TypeCommand || r.Type == stack.TypeScript {
			for at := range i {
				g.after[i] = append(g.after[i], at)
			}
			barrier = i
		}
		slices.Sort(g.after[i])
		g.after[i] = slices.Compact(g.after[i])
	}
	return g
}

// reading gives the graph of looking at everything: what commands and scripts do
// keeps nobody from that.
func (g *graph) reading() *graph {
	return &graph{names: g.names, after: g.needs, needs: g.needs, order: g.order}
}

// reversed gives the graph of taking everything down.
func (g *graph) reversed() *graph {
	r := &graph{names: g.names, reverse: true, after: make([][]int, len(g.after)), order: slices.Clone(g.order)}
	slices.Reverse(r.order)
	for i, earlier := range g.after {
		for _, at := range earlier {
			r.after[at] = append(r.after[at], i)
		}
	}
	return r
}

// ended is a piece of work that is over.
type ended struct {
	node int
	err  error
}

// job is work on the nodes of a graph.
type job struct {
	parallel int  // nodes at a time
	goOn     bool // a failure only keeps back what needs the node that failed
	once     bool // work that fails is not done once more
	late     bool // it is done once more when nothing else can be done, not when all before it are over
	work     func(ctx context.Context, node int) error
	// ended hears of each end, in one goroutine. again means that a failure is not
	// the end: the work is done once more later.
	ended func(node int, err error, again bool)
}

// run works on the nodes, those first in order first. It gives those that were
// never begun, and why.
//
// Stacks were written for a tool that does one resource after the other, so that
// one may need another without saying so. If work fails while others that come
// before it in order are not done, it is done once more when they are, or when
// nothing else can be done. What is to be deleted is tried again as long as others
// go.
func (g *graph) run(ctx context.Context, j job) (blocked map[int]string) {
	s := &schedule{graph: g, late: j.late, state: make([]state, len(g.after)), began: make([]int, len(g.after)), doneAt: make([]int, len(g.after)), failures: map[int]failure{}}
	results := make(chan ended)
	running, failed := 0, false
	for {
		for running < j.parallel && ctx.Err() == nil && (!failed || j.goOn) {
			node, ok := s.next()
			if !ok {
				break
			}
			s.state[node], s.began[node] = runs, s.finished
			running++
			go func() { results <- ended{node, j.work(ctx, node)} }()
		}
		if running == 0 {
			break
		}
		r := <-results
		running--
		again := s.end(r, !j.once && ctx.Err() == nil && (!failed || j.goOn))
		failed = failed || r.err != nil && !again
		j.ended(r.node, r.err, again)
	}
	for _, node := range s.order {
		if s.state[node] == waitsAgain { // for nothing, as it turned out
			s.state[node] = fails
			j.ended(node, s.failures[node].err, false)
		}
	}
	return s.blocked(ctx)
}

// state is how far a node has come.
type state uint8

const (
	waits state = iota
	runs
	waitsAgain // it failed, and is done once more later
	done
	fails
)

// failure is what a node that waits for another attempt failed with.
type failure struct {
	err   error
	times int
}

// schedule is a graph while it is worked on.
type schedule struct {
	*graph
	late     bool
	state    []state
	began    []int // so many nodes were done when work on the node began
	doneAt   []int // and when it was done, itself included
	failures map[int]failure
	finished int // nodes that are done
}

// next gives the first node that may be begun.
func (s *schedule) next() (node int, ok bool) {
	for at, node := range s.order {
		if s.ready(node) || s.state[node] == waitsAgain && !s.late && s.all(s.order[:at], done, fails) {
			return node, true
		}
	}
	if slices.Contains(s.state, runs) {
		return 0, false
	}
	for _, node := range s.order { // nothing else can be done
		if s.state[node] == waitsAgain && s.finished > s.began[node] {
			return node, true
		}
	}
	return 0, false
}

func (s *schedule) ready(node int) bool { return s.state[node] == waits && s.all(s.after[node], done) }

func (s *schedule) all(nodes []int, states ...state) bool {
	return !slices.ContainsFunc(nodes, func(node int) bool { return !slices.Contains(states, s.state[node]) })
}

// end notes how work on a node ended, and reports whether it is done once more.
func (s *schedule) end(r ended, mayRepeat bool) (again bool) {
	f := s.failures[r.node]
	s.failures[r.node] = failure{r.err, f.times + 1}
	switch {
	case r.err == nil:
		s.state[r.node] = done
		s.finished++
		s.doneAt[r.node] = s.finished
	case mayRepeat && mayDependOnOthers(r.err) && (s.late || f.times == 0) && s.mayHelp(r.node):
		s.state[r.node] = waitsAgain
		return true
	default:
		s.state[r.node] = fails
	}
	return false
}

// mayHelp reports whether something is still to be done, or was done meanwhile, for
// want of which work on a node may have failed.
func (s *schedule) mayHelp(node int) bool {
	others := s.order
	if !s.late {
		others = s.order[:slices.Index(s.order, node)]
	}
	return slices.ContainsFunc(others, func(other int) bool {
		meanwhile := s.state[other] == done && s.doneAt[other] > s.began[node]
		open := s.state[other] != done && s.state[other] != fails
		if s.late {
			open = s.state[other] == runs || s.state[other] == waitsAgain || s.ready(other)
		}
		return other != node && (meanwhile || open)
	})
}

// mayDependOnOthers reports whether a failure may be for want of another resource:
// AWS refused something, or something was not found. SQL that does not run is
// not mended by waiting.
func mayDependOnOthers(err error) bool {
	var refused *resource.Error
	var unmet *unmetError
	return errors.As(err, &refused) || errors.As(err, &unmet)
}

// blocked says of the nodes that were not begun why.
func (s *schedule) blocked(ctx context.Context) map[int]string {
	why := map[int]string{}
	for _, node := range s.order {
		if s.state[node] != waits {
			continue
		}
		why[node] = "nothing more was begun after a failure"
		for _, before := range s.after[node] {
			if s.state[before] == fails {
				why[node] = fmt.Sprintf("it needs %s, which failed", s.names[before])
			} else if why[before] != "" {
				why[node] = fmt.Sprintf("it needs %s, which was not done", s.names[before])
			}
		}
		if ctx.Err() != nil {
			why[node] = "interrupted"
		}
	}
	return why
}
