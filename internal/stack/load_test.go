package stack_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/stack"
)

// one is a resource that has nothing wrong with it, and its file.
const one = `- {name: a, exports: [id]}
`

const oneFile = `-- resources/a.iql --
/*+ exists */
SELECT 1 AS count
/*+ create */
INSERT INTO a
/*+ exports */
SELECT 1 AS id
`

func TestFaults(t *testing.T) {
	t.Parallel()
	const m = stack.ManifestName
	tests := []struct {
		name, archive string
		want          []string
	}{
		{"bad yaml", "name: s\nproviders: [awscc\nresources: 1\n", []string{m + ":3: bad YAML: ',' or ']' must be specified; correct the line, or the one before it"}},
		{"tabs", "name: s\n\tproviders: x\n", []string{m + ":2: bad YAML: found character '\t' that cannot start any token; correct the line, or the one before it"}},
		{"template without quotes", "name: s\nx:\n  y: {{ z }}\n", []string{m + ":3: bad YAML: could not find flow map content; put text that begins with {{ in quotes"}},
		{"key that is a list", "? [a]\n: b\n", []string{m + ":2: bad YAML: found an invalid key for this map; correct the line, or the one before it"}},
		{"no map", "- a\n", []string{m + ":1: the manifest is a list, not a map; begin it with name, providers and resources"}},
		{"empty", "", []string{m + ":1: the manifest is empty, not a map; begin it with name, providers and resources"}},
		{"UTF-16", "\xff\xfen\x00a\x00", []string{m + ":1: the manifest is UTF-16; save it as UTF-8"}},
		{"two documents", "name: s\n---\nname: t\n", []string{m + ":3: bad YAML: a second document begins; correct the line, or the one before it"}},
		{"key twice", "name: s\nname: t\n", []string{m + ":2: bad YAML: mapping key \"name\" already defined at [1:1]; correct the line, or the one before it"}},
		{"unknown alias", "name: *x\n", []string{m + ":1: bad YAML: *x stands before its anchor &x, or inside of it; correct the line, or the one before it"}},
		{"alias in its anchor", "name: s\nx: &x\n  y: *x\n", []string{m + ":3: bad YAML: *x stands before its anchor &x, or inside of it; correct the line, or the one before it"}},
		{"unknown tag", "name: !Ref x\n", []string{m + ":1: bad YAML: the tag !Ref is not known; correct the line, or the one before it"}},
		{"merge of text", "x:\n  <<: 1\n", []string{m + ":2: bad YAML: << wants a map, not a number; correct the line, or the one before it"}},
		{"merge of texts", "x:\n  <<: [a]\n", []string{m + ":2: bad YAML: << wants maps, not text; correct the line, or the one before it"}},
		{"no providers", "name: s\n", []string{m + ":1: the manifest names no providers; add providers: [awscc]"}},
		{"providers", "name: s\nproviders: [google, awscc, 'aws::', 1]\n", []string{
			m + ":2: there is no provider google; skyql knows AWS alone, as awscc or aws; move what needs google to a stack of its own and run it with another tool",
			m + ":2: provider aws has no version behind ::; write a version behind ::, or leave it out",
			m + ":2: an entry of providers is a number, not a name; write awscc, or awscc::v26.03.00379",
		}},
		{"shapes", head + "description: [x]\nglobals: 1\nresources: {a: b}\nexports: [{a: b}]\n", []string{
			m + ":3: description of the manifest is a list, not text; write text",
			m + ":4: globals of the manifest is a number, not a list; begin each entry with -",
			m + ":5: resources of the manifest is a map, not a list; begin each entry with -",
			m + ":6: an entry of the stack's exports is a map, not a name; list the names of variables",
		}},
		{"globals", head + "globals:\n- x\n- value: 1\n- {name: g}\n- {name: h, value: null}\n- {name: i, value: '{{ a b }}'}\n", []string{
			m + ":4: a global is text, not a map; write it as - name: …",
			m + ":5: a global has no name; add name",
			m + ":6: global g has no value; add value",
			m + ":7: global h has no value; add value",
			m + ":8: global i: syntax error near \"b\": there is no operator or comma before it; correct the template",
		}},
		{"resources", head + "resources:\n- x\n- type: query\n- {name: a, type: lambda, skip_validation: 1}\n- {name: a}\n" + oneFile, []string{
			m + ":4: a resource is text, not a map; write it as - name: …",
			m + ":5: a resource has no name; add name",
			m + ":6: resource a has the unknown type lambda; write resource, query, multi, script or command",
			m + ":6: skip_validation of a is neither true nor false; write true or false",
			m + ":7: resource a is there twice, first on line 6; give each resource a name of its own",
		}},
		{"props", head + "resources:\n- name: a\n  props:\n  - x\n  - value: 1\n  - name: p\n  - {name: q, values: [1]}\n  - {name: r, values: {dev: 1}}\n  - {name: s, merge: [[1]]}\n  - {name: t, value: '{{'}\n  - {name: u, value: '{% for %}{% endfor %}'}\n" + oneFile, []string{
			m + ":6: a prop of a is text, not a map; write it as - name: …",
			m + ":7: a prop of a has no name; add name",
			m + ":8: prop p of a has no value; add value, values or merge",
			m + ":9: values of prop q of a is a list, not a map; write the environments as keys, each with a value",
			m + ":9: prop q of a has no value; add value, values or merge",
			m + ":10: prop r of a has no value for dev; write dev: {value: …}",
			m + ":10: prop r of a has no value; add value, values or merge",
			m + ":11: merge of prop s of a names a list, not a variable; list the names of variables, without braces",
			m + ":11: prop s of a has no value; add value, values or merge",
			m + ":13: prop u of a: syntax error: {% for %} wants names, as in {% for x in list %}; correct the template",
		}},
		{"exports", head + "resources:\n- name: a\n  exports:\n  - id\n  - b: c\n- {name: b, file: a.iql, exports: [{c: d}, e]}\n- {name: c, file: a.iql, exports: [[x]], protected: [[y]]}\n" + oneFile, []string{
			m + ":7: exports of a mixes names with column: alias; write all entries as names, or all as column: alias",
			m + ":8: exports of b mixes names with column: alias; write all entries as names, or all as column: alias",
			m + ":9: an entry of exports of c is neither a name nor column: alias; write a name, or column: alias",
			m + ":9: an entry of protected of c is a list, not a name; list names of exports",
		}},
		{"return_vals", head + "resources:\n- {name: a, return_vals: [x]}\n- {name: b, file: a.iql, return_vals: {make: [x], create: x, update: [1]}}\n" + oneFile, []string{
			m + ":4: return_vals of a is a list, not a map; write create, update or delete, each with a list",
			m + ":5: return_vals of b has the unknown operation make; write create, update or delete",
			m + ":5: create of return_vals of b is text, not a list; begin each entry with -",
			m + ":5: an entry of return_vals of b.update is neither a name nor column: alias; write a name, or column: alias",
		}},
		{"files", head + "resources:\n- name: a\n- {name: b, type: command, file: x/y.iql}\n- {name: c, file: d}\n-- resources/d/x --\n", []string{
			m + ":4: resources/a.iql of resource a cannot be read: no such file or directory; write the file, or name another one with file; the path starts at resources",
			m + ":5: resources/x/y.iql of resource b cannot be read: no such file or directory; write the file, or name another one with file; the path starts at resources",
			m + ":6: resources/d of resource c is not a file; name a file with anchors such as /*+ create */",
		}},
		{"script without run", head + "resources:\n- {name: a, type: script}\n", []string{m + ":4: script a has no run; add run with a shell command"}},
		{"anchors", head + "resources:\n- {name: a}\n- {name: b}\n- {name: c, type: query, file: a.iql}\n- {name: d, type: command, file: a.iql}\n-- resources/a.iql --\n/*+ exists */\nSELECT 1\n-- resources/b.iql --\n/*+ create */\nINSERT\n", []string{
			"resources/a.iql: resource a has neither the anchor create nor createorupdate; add /*+ create */ and an INSERT",
			"resources/b.iql: nothing tells whether resource b is there: it has no anchor exists, statecheck or exports; add /*+ exists */ and a SELECT that finds it",
			"resources/a.iql: query c has no anchor exports; add /*+ exports */ and a SELECT, or write sql in the manifest",
			"resources/a.iql: command d has no anchor command; add /*+ command */ and a statement, or write sql in the manifest",
		}},
		{"templates", head + "resources:\n- {name: a, if: '{{ x', run: '{{ }}', type: script}\n- {name: b, type: query, sql: '{{ 1 + }}'}\n- {name: c, type: command, sql: '{% if %}'}\n- {name: d}\n-- resources/d.iql --\n/*+ create */\nINSERT\n\n{{ a | }}\n/*+ exists */\n{% endif %}\n", []string{
			"resources/d.iql:6: query exists: {% endif %} has no tag before it that it belongs to; correct the template",
			"resources/d.iql:4: query create: syntax error",
			m + ":4: run of a: syntax error",
			m + ":5: sql of b: syntax error",
			m + ":6: sql of c: syntax error",
		}},
		{"later export", head + "resources:\n- name: a\n  props:\n  - {name: p, value: '{{ id2 }}{{ b.id }}'}\n- {name: b, file: b.iql, exports: [id, id2]}\n" + oneFile + "-- resources/b.iql --\n/*+ exists */\nSELECT '{{ c.x }}'\n/*+ create */\nINSERT\n/*+ exports */\nSELECT 1\n", []string{
			m + ":6: prop p of a uses id2, an export of b, which comes later; move b before a in the manifest",
			m + ":6: prop p of a uses b.id, an export of b, which comes later; move b before a in the manifest",
		}},
		{"stack exports", head + "resources:\n" + one + "exports: [id, a.id, a.no, nope, stack_name, id.a]\n" + oneFile, []string{
			m + ":5: the stack exports a.no, which no resource exports and no global sets; add it to the exports of a resource, or take it out here",
			m + ":5: the stack exports nope, which no resource exports and no global sets; add it to the exports of a resource, or take it out here",
			m + ":5: the stack exports id.a, which no resource exports and no global sets; add it to the exports of a resource, or take it out here",
		}},
		{"included files", head + "globals:\n- {name: a, value: file(no.json)}\n- {name: b, value: [file(../../x)]}\n- {name: c, value: {x: file(self.yml)}}\n- {name: d, value: file(bad.json)}\n- {name: e, value: file(bad)}\n- {name: f, value: file(/etc/passwd)}\n- {name: g, value: file(.)}\n" +
			"-- resources/self.yml --\n- file(../resources/self.yml)\n-- resources/bad.json --\n{\n\"a\": }\n-- resources/bad --\na: [\n", []string{
			m + ":4: file(no.json) cannot be found: no such file or directory; name a file below the stack directory, by its path from resources",
			m + ":5: file(../../x) lies outside of the stack directory; name a file below the stack directory, by its path from resources",
			m + ":6: file(../resources/self.yml) includes itself",
			"resources/bad.json:2: bad JSON: invalid character '}' looking for beginning of value; correct the file",
			"resources/bad:1: bad YAML: sequence end token ']' not found; correct the line, or the one before it",
			m + ":9: file(/etc/passwd) lies outside of the stack directory",
			m + ":10: file(.) is not a file",
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := stack.Load(write(t, test.archive))
			have := messages(err)
			for i, message := range have {
				if i < len(test.want) && strings.HasPrefix(message, test.want[i]) {
					have[i] = test.want[i] // some are long
				}
			}
			if diff := cmp.Diff(test.want, have); diff != "" {
				t.Errorf("-want +have:\n%s", diff)
			}
		})
	}
}
