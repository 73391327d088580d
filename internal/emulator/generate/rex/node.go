package rex

import (
	"regexp/syntax"
	"unicode/utf8"
)

// node is a part of an expression. At most one of its fields is in use; none
// is in anchors and borders of words, which write nothing.
type node struct {
	literal  string
	alphabet []rune
	sequence []*node
	choice   []*node
	repeat   *repeat
}

type repeat struct {
	what     *node
	min, max int // max is -1 for no limit
}

// anything stands for the characters that a dot matches.
var anything = []rune("abcdefghijklmnopqrstuvwxyz0123456789")

func tree(re *syntax.Regexp) *node {
	switch re.Op {
	case syntax.OpLiteral:
		return &node{literal: string(re.Rune)}
	case syntax.OpCharClass:
		return &node{alphabet: preferred(re.Rune)}
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return &node{alphabet: anything}
	case syntax.OpCapture:
		return tree(re.Sub[0])
	case syntax.OpConcat:
		return &node{sequence: trees(re.Sub)}
	case syntax.OpAlternate:
		return &node{choice: trees(re.Sub)}
	case syntax.OpStar:
		return &node{repeat: &repeat{tree(re.Sub[0]), 0, -1}}
	case syntax.OpPlus:
		return &node{repeat: &repeat{tree(re.Sub[0]), 1, -1}}
	case syntax.OpQuest:
		return &node{repeat: &repeat{tree(re.Sub[0]), 0, 1}}
	case syntax.OpRepeat:
		return &node{repeat: &repeat{tree(re.Sub[0]), re.Min, re.Max}}
	}
	return &node{}
}

func trees(all []*syntax.Regexp) []*node {
	nodes := make([]*node, len(all))
	for i, re := range all {
		nodes[i] = tree(re)
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
