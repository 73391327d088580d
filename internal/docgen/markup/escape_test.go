package markup

import (
	"strings"
	"testing"
	"unicode"
)

func TestInline(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want string }{
		{"plain words", "The name of the client.", "The name of the client."},
		{"lines become one", "one\n\n  two", "one two"},
		{"emphasis", "*a* _b_ ~c~", `\*a\* \_b\_ \~c\~`},
		{"link", "[x](javascript:alert(1))", `\[x\](javascript\:alert(1))`},
		{"picture", "![x](y)", `!\[x\](y)`},
		{"element", "<b onclick=x>", `\<b onclick=x\>`},
		{"comment", "<!-- x -->", `\<!-- x --\>`},
		{"expression", "{alert(1)}", `\{alert(1)\}`},
		{"entity", "&lt;", `\&lt;`},
		{"code", "a `b` c", "a \\`b\\` c"},
		{"cell", "a | b", `a \| b`},
		{"mathematics", "$x^2$", `\$x\^2\$`},
		{"escape", `\n`, `\\n`},
		{"address", "see https://example.com/a_b?c=d.", "see `https://example.com/a_b?c=d.`"},
		{"address without a scheme", "www.example.com", "`www.example.com`"},
		{"mail", "to me@example.com", "to `me@example.com`"},
		{"address with backticks", "http://x/``y", "```http://x/``y```"},
		{"directive", ":tip[x] AWS::S3::Bucket", `\:tip\[x\] AWS:\:S3:\:Bucket`},
		{"control characters", "a\x1b[31mb\u202ec", `a\[31mbc`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if have := Inline(tt.text); have != tt.want {
				t.Errorf("want %s, have %s", tt.want, have)
			}
		})
	}
}

func TestParagraph(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "Creates a thing.": "Creates a thing.", "import x from 'y'": "&#105;mport x from 'y'", "export const x": "&#101;xport const x",
		"1. one": "&#49;. one", "- one": "&#45; one", "+ one": "&#43; one", "=== x": "&#61;== x", "# one": `\# one`, "::: tip": "&#58;:: tip",
		"> x": `\> x`, "`x`": "\\`x\\`", "    code": "code", "ärger": "ärger", "…": "&#8230;",
	} {
		if have := Paragraph(text); have != want {
			t.Errorf("%q: want %s, have %s", text, want, have)
		}
	}
}

func TestCode(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a": "`a`", "a`b": "``a`b``", "`": "`` ` ``", "``x": "``` ``x ```", "": "", "a\nb": "`a b`", "{x}<y>": "`{x}<y>`",
	} {
		if have := Code(text); have != want {
			t.Errorf("%q: want %s, have %s", text, want, have)
		}
	}
}

func TestBlock(t *testing.T) {
	t.Parallel()
	if have := Block("sql", "SELECT 1;\n"); have != "```sql\nSELECT 1;\n```\n" {
		t.Errorf("have %s", have)
	}
	if have := Block("sql", "-- ```\n<b>"); have != "````sql\n-- ```\n<b>\n````\n" {
		t.Errorf("have %s", have)
	}
}

// FuzzInline looks for a special character that is neither escaped nor in code,
// and for an address that is not in code.
func FuzzInline(f *testing.F) {
	for _, seed := range []string{"a *b* `c`", "https://a`b`c", "<script>", "{x}", "me@x `y`", `\`, "a\\", "www.x`", "``", "x:y"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		outside := outsideCode(t, Inline(text))
		for i, r := range outside {
			before := len(outside[:i]) - len(strings.TrimRight(outside[:i], `\`))
			if strings.ContainsRune(special, r) && r != '\\' && before%2 == 0 {
				t.Fatalf("%q is free in %q of %q", r, outside, text)
			}
			if unicode.IsControl(r) {
				t.Fatalf("%q in %q of %q", r, outside, text)
			}
		}
		if addresses.MatchString(outside) {
			t.Fatalf("an address in %q of %q", outside, text)
		}
	})
}

// outsideCode leaves out the code of a line, by the rules of CommonMark.
func outsideCode(t *testing.T, line string) string {
	t.Helper()
	var b strings.Builder
	for i := 0; i < len(line); {
		switch {
		case line[i] == '\\' && i+1 < len(line):
			b.WriteString(line[i : i+2])
			i += 2
		case line[i] == '`':
			run := len(line[i:]) - len(strings.TrimLeft(line[i:], "`"))
			end := closing(line[i+run:], run)
			if end < 0 {
				t.Fatalf("code that does not end in %q", line)
			}
			i += run + end + run
			b.WriteByte(' ')
		default:
			b.WriteByte(line[i])
			i++
		}
	}
	return b.String()
}

// closing finds a run of that many backticks.
func closing(text string, run int) int {
	for i := 0; i < len(text); i++ {
		if text[i] != '`' {
			continue
		}
		n := len(text[i:]) - len(strings.TrimLeft(text[i:], "`"))
		if n == run {
			return i
		}
		i += n
	}
	return -1
}
