package output

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jedib0t/go-pretty/v6/text"
)

func TestVisible(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in     string
		breaks bool
		want   string
	}{
		{"", false, ""},
		{"plain 日本語 🎉", false, "plain 日本語 🎉"},
		{"a\nb\r\n\tc", false, `a\nb\r\n\tc`},
		{"a\nb\r\n\tc", true, "a\nb\\r\n\\tc"},
		{"\x00\x1b[31m\x7f", false, `\x00\x1b[31m\x7f`},
		{"\u0085\u009b", false, `\u0085\u009b`},
		{"\u2028\u2029", true, `\u2028\u2029`},
		{"user\u202egpj.exe\u2066", false, `user\u202egpj.exe\u2066`},
		{"\xff\xc3(", false, `\xff\xc3(`},
		{"\ufffd", false, "\ufffd"},
		{"👨\u200d👩", false, "👨\u200d👩"},
		{`C:\new`, false, `C:\new`},
	}
	for _, test := range tests {
		t.Run(test.want, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, visible(test.in, test.breaks)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestFold(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		in    string
		width int
		want  []string
	}{
		{"fits", "12345678", 8, []string{"12345678"}},
		{"no place to break", "1234567890123", 8, []string{"12345678", "90123"}},
		{"after a space", "hello world", 8, []string{"hello ", "world"}},
		{"space too early", "a 1234567890", 8, []string{"a 123456", "7890"}},
		{"keeps spaces", "a   b       c", 8, []string{"a   b   ", "    c"}},
		{"after punctuation", "arn:aws:iam::123456789012:role/x", 16, []string{"arn:aws:iam::", "123456789012:", "role/x"}},
		{"lines stay", "one\n\ntwo three four", 10, []string{"one", "", "two three ", "four"}},
		{"wide characters", "日本語日本語", 5, []string{"日本", "語日", "本語"}},
		{"marks stay with their letter", "e\u0301e\u0301e\u0301", 2, []string{"e\u0301e\u0301", "e\u0301"}},
		{"joined emoji stay together", "123👨\u200d👩\u200d👧4", 8, []string{"123", "👨\u200d👩\u200d👧4"}},
		{"unless they are too wide", "👨\u200d👩\u200d👧", 4, []string{"👨\u200d👩\u200d", "👧"}},
		{"wide after a break", "ab -x日", 4, []string{"ab -", "x日"}},
		{"wide after an early break", " x日", 2, []string{" ", "x", "日"}},
		{"skin tones stay", "12345👍🏽", 8, []string{"12345", "👍🏽"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, strings.Split(fold(test.in, test.width), "\n")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzFold(f *testing.F) {
	f.Add("hello, wide world 日本語", uint8(8))
	f.Add("👨\u200d👩\u200d👧👍🏽\n\ne\u0301", uint8(2))
	f.Fuzz(func(t *testing.T, s string, n uint8) {
		s, width := visible(s, true), max(2, int(n))
		folded := fold(s, width)
		if got := text.LongestLineLen(folded); got > width {
			t.Errorf("a line of %d, want at most %d: %q", got, width, folded)
		}
		if strings.ReplaceAll(folded, "\n", "") != strings.ReplaceAll(s, "\n", "") {
			t.Errorf("text changed: %q became %q", s, folded)
		}
	})
}
