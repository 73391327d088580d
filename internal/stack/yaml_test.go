package stack_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/stack"
)

// TestContextText is the table of what values are to a template.
func TestContextText(t *testing.T) {
	t.Parallel()
	tests := []struct{ yaml, want string }{
		{"plain text", "plain text"},
		{"'{{ stack_env }}-x'", "dev-x"},
		{"True", "true"},
		{"true", "true"},
		{"FALSE", "false"},
		{"'True'", "True"},
		{"It is True", "It is True"},
		{"yes", "yes"},
		{"on", "on"},
		{"no", "no"},
		{"2012-10-17", "2012-10-17"},
		{"2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00"},
		{"12:30:45", "12:30:45"},
		{"012345678901", "012345678901"},
		{"1_000", "1_000"},
		{"3600", "3600"},
		{"+5", "5"},
		{"-1", "-1"},
		{"-0", "0"},
		{"0x1F", "31"},
		{"0o17", "15"},
		{"0b11", "3"},
		{"123456789012345678901234567890", "123456789012345678901234567890"},
		{"14.0", "14.0"},
		{"1.10", "1.1"},
		{".5", "0.5"},
		{"1e3", "1000.0"},
		{"1e20", "1e20"},
		{"-1.5e-7", "-1.5e-7"},
		{"1e999", "1e999"},
		{".inf", ".inf"},
		{".NaN", ".NaN"},
		{"null", ""},
		{"~", ""},
		{"''", ""},
		{"", ""},
		{"!!str 5", "5"},
		{"!!str 1.50", "1.50"},
		{"!!int 5", "5"},
		{"|\n      a\n      b\n", "a\nb\n"},
		{">-\n      a\n      b\n", "a b"},
		{"\"\\u00fc \\\"x\\\"\"", "ü \"x\""},
		{"[]", "[]"},
		{"{}", "{}"},
		{`["-1", -1, "20", 20, "true", true, null, 14.0]`, `["-1",-1,"20",20,"true",true,null,14.0]`},
		{"{b: 1, a: {d: [ü, <&>], c: ~}}", `{"a":{"c":null,"d":["ü","<&>"]},"b":1}`},
		{"['{{ list }}', '{{ text }}']", `[["x",{"a":1,"b":2}],"t"]`},
		{"{k: ' [1, 2] ', '{{ text }}': '[1'}", `{"k":[1,2],"{{ text }}":"[1"}`},
		{"'{\"b\": 1, \"a\": 1.0}'", `{"a":1.0,"b":1}`},
		{"'{\"b\": 1} x'", `{"b": 1} x`},
		{"{? a : 1, 5: b, true: c}", `{"5":"b","a":1,"true":"c"}`},
		{"&x {a: 1}", `{"a":1}`},
	}
	for _, test := range tests {
		t.Run(test.yaml, func(t *testing.T) {
			t.Parallel()
			s := load(t, fmt.Sprintf(`globals:
- {name: list, value: ["x", {b: 2, a: 1}]}
- {name: text, value: "t"}
resources:
- name: a
  type: query
  sql: '[{{ p }}]'
  props:
  - name: p
    value: %s
`, test.yaml))
			have, err := scope(t, variables(t, s, nil), s, "a").RenderQuery(s.Resources[0].Queries["exports"])
			if err != nil || have != "["+test.want+"]" {
				t.Errorf("want [%s], have %s, %v", test.want, have, err)
			}
		})
	}
}

func TestYAMLAnchors(t *testing.T) {
	t.Parallel()
	s := load(t, `shared: &base
  exports: [id]
  description: shared
more: &more {description: other, type: query}
resources:
- <<: *base
  name: a
  type: query
  sql: &q SELECT 1
- <<: [*more, *base]
  name: b
  sql: *q
`)
	var have []string
	for _, r := range s.Resources {
		have = append(have, fmt.Sprintf("%s %s %s %v %s", r.Name, r.Type, r.Description, r.Exports, r.Queries["exports"].Text))
	}
	want := []string{"a query shared [{id id}] SELECT 1", "b query other [{id id}] SELECT 1"}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Error(diff)
	}
}

// TestManyAliases is about a file of a few lines that stands for a billion values.
func TestManyAliases(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(head + "a0: &a0 [x]\n")
	for i := range 12 {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i), 10), ","))
	}
	_, err := stack.Load(write(t, b.String()))
	if have := messages(err); len(have) == 0 || !strings.Contains(have[0], "aliases make more than 1000000 values") {
		t.Errorf("have %v", have)
	}
}

func TestDeepYAML(t *testing.T) {
	t.Parallel()
	_, err := stack.Load(write(t, head+"x: "+strings.Repeat("[", 300)+strings.Repeat("]", 300)+"\n"))
	if have := messages(err); len(have) == 0 || !strings.Contains(have[0], "more than 200 lists and maps inside each other") {
		t.Errorf("have %v", have)
	}
}
