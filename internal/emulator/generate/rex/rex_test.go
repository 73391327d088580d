package rex

import (
	"regexp"
	"testing"
	"unicode/utf8"
)

func TestAppendMatchesAndDiffers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, pattern string
		style         Style
		numbers       uint64 // so many different strings are there at least
	}{
		{"letters", `^[a-z]{1,63}$`, Style{Span: 8}, 5000},
		{"first letter", `^[a-zA-Z][a-zA-Z0-9-]*$`, Style{Span: 8}, 5000},
		{"literal parts", `^arn:aws:s3:::[a-z0-9.]+/\*$`, Style{Span: 12}, 5000},
		{"digits", `^\d{12}$`, Style{}, 5000},
		{"alternatives", `^(gp|io|st)$`, Style{Way: Drawn}, 3},
		{"second alternative", `^(\*|[a-z]+)$`, Style{Span: 5, Way: 1}, 5000},
		{"group", `^([a-z]+\.)+[a-z]{2,}$`, Style{Span: 6}, 5000},
		{"repeated group", `^d-(-*[a-z0-9]){1,61}$`, Style{Span: 10, Outer: true}, 5000},
		{"any character", `.*`, Style{Span: 6}, 5000},
		{"borders", `\b\w+\b`, Style{Span: 6}, 5000},
		{"ignored case", `(?i)^bucket-[A-Z]{4}$`, Style{}, 5000},
		{"other characters", `^[+=/]{10}$`, Style{}, 5000},
		{"beyond ASCII", `^[äöü]$`, Style{}, 1},
		{"empty", `^$`, Style{}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			expression, err := Parse(test.pattern)
			if err != nil {
				t.Fatal(err)
			}
			matches := regexp.MustCompile(test.pattern).MatchString
			seen := map[string]bool{}
			for number := range test.numbers {
				got := string(expression.Append(nil, test.style, 42, number, 0))
				if !matches(got) || seen[got] {
					t.Fatalf("number %d gives %q: matches %v, seen before %v", number, got, matches(got), seen[got])
				}
				seen[got] = true
			}
		})
	}
}

func TestAppendLeavesTheBeginningAlone(t *testing.T) {
	t.Parallel()
	expression, err := Parse(`^[a-z]{5}:[a-z]{5}$`)
	if err != nil {
		t.Fatal(err)
	}
	first := string(expression.Append(nil, Style{}, 7, 1, 6))
	second := string(expression.Append(nil, Style{}, 7, 2, 6))
	if first[:6] != second[:6] || first == second {
		t.Errorf("have %q and %q, want the same first six bytes and another rest", first, second)
	}
}

func TestParseDropsLookAround(t *testing.T) {
	t.Parallel()
	for pattern, matches := range map[string]string{
		`^(?!aws)[a-z]{3}$`:          `^[a-z]{3}$`,
		`^(?=.{3,5}$)(?<!x)[a-z]+$`:  `^[a-z]+$`,
		`^(?!(xn--|\(.*\)))[a-z]{4}`: `^[a-z]{4}`,
	} {
		expression, err := Parse(pattern)
		if err != nil {
			t.Errorf("Parse(%q): %v", pattern, err)
			continue
		}
		if got := expression.Append(nil, Style{Span: 4}, 0, 1, 0); !regexp.MustCompile(matches).Match(got) {
			t.Errorf("%q gives %q, want a match of %q", pattern, got, matches)
		}
	}
	if _, err := Parse(`^[a-z`); err == nil {
		t.Error("an expression that is none is accepted")
	}
}

func FuzzAppend(f *testing.F) {
	for _, pattern := range []string{
		`^[a-z]+$`, `(a|b)*c?`, `\bx{2,5}\B`, `[^a]{3}`, `(?!x)y`, `(?i)K`, `((a{30}){30}){30}`, `[\x{10FFFF}]`, `a**`, ``,
	} {
		f.Add(pattern, 3, 0, false, uint64(7))
	}
	f.Fuzz(func(t *testing.T, pattern string, span, way int, outer bool, number uint64) {
		expression, err := Parse(pattern)
		if err != nil {
			return
		}
		style := Style{Span: span % 64, Way: way % 8, Outer: outer}
		got := expression.Append(nil, style, 1, number, 0)
		if !utf8.Valid(got) {
			t.Errorf("%q gives %q, which is no UTF-8", pattern, got)
		}
		if len(got) > 2*maxWritten+len(pattern) {
			t.Errorf("%q gives %d bytes", pattern, len(got))
		}
		if again := expression.Append(nil, style, 1, number, 0); string(again) != string(got) {
			t.Errorf("%q gives %q, then %q", pattern, got, again)
		}
	})
}
