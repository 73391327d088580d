package sqltext

import "strings"

// Target gives the name of the table that an INSERT, UPDATE or DELETE changes:
// its parts as they stand, without quotes, joined by dots. It is "" for every
// other statement. The statement need not be complete: a template asks while
// parts of it are still blank.
func Target(statement string) string {
	switch VerbOf(statement) {
	case Insert, Update, Delete, Explain:
	default:
		return ""
	}
	r := rewriter{tokens: significant(Tokenize(statement))}
	depth := 0
	for i, token := range r.tokens {
		switch {
		case token.Is("("):
			depth++
		case token.Is(")"):
			depth--
		case depth == 0 && i > 0 && token.named() && !token.Any("OR", "INTO") && isTarget(r.tokens, i-1):
			parts, _ := r.dotted(i)
			return strings.Join(parts, ".")
		}
	}
	return ""
}
