package diff

import "slices"

// pair gives for each wanted element the index of the current one that it is,
// or -1 if it is new.
func (c *comparison) pair(p place, have, want []any) []int {
	pairs := make([]int, len(want))
	for j := range pairs {
		pairs[j] = -1
	}
	switch {
	case p.unordered():
		c.pairSet(p, have, want, pairs)
	case len(have) == len(want):
		for j := range pairs {
			pairs[j] = j
		}
	default:
		c.pairEnds(p, have, want, pairs)
	}
	return pairs
}

// pairEnds finds the elements that are the same from the front and from the
// back.
func (c *comparison) pairEnds(p place, have, want []any, pairs []int) {
	shorter := min(len(have), len(want))
	front := 0
	for front < shorter && c.sameElement(p.element(front), have[front], want[front]) {
		pairs[front] = front
		front++
	}
	for back := 1; back <= shorter-front; back++ {
		i, j := len(have)-back, len(want)-back
		if !c.sameElement(p.element(j), have[i], want[j]) {
			return
		}
		pairs[j] = i
	}
}

// sameElement takes write-only values for no difference: they are part of the
// element that they are stated for.
func (c *comparison) sameElement(p place, have, want any) bool {
	return c.probe(p, have, want, comparison{stated: c.stated, lenient: true})
}

// pairSet finds a largest set of pairs. First go the elements that are the same
// in every respect, which are most. Of the others one may equal several, as
// wanted elements may leave things out, so pairs are changed as long as that
// makes more of them.
//
// https://en.wikipedia.org/wiki/Bipartite_graph#Matching
func (c *comparison) pairSet(p place, have, want []any, pairs []int) {
	m := matching{pairs: pairs, taken: map[int]int{}, known: map[[2]int]bool{}}
	places := map[string][]int{}
	for i, element := range have {
		key := canonical(element)
		places[key] = append(places[key], i)
	}
	for j, element := range want {
		key := canonical(element)
		if free := places[key]; len(free) > 0 {
			pairs[j], m.taken[free[0]], places[key] = free[0], j, free[1:]
		}
	}
	again := c.stated && slices.ContainsFunc(want, hasNull)
	m.equal = func(i, j int) bool { return c.sameElement(p.element(j), have[i], want[j]) }
	variable := p.element(0).variable()
	for i := range have {
		if _, taken := m.taken[i]; (again || !taken) && (variable || isContainer(have[i])) {
			m.open = append(m.open, i)
		}
	}
	for j := range want {
		if pairs[j] < 0 && (variable || isContainer(want[j])) {
			m.find(j, map[int]bool{})
		}
	}
}

// variable reports whether a scalar here can equal one that is written in
// another way.
func (p place) variable() bool { return len(p.types()) > 1 }

type matching struct {
	pairs []int       // by wanted element
	taken map[int]int // by current element
	open  []int       // current elements that may be paired
	equal func(i, j int) bool
	known map[[2]int]bool
}

// hasNull finds elements that say what there shall not be. Such a one may fit
// only where another, which says nothing of it, was put.
func hasNull(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case map[string]any:
		for _, part := range value {
			if hasNull(part) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(value, hasNull)
	}
	return false
}

// find pairs a wanted element, and pairs others anew if it must.
func (m *matching) find(j int, tried map[int]bool) bool {
	for _, i := range m.open {
		if tried[i] || !m.same(i, j) {
			continue
		}
		tried[i] = true
		if other, taken := m.taken[i]; taken && !m.find(other, tried) {
			continue
		}
		m.taken[i], m.pairs[j] = j, i
		return true
	}
	return false
}

func (m *matching) same(i, j int) bool {
	key := [2]int{i, j}
	same, known := m.known[key]
	if !known {
		same = m.equal(i, j)
		m.known[key] = same
	}
	return same
}
