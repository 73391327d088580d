package stack_test

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkScopes goes through 300 resources that each export something.
func BenchmarkScopes(b *testing.B) {
	s := load(b, large())
	for b.Loop() {
		v := variables(b, s, nil)
		for _, r := range s.Resources {
			c := scope(b, v, s, r.Name)
			c.Capture(map[string]string{"id": "1"})
			for _, q := range r.Queries {
				if _, err := c.RenderQuery(q); err != nil {
					b.Fatal(err)
				}
			}
			for _, e := range r.Exports {
				v.Export(r, e.Column, e.Alias, `{"a": 1}`)
			}
		}
	}
}

// large is a stack of 300 resources.
func large() string {
	var b strings.Builder
	b.WriteString("globals:\n- {name: tags, value: [{Key: r, Value: '{{ resource_name }}'}]}\n- {name: region, value: x}\nresources:\n")
	for i := range 300 {
		fmt.Fprintf(&b, "- name: r%d\n  file: x.iql\n  exports: [{id: r%d_id}, {arn: r%d_arn}, {x: r%d_x}]\n  props:\n", i, i, i, i)
		for p := range 10 {
			fmt.Fprintf(&b, "  - {name: p%d, value: ['{{ region }}-{{ stack_env }}', {a: '{{ region }}'}]}\n", p)
		}
		fmt.Fprintf(&b, "  - {name: t, value: [], merge: [tags]}\n")
		if i > 0 {
			fmt.Fprintf(&b, "  - {name: q, value: '{{ r%d_id }}'}\n", i-1)
		}
	}
	b.WriteString("-- resources/x.iql --\n/*+ exists */\n'{{ tags }} {{ p1 }}' {{ this.id }}\n/*+ create */\n{{ p1 }} {{ p2 }}\n/*+ exports */\nx\n")
	return b.String()
}
