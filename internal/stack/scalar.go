package stack

import (
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

var (
	wholeNumber = regexp.MustCompile(`^[-+]?(0|[1-9][0-9]*)$`)
	basedNumber = regexp.MustCompile(`^[-+]?0(x[0-9a-fA-F]+|o[0-7]+|b[01]+)$`)
	realNumber  = regexp.MustCompile(`^[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)
)

// scalar reads a plain scalar as YAML 1.2 has it: yes, dates and numbers with
// leading zeros, such as account numbers, are text. Exact is false where a number
// does not come out as it is written.
func scalar(text string) (n *node, exact bool) {
	switch text {
	case "", "~", "null", "Null", "NULL":
		return &node{size: 1}, true
	case "true", "True", "TRUE", "false", "False", "FALSE":
		return &node{kind: boolKind, text: strings.ToLower(text), size: 1}, true
	}
	switch {
	case len(text) > 400: // no number that anybody means
	case wholeNumber.MatchString(text):
		whole := strings.TrimPrefix(text, "+")
		if whole == "-0" {
			whole = "0"
		}
		return &node{kind: numberKind, text: whole, size: 1}, true
	case basedNumber.MatchString(text):
		if i, ok := new(big.Int).SetString(text, 0); ok {
			return &node{kind: numberKind, text: i.String(), size: 1}, true
		}
	case realNumber.MatchString(text):
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			number := floatText(f)
			return &node{kind: numberKind, text: number, size: 1}, number == text || strings.ContainsAny(text, "eE+")
		}
	}
	return textNode(text, 0), true
}

// floatText writes the shortest decimal that is the same number, and shows that it
// is not a whole one: 14.0.
func floatText(f float64) string {
	if size := math.Abs(f); size != 0 && (size >= 1e16 || size < 1e-5) {
		digits, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
		power, _ := strconv.Atoi(exponent) // which is how FormatFloat writes it
		return digits + "e" + strconv.Itoa(power)
	}
	text := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}
