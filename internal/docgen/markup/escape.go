package markup

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"skyql/internal/docgen"
)

// special are the characters that mean something to Markdown, MDX or one of the
// extensions that readers commonly have, anywhere in a line.
const special = "\\`*_{}[]<>|~&$^#"

// addresses are what readers make links of by themselves.
var addresses = regexp.MustCompile(`(?i)(?:[a-z][a-z0-9+.-]*://|www\.|mailto:|xmpp:)\S+|[^\s@]+@[^\s@]+`)

// Inline writes a text as part of a line. Its lines become one.
func Inline(text string) string {
	text = docgen.Visible(strings.Join(strings.Fields(text), " "))
	var b strings.Builder
	for text != "" {
		at := addresses.FindStringIndex(text)
		if at == nil {
			escape(&b, text)
			break
		}
		escape(&b, text[:at[0]])
		b.WriteString(Code(text[at[0]:at[1]]))
		text = text[at[1]:]
	}
	return b.String()
}

// escape also takes the meaning from a colon before a name, by which Docusaurus
// begins a directive.
func escape(b *strings.Builder, text string) {
	for i, r := range text {
		next, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
		if strings.ContainsRune(special, r) || r == ':' && (unicode.IsLetter(next) || unicode.IsDigit(next)) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
}

// Paragraph writes a text that begins a line: it is no heading, list, import or
// anything else that only a beginning can be.
func Paragraph(text string) string {
	text = Inline(text)
	if text == "" || text[0] == '\\' || text[0] == '`' {
		return text
	}
	first := []rune(text)[0]
	if unicode.IsLetter(first) && !strings.HasPrefix(text, "import") && !strings.HasPrefix(text, "export") {
		return text
	}
	return fmt.Sprintf("&#%d;", first) + text[len(string(first)):]
}

// Code writes a text as code within a line.
func Code(text string) string {
	text = docgen.Visible(strings.Join(strings.Fields(text), " "))
	if text == "" {
		return ""
	}
	marks := strings.Repeat("`", longestRun(text)+1)
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " "
	}
	return marks + text + marks
}

// Block writes a text as a block of code. Docusaurus and others have a button
// that copies it.
func Block(language, text string) string {
	text = docgen.Visible(text)
	marks := strings.Repeat("`", max(3, longestRun(text)+1))
	return marks + language + "\n" + strings.TrimSuffix(text, "\n") + "\n" + marks + "\n"
}

// longestRun is how many backticks stand together at most.
func longestRun(text string) int {
	longest, run := 0, 0
	for _, r := range text {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}
