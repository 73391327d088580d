// Package rex writes strings that a regular expression matches, one for every
// number. Numbers that take the same alternatives give different strings, for
// as long as there are any. It does not promise that they match, since it
// leaves out what only looks around: the caller has to check.
package rex

import (
	"math/rand/v2"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// Expression is a regular expression that was read.
type Expression struct{ root *node }

// Style chooses among the many strings that match. Its zero value repeats as
// little as the expression allows and takes the first alternatives.
type Style struct {
	Span  int  // how often something is repeated that may be repeated often
	Outer bool // groups are repeated so often, not the characters inside them
	Way   int  // which of the alternatives is taken, or Drawn
}

// Drawn is the way that lets the number choose.
const Drawn = -1

// maxWritten bounds a string, whatever the expression demands.
const maxWritten = 1 << 14

// Parse reads an expression in Go's syntax, or one that is in it but for its
// look-aheads and look-behinds.
func Parse(pattern string) (*Expression, error) {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		if parsed, err = syntax.Parse(withoutLookAround(pattern), syntax.Perl); err != nil {
			return nil, err
		}
	}
	return &Expression{tree(parsed)}, nil
}

// Append appends to dst the string of a number. The number's digits, in a
// system that has as many of them as there are letters to choose from, choose
// the letters from byte offset from of dst on; letters before are the same for
// all numbers. The salt shifts the choices, so that strings do not look like
// counters.
func (e *Expression) Append(dst []byte, style Style, salt, number uint64, from int) []byte {
	w := pen{Style: style, number: number, from: from}
	w.shift.Seed(salt, 0)
	return w.write(dst, e.root, 0)
}

// pen makes the choices of one string.
type pen struct {
	Style
	number uint64
	shift  rand.PCG
	from   int
}

func (w *pen) draw(size, at int) int {
	k := uint64(size)
	digit := w.shift.Uint64() % k
	if at >= w.from {
		digit = (digit + w.number%k) % k
		w.number /= k
	}
	return int(digit)
}

func (w *pen) write(dst []byte, n *node, depth int) []byte {
	switch {
	case len(dst) > maxWritten:
	case len(n.alphabet) > 0:
		dst = utf8.AppendRune(dst, n.alphabet[w.draw(len(n.alphabet), len(dst))])
	case n.sequence != nil:
		for _, part := range n.sequence {
			dst = w.write(dst, part, depth)
		}
	case n.choice != nil:
		way := max(w.Way, 0) % len(n.choice)
		if w.Way == Drawn {
			way = w.draw(len(n.choice), len(dst))
		}
		dst = w.write(dst, n.choice[way], depth)
	case n.repeat != nil:
		for i := w.times(n.repeat, depth); i > 0 && len(dst) <= maxWritten; i-- {
			dst = w.write(dst, n.repeat.what, depth+1)
		}
	default:
		dst = append(dst, n.literal...)
	}
	return dst
}

// times gives the number of repetitions: the span for single characters, as
// few as possible for groups, which mostly hold repetitions of their own; or
// the other way round.
func (w *pen) times(r *repeat, depth int) int {
	times := w.Span
	switch {
	case w.Outer && depth > 0:
		times = 0
	case !w.Outer && r.what.alphabet == nil:
		times = min(1, w.Span-depth)
	}
	times = max(times, r.min)
	if r.max >= 0 {
		times = min(times, r.max)
	}
	return times
}

// withoutLookAround drops the groups that Go's syntax does not have.
func withoutLookAround(pattern string) string {
	for _, open := range []string{"(?!", "(?=", "(?<!", "(?<="} {
		for {
			start := strings.Index(pattern, open)
			if start < 0 {
				break
			}
			pattern = pattern[:start] + pattern[groupEnd(pattern, start):]
		}
	}
	return pattern
}

// groupEnd gives the offset behind the group that starts at start.
func groupEnd(pattern string, start int) int {
	depth := 0
	for i := start; i < len(pattern); i++ {
		switch pattern[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(pattern)
}
