package template_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"

	"skyql/internal/template"
)

func TestTextFilters(t *testing.T) {
	t.Parallel()
	check(t, []rendering{
		{"{{ 'aXa' | replace('a', 'b') }}{{ 'aXa' | replace(from='a', to=\"\") }}{{ 'aa' | replace('a', 'b', 1) }}", "bXbXba"},
		{"{{ 'aB' | upper }}{{ 'aB' | lower }}{{ ' a ' | trim }}{{ 'xax' | trim('x') }}", "ABabaa"},
		{"{{ 'hELLO wORLD' | capitalize }}|{{ \"it's a-b\" | title }}|{{ '' | capitalize }}", "Hello world|It's A-B|"},
		{"{{ ' a ' | trim_start }}|{{ ' a ' | trim_end }}|{{ '//a//' | trim_start_matches(pat='/') }}|{{ '//a//' | trim_end_matches(pat='/') }}", "a | a|a//|//a"},
		{"{{ 'a,b' | split(pat=',') }}{{ 'a b' | split }}{{ 'a,b' | split(',') | last }}", `["a","b"]["a","b"]b`},
		{"{{ 'éabc' | truncate(length=2) }}{{ 'abc' | truncate(2, end='') }}{{ 'abc' | truncate(3) }}", "éa…ababc"},
		{"{{ n | as_str ~ 1 }}{{ yes | string }}{{ map.in | as_str }}", `51true{"x":[1,true,null]}`},
		{"{{ 'a b/c&é' | urlencode }} {{ 'a b/c' | urlencode_strict }}", "a%20b/c%26%C3%A9 a%20b%2Fc"},
		{"{{ 'a\nb\n\nc' | indent(2) }}|{{ 'a' | indent(first=true) }}|{{ 'a b  c' | wordcount }}", "a\n  b\n\n  c|    a|3"},
	})
}

func TestNumberFilters(t *testing.T) {
	t.Parallel()
	check(t, []rendering{
		{"{{ '12' | int + 1 }} {{ ' 1.9 ' | int }} {{ 'x' | int }} {{ 'x' | int(7) }} {{ 'ff' | int(base=16) }} {{ yes | int }} {{ 2.9 | int }}", "13 1 0 7 255 1 2"},
		{"{{ '1.5' | float }} {{ 'x' | float }} {{ 'x' | float(default=2.5) }} {{ 'nan' | float }}", "1.5 0 2.5 0"},
		{"{{ 2.567 | round(2) }} {{ 2.5 | round }} {{ 2.1 | round(method='ceil') }} {{ 2.9 | round(0, 'floor') }} {{ n | round }}", "2.57 3 3 2 5"},
		{"{{ -5 | abs }} {{ -2.5 | abs }} {{ 'é2' | length }} {{ ids | length }} {{ map | count }} {{ nothing | length }}", "5 2.5 2 2 2 0"},
		{"{{ range(3) }}{{ range(end=3) }}{{ range(1, 3) }}{{ range(start=1, end=6, step_by=2) }}{{ range(3, 0, -1) }}{{ range('2' | int) }}{{ range(5, start=4) }}",
			"[0,1,2][0,1,2][1,2][1,3,5][3,2,1][0,1][4]"},
	})
}

func TestListFilters(t *testing.T) {
	t.Parallel()
	check(t, []rendering{
		{"{{ ids | join(',') }} {{ ids | join(sep=', ') }} {{ ids | join }} {{ tags | join('+', attribute='Key') }}", "i-1,i-2 i-1, i-2 i-1i-2 b+a"},
		{"{{ ids | first }} {{ ids | last }} {{ ids | nth(n=1) }} {{ 'abc' | first }}", "i-1 i-2 i-2 a"},
		{"{{ numbers | slice(start=1) }}{{ numbers | slice(end=-1) }}{{ numbers | slice(start=1, end=2) }}{{ numbers[9:] }}", "[1,2][3,1][1][]"},
		{"{{ numbers | sort }}{{ numbers | sort(reverse=true) }}{{ ['b', 'A'] | sort }}{{ tags | sort(attribute='Key') | map(attribute='Key') }}", `[1,2,3][3,2,1]["A","b"]["a","b"]`},
		{"{{ ['a', 'A', 'b', 'a'] | unique }}{{ ['a', 'A'] | unique(case_sensitive=true) }}{{ [1, 1, '1'] | unique }}", `["a","b"]["a","A"][1,"1"]`},
		{"{{ numbers | reverse }}{{ 'abc' | reverse }}{{ numbers | min }}{{ numbers | max }}{{ numbers | sum }}{{ [] | sum }}", "[2,1,3]cba1360"},
		{"{{ ids | map('upper') | join(',') }} {{ ids | map('replace', 'i', 'j') | join(',') }} {{ tags | map(attribute='Nope', default='-') }}", `I-1,I-2 j-1,j-2 ["-","-"]`},
		{"{{ [1] | concat(with=2) }}{{ [1] | concat(with=[2, 3]) }}{{ [1] + [2] }}{{ 'ab' | list }}", `[1,2][1,2,3][1,2]["a","b"]`},
		{"{{ map | get(key='k') }}{{ map | get(key='q', default='d') }}{{ map | get('q') | default('e') }}{{ map | attr('in') | length }}", "vde1"},
		{"{{ tags | filter(attribute='Key', value='a') }}{{ [{'a': none}, {'a': 1}, {}] | filter(attribute='a') }}", `[{"Key":"a","Value":"1"}][{"a":1}]`},
		{"{{ tags | group_by(attribute='Value') }}", `{"2":[{"Key":"b","Value":"2"}],"1":[{"Key":"a","Value":"1"}]}`},
		{"{% for k, list in tags | groupby('Key') %}{{ k }}{{ list | length }}{% endfor %}", "a1b1"},
		{"{{ numbers | select('gt', 1) }}{{ numbers | reject('odd') }}{{ [0, 1] | select }}{{ tags | selectattr('Key', 'eq', 'a') | length }}{{ [{}, {'a': 1}] | rejectattr('a', 'defined') }}", "[3,2][2][1]1[{}]"},
		{"{% for k, v in {'b': 1, 'A': 2} | dictsort %}{{ k }}{% endfor %}{% for k, v in {'b': 1, 'A': 2} | items %}{{ k }}{% endfor %}", "AbbA"},
	})
}

// TestStackFilters goes through the filters that stack files know.
func TestStackFilters(t *testing.T) {
	t.Parallel()
	check(t, []rendering{
		{"{{ (list_text | from_json)[1] }} {{ object_text | from_json }} {{ ids | from_json }}", `b {"z":1,"a":{"c":"d"}} ["i-1","i-2"]`},
		{"{{ {'z': [1, true, none], 'a': \"<&>'\"} | tojson }}", `{"a": "\u003c\u0026\u003e\u0027", "z": [1, true, null]}`},
		{"{{ {'z': 1, 'a': \"<'é\"} | json_encode }}", `{"a":"<'é","z":1}`},
		{"{{ {'z': [1, []]} | json_encode(pretty=true) }}{{ {'z': 1} | tojson(indent=1) }}", "{\n  \"z\": [\n    1,\n    []\n  ]\n}{\n \"z\": 1\n}"},
		{"{{ object_text | json_encode }} {{ list_text | tojson }} {{ '[x' | tojson }} {{ '5' | tojson }}", `{"a":{"c":"d"},"z":1} ["a", "b"] "[x" "5"`},
		{"{{ 'é?' | base64_encode }} {{ 'w6k/' | base64_decode }}", "w6k/ é?"},
		{"{{ quote | sql_escape }}{{ n | sql_escape }}{{ nothing | sql_escape }}", "O''Brien5"},
		{"{{ ids | sql_list }} {{ ['O\\'B'] | sql_list }} {{ '[1, 2]' | sql_list }} {{ numbers | sql_list }}", "('i-1','i-2') ('O''B') ('1','2') ('3','1','2')"},
		{"{{ [] | sql_list }} {{ '[]' | sql_list }} {{ nothing | sql_list }} {{ quote | sql_list }} {{ '' | sql_list }} {{ '5' | sql_list }} {{ n | sql_list }}", "(NULL) (NULL) (NULL) ('O''Brien') ('') ('5') ('5')"},
		{`{{ '["b","a"]' | merge_lists(["a", "c", "c"]) }}`, `["b","a","c"]`},
		{`{{ tags | merge_lists(other='[{"Value": "1", "Key": "a"}, {"Key": "A", "Value": "1"}]') | length }}{{ ids | merge_lists(any=['I-1', 'i-1']) }}`, `3["i-1","i-2","I-1"]`},
		{"{{ {'a': 1, 'b': 2} | merge_objects(other={'a': 3, 'c': 4}) }}{{ map.in | merge_objects({}) }}", `{"a":3,"b":2,"c":4}{"x":[1,true,null]}`},
		{"{{ tags | to_aws_tag_filters }}", `[{"Key":"b","Values":["2"]},{"Key":"a","Values":["1"]}]`},
		{`{{ '[{"Key":"a","Value":"it\'s"},{"Key":"b"},{"Value":"c"},{"Key":1,"Value":"d"},7]' | to_aws_tag_filters }}`, `[{"Key":"a","Values":["it\u0027s"]}]`},
	})
	checkErrors(t, []refusal{
		{in: "{{ 'a' | to_aws_tag_filters }}", want: "wants lists, not this text"},
		{in: "{{ n | to_aws_tag_filters }}", want: "wants lists, not a number"},
		{in: "{{ ids | merge_lists }}", want: "one argument, not 0"},
		{in: "{{ ids | merge_lists(a=[], b=[]) }}", want: "one argument, not 2"},
		{in: "{{ ids | merge_lists([], []) }}", want: "one argument, not 2"},
		{in: "{{ ids | merge_lists(map) }}", want: "wants lists, not a map"},
		{in: "{{ map | merge_objects(ids) }}", want: "wants maps, not a list"},
		{in: "{{ map | sql_list }}", want: "not a map"},
		{in: "{{ ids | generate_patch_document }}", want: "wants maps, not a list"},
	})
}

func TestPatchDocument(t *testing.T) {
	t.Parallel()
	check(t, []rendering{
		{"{{ {'Z': n, 'A': 'x', 'M': {'b': 1, 'a': [text5, none]}} | generate_patch_document }}",
			`[{"op":"add","path":"/Z","value":5},{"op":"add","path":"/A","value":"x"},{"op":"add","path":"/M","value":{"b":1,"a":["5",null]}}]`},
		{"{{ {'a/b~c': \"it's <>&\"} | generate_patch_document }}", `[{"op":"add","path":"/a~1b~0c","value":"it\u0027s <>&"}]`},
		{"{{ {'J': list_text, 'N': text5, 'B': 'true', 'F': '1.50', 'T': '01'} | generate_patch_document }}",
			`[{"op":"add","path":"/J","value":["a","b"]},{"op":"add","path":"/N","value":5},{"op":"add","path":"/B","value":true},{"op":"add","path":"/F","value":1.50},{"op":"add","path":"/T","value":"01"}]`},
		{"{{ {'N': nothing, 'M': none, 'O': 'null'} | generate_patch_document }}{{ {} | generate_patch_document }}", "[][]"},
		{"{{ {'A': a | upper, 'B': 'y' if no else 'z', 'C': a ~ n, 'D': ids[0], 'E': unknown | default(none)} | generate_patch_document }}",
			`[{"op":"add","path":"/A","value":"X"},{"op":"add","path":"/B","value":"z"},{"op":"add","path":"/C","value":"x5"},{"op":"add","path":"/D","value":"i-1"}]`},
		{"{{ object_text | generate_patch_document }}", `[{"op":"add","path":"/z","value":1},{"op":"add","path":"/a","value":{"c":"d"}}]`},
		{"{{ {'A': big, 'B': 1e6, 'C': '12345678901234567890123'} | generate_patch_document }}",
			`[{"op":"add","path":"/A","value":12345678901234567890123},{"op":"add","path":"/B","value":1000000},{"op":"add","path":"/C","value":12345678901234567890123}]`},
	})
}

// TestConvert: the schema of the table that the statement names decides.
func TestConvert(t *testing.T) {
	t.Parallel()
	const document = "{{ {'Size': text5, 'List': list_text, 'Left': 'out'} | generate_patch_document }}"
	convert := func(table, property string, v any) (any, error) {
		switch {
		case property == "List":
			return []any{table, v}, nil
		case property == "Left":
			return nil, nil
		case table == "bad":
			return nil, errors.New("it wants a number")
		}
		return v, nil
	}
	opts := template.Options{Variables: variables(), Convert: convert}
	for _, test := range []struct{ before, after, table string }{
		{"UPDATE awscc.s3.buckets SET PatchDocument = string('", "') WHERE x = 1", "awscc.s3.buckets"},
		{"/*+ update */\nUPDATE \"awscc\".`s3`.buckets SET p = '", "'", "awscc.s3.buckets"},
		{"INSERT INTO s3.buckets (a) SELECT '", "'", "s3.buckets"},
		{"UPDATE other SET a = ';'; -- ;\nINSERT OR REPLACE INTO b SELECT '", "'; UPDATE c SET x = 1", "b"},
		{"WITH w AS (SELECT * FROM x) INSERT INTO t SELECT '", "'", "t"},
		{"EXPLAIN UPDATE OR IGNORE t SET p = '{{ {';': 1} }}", "'", "t"},
		{"{% if yes %}UPDATE t SET p = {# ; #} '", "'{% endif %}", "t"},
		{"UPDATE t SET p = {% set d = 1 %}'{% raw %}{{{% endraw %}", "'", "t"},
	} {
		got, err := template.Render(test.before+document+test.after, opts)
		want := `[{"op":"add","path":"/Size","value":"5"},{"op":"add","path":"/List","value":["` + test.table + `","[\"a\", \"b\"]"]}]`
		if err != nil || !strings.Contains(got, want) {
			t.Errorf("%s: want %s, have %s, %v", test.before, want, got, err)
		}
	}
	for _, before := range []string{"SELECT '", "UPDATE {{ a }}.b SET p = '", "UPDATE t SET a = 1; SELECT '"} {
		got, err := template.Render(before+document+"'", opts)
		if want := `"value":5},{"op":"add","path":"/List","value":["a","b"]}`; err != nil || !strings.Contains(got, want) {
			t.Errorf("%s: want %s, have %s, %v", before, want, got, err)
		}
	}
	_, err := template.Render("\nUPDATE bad SET p = '"+document+"'", opts)
	var bad *template.Error
	if !errors.As(err, &bad) || bad.Line != 2 || !strings.Contains(bad.Message, "property Size: it wants a number") {
		t.Errorf("want an error that names the property, have %v", err)
	}
}

// TestProviderPages renders statements in the shape of a provider's pages.
func TestProviderPages(t *testing.T) {
	t.Parallel()
	opts := template.Options{Variables: map[string]any{
		"pool_id": "eu-west-1_x", "client_id": "c'1", "region": "eu-west-1", "client_name": "it's", "flows": []any{"A", "B"},
		"secret": true, "validity": 30, "units": map[string]any{"refresh": "days"},
	}}
	for in, want := range map[string]string{
		"/*+ create */\nINSERT INTO awscc.cognito.user_pool_clients (\n ClientName,\n Flows,\n Secret,\n Units,\n region\n)\nSELECT\n" +
			" '{{ client_name }}',\n '{{ flows }}',\n '{{ secret }}',\n '{{ units }}',\n '{{ region }}';\n": "/*+ create */\nINSERT INTO awscc.cognito.user_pool_clients (\n ClientName,\n Flows,\n Secret,\n Units,\n region\n)\nSELECT\n" +
			" 'it''s',\n '[\"A\",\"B\"]',\n 'true',\n '{\"refresh\":\"days\"}',\n 'eu-west-1';\n",
		"/*+ update */\nUPDATE awscc.cognito.user_pool_clients\nSET PatchDocument = string('{{ {\n    \"ClientName\": client_name,\n" +
			"    \"Flows\": flows,\n\"Validity\": validity,\n    \"Units\": units\n} | generate_patch_document }}')\nWHERE region = '{{ region }}'\n" +
			"AND Identifier = '{{ pool_id }}|{{ client_id }}';": "/*+ update */\nUPDATE awscc.cognito.user_pool_clients\nSET PatchDocument = string('" +
			`[{"op":"add","path":"/ClientName","value":"it\u0027s"},{"op":"add","path":"/Flows","value":["A","B"]},` +
			`{"op":"add","path":"/Validity","value":30},{"op":"add","path":"/Units","value":{"refresh":"days"}}]` +
			"')\nWHERE region = 'eu-west-1'\nAND Identifier = 'eu-west-1_x|c''1';",
	} {
		got, err := template.Render(in, opts)
		if err != nil || got != want {
			t.Errorf("want %s\nhave %s\n%v", want, got, err)
		}
	}
}

func TestOneValuePerRendering(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		check(t, []rendering{{"{{ now() }} {{ now(timestamp=true) }}", "2000-01-01T00:00:00Z 946684800"}})
	})
	got, err := render(t, "{{ uuid() }} {{ uuid() }}")
	first, second, _ := strings.Cut(got, " ")
	if err != nil || first != second || !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(first) {
		t.Errorf("want the same random UUID twice, have %q, %v", got, err)
	}
	if again, _ := render(t, "{{ uuid() }}"); again == first {
		t.Errorf("two renderings have the same UUID")
	}
}

func TestVariables(t *testing.T) {
	t.Parallel()
	type text string
	five := int64(5)
	opts := template.Options{Variables: map[string]any{
		"t": text("a"), "p": &five, "u": uint8(7), "f": float32(0.5), "m": map[string]string{"b": "1", "a": "2"}, "l": []string{"x"},
		"deep": map[any]any{1: []map[string]int{{"z": 1}}},
	}}
	got, err := template.Render("{{ t }}{{ p + 1 }}{{ u }}{{ f }}{{ m }}{{ l }}{{ deep }}", opts)
	if want := `a670.5{"a":"2","b":"1"}["x"]{"1":[{"z":1}]}`; err != nil || got != want {
		t.Errorf("want %s, have %s, %v", want, got, err)
	}
	_, err = template.Render("{{ c }}", template.Options{Variables: map[string]any{"c": func() {}}})
	if err == nil || !strings.Contains(err.Error(), "variable c: a func() is none of") {
		t.Errorf("want an error that names the variable, have %v", err)
	}
}
