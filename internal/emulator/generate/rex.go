package generate

import (
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// rex writes strings that a regular expression matches. It is a plan like any
// other: the resource's number chooses the letters, as digits of a number whose
// places have as many digits as there are letters to choose from, so that
// different numbers give different strings for as long as there are any.
type rex struct {
	root *rexNode
	salt uint64
	plus uint64
	span int // how often something is repeated that may be repeated often
	way  int // which of the alternatives is taken; if negative the number chooses
}

// rexNode is a part of the expression. Exactly one of its fields is in use.
type rexNode struct {
	literal  string
	alphabet []rune
	sequence []*rexNode
	choice   []*rexNode
	repeat   *rexRepeat
}

type rexRepeat struct {
	what     *rexNode
	min, max int // max is -1 for no limit
}

// parseRex reads an expression. What only looks around, and what no character
// of ASCII can fulfil, is left out: the result has to be checked anyway.
func parseRex(pattern string, at place) (*rex, error) {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		if parsed, err = syntax.Parse(withoutLookAround(pattern), syntax.Perl); err != nil {
			return nil, err
		}
	}
	return &rex{root: rexTree(parsed), salt: at.salt(), plus: at.plus()}, nil
}

// withoutLookAround drops the groups that Go's syntax does not have.
func withoutLookAround(pattern string) string {
	for _, open := range []string{"(?!", "(?=", "(?<!", "(?<="} {
		for {
			start := strings.Index(pattern, open)
			if start < 0 {
				break
			}
			end, depth := start, 0
			for ; end < len(pattern); end++ {
				switch pattern[end] {
				case '\\':
					end++
				case '(':
					depth++
				case ')':
					depth--
				}
				if depth == 0 {
					break
				}
			}
			pattern = pattern[:start] + pattern[min(end+1, len(pattern)):]
		}
	}
	return pattern
}

func rexTree(re *syntax.Regexp) *rexNode {
	switch re.Op {
	case syntax.OpLiteral:
		return &rexNode{literal: string(re.Rune)}
	case syntax.OpCharClass:
		return &rexNode{alphabet: preferred(re.Rune)}
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return &rexNode{alphabet: []rune(alphabets["lower"])}
	case syntax.OpCapture:
		return rexTree(re.Sub[0])
	case syntax.OpConcat:
		return &rexNode{sequence: rexTrees(re.Sub)}
	case syntax.OpAlternate:
		return &rexNode{choice: rexTrees(re.Sub)}
	case syntax.OpStar:
		return &rexNode{repeat: &rexRepeat{rexTree(re.Sub[0]), 0, -1}}
	case syntax.OpPlus:
		return &rexNode{repeat: &rexRepeat{rexTree(re.Sub[0]), 1, -1}}
	case syntax.OpQuest:
		return &rexNode{repeat: &rexRepeat{rexTree(re.Sub[0]), 0, 1}}
	case syntax.OpRepeat:
		return &rexNode{repeat: &rexRepeat{rexTree(re.Sub[0]), re.Min, re.Max}}
	}
	return &rexNode{} // anchors, word borders and the empty string
}

func rexTrees(all []*syntax.Regexp) []*rexNode {
	nodes := make([]*rexNode, len(all))
	for i, re := range all {
		nodes[i] = rexTree(re)
	}
	return nodes
}

// preferred gives the characters of a class to choose from: letters and digits
// if it has any, else what can be printed, else its first one. Small letters
// are enough where there are small and capital ones.
func preferred(ranges []rune) []rune {
	var small, capital, digits, others []rune
	for i := 0; i+1 < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1] && r < utf8.RuneSelf; r++ {
			switch {
			case r >= 'a' && r <= 'z':
				small = append(small, r)
			case r >= 'A' && r <= 'Z':
				capital = append(capital, r)
			case r >= '0' && r <= '9':
				digits = append(digits, r)
			case r > ' ' && r < 0x7f:
				others = append(others, r)
			}
		}
	}
	if len(small) > 0 {
		capital = nil
	}
	if letters := append(append(small, capital...), digits...); len(letters) > 0 {
		return letters
	}
	if len(others) == 0 && len(ranges) > 0 {
		return ranges[:1]
	}
	return others
}

func (r *rex) append(dst []byte, c *call) []byte {
	return r.writeFrom(dst, c, len(dst))
}

// writeFrom lets the number speak from an offset in dst on: what stands before
// is the same for all numbers.
func (r *rex) writeFrom(dst []byte, c *call, offset int) []byte {
	d := drawer{rex: r, number: c.n + r.plus, random: sequence{r.salt}, offset: offset}
	return d.write(dst, r.root, 0)
}

// drawer makes the choices of one string.
type drawer struct {
	*rex
	number uint64
	random sequence // the same for all numbers: shifts each place by a constant
	offset int
}

func (d *drawer) draw(size, at int) int {
	k := uint64(size)
	digit := d.random.next() % k
	if at >= d.offset {
		digit = (digit + d.number%k) % k
		d.number /= k
	}
	return int(digit)
}

// maxWritten bounds a string, whatever the expression demands.
const maxWritten = 1 << 14

func (d *drawer) write(dst []byte, n *rexNode, depth int) []byte {
	switch {
	case len(dst) > maxWritten:
	case len(n.alphabet) > 0:
		dst = utf8.AppendRune(dst, n.alphabet[d.draw(len(n.alphabet), len(dst))])
	case n.sequence != nil:
		for _, part := range n.sequence {
			dst = d.write(dst, part, depth)
		}
	case n.choice != nil:
		way := d.way % len(n.choice)
		if d.way < 0 {
			way = d.draw(len(n.choice), len(dst))
		}
		dst = d.write(dst, n.choice[way], depth)
	case n.repeat != nil:
		for range d.times(n.repeat, depth) {
			dst = d.write(dst, n.repeat.what, depth+1)
		}
	default:
		dst = append(dst, n.literal...)
	}
	return dst
}

// times gives the number of repetitions: the span for single characters, as
// few as possible for groups, which mostly hold repetitions of their own.
func (d *drawer) times(r *rexRepeat, depth int) int {
	times := d.span
	if r.what.alphabet == nil {
		times = min(1, d.span-depth)
	}
	times = max(times, r.min)
	if r.max >= 0 {
		times = min(times, r.max)
	}
	return times
}
