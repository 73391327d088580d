package docgen

import "testing"

func TestClean(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want string }{
		{"plain", "The name.", "The name."},
		{"lines", "one\r\n\r\n\r\n  two  three\n", "one\n\ntwo three"},
		{"AWS's tags", "<p>One <code>a</code> <i>b</i>.</p><ul><li>Two</li></ul>", "One a b.\n\nTwo"},
		{"other tags are letters", "the <stack-name> and <script>x</script>", "the <stack-name> and <script>x</script>"},
		{"tags with attributes are letters", `<a href="x">y</a>`, `<a href="x">y`},
		{"control characters", "a\x1b[31mb\x00c\td", "a[31mbc d"},
		{"direction and invisible marks", "a\u202eb\u2066c\ufeffd\u200be", "abcde"},
		{"lines of Unicode", "a\u2028b", "a b"},
		{"not UTF-8", "a\xffb", "ab"},
		{"joined letters", "👩\u200d💻", "👩\u200d💻"},
		{"nothing", " \n ", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if have := Clean(tt.text); have != tt.want {
				t.Errorf("want %q, have %q", tt.want, have)
			}
		})
	}
}

func TestSentence(t *testing.T) {
	t.Parallel()
	long := ""
	for range 100 {
		long += "wörter "
	}
	for text, want := range map[string]string{
		"One. Two.": "One.", "no end": "no end", "version 1.2 of it\nand more": "version 1.2 of it and more", "": "",
	} {
		if have := Sentence(text); have != want {
			t.Errorf("%q: want %q, have %q", text, want, have)
		}
	}
	if have := []rune(Sentence(long)); len(have) > 160 || have[len(have)-1] != '…' {
		t.Errorf("%d letters: %s", len(have), string(have))
	}
}
