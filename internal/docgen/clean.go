package docgen

import (
	"regexp"
	"strings"
	"unicode"
)

// Clean takes out of a schema's text what is not for reading: control
// characters, which a terminal would obey, marks that turn the direction of
// writing, and the few HTML tags that AWS's descriptions are strewn with. What
// is left is plain text with lines, and any other tag in it is just letters.
func Clean(text string) string {
	text = breakingTags.ReplaceAllString(text, "\n")
	text = plainTags.ReplaceAllString(text, "")
	text = Visible(strings.NewReplacer("\r\n", "\n", "\t", " ", "\u2028", " ", "\u2029", " ").Replace(text))
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.Join(strings.Fields(line), " ")
		if line != "" || len(lines) > 0 && lines[len(lines)-1] != "" {
			lines = append(lines, line)
		}
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// Visible takes out of a text, which may be a name or a statement, what cannot be
// seen in it: control characters but line ends, and marks that turn the direction
// of writing.
func Visible(text string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && (r == unicode.ReplacementChar || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) && r != zeroWidthJoiner) {
			return -1
		}
		return r
	}, text)
}

// zeroWidthJoiner holds the parts of letters and pictures together.
const zeroWidthJoiner = '\u200d'

var (
	breakingTags = regexp.MustCompile(`(?i)</?(p|ul|ol|li|br|note)\s*/?>`)
	plainTags    = regexp.MustCompile(`(?i)</?(i|b|em|strong|code|a)\s*/?>`)
)

// Sentence gives the beginning of a text, for a list of many.
func Sentence(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if end := strings.Index(text, ". "); end > 0 {
		text = text[:end+1]
	}
	const most = 160
	if runes := []rune(text); len(runes) > most {
		return strings.TrimRight(string(runes[:most-1]), " ,;") + "…"
	}
	return text
}
