package output

import (
	"math"
	"slices"
	"sort"
)

const (
	leastColumn = 8  // a column is not folded to fewer characters
	easyColumn  = 12 // wide enough for folded text to be read with ease
	leastWidth  = 20 // no terminal is taken to be narrower
	widestFloat = 24 // as in -2.2250738585072014e-308

	unlimited = math.MaxInt // where any number of characters is available
)

// measure is what is known of the cells of a column.
type measure struct {
	name   int  // width of the name
	value  int  // widest line of a value
	number int  // widest number
	texts  bool // there was a value that is neither NULL nor a number
}

// add takes a cell into account; value is what it was made from.
func (m *measure) add(value any, width int) {
	m.value = max(m.value, width)
	switch value.(type) {
	case nil:
	case int64, float64:
		m.number = max(m.number, width)
	default:
		m.texts = true
	}
}

// arrange gives each column its width when all together have available
// characters. Names are folded first, then the widest values, numbers never. It
// is not ok when even that does not help.
func arrange(measures []measure, available int) (widths []int, ok bool) {
	var full, values, least []int
	for _, m := range measures {
		full = append(full, max(m.name, m.value))
		values = append(values, max(m.value, min(m.name, easyColumn)))
		least = append(least, max(leastColumn, min(m.number, widestFloat)))
	}
	if widths, ok = fit(full, values, available); ok {
		return widths, true
	}
	for _, others := range []int{easyColumn, leastColumn} {
		if widths, ok = fit(values, keepWhole(values, least, others, available), available); ok {
			return widths, true
		}
	}
	return fit(values, least, available)
}

// keepWhole gives the narrowest columns their width, as many as can have it
// while the others still have that many characters each, or their least if that
// is more. Identifiers are better not broken to make a little more room for a
// document.
func keepWhole(natural, least []int, others, available int) []int {
	kept, order := make([]int, len(natural)), make([]int, len(natural))
	for i := range natural {
		kept[i], order[i] = max(others, least[i]), i
	}
	slices.SortStableFunc(order, func(a, b int) int { return natural[a] - natural[b] })
	for n, i := range order {
		available -= natural[i]
		if available < others*(len(order)-n-1) {
			break
		}
		kept[i] = natural[i]
	}
	return kept
}

// fit lowers the widest of the natural widths to a common limit, but none below
// least, until all together are no more than available. There is at least one
// column.
func fit(natural, least []int, available int) (widths []int, ok bool) {
	total := func(limit int) (sum int) {
		for i := range natural {
			sum += limited(natural[i], least[i], limit)
		}
		return sum
	}
	if total(0) > available {
		return nil, false
	}
	limit := sort.Search(slices.Max(natural), func(limit int) bool { return total(limit+1) > available })
	spare := available - total(limit)
	for i := range natural {
		width := limited(natural[i], least[i], limit)
		if width < natural[i] && width == limit && spare > 0 {
			width++
			spare--
		}
		widths = append(widths, width)
	}
	return widths, true
}

func limited(natural, least, limit int) int { return min(natural, max(least, limit)) }
