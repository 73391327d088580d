package template

import (
	"slices"

	"github.com/nikolalohinski/gonja/v2/tokens"
)

// inlineIf is the function that x if c else y becomes. No template can call it:
// its name is not a word.
const inlineIf = "if()"

// prepare puts the tokens of a construct into the form in which gonja's parser
// reads them as Jinja does: it knows the inline if only outside of brackets, and
// takes x in y | f for (x in y) | f.
func prepare(list []*tokens.Token) ([]*tokens.Token, error) {
	first, last, inner := list[0], list[len(list)-1], list[1:len(list)-1]
	head := 0
	if first.Type == tokens.BlockBegin && len(inner) > 0 {
		head = 1 // the tag's name
		if inner[0].Val == "for" {
			if in := slices.IndexFunc(inner, func(t *tokens.Token) bool { return t.Type == tokens.In }); in >= 0 {
				head = in + 1
			}
		}
	}
	if head > 0 {
		if _, err := tagNamed(inner[0].Val); err != nil && !closing[inner[0].Val] {
			return nil, errorAt(inner[0].Line, "%v", err)
		}
	}
	if err := separated(inner[head:]); err != nil {
		return nil, err
	}
	isFor := head > 1
	out := append([]*tokens.Token{first}, inner[:head]...)
	body := groupIn(withoutLastComma(inner[head:]))
	if isFor {
		out = append(out, groupFor(body)...)
	} else {
		out = append(out, groupIf(body)...)
	}
	return append(out, last), nil
}

// withoutLastComma drops the comma behind the last member of a dict.
func withoutLastComma(list []*tokens.Token) []*tokens.Token {
	var out []*tokens.Token
	for i, t := range list {
		if t.Type != tokens.Comma || i+1 == len(list) || list[i+1].Type != tokens.RightBrace {
			out = append(out, t)
		}
	}
	return out
}

// separated refuses two values side by side: gonja's parser does without commas.
func separated(list []*tokens.Token) error {
	for i := 1; i < len(list); i++ {
		before, t := list[i-1], list[i]
		isTest := i > 1 && (list[i-2].Type == tokens.Is || list[i-2].Type == tokens.Not && i > 2 && list[i-3].Type == tokens.Is)
		if operand(t) && !isTest && (operand(before) || shuts(before)) {
			return errorAt(t.Line, "syntax error near %q: there is no operator or comma before it", t.Val)
		}
		if t.Type == tokens.Comma && (before.Type == tokens.Comma || before.Type == tokens.LeftParenthesis) {
			return errorAt(t.Line, "syntax error: there is nothing before a comma")
		}
	}
	return nil
}

// operand reports whether the token is a value of its own.
func operand(t *tokens.Token) bool {
	switch t.Type {
	case tokens.String, tokens.Integer, tokens.Float:
		return true
	}
	return t.Type == tokens.Name && t.Val != "if" && t.Val != "else"
}

// closing are the tags that end what others begin, or part of it.
var closing = map[string]bool{"elif": true, "else": true, "endif": true, "endfor": true, "endset": true, "endwith": true}

func opens(t *tokens.Token) bool {
	return t.Type == tokens.LeftParenthesis || t.Type == tokens.LeftBracket || t.Type == tokens.LeftBrace
}

func shuts(t *tokens.Token) bool {
	return t.Type == tokens.RightParenthesis || t.Type == tokens.RightBracket || t.Type == tokens.RightBrace
}

func word(t *tokens.Token, text string) bool { return t.Type == tokens.Name && t.Val == text }

// find gives the first token outside of brackets that is wanted, or the length.
func find(list []*tokens.Token, wanted func(int) bool) int {
	depth := 0
	for i, t := range list {
		switch {
		case shuts(t):
			if depth--; depth < 0 {
				return i
			}
		case depth == 0 && wanted(i):
			return i
		}
		if opens(t) {
			depth++
		}
	}
	return len(list)
}

// groupIn puts what stands to the right of each in into parentheses.
func groupIn(list []*tokens.Token) []*tokens.Token {
	var out []*tokens.Token
	due := map[int]int{} // parentheses due before a token
	for i := 0; i <= len(list); i++ {
		for range due[i] {
			out = append(out, like(list[i-1], tokens.RightParenthesis, ")"))
		}
		if i == len(list) {
			break
		}
		out = append(out, list[i])
		if list[i].Type != tokens.In {
			continue
		}
		rest := list[i+1:]
		end := find(rest, func(j int) bool {
			switch rest[j].Type {
			case tokens.And, tokens.Or, tokens.Not, tokens.Is, tokens.In, tokens.Comma, tokens.Colon, tokens.Assign,
				tokens.Equals, tokens.Ne, tokens.LowerThan, tokens.LowerThanOrEqual, tokens.GreaterThan, tokens.GreaterThanOrEqual:
				return true
			}
			return word(rest[j], "if") || word(rest[j], "else")
		})
		if end > 0 {
			out = append(out, like(list[i], tokens.LeftParenthesis, "("))
			due[i+1+end]++
		}
	}
	return out
}

// groupFor leaves alone the if that chooses the items of a loop.
func groupFor(list []*tokens.Token) []*tokens.Token {
	choose := find(list, func(i int) bool { return word(list[i], "if") })
	if choose == len(list) {
		return groupIf(list)
	}
	return append(append(groupIf(list[:choose]), list[choose]), groupIf(list[choose+1:])...)
}

// groupIf makes calls of the inline ifs.
func groupIf(list []*tokens.Token) []*tokens.Token {
	var out []*tokens.Token
	for {
		end := find(list, func(i int) bool {
			return list[i].Type == tokens.Comma || list[i].Type == tokens.Colon || list[i].Type == tokens.Assign
		})
		out = append(out, segment(list[:end])...)
		if end == len(list) {
			return out
		}
		out = append(out, list[end])
		list = list[end+1:]
	}
}

// segment is what stands between commas: one expression.
func segment(list []*tokens.Token) []*tokens.Token {
	at := find(list, func(i int) bool { return i > 0 && word(list[i], "if") && list[i-1].Type != tokens.Dot })
	if at >= len(list)-1 {
		return inBrackets(list)
	}
	rest := list[at+1:]
	end := find(rest, func(i int) bool { return word(rest[i], "else") && (i == 0 || rest[i-1].Type != tokens.Dot) })
	if end == 0 || end == len(rest)-1 {
		return inBrackets(list)
	}
	comma := like(list[at], tokens.Comma, ",")
	out := []*tokens.Token{like(list[0], tokens.Name, inlineIf), like(list[0], tokens.LeftParenthesis, "(")}
	out = append(append(out, inBrackets(list[:at])...), comma)
	out = append(out, inBrackets(rest[:end])...)
	if end < len(rest) {
		out = append(append(out, comma), segment(rest[end+1:])...)
	}
	return append(out, like(list[len(list)-1], tokens.RightParenthesis, ")"))
}

// inBrackets does the same inside each pair of brackets.
func inBrackets(list []*tokens.Token) []*tokens.Token {
	var out []*tokens.Token
	for i := 0; i < len(list); i++ {
		out = append(out, list[i])
		if opens(list[i]) {
			rest := list[i+1:]
			end := find(rest, func(int) bool { return false })
			out = append(out, groupIf(rest[:end])...)
			i += end
		}
	}
	return out
}

func like(t *tokens.Token, kind tokens.Type, value string) *tokens.Token {
	return &tokens.Token{Type: kind, Val: value, Pos: t.Pos, Line: t.Line, Col: t.Col}
}
