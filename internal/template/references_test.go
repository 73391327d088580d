package template_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"skyql/internal/template"
)

func TestReferences(t *testing.T) {
	t.Parallel()
	// Each name with its line; ? stands behind what the template can do without.
	tests := []struct{ text, want string }{
		{"no template", ""},
		{"{{ a }} {{ b.c.d }} {{ e['f'] }} {{ g[h] }} {{ i[0].j }}", "a:1 b.c.d:1 e.f:1 g:1 h:1 i:1"},
		{"x\n{{ a }}\n'{{ b }}'", "a:2 b:3"},
		{"-- {{ a }}\n/* {{ b }} */ {# {{ c }} #} {% raw %}{{ d }}{% endraw %}", ""},
		{"{{ none }} {{ null }} {{ true }} {{ 'text' }} {{ 1 }} {{ uuid() }} {{ range(n) }} {{ dict(k=v) }}", "n:1 v:1"},
		{"{{ a | default(b) }} {{ a | d(value=c) }} {{ a | upper | default('x') }} {{ a | join(sep=s) }}", "a:1? b:1 a:1? c:1 a:1 a:1 s:1"},
		{"{{ a is defined }} {{ b is undefined }} {{ c is even }} {{ d is divisibleby(e) }}", "a:1? b:1? c:1 d:1 e:1"},
		{"{% if a %}{{ b }}{% elif c and not d or e == f %}{{ g }}{% else %}{{ h }}{% endif %}", "a:1? b:1 c:1? d:1? e:1 f:1 g:1 h:1"},
		{"{% for x in a if x > b %}{{ x }}{{ loop.index }}{{ c }}{% else %}{{ x }}{% endfor %}{{ x }}", "a:1 b:1 c:1 x:1 x:1"},
		{"{% set x = a %}{{ x }}{{ x.y }}{% set y %}{{ b }}{% endset %}{{ y }}", "a:1 b:1"},
		{"{% set x = x %}{{ x }}", "x:1"},
		{"{% set ns = namespace(n=a) %}{% set ns.n = b %}{{ ns.n }}", "a:1 b:1"},
		{"{% if a %}{% set x = 1 %}{% endif %}{{ x }}", "a:1? x:1"},
		{"{% if a %}{% set x = 1 %}{% elif b %}{% set x = 2 %}{% set y = 1 %}{% else %}{% set x = 3 %}{% endif %}{{ x }}{{ y }}", "a:1? b:1? y:1"},
		{"{% with x = a, y = x %}{{ x }}{{ y }}{% endwith %}{{ y }}", "a:1 x:1 y:1"},
		{"{{ a if b else c }} {{ [d, (e, f)] }} {{ {'k': g, h: 1} | tojson }} {{ -i + j ~ k }} {{ l[m:n:o] }} {{ not p }}",
			"b:1? a:1 c:1 d:1 e:1 f:1 g:1 h:1 i:1 j:1 k:1 l:1 m:1 n:1 o:1 p:1"},
		{"{{ a.items() }} {{ b.c.get(d) }}", "a:1 b.c:1 d:1"},
	}
	for _, test := range tests {
		references, err := template.References(test.text, template.Options{})
		if err != nil {
			t.Errorf("%s: %v", test.text, err)
		}
		var have []string
		for _, ref := range references {
			mark := ""
			if ref.Optional {
				mark = "?"
			}
			have = append(have, fmt.Sprintf("%s:%d%s", ref.Name, ref.Line, mark))
		}
		if got := strings.Join(have, " "); got != test.want {
			t.Errorf("%s:\nwant %s\nhave %s", test.text, test.want, got)
		}
	}
	plain, err := template.References("-- {{ a }}", template.Options{Plain: true})
	if err != nil || len(plain) != 1 || plain[0].Name != "a" {
		t.Errorf("plain text: %v, %v", plain, err)
	}
	var bad *template.Error
	if _, err := template.References("x\n{{ a b }}", template.Options{}); !errors.As(err, &bad) || bad.Line != 2 {
		t.Errorf("have %v", err)
	}
}

// TestReferencesSuffice renders with nothing but the references, and fails without
// any one of those that are not optional.
func TestReferencesSuffice(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"{{ a }}{{ b.c }}{{ d | default('x') }}{% if e %}{% endif %}",
		"{% for x in l %}{{ x }}{{ m }}{% endfor %}{% set y = n %}{{ y }}",
		"{{ o if p else q }}{{ {'k': r} | tojson }}{{ s is defined }}",
	} {
		references, err := template.References(text, template.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for without := -1; without < len(references); without++ {
			given := map[string]any{}
			for i, ref := range references {
				if i != without {
					given[ref.Name] = []any{"v"}
				}
			}
			_, err := template.Render(text, template.Options{Variables: given})
			branch := without >= 0 && references[without].Name == "q" // not taken
			if fails := without >= 0 && !references[without].Optional && !branch; (err != nil) != fails {
				t.Errorf("%s without reference %d: %v", text, without, err)
			}
		}
	}
}

func FuzzReferences(f *testing.F) {
	f.Add("{% for x in a %}{{ x.y[b] | default(c) }}{% endfor %}")
	f.Add("{{ {'a': b if c else d} | f(g, h=i) }}{% set x = y %}")
	f.Fuzz(func(t *testing.T, text string) {
		references, err := template.References(text, template.Options{Plain: true})
		if err != nil {
			return
		}
		given := map[string]any{}
		for _, ref := range references {
			if ref.Name == "" || ref.Line < 1 {
				t.Errorf("%q: %v", text, ref)
			}
			given[ref.Name] = "v"
			root, _, _ := strings.Cut(ref.Name, ".")
			if given[root] == nil {
				given[root] = "v"
			}
		}
		var missing *template.UndefinedError
		if _, err := template.Render(text, template.Options{Plain: true, Variables: given}); errors.As(err, &missing) {
			if _, known := given[missing.Name]; !known && !strings.ContainsAny(missing.Name, ".[(") {
				t.Errorf("%q wants %s, which is no reference", text, missing.Name)
			}
		}
	})
}
