package generate

import (
	"encoding/json"
	"fmt"
	"math"

	"skyql/internal/emulator/generate/rex"
	"skyql/internal/schema"
)

// number plans an integer or a number: the least that is allowed, and no
// nonsense where the name says what it counts.
func (p *planner) number(n *schema.Node, at place) (maker, error) {
	low, high := limits(n)
	if p.reading && at.endsWith(moments...) && high > math.MaxInt32 {
		return func(c *call) any { return float64(c.now.Unix()) }, nil
	}
	value := low
	if low == math.Inf(-1) {
		value = math.Min(1, high)
		if p.reading && !at.identity {
			value = math.Min(0, high)
		}
	}
	for _, line := range counted {
		if !p.reading && at.endsWith(line.endings...) && line.value >= low && line.value <= high {
			value = line.value
			break
		}
	}
	if unit, err := n.MultipleOf.Float64(); err == nil && unit > 0 {
		value = math.Ceil(value/unit) * unit
	}
	if !at.identity && !(at.index > 0) {
		if !inRange(n, value) {
			return nil, fmt.Errorf("%s: %w", at.path, errNoValue)
		}
		return func(*call) any { return value }, nil
	}
	room := uint64(math.Min(high-value, 1<<30)) + 1
	plus := at.plus()
	return func(c *call) any { return value + float64((c.n+plus)%room) }, nil
}

// limits gives the bounds of a whole number, infinite where there are none.
func limits(n *schema.Node) (low, high float64) {
	bound := func(text json.Number, none float64) float64 {
		if limit, err := text.Float64(); err == nil {
			return limit
		}
		return none
	}
	low = math.Max(bound(n.Minimum, math.Inf(-1)), bound(n.ExclusiveMinimum, math.Inf(-1))+1)
	high = math.Min(bound(n.Maximum, math.Inf(1)), bound(n.ExclusiveMaximum, math.Inf(1))-1)
	return low, high
}

// text plans a string: the first candidate that the schema accepts for any
// resource, and that differs where it has to.
func (p *planner) text(n *schema.Node, at place) (maker, error) {
	var repeated writer // accepted, but the same for different resources
	// What the table says of a part of the identifier may be the same for all, as
	// the kind of an attachment: another part differs.
	unique := at.unique(p.reading) && rules().of(p.t.Name).more[at.name] == ""
	for candidate := range p.writers(n, at) {
		fits, differs := p.try(n, candidate, unique)
		switch {
		case fits && differs:
			return stringOf(candidate), nil
		case fits && repeated == nil:
			repeated = candidate
		}
	}
	if repeated != nil {
		return stringOf(repeated), nil
	}
	return nil, fmt.Errorf("%s: %w: pattern %q", at.path, errNoValue, n.Pattern)
}

// unique reports whether different resources need different values. What is
// there once in an account is identified by the account's number.
func (p place) unique(reading bool) bool { return p.identity && !(reading && p.endsWith(accounts...)) }

func stringOf(w writer) maker {
	if fixed, ok := w.(text); ok && len(fixed.parts) == 1 && fixed.parts[0].what == "" {
		literal := any(fixed.parts[0].literal)
		return func(*call) any { return literal }
	}
	return func(c *call) any {
		c.buffer = w.append(c.buffer[:0], c)
		return string(c.buffer)
	}
}

// try writes a candidate for several numbers, small and large: many if they
// all have to differ.
func (p *planner) try(n *schema.Node, candidate writer, unique bool) (fits, differs bool) {
	seen := map[string]bool{}
	numbers := []uint64{0, 1, 9, 4_321, 98_765_432}
	if unique || isDrawn(candidate) {
		for number := range uint64(40) {
			numbers = append(numbers, 10+number*number*number)
		}
	}
	for _, number := range numbers {
		written := string(candidate.append(nil, p.sample(number)))
		if !p.judge.fits(n, written) || written == "" {
			return false, false
		}
		seen[written] = true
	}
	return true, !unique || len(seen) == len(numbers)
}

// isDrawn reports whether the candidate takes another way for every resource.
func isDrawn(candidate writer) bool {
	switch candidate := candidate.(type) {
	case *patternWriter:
		return candidate.style.Way == rex.Drawn
	case *arnWriter:
		return candidate.style.Way == rex.Drawn
	}
	return false
}
