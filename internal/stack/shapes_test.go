package stack

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestYAMLShapes is about what YAML can be written like.
func TestYAMLShapes(t *testing.T) {
	t.Parallel()
	tests := []struct{ yaml, want string }{
		{"%YAML 1.2\n---\na: 1\n", `{"a":1}`},
		{"[!!str , x]\n", `["","x"]`},
		{"# only a comment\n", ""},
		{"---\n# only a comment\n", ""},
		{"a: !!str 1.50\nb: ! 5\nc: !!seq [1]\nd: !!str 'x'\ne: !!str |\n  y\n", `{"a":"1.50","b":"5","c":[1],"d":"x","e":"y\n"}`},
		{"a:\n\nb: &x\nc: *x\n", `{"a":null,"b":null,"c":null}`},
		{"a: x\r\nb: |\r\n  l1\r\n  l2\r\n", `{"a":"x","b":"l1\nl2\n"}`},
		{"a: |2\n    x\nb: |-\n  y\n", `{"a":"  x\n","b":"y"}`},
		{"a: >\n  x\n  y\n\n  z\n", `{"a":"x y\nz\n"}`},
		{"a: 'x\n\n  y'\nb: 'it''s'\n", `{"a":"x\ny","b":"it's"}`},
		{`a: "é\x41\u00e9\U0001F600\n"`, `{"a":"éAé😀\n"}`},
		{"<<: {a: 1, b: 1}\nb: 2\n", `{"a":1,"b":2}`},
		{"null: 1\ntrue: 2\n1.50: 3\n", `{"1.50":3,"null":1,"true":2}`},
		{"a:\n- b\n-\n  - c # d\n", `{"a":["b",["c"]]}`},
		{"'a': {b: [], c: {}}\n", `{"a":{"b":[],"c":{}}}`},
	}
	for _, test := range tests {
		n, err := parseYAML("f", []byte(test.yaml), func(int, string, ...any) { t.Errorf("%q warns", test.yaml) })
		if err != nil {
			t.Errorf("%q: %v", test.yaml, err)
			continue
		}
		v, err := n.evaluated(func(text string, _ int) (string, error) { return text, nil })
		if err != nil {
			t.Errorf("%q: %v", test.yaml, err)
		}
		if diff := cmp.Diff(test.want, contextText(v)); diff != "" {
			t.Errorf("%q (-want +have):\n%s", test.yaml, diff)
		}
	}
}

func TestNearMiss(t *testing.T) {
	t.Parallel()
	tests := []struct {
		written, key string
		want         bool
	}{
		{"export", "exports", true}, {"Exports", "exports", true}, {"expotrs", "exports", true}, {"exp", "exports", false},
		{"skip-validation", "skip_validation", true}, {"skipvalidation", "skip_validation", true}, {"iff", "if", true},
		{"fi", "if", true}, {"props", "prop", true}, {"depends_on", "description", false}, {"region", "version", false},
		{"vlaue", "value", true}, {"values", "value", true}, {"x", "if", false}, {"", "if", false},
	}
	for _, test := range tests {
		if have := nearMiss(test.written, test.key); have != test.want {
			t.Errorf("%s for %s: want %v", test.written, test.key, test.want)
		}
	}
}
