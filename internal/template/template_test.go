package template_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"skyql/internal/template"
)

// variables are what the tests of this package may use.
func variables() map[string]any {
	return map[string]any{
		"a": "x", "quote": "O'Brien", "both": `'"`, "n": 5, "float": 1e6, "half": 0.5, "yes": true, "no": false, "nothing": nil,
		"text5": "5", "code": "{{ a }}", "empty": "", "big": json.Number("12345678901234567890123"),
		"ids": []any{"i-1", "i-2"}, "numbers": []int{3, 1, 2}, "none_yet": []any{},
		"map":   map[string]any{"k": "v", "in": map[string]any{"x": []any{1, true, nil}}},
		"tags":  []any{map[string]any{"Key": "b", "Value": "2"}, map[string]any{"Key": "a", "Value": "1"}},
		"dot.t": "dotted", "dot.d": map[string]any{"e": "deep"},
		"list_text": `["a", "b"]`, "object_text": `{"z": 1, "a": {"c": "d"}}`,
	}
}

func render(t *testing.T, text string) (string, error) {
	t.Helper()
	return template.Render(text, template.Options{Variables: variables()})
}

// rendering is a text and what comes of it.
type rendering struct{ in, want string }

func check(t *testing.T, tests []rendering) {
	t.Helper()
	for _, test := range tests {
		got, err := render(t, test.in)
		if err != nil {
			t.Errorf("%s: %v", test.in, err)
		} else if got != test.want {
			t.Errorf("%s:\nwant %s\nhave %s", test.in, test.want, got)
		}
	}
}

// refusal is a text and a part of what is said about it.
type refusal struct {
	in, want string
	line     int
}

func checkErrors(t *testing.T, tests []refusal) {
	t.Helper()
	for _, test := range tests {
		got, err := render(t, test.in)
		var bad *template.Error
		if !errors.As(err, &bad) || !strings.Contains(bad.Error(), test.want) || bad.Line != max(test.line, 1) {
			t.Errorf("%s: want line %d and %q, have %q, %v", test.in, max(test.line, 1), test.want, got, err)
		}
	}
}

func TestTextWithoutTemplate(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "SELECT 1", "SELECT 'a' -- {{ unknown }}\r\n", `SELECT '{"a": {}}'`, "x LIKE '{%'", "x LIKE '{#' OR x LIKE '{{'",
		"-- {{ unknown }}\nSELECT 1", "/* {{ unknown }} {% if %} */ SELECT 1\n", "/* {{ unknown }}", "a\x00\xff }} %} #}",
	} {
		if got, err := render(t, text); err != nil || got != text {
			t.Errorf("%q became %q, %v", text, got, err)
		}
	}
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	check(t, []rendering{
		{"{{ n }}+{{n}}", "5+5"},
		{"{{ code }}", "{{ a }}"},
		{"a\r\n{{ n }}\r\n", "a\r\n5\r\n"},
		{"{% if yes %}1{% elif no %}2{% else %}3{% endif %}", "1"},
		{"{% if no %}1{% elif n > 4 %}2{% else %}3{% endif %}", "2"},
		{"{% if no %}1{% elif no %}2{% else %}3{% endif %}", "3"},
		{"{% if unknown %}1{% else %}2{% endif %}", "2"},
		{"{% if unknown.x or not unknown and yes %}1{% endif %}", "1"},
		{"{% if unknown and map.nope %}1{% elif none_yet or map.k %}2{% endif %}", "2"},
		{"{% if unknown is defined %}1{% else %}2{% endif %}{% if a is defined and n is number %}3{% endif %}", "23"},
		{"{% if map.k is not defined %}1{% else %}2{% endif %}", "2"},
		{"{% for x in ids %}{{ loop.index }}{{ x }}{% if not loop.last %},{% endif %}{% endfor %}", "1i-1,2i-2"},
		{"{% for x in ids %}{{ loop.index0 }}{{ loop.first }}{{ loop.revindex }}{{ loop.length }};{% endfor %}", "0true22;1false12;"},
		{"{% for k, v in map %}{{ k }}={{ v }};{% endfor %}", `in={"x":[1,true,null]};k=v;`},
		{"{% for k, v in map.items() %}{{ k }};{% endfor %}{% for k in map %}{{ k }}{% endfor %}", "in;k;ink"},
		{"{% for x in none_yet %}{{ x }}{% else %}none{% endfor %}", "none"},
		{"{% for x in numbers if x > 1 %}{{ x }}/{{ loop.length }} {% endfor %}", "3/2 2/2 "},
		{"{% for x in range(9) %}{% if x == 2 %}{% continue %}{% elif x == 4 %}{% break %}{% endif %}{{ x }}{% endfor %}", "013"},
		{"{% for x in ids %}{% for y in ids %}{{ loop.depth }}{% endfor %}{{ loop.cycle('o', 'e') }}{% endfor %}", "22o22e"},
		{"{% for x in [1, 1, 2] %}{{ loop.changed(x) }} {% endfor %}", "true false true "},
		{"{% for x in ids %}{{ loop.previtem | default('-') }}{{ loop.nextitem is defined }}{% endfor %}", "-truei-1false"},
		{"{% for x in 'ab' %}{{ x }}.{% endfor %}", "a.b."},
		{"{% set x = 1 %}{% for y in ids %}{% set x = 2 %}{% endfor %}{{ x }}", "1"},
		{"{% set x = 1 %}{% for y in ids %}{% set_global x = 2 %}{% endfor %}{{ x }}", "2"},
		{"{% set ns = namespace(c=0) %}{% for y in ids %}{% set ns.c = ns.c + 1 %}{% endfor %}{{ ns.c }}", "2"},
		{"{% set x %}a{{ n }}{% endset %}[{{ x }}]", "[a5]"},
		{"{% with b = 1, c = 2 %}{{ b }}{{ c }}{% endwith %}{{ b is defined }}", "12false"},
		{"{% raw %}{{ a }} {% if %}{% endraw %}{{ n }}", "{{ a }} {% if %}5"},
		{"a {#- {{ unknown }} -#} b {# it's #}c", "ab c"},
		{"a  {{- n -}}  b \n {%- if yes -%} c {%- endif -%} d", "a5b" + "cd"},
		{"{{ 'a' if yes else 'b' }}{{ 'a' if no else 'b' }}{{ 'a' if no }}{{ 1 if unknown else 2 if no else 3 }}", "ab3"},
		{"{{ [('a' if yes else unknown), 'b' if no else 'c'] | join('-') }}", "a-c"},
		{"{{ a ~ n ~ yes ~ ids }}", `x5true["i-1","i-2"]`},
		{"{{ 'i-1' in ids }}{{ 'i-3' not in ids }}{{ 'k' in map }}{{ 'b' in 'abc' }}", "truetruetruetrue"},
		{"{{ 'b' in 'a,b' | split(pat=',') and yes }}", "true"},
		{"{{ 1 + 2 * 3 }} {{ (1 + 2) * 3 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % 4 }} {{ 7 / 2 }} {{ 2 ** 10 }} {{ -n }}", "7 9 3 -4 3 3.5 1024 -5"},
		{"{{ n == 5.0 }}{{ 'a' == 'a' }}{{ n != 5 }}{{ [1, {'a': 2}] == [1, {'a': 2}] }}{{ 'a' < 'b' }}{{ 1 >= 2 }}{{ big == big }}{{ n == a }}{{ {'a': 1} != {'a': 2} }}", "truetruefalsetruetruefalsetruefalsetrue"},
		{"{{ ids[0] }} {{ ids[-1] }} {{ ids.1 }} {{ map['k'] }} {{ map.in.x[0] }} {{ numbers[1:] }} {{ numbers[::-1] }} {{ 'abc'[0:2] }}",
			"i-1 i-2 i-2 v 1 [1,2] [2,1,3] ab"},
		{"{{ dot.t }} {{ dot.d.e }}", "dotted deep"},
		{"{{ 'it\\'s' }} {{ \"a\\tb\\\\d\\d\" }} {{ 'é\\u00e9' }} {{ 007 }} {{ 1000 if no else 1.5e3 }}", "it's a\tb\\d\\d éé 7 1500"},
		{"{{ {\n\"a\": 1,\n\t'b': [2,\n3]\n}\n}}", `{"a":1,"b":[2,3]}`},
		{"{{ {'b': {'c': {}}} }}{{{'a': 1,}}}", `{"b":{"c":{}}}{"a":1}`},
		{"{{ nothing }}|{{ none }}|{{ None }}|{{ True }}|{{ false }}|{{ float }}|{{ half }}|{{ big }}", "||||true|false|1000000|0.5|12345678901234567890123"[1:]},
		{"{{ 'A'.lower() }}{{ 'a-b'.split('-') }}{{ '-'.join(ids) }}{{ map.get('q', 7) }}{{ dict(b=1) }}", `a["a","b"]i-1-i-27{"b":1}`},
		{"{{ n is divisibleby(5) }}{{ n is even }}{{ nothing is none }}{{ ids is sequence }}{{ a is starting_with('x') }}{{ n is eq 5 }}{{ a is not in ['x'] }}", "truefalsetruetruetruetruefalse"},
		{"{{ not yes }}{{ no or 'z' }}{{ yes and 'y' }}", "falsezy"},
	})
}

func TestUndefined(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		in, name string
		line     int
		says     string
	}{
		{"SELECT '{{ unknown }}'", "unknown", 1, "--var unknown="},
		{"\n\n{{ unknown.x.y | upper }}", "unknown.x.y", 3, "--var unknown.x.y="},
		{"{{ map.nope }}", "map.nope", 1, ""},
		{"{{ ids[7] }}", "ids[7]", 1, "give ids a value that has this item"},
		{"{{ unknown == 1 }}", "unknown", 1, ""},
		{"{% for x in unknown %}{% endfor %}", "unknown", 1, ""},
		{"{{\n{'a':\nunknown} }}", "unknown", 3, ""},
		{"{% set x =\nunknown %}", "unknown", 2, ""},
		{"{{ a | replace(from=unknown, to='') }}", "unknown", 1, ""},
		{"{{ a | default(unknown) }}{{ b | default(unknown) }}", "unknown", 1, ""},
		{"{{ {'A': a, 'B': unknown} | generate_patch_document }}", "unknown", 1, ""},
		{"{% if unknown == 'x' %}{% endif %}", "unknown", 1, ""},
		{"{{ range(unknown) }}", "unknown", 1, ""},
	} {
		got, err := render(t, test.in)
		var undefined *template.UndefinedError
		if !errors.As(err, &undefined) || undefined.Name != test.name || undefined.Line != test.line || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: want %s on line %d, have %q, %v", test.in, test.name, test.line, got, err)
		}
		if got, err := template.Render(test.in, template.Options{Variables: variables(), Lenient: true}); strings.HasPrefix(test.in, "SELECT") && (err != nil || got != "SELECT ''") {
			t.Errorf("lenient: %s became %q, %v", test.in, got, err)
		}
	}
	check(t, []rendering{
		{"{{ unknown | default('d') }}{{ unknown | default(value='d') }}{{ unknown.x | d(1) }}{{ ids[9] | default('-') }}", "dd1-"},
		{"{{ unknown | default }}|{{ empty | default('e') }}|{{ empty | default('e', true) }}|{{ none_yet | first | default('f') }}", "||e|f"},
	})
}

func TestLenient(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"[{{ unknown }}{{ unknown.a.b }}{{ unknown | upper }}{{ unknown | join(',') }}]": "[]",
		"{% for x in unknown %}{% else %}none{% endfor %}":                               "none",
		"{{ {'A': unknown, 'B': 1} | generate_patch_document }}":                         `[{"op":"add","path":"/B","value":1}]`,
		"{{ unknown == 'a' }}{{ unknown ~ 'b' }}":                                        "falseb",
	} {
		if got, err := template.Render(in, template.Options{Lenient: true}); err != nil || got != want {
			t.Errorf("%s: want %s, have %s, %v", in, want, got, err)
		}
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	checkErrors(t, []refusal{
		{in: "\n{{ a | nope }}", want: "no filter nope", line: 2},
		{in: "{{ nope() }}", want: "no function nope"},
		{in: "{{ n is nope }}", want: "no test nope"},
		{in: "\n\n{% nope %}", want: "no tag {% nope %}", line: 3},
		{in: "{% include 'x' %}", want: "cannot read other files"},
		{in: "{% extends 'x' %}", want: "cannot read other files"},
		{in: "{% import 'x' as y %}", want: "cannot read other files"},
		{in: "{% from 'x' import y %}", want: "cannot read other files"},
		{in: "{{ get_env(name='HOME') }}", want: "no function get_env"},
		{in: "a\n{% if yes %}\n\n{{ a }}", want: "{% if %} is never closed", line: 2},
		{in: "{% if yes %}\n{% for x in ids %}", want: "{% for %} is never closed", line: 2},
		{in: "\n{% endif %}", want: "no tag before it", line: 2},
		{in: "{% if yes %}{% endfor %}", want: "{% endfor %}"},
		{in: "{% if %}{% endif %}", want: "syntax error"},
		{in: "\n{{ a }}\n{{ b", want: "{{ is never closed with }}", line: 3},
		{in: "{{ a }} LIKE '{%'", want: "{% raw %}"},
		{in: "{{ 'abc }}", want: "never closed with '"},
		{in: "{{ a b }}", want: "no operator or comma"},
		{in: "{{ range(1 2) }}", want: "no operator or comma"},
		{in: "{{ (a }}", want: "lacks a closing )"},
		{in: "{{ a) }}", want: ") closes nothing"},
		{in: "{{ }}", want: "syntax error"},
		{in: "{{ a + }}", want: "syntax error"},
		{in: "{{\na\n+\n* }}", want: "syntax error", line: 4},
		{in: "{{ a ? b }}", want: `unexpected '?'`},
		{in: "{{ a if }}", want: "syntax error"},
		{in: "{% raw %} x", want: "{% raw %} is never closed"},
		{in: "{% break %}", want: "outside of a loop"},
		{in: "{% for x in ids %}{% endfor %}{% continue %}", want: "outside of a loop"},
		{in: "{% for 1 in ids %}{% endfor %}", want: "wants names"},
		{in: "{% for a, b in ids %}{% endfor %}", want: "2 parts"},
		{in: "{% for x in n %}{% endfor %}", want: "a number has no items"},
		{in: "{% for x in list_text %}{% endfor %}", want: "from_json"},
		{in: "{% set map.k = 1 %}", want: "not a namespace"},
		{in: "{% set n = namespace() %}{% set n.x = [n] %}", want: "cannot hold a namespace"},
		{in: "{{ text5 > 3 }}", want: "text and a number have no order"},
		{in: "{{ text5 + 3 }}", want: "+ does not work on text and a number"},
		{in: "{{ n / 0 }}", want: "division by zero"},
		{in: "{{ n % 0 }}", want: "division by zero"},
		{in: "{{ 9223372036854775807 + 1 }}", want: "too large"},
		{in: "{{ 10.0 ** 999 }}", want: "too large"},
		{in: "{{ a | replace('x') }}", want: "to is missing"},
		{in: "{{ a | replace('x', 'y', with='z') }}", want: "no argument with"},
		{in: "{{ a | replace('x', from='y') }}", want: "from is given twice"},
		{in: "{{ a | upper(1) }}", want: "too many"},
		{in: "{{ none_yet | first }}", want: "no such item"},
		{in: "{{ 'a' | from_json }}", want: "not JSON"},
		{in: "{{ '[1' | from_json }}", want: "ends too early"},
		{in: "{{ '1 2' | from_json }}", want: "something follows"},
		{in: "{{ 'é' | base64_decode }}", want: "not base64"},
		{in: "{{ n is eq }}", want: "wants something to compare with"},
	})
	if got, err := render(t, "{% for x in ids %}{{ loop }}{% endfor %}"); err == nil {
		t.Errorf("a loop became %q", got)
	}
}

func TestSQL(t *testing.T) {
	t.Parallel()
	check(t, []rendering{
		{"SELECT '{{ a }}|{{quote}}'", "SELECT 'x|O''Brien'"},
		{"-- {{ unknown }} '\nSELECT '{{ quote }}'", "-- {{ unknown }} '\nSELECT 'O''Brien'"},
		{"/* it's {{ unknown }} {% if %} */ SELECT {{ n }} -- {{ unknown }}", "/* it's {{ unknown }} {% if %} */ SELECT 5 -- {{ unknown }}"},
		{"/*+ update, retries={{ n }} */ SELECT '--{{ quote }}'", "/*+ update, retries=5 */ SELECT '--O''Brien'"},
		{`SELECT "{{ both }}", '{{ both }}', {{ both }}`, `SELECT "'""", '''"', '"`},
		{"SELECT `{{ a }}`, [{{ quote }}], 'it''s {{ quote }}', x'{{ n }}'", "SELECT `x`, [O'Brien], 'it''s O''Brien', x'5'"},
		{"'{{ map.k }}{{ unknown | default(quote) }}{{ quote | upper | trim }}'", "'vO''BrienO''BRIEN'"},
		{"'{{ quote ~ '-' ~ quote }}{{ quote if yes else a }}{{ quote | tojson }}'", `'O''Brien-O''BrienO''Brien"O\u0027Brien"'`},
		{`IN ('{{ ids | join("','") }}')`, `IN ('i-1','i-2')`},
		{`'{{ quote | replace('O', "x") }}' || '{{ quote | sql_escape }}'`, `'x'Brien' || 'O''Brien'`},
		{"'{{ quote | replace(from='\\'', to='') }}{{ quote }}'", "'OBrienO''Brien'"},
		{"{% for q in [quote] %}'{{ q }}'{% endfor %}", "'O''Brien'"},
		{"SELECT {% if no %}'a{% else %}'b{% endif %} {{ quote }}' , {{ both }}", "SELECT 'b O''Brien' , '\""},
		{"{% raw %}'{% endraw %}{{ quote }}'{{ quote }}", "'O''Brien'O'Brien"},
		{"'{{ list_text }}'{{ ids }}'{{ ids }}'{{ yes }}", `'["a", "b"]'["i-1","i-2"]'["i-1","i-2"]'true`},
	})
	text := `it's {{ quote }} -- {{ a }} /* {{ n }} */ "{{ both }}"`
	got, err := template.Render(text, template.Options{Variables: variables(), Plain: true})
	if want := `it's O'Brien -- x /* 5 */ "'""`; err != nil || got != want {
		t.Errorf("plain: want %s, have %s, %v", want, got, err)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	checkErrors(t, []refusal{
		{in: "{% for x in range(1000001) %}{% endfor %}", want: "more than 1000000 numbers"},
		{in: "{% for x in range(1000000) %}{{ 'aaaaaaaaaaaaaaaaaaaa' }}{% endfor %}", want: "16 MB"},
		{in: "{% for x in range(1000000) %}{% for y in range(1000) %}{% endfor %}{% endfor %}", want: "steps"},
		{in: "{% for x in range(1000000) %}{% set y = range(1000000) %}{% endfor %}", want: "steps"},
		{in: "{% set t = 'a' * 16000000 %}{% for x in range(1000000) %}{% if 'b' in t %}{% endif %}{% endfor %}", want: "steps"},
		{in: "{{ 'aaaa' * 100000000 }}", want: "16 MB"},
		{in: "{% set n = namespace(s='aaaa') %}{% for x in range(99) %}{% set n.s = n.s ~ n.s %}{% endfor %}", want: "16 MB"},
		{in: "{% set n = namespace(s=[1, 2]) %}{% for x in range(60) %}{% set n.s = [n.s, n.s] %}{% endfor %}{{ n.s }}", want: "steps"},
		{in: "{% set n = namespace(s=[1, 2]) %}{% for x in range(60) %}{% set n.s = [n.s, n.s] %}{% endfor %}{{ n.s == n.s[:] }}", want: "steps"},
		{in: "{{ " + strings.Repeat("(", 5000) + "1" + strings.Repeat(")", 5000) + " }}", want: "brackets"},
		{in: strings.Repeat("{% if yes %}", 5000), want: "tags inside each other"},
		{in: "{{ 1" + strings.Repeat("+1", 20000) + " }}", want: "words and signs"},
	})
	check(t, []rendering{
		{"{% for x in range(1000000) %}{% if loop.last %}{{ x }}{% endif %}{% endfor %}", "999999"},
		{strings.Repeat("{% if yes %}", 90) + "{{ n }}" + strings.Repeat("{% endif %}", 90), "5"},
	})
}

// FuzzRender: nothing breaks, and text without braces is unchanged.
func FuzzRender(f *testing.F) {
	for _, seed := range []string{
		"SELECT '{{ a | default(\"x\") }}' -- {{ b }}\n", "{% if a is not defined and b in c | f %}{% elif x %}{% endif %}",
		"{% for k, v in map.items() if v %}{{ loop.index }}{% else %}{% endfor %}", "{% set x = {'a': [1, -2.5, a[0:1]]} %}{{- x -}}",
		"{{ {\"A\": a if b else c} | generate_patch_document }}", "{# c #}{% raw %}{{{% endraw %}", "{{ in }}{{ not }}{{ is }}{{ a is }}", "{{ f(a=, }}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		convert := func(_, _ string, v any) (any, error) { return v, nil }
		got, err := template.Render(text, template.Options{Variables: variables(), Convert: convert})
		var bad *template.Error
		var undefined *template.UndefinedError
		if err != nil && (!errors.As(err, &bad) && !errors.As(err, &undefined) || got != "") {
			t.Errorf("%q gives %q and %T", text, got, err)
		}
		if !strings.ContainsAny(text, "{}") && (err != nil || got != text) {
			t.Errorf("%q became %q, %v", text, got, err)
		}
		_, _ = template.Render(text, template.Options{Lenient: true, Plain: true})
	})
}
