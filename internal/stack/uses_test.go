package stack_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUses(t *testing.T) {
	t.Parallel()
	s := load(t, `globals: [{name: g, value: 1}]
resources:
- {name: a, exports: [{col: id}], file: x.iql}
- {name: b, exports: [id, other], file: x.iql}
- name: c
  file: c.iql
  if: "{{ other }} == a and id != x and 'g' == g"
  props:
  - {name: id, value: "{{ id }}"}
  - {name: p, value: ["{{ id }}", {x: "{{ vars.a.id }}"}]}
  - {name: q, values: {dev: {value: "{{ b['other'] }}"}, prd: {value: "{{ g }}"}}}
  - {name: m, merge: [globals.b.id]}
  - {name: cb, value: "{{ callback.x }}"}
- {name: d, type: script, run: "{{ c.callback.x }} {% for x in c.anything %}{{ x }}{{ loop.index }}{% endfor %}", exports: [greeting]}
- {name: e, type: query, sql: "{{ greeting }} {{ e.x }} {{ this.y }} -- {{ other }}"}
-- resources/x.iql --
/*+ exists */
{{ this.id }} {{ nope | default(1) }}
/*+ create */
x
/*+ exports */
x
/*+ delete */
{{ col }} {{ greeting }}
-- resources/c.iql --
/*+ createorupdate */
{{ p }} {{ idempotency_token }} {% set n = g %}{{ n }}
/*+ callback */
{{ callback.own }}
`)
	want := map[string]string{
		"a": "names col greeting nope",
		"b": "names col greeting nope",
		"c": "names a.id b.id b.other callback.x g id idempotency_token other, a.id of a, b.id of b, b.other of b, callback.x of a b, id of a b, other of b",
		"d": "names c.anything c.callback.x, c.anything of c, c.callback.x of c",
		"e": "names greeting, greeting of d",
	}
	v := variables(t, s, nil)
	for _, r := range s.Resources {
		have := "names " + strings.Join(v.Names(r), " ")
		for _, use := range s.Uses(r) {
			have += fmt.Sprintf(", %s of", use.Name)
			for _, q := range use.Exporter {
				have += " " + q.Name
			}
		}
		if diff := cmp.Diff(want[r.Name], have); diff != "" {
			t.Errorf("%s (-want +have):\n%s", r.Name, diff)
		}
	}
	if len(s.Warnings) > 0 {
		t.Errorf("warnings %q", s.Warnings)
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	s := load(t, `resource: 1
desciption: x
somethingelse: 1
globals:
- {name: g, vlaue: 2, value: 1}
- {name: g, value: 1.50}
resources:
- name: a
  export: [id]
  skip-validation: true
  depends_on: [x]
  auth: {type: x}
  sql: SELECT 1
  run: x
  exports: [id]
  protected: [no, id]
  props:
  - {name: p, value: 1, describtion: x}
  - {name: p, value: "{{ missing }} {{ missing }}", merge: [gone]}
- {name: b, type: command, file: b.iql, exports: [x]}
- {name: c, file: b.iql, exports: [x]}
-- resources/a.iql --
/*+ exists, retries=x, retires=5 */
{{ other }} {% if flag %}{% endif %}
/*+ creat */
x
/*+ create */
x
/*+ exports */
x
-- resources/b.iql --
/*+ command */
x
/*+ createorupdate */
x
`)
	const m = "stackql_manifest.yml"
	want := []string{
		m + ":8: 1.50 is read as the number 1.5; put it in quotes to keep it as it stands",
		m + ":3: resource of the manifest is not known and is ignored; is it resources?",
		m + ":4: desciption of the manifest is not known and is ignored; is it description?",
		m + ":7: vlaue of global g is not known and is ignored; is it value?",
		m + ":8: global g is set twice; from here on this value counts",
		m + ":11: export of a is not known and is ignored; is it exports?",
		m + ":12: skip-validation of a is not known and is ignored; is it skip_validation?",
		m + ":14: auth of a is ignored: credentials come from the AWS SDK's chain",
		m + ":20: describtion of prop p of a is not known and is ignored; is it description?",
		m + ":21: prop p of a is set twice; the later one counts",
		m + ":18: protected of a names no, which it does not export",
		m + ":15: sql of a is ignored: only a query or command has its SQL here",
		m + ":16: run of a is ignored: only a script has it",
		`resources/a.iql:1: retries of the anchor exists is "x", not a whole number, and is ignored`,
		"resources/a.iql:1: the option retires of the anchor exists is not known and is ignored; is it retries?",
		`resources/a.iql:3: the anchor "creat" is not known, and what follows it is ignored; is it create?`,
		m + ":22: exports of b are ignored: a command exports nothing",
		"resources/b.iql:1: resource c exports x, but has no anchor exports that gives it",
	}
	if diff := cmp.Diff(want, s.Warnings); diff != "" {
		t.Errorf("-want +have:\n%s", diff)
	}
}
