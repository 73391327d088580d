package stack

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAnchors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text     string
		want, warnings []string
	}{
		{"plain", "/*+ create */\nINSERT;\n\n/*+ exports */\nSELECT 1\n", []string{"create:2 INSERT;", "exports:5 SELECT 1"}, nil},
		{"none", "SELECT 1", nil, nil},
		{"empty", "", nil, nil},
		{"indented, blanks, tabs", " \t/*+create*/ the rest is dropped\n  INSERT  \n\n", []string{"create:2 INSERT"}, nil},
		{"upper case", "/*+ EXISTS */\nx\n/*+ Callback:Create */\ny", []string{"callback:create:4 y", "exists:2 x"}, nil},
		{"aliases", "/*+ preflight */\nx\n/*+ postdeploy */\ny", []string{"exists:2 x", "statecheck:4 y"}, nil},
		{"windows", "\ufeff/*+ create */\r\nINSERT\r\nb\r\n/*+ exports */\r\nc\r\n", []string{"create:2 INSERT\nb", "exports:5 c"}, nil},
		{"preamble", "-- made by\n{% set a = 1 %}\n\n/*+ create */\nINSERT\n/*+ exports */\ny", []string{"create:1 -- made by\n{% set a = 1 %}\n\n\nINSERT", "exports:7 y"}, nil},
		{"no anchor", "/*+ create\n*/\nx\n/* + exists */\n-- /*+ exists */\n/*+ create */\ny", []string{"create:1 /*+ create\n*/\nx\n/* + exists */\n-- /*+ exists */\n\ny"}, nil},
		{"twice", "/*+ create */\na\n/*+ create */\nb", []string{"create:4 b"}, []string{"f:4: the anchor create is there twice; this one counts"}},
		{"lost", "/*+ exists */\n\n/*+ create */\nb\n/*+ update */\n \n", []string{"create:4 b"},
			[]string{"f:1: the anchor exists has no text and is ignored", "f:5: the anchor update has no text and is ignored"}},
		{"lost behind a preamble", "-- p\n/*+ exists */\n/*+ create */\nb", []string{"create:1 -- p\n\n\nb"}, []string{"f:2: the anchor exists has no text and is ignored"}},
		{"lost in the middle", "/*+ create */\na\n/*+ update */\n/*+ delete */\nb", []string{"create:2 a", "delete:5 b"}, []string{"f:3: the anchor update has no text and is ignored"}},
		{"preamble only", "-- p\n/*+ exists */\n", nil, []string{"f:2: the anchor exists has no text and is ignored"}},
		{"unknown", "/*+ create */\nINSERT\n/*+ AWAIT */\nrest\n/*+ export */\nx", []string{"create:2 INSERT"}, []string{
			`f:3: the anchor "await" is not known, and what follows it is ignored; a hint to an engine must not begin a line`,
			`f:5: the anchor "export" is not known, and what follows it is ignored; is it exports?`,
		}},
		{"options", "/*+ exists , retries = 5,retry_delay=10, postdelete_retries=3, postdelete_retry_delay=4, bare, other=1, Retries=9 */\na",
			[]string{"exists:2 a retries=5 retry_delay=10s postdelete_retries=3 postdelete_retry_delay=4s map[Retries:9 other:1]"},
			[]string{"f:1: the option Retries of the anchor exists is not known and is ignored; is it retries?"}},
		{"text options", "/*+ callback, retries=0, short_circuit_field=a.b, short_circuit_value=x=y */\na",
			[]string{"callback:2 a retries=0 map[short_circuit_field:a.b short_circuit_value:x=y]"}, nil},
		{"bad options", "/*+ exists, retries=-1, retry_delay=9999999999999 */\na", []string{"exists:2 a"}, []string{
			`f:1: retries of the anchor exists is "-1", not a whole number, and is ignored`,
			`f:1: retry_delay of the anchor exists is "9999999999999", not a whole number, and is ignored`,
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := parseQueries("f", test.text)
			var have []string
			for _, anchor := range slices.Sorted(maps.Keys(f.queries)) {
				have = append(have, described(t, anchor, f.queries[anchor]))
			}
			if diff := cmp.Diff(test.want, have); diff != "" {
				t.Errorf("queries (-want +have):\n%s", diff)
			}
			if diff := cmp.Diff(test.warnings, f.warnings); diff != "" {
				t.Errorf("warnings (-want +have):\n%s", diff)
			}
		})
	}
}

// described writes a query and the options that were given; the others must be
// what holds without.
func described(t *testing.T, anchor string, q *Query) string {
	t.Helper()
	if q.Anchor != anchor || q.File != "f" {
		t.Errorf("%s is filed under %s, file %s", q.Anchor, anchor, q.File)
	}
	text := fmt.Sprintf("%s:%d %s", anchor, q.Line, q.Text)
	for _, option := range []struct {
		name             string
		value, otherwise any
		given            bool
	}{
		{"retries", q.Retries, DefaultRetries, q.RetriesGiven},
		{"retry_delay", q.RetryDelay, 0 * DefaultPostDeleteRetryDelay, q.RetryDelayGiven},
		{"postdelete_retries", q.PostDeleteRetries, DefaultPostDeleteRetries, q.PostDeleteRetriesGiven},
		{"postdelete_retry_delay", q.PostDeleteRetryDelay, DefaultPostDeleteRetryDelay, q.PostDeleteRetryDelayGiven},
	} {
		if option.given {
			text += fmt.Sprintf(" %s=%v", option.name, option.value)
		} else if option.value != option.otherwise {
			t.Errorf("%s of %s: want %v, have %v", option.name, anchor, option.otherwise, option.value)
		}
	}
	if len(q.Strings) > 0 {
		text += fmt.Sprint(" ", q.Strings)
	}
	return text
}

func FuzzAnchors(f *testing.F) {
	for _, text := range []string{"", "-- p\n/*+ exists */\n/*+ create, retries=1 */\r\nb", "\ufeff /*+ a */ x\n\n\v\f\n", "/*+ exists */\n\u0085\n"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n")
		for anchor, q := range parseQueries("f", text).queries {
			if q.Text == "" || q.Anchor != anchor || !slices.Contains(anchors, anchor) {
				t.Errorf("query %q: %q", anchor, q.Text)
			}
			first, _, _ := strings.Cut(q.Text, "\n")
			if q.Line < 1 || q.Line > len(lines) || !strings.Contains(lines[q.Line-1], strings.TrimSuffix(first, "\r")) {
				t.Errorf("query %s is not on line %d", anchor, q.Line)
			}
		}
	})
}
