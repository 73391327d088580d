package output

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/text"
)

// visible makes s harmless for a terminal: control characters, marks that turn
// the direction of writing, and bytes that are not UTF-8 are spelled out. With
// breaks a line feed stays one.
func visible(s string, breaks bool) string {
	if utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return hidden(r, breaks) }) < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case !hidden(r, breaks):
			b.WriteString(s[i : i+size])
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < utf8.RuneSelf:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		i += size
	}
	return b.String()
}

// hidden holds for characters that a terminal obeys instead of showing them.
//
// https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
func hidden(r rune, breaks bool) bool {
	if r == '\n' {
		return !breaks
	}
	return unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
}

// fold breaks each line of s so that none is wider than width. Nothing is left
// out: without the line feeds that it adds, the answer is s.
func fold(s string, width int) string {
	if text.LongestLineLen(s) <= width {
		return s
	}
	var b strings.Builder
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			b.WriteByte('\n')
		}
		foldLine(&b, line, width)
	}
	return b.String()
}

// foldLine breaks one line, after punctuation where there is some in the
// second half of what fits.
func foldLine(b *strings.Builder, line string, width int) {
	start, used := 0, 0     // of the line under way
	soft, softWidth := 0, 0 // end of the last part after which to break
	for i := 0; i < len(line); {
		size, wide := cluster(line[i:], width)
		for used+wide > width && i > start { // twice if the second part is still too wide
			cut, kept := i, used
			if soft > start && 2*softWidth >= width {
				cut, kept = soft, softWidth
			}
			b.WriteString(line[start:cut])
			b.WriteByte('\n')
			start, used, softWidth = cut, used-kept, 0
		}
		used += wide
		i += size
		if strings.IndexByte(" ,.;:/|-_", line[i-1]) >= 0 {
			soft, softWidth = i, used
		}
	}
	b.WriteString(line[start:])
}

// cluster measures the first character of s with all that belongs to it:
// combining marks, and emoji joined to one. Should that be wider than width,
// it is taken apart.
func cluster(s string, width int) (size, wide int) {
	const joiner = '\u200d'
	previous, size := utf8.DecodeRuneInString(s)
	wide = text.RuneWidth(previous)
	for size < len(s) {
		r, n := utf8.DecodeRuneInString(s[size:])
		w := text.RuneWidth(r)
		tone := r >= 0x1f3fb && r <= 0x1f3ff
		if w > 0 && (previous != joiner && !tone || wide+w > width) {
			break
		}
		previous, size, wide = r, size+n, wide+w
	}
	return size, wide
}
