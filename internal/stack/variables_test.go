package stack_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/stack"
	"skyql/internal/template"
)

func TestGlobals(t *testing.T) {
	t.Parallel()
	const m = stack.ManifestName
	tests := []struct {
		name, globals string
		external      map[string]string
		want          []string // faults, or what all of them are
	}{
		{"in order", "- {name: a, value: '{{ X }}'}\n- {name: b, value: '{{ a }}-{{ vars.a }}-{{ globals.X }}'}", map[string]string{"X": "x"}, []string{"a=x", "b=x-x-x"}},
		{"global before external", "- {name: X, value: g}\n- {name: b, value: '{{ X }}'}", map[string]string{"X": "x"}, []string{"X=g", "b=g"}},
		{"set again", "- {name: a, value: 1}\n- {name: a, value: '{{ a }}2'}", nil, []string{"a=12", "a=12"}},
		{"external text is no template", "- {name: a, value: '{{ X }}'}", map[string]string{"X": "{{ Y }}"}, []string{"a={{ Y }}"}},
		{"default", "- {name: a, value: \"{{ X | default('d') }}\"}", nil, []string{"a=d"}},
		{"process environment", "- {name: a, value: '{{ PATH }}'}", nil, []string{
			m + ":4: global a wants the variable PATH, which has no value; give it with -e PATH=… or in the env file"}},
		{"all that is missing", "- name: a\n  value:\n  - '{{ X }}-{{ Y }}'\n  - b: |\n      x\n      {{ globals.Z.z }}\n- {name: b, value: '{{ a }}{{ X }}'}\n- {name: c, value: ''}\n- {name: d, value: '{{ E }}'}", map[string]string{"E": ""}, []string{
			m + ":6: global a wants the variable X, which has no value; give it with -e X=… or in the env file",
			m + ":6: global a wants the variable Y, which has no value; give it with -e Y=… or in the env file",
			m + ":9: global a wants the variable Z.z, which has no value; give it with -e Z.z=… or in the env file",
			m + ":10: global b wants the variable X, which has no value; give it with -e X=… or in the env file",
			m + ":11: global c is empty; give its value, or the variables in it, some text",
			m + ":12: global d is empty; give its value, or the variables in it, some text",
		}},
		{"wrong place", "- {name: a, value: '{{ b }}{{ id }}{{ resource_name }}{{ x }}'}\n- {name: b, value: 1}", nil, []string{
			m + ":4: global a wants the variable b, which has no value; put the global b before a",
			m + ":4: global a wants the variable id, which has no value; move the value to a prop of a resource: globals are evaluated before a exports it",
			m + ":4: global a wants the variable x, which has no value; give it with -e x=… or in the env file",
		}},
		{"item", "- {name: a, value: '{{ X[0] }}{{ Y }}'}", nil, []string{m + ":4: global a wants the variable X[0], which has no value; give it with -e X[0]=… or in the env file"}},
		{"no value is told", "- {name: a, value: '{{ X | from_json }}'}", map[string]string{"X": "secret"}, []string{m + ":4: global a: filter from_json: this is not JSON, from byte 0 on"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := load(t, "globals:\n"+test.globals+"\nresources:\n"+one+oneFile)
			v, err := stack.NewVariables(s, "dev", test.external, stack.VariableOptions{})
			have := messages(err)
			if err == nil {
				for _, g := range s.Globals {
					value, _ := v.Value(g.Name)
					have = append(have, fmt.Sprintf("%s=%v", g.Name, value))
				}
			}
			if diff := cmp.Diff(test.want, have); diff != "" {
				t.Errorf("-want +have:\n%s", diff)
			}
		})
	}
}

func TestLenient(t *testing.T) {
	t.Parallel()
	s := load(t, "globals: [{name: g, value: '[{{ X }}]'}]\nresources:\n- {name: q, type: query, sql: \"SELECT '{{ no }}'\", props: [{name: p, value: '<{{ nope }}>'}]}\n")
	v, err := stack.NewVariables(s, "dev", nil, stack.VariableOptions{Lenient: true})
	if err != nil {
		t.Fatal(err)
	}
	c := scope(t, v, s, "q")
	have, err := c.RenderQuery(s.Resources[0].Queries["exports"])
	if err != nil || have != "SELECT ''" || c.Properties()[0].Text != "<>" {
		t.Errorf("have %s, %v, %v", have, c.Properties(), err)
	}
	if g, _ := v.Value("g"); g != "[]" {
		t.Errorf("g is %v", g)
	}
}

// TestDeferredGlobals is about globals that differ between resources.
func TestDeferredGlobals(t *testing.T) {
	t.Parallel()
	s := load(t, `globals:
- {name: tags, value: [{Key: r, Value: "{{ resource_name }}"}]}
- {name: more, value: "{{ tags }}{{ stack_env }}"}
- {name: token, value: "{{ vars.idempotency_token }}"}
- {name: fixed, value: "{{ stack_name }}"}
resources:
- {name: a, type: query, sql: x}
- {name: b, type: query, sql: x, props: [{name: p, value: [x], merge: [globals.tags]}]}
`)
	v := variables(t, s, nil)
	var tokens []string
	for _, name := range []string{"a", "b"} {
		c := scope(t, v, s, name)
		have, err := c.Render("{{ tags }} {{ globals.more }} {{ token == idempotency_token and token == this.idempotency_token }} {{ token }}")
		want := strings.ReplaceAll(`[{"Key":"r","Value":"NAME"}] [{"Key":"r","Value":"NAME"}]dev true `, "NAME", name)
		if err != nil || !strings.HasPrefix(have, want) {
			t.Errorf("want %s, have %s, %v", want, have, err)
		}
		tokens = append(tokens, strings.TrimPrefix(have, want))
	}
	if tokens[0] == tokens[1] || len(tokens[0]) != 36 {
		t.Errorf("tokens %v", tokens)
	}
	if have := scope(t, v, s, "b").Properties()[0].Text; have != `["x",{"Key":"r","Value":"b"}]` {
		t.Errorf("merged into %s", have)
	}
	other, err := scope(t, v, s, "b").Render("{{ a.idempotency_token }}")
	if err != nil || other != tokens[0] {
		t.Errorf("the token of a is %s to b, %v", other, err)
	}
	if _, known := v.Value("tags"); known {
		t.Error("a deferred global has one value")
	}
	s.Exports = []string{"tags"}
	if _, err := stack.NewVariables(s, "dev", nil, stack.VariableOptions{}); err == nil || !strings.Contains(err.Error(), "the stack exports tags, which has no one value") {
		t.Errorf("have %v", err)
	}
}

// chain is a stack of three that export the same name.
const chain = `globals: [{name: g, value: global}, {name: id, value: 0}]
resources:
- {name: a, exports: [{col: id}], file: x.iql}
- {name: b, exports: [id, g], file: x.iql, props: [{name: own, value: "{{ id }}"}]}
- {name: c, exports: [id], file: x.iql, props: [{name: g, value: prop}]}
- {name: d-e, exports: [id], file: x.iql}
-- resources/x.iql --
/*+ createorupdate */
x
/*+ exports */
x
`

func TestPrecedence(t *testing.T) {
	t.Parallel()
	s := load(t, chain)
	v := variables(t, s, map[string]string{"g": "external", "outside": "x"})
	check := func(resource, text, want string) {
		t.Helper()
		if have, err := scope(t, v, s, resource).Render(text); err != nil || have != want {
			t.Errorf("%s in %s: want %s, have %s, %v", text, resource, want, have, err)
		}
	}
	check("b", "{{ id }} {{ own }} {{ g }} {{ vars.g }} {{ globals.id }}", "0 0 global global 0")
	v.Export(s.Resources[0], "col", "id", "1")
	v.Export(s.Resources[1], "g", "", "export")
	check("a", "{{ id }} {{ col }} {{ this.id }} {{ a.id }} {{ g }}", "1 1 1 1 export")
	check("b", "{{ id }} {{ own }} {{ a.id }} {{ g }}", "1 1 1 export")
	check("c", "{{ id }} {{ g }} {{ b.g }} {{ col is defined }}", "1 prop export false")
	v.Export(s.Resources[1], "id", "id", "2")
	v.Export(s.Resources[2], "id", "id", "3")
	check("a", "{{ id }}", "1")
	check("b", "{{ id }}", "2")
	check("c", "{{ id }} {{ a.id }} {{ b['id'] }}", "3 1 2")
	check("d-e", "{{ id }} {{ this.id is defined }}", "3 false")
	v.Export(s.Resources[2], "id", "id", "4")
	check("d-e", "{{ id }} {{ c.id }}", "4 3")
	v.Export(s.Resources[3], "id", "id", "5")
	check("d-e", "{{ id }} {{ this.id }}", "5 5")

	c := scope(t, v, s, "c")
	c.Capture(map[string]string{"id": "captured", "g": "captured"})
	have, err := c.Render("{{ id }} {{ this.id }} {{ c.id }} {{ g }} {{ this.g }} {{ this['g'] }} {{ b.id }}")
	if err != nil || have != "3 captured captured prop captured captured 2" && have != "4 captured captured prop captured captured 2" {
		t.Errorf("have %s, %v", have, err)
	}
	for name, want := range map[string]any{"id": "5", "a.id": "1", "c.id": "3", "b.g": "export", "g": "export", "stack_env": "dev", "stack_name": "s", "vars.g": "export"} {
		if value, ok := v.Value(name); !ok || value != want {
			t.Errorf("%s: want %v, have %v, %v", name, want, value, ok)
		}
	}
	for _, name := range []string{"own", "outside", "nope", "this.id"} {
		if value, ok := v.Value(name); ok {
			t.Errorf("%s is %v", name, value)
		}
	}
	if v.Environment() != "dev" {
		t.Errorf("the environment is %s", v.Environment())
	}
}

// TestMissing is about what is said of a variable without a value, and where.
func TestMissing(t *testing.T) {
	t.Parallel()
	s := load(t, `resources:
- {name: a, exports: [id]}
- name: b
  file: b.iql
  props:
  - name: p
    value:
    - "{{ id }}{{ a.id }}"
    - "{{ a.no }}"
    - "{{ outside }}{{ nope[0] }}"
  - {name: q, value: "{{ p }}"}
  - {name: r, values: {prd: {value: 1}, sit: {value: 2}}}
- {name: c, file: b.iql}
`+oneFile+`-- resources/b.iql --
/*+ exists */

SELECT 1,
  '{{ this.id }}'
/*+ create */
{{ callback.x }}
/*+ update */
{{ this["id"] }}
/*+ delete */
{{ 1 + 'x' }}
`)
	v := variables(t, s, map[string]string{"outside": "x"})
	_, err := v.Scope(s.Resource("b"))
	const m = stack.ManifestName
	want := []string{
		m + ":10: prop p of b wants {{ id }}, which has no value; a has to export it first, and has not",
		m + ":10: prop p of b wants {{ a.id }}, which has no value; a has to export it first, and has not",
		m + ":11: prop p of b wants {{ a.no }}, which has no value; add no to the exports of a",
		m + `:12: prop p of b wants {{ outside }}, which has no value; variables from outside are for globals: add a global outside with the value "{{ outside }}"`,
		m + ":12: prop p of b wants {{ nope[0] }}, which has no value; add a global or prop of this name, or export it from an earlier resource",
		m + ":14: prop r of b has no value for the environment dev; it has prd, sit; add dev to its values, or give it one value",
	}
	if diff := cmp.Diff(want, messages(err)); diff != "" {
		t.Errorf("-want +have:\n%s", diff)
	}
	var missing *template.UndefinedError
	if !errors.As(err, &missing) || missing.Name != "id" || missing.Line != 10 {
		t.Errorf("have %v", missing)
	}
	c := scope(t, v, s, "c")
	for anchor, want := range map[string]string{
		"exists": "resources/b.iql:4: query exists of c wants {{ this.id }}, which has no value; the exists query gives it as a column, or return_vals keeps it",
		"create": "resources/b.iql:6: query create of c wants {{ callback.x }}, which has no value; only a statement with RETURNING gives it",
		"update": "resources/b.iql:8: query update of c wants {{ this[id] }}, which has no value; the exists query gives it as a column, or return_vals keeps it",
		"delete": "resources/b.iql:10: query delete of c: + does not work",
	} {
		_, err := c.RenderQuery(s.Resource("c").Queries[anchor])
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("want %s, have %v", want, err)
		}
		if errors.As(err, &missing) == (anchor == "delete") {
			t.Errorf("%s: %v is an UndefinedError or should be", anchor, err)
		}
	}
}

func TestMerge(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, prop, want string }{
		{"lists", "value: [a, {b: 1, c: 2}], merge: [list]", `["a",{"b":1,"c":2},"x","x"]`},
		{"several", "value: [a], merge: [list, earlier]", `["a",{"b":1,"c":2},"x","x","e"]`},
		{"maps", "value: {a: 1, k: 0, n: {x: 1}}, merge: [object]", `{"a":1,"k":"v","n":{"y":2}}`},
		{"no base", "merge: [object]", `{"k":"v","n":{"y":2}}`},
		{"null base", "value: null, merge: [vars.list]", `[{"b":1,"c":2},"x","x"]`},
		{"text that is a list", "value: '[1, 2]', merge: ['{{ earlier }}']", `[1,2,"e"]`},
		{"an export", "value: [], merge: [ids, a.ids]", `["i"]`},
		{"empty lists", "value: [], merge: [none]", "[]"},
		{"kinds", "value: [], merge: [object]", "prop p of b: merge cannot add object: one is a list, the other is not; merge lists into lists, and maps into maps"},
		{"kinds the other way round", "value: {}, merge: [list]", "prop p of b: merge cannot add list: one is a list, the other is not; merge lists into lists, and maps into maps"},
		{"text", "value: x, merge: [list]", "prop p of b: its value is neither a list nor a map, so nothing can be merged into it; write the value as a list or map, or take merge away"},
		{"number", "value: 1, merge: [list]", "prop p of b: merge cannot add list: one is a list, the other is not; merge lists into lists, and maps into maps"},
		{"text to merge", "value: [], merge: [word]", "prop p of b: merge names word, which is neither a list nor a map; give it a list or map as value"},
		{"missing", "value: [], merge: [nope]", "prop p of b: merge names nope, which has no value; name a global, an earlier prop, or an export of an earlier resource"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := load(t, `globals:
- {name: list, value: [{c: 2, b: 1}, x, x]}
- {name: object, value: {k: v, n: {y: 2}}}
- {name: none, value: []}
- {name: word, value: word}
resources:
- {name: a, exports: [ids]}
- {name: b, type: query, sql: x, props: [{name: earlier, value: [e]}, {name: p, `+test.prop+`}]}
`+oneFile)
			v := variables(t, s, nil)
			v.Export(s.Resources[0], "ids", "", `["i"]`)
			c, err := v.Scope(s.Resource("b"))
			have := ""
			if err != nil {
				have = strings.TrimPrefix(err.Error(), stack.ManifestName+":10: ")
			} else {
				have = c.Properties()[1].Text
			}
			if have != test.want {
				t.Errorf("want %s\nhave %s", test.want, have)
			}
		})
	}
}

func TestCallback(t *testing.T) {
	t.Parallel()
	s := load(t, chain)
	v := variables(t, s, nil)
	c := scope(t, v, s, "b")
	c.Callback(map[string]string{"old": "x"})
	c.Callback(map[string]string{"OperationStatus": "SUCCESS", "Model": `{"a": {"b": 1, "c": null}, "d": [1, "x"]}`, "list": "[1]", "n": "5"})
	check := func(c *stack.Scope, text, want string) {
		t.Helper()
		if have, err := c.Render(text); err != nil || have != want {
			t.Errorf("%s: want %s, have %s, %v", text, want, have, err)
		}
	}
	both := "{{ callback.OperationStatus }} {{ callback.ProgressEvent.OperationStatus }} {{ b.callback.n }} {{ callback['n'] }}"
	check(c, both+" {{ this.callback.n }}", "SUCCESS SUCCESS 5 5 5")
	check(c, `{{ callback.Model.a.b }} {{ callback.Model.d }} {{ callback.list }} {{ callback.Model.a.c is defined }} {{ callback.old is defined }}`, `1 [1,"x"] [1] false false`)
	check(scope(t, v, s, "c"), both, "SUCCESS SUCCESS 5 5")
	nested := scope(t, v, s, "c")
	nested.Callback(map[string]string{"ProgressEvent": `{"OperationStatus": "FAILED"}`})
	check(nested, "{{ callback.OperationStatus }} {{ callback.ProgressEvent.OperationStatus }} {{ b.callback.OperationStatus }}", "FAILED FAILED SUCCESS")
	check(scope(t, v, s, "d-e"), "{{ callback.OperationStatus }}", "FAILED")
	check(scope(t, v, s, "b"), "{{ callback.OperationStatus }}", "SUCCESS")
}

// TestManyGoroutines is for the race detector.
func TestManyGoroutines(t *testing.T) {
	t.Parallel()
	s := load(t, chain)
	v := variables(t, s, nil)
	var group sync.WaitGroup
	for i := range 20 {
		r := s.Resources[i%len(s.Resources)]
		group.Go(func() {
			c, err := v.Scope(r)
			if err != nil {
				t.Error(err)
				return
			}
			c.Capture(map[string]string{"x": "y"})
			c.Callback(map[string]string{"a": "b"})
			v.Export(r, "id", "", "1")
			if have, err := c.Render("{{ this.x }}{{ callback.a }}"); err != nil || have != "yb" {
				t.Errorf("have %s, %v", have, err)
			}
			v.Value("id")
		})
	}
	group.Wait()
}
