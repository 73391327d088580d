package stack_test

import (
	"strings"
	"testing"

	"skyql/internal/stack"
)

func TestConditions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		condition string
		want      bool
	}{
		{"", true},
		{"  ", true},
		{"true", true},
		{"True", true},
		{"'TRUE'", true},
		{"false", false},
		{"False", false},
		{"{{ yes }}", true},
		{"{{ no }}", false},
		{"yes", true},
		{"not no", true},
		{"{{ stack_env == 'dev' }}", true},
		{"{{ stack_env != 'dev' and yes }}", false},
		{"{% if stack_env == 'dev' %}true{% else %}false{% endif %}", true},
		{"{{ whole }}", true},
		{"'{{ stack_env }}' == 'dev'", true},
		{"'{{ stack_env }}' == 'prd'", false},
		{"'{{ stack_env }}' != 'prd'", true},
		{`"{{ stack_env }}"=="dev"`, true},
		{"{{ stack_env }} == dev", true},
		{"stack_env == dev", true},
		{"'stack_env' == 'dev'", false},
		{"stack_env == 'stack_env'", false},
		{"x-{{ stack_env }}-y == x-dev-y", true},
		{"'x {{ stack_env }} y' == x dev y", true},
		{"{{ stack_env }} in [prd, dev]", true},
		{"'{{ stack_env }}' in ['prd', 'sit']", false},
		{"'{{ stack_env }}' not in ['prd', 'sit']", true},
		{"not {{ stack_env }} in [dev]", false},
		{"{{ stack_env }} in []", false},
		{"{{ stack_env }} in {{ envs }}", true},
		{"prd not in envs", true},
		{"us-east-1 in [us-east-1,us-west-2]", true},
		{"{{ stack_env }} == dev and {{ yes }} == true", true},
		{"{{ stack_env }} == prd and {{ yes }} == true", false},
		{"{{ stack_env }} == prd or {{ yes }} == True", true},
		{"a == a or a == b and a == c", true},
		{"(a == a or a == b) and a == c", false},
		{"not (a == a) or not a == b", true},
		{"not not true", true},
		{"[a, b] == ['a', b]", true},
		{"[a] != [b]", true},
		{"a == [a]", false},
		{"{{ number }} > 3", true},
		{"number >= 5 and number <= 5 and number < 5.5", true},
		{"10 < 9", false},
		{`'it\'s' == "it's"`, true},
		{"{{ tricky }} == b", false},
		{"'{{ tricky }}' == \"' == '\"", true},
		{"{{ empty }} == ''", true},
		{"{{ '}}' }} == '}}'", true},
		{"{{ keyword }} == 'or'", true},
		{"a\n  == a", true},
		{"{{ id }} == i-1", true},
	}
	for _, test := range tests {
		t.Run(test.condition, func(t *testing.T) {
			t.Parallel()
			c, r := conditional(t, test.condition)
			have, err := c.Condition(r)
			if err != nil || have != test.want {
				t.Errorf("want %v, have %v, %v", test.want, have, err)
			}
		})
	}
}

// conditional gives a resource with a condition, and its scope.
func conditional(t *testing.T, condition string) (*stack.Scope, *stack.Resource) {
	t.Helper()
	s := load(t, `globals:
- {name: envs, value: [sit, dev]}
- {name: whole, value: "'a' == 'a'"}
- {name: tricky, value: "' == '"}
- {name: keyword, value: or}
resources:
- {name: a, exports: [id]}
- name: b
  type: query
  sql: x
  props: [{name: yes, value: true}, {name: no, value: false}, {name: number, value: 5}, {name: empty, value: ""}]
`+oneFile)
	r := s.Resource("b")
	r.If = condition
	v := variables(t, s, nil)
	v.Export(s.Resources[0], "id", "", "i-1")
	return scope(t, v, s, "b"), r
}

func TestBadConditions(t *testing.T) {
	t.Parallel()
	tests := []struct{ condition, want string }{
		{"maybe", "it comes to text that is neither true nor false"},
		{"{{ envs }}", "a list is neither true nor false"},
		{"[a]", "a list is neither true nor false"},
		{"a = b", "= alone means nothing"},
		{"!a", "! alone means nothing"},
		{"a ==", "something is missing at its end"},
		{"== a", "== stands where a value should"},
		{"a == b == c", "== follows the condition"},
		{"(a == a", "a ( is never closed"},
		{"a == a)", ") follows the condition"},
		{"a in [a", "a [ is never closed, or a comma is missing"},
		{"a in ['a' 'b']", "a [ is never closed, or a comma is missing"},
		{"a in [,]", ", stands where a value should"},
		{"a in b", "in wants a list, as in x in [a, b]"},
		{"a < b", "< compares numbers"},
		{"a and true", "it comes to text that is neither true nor false"},
		{"not a", "it comes to text that is neither true nor false"},
		{"'a", "a quote is never closed"},
		{"'a' 'b'", "a value follows the condition"},
		{"'it''s' == its", "a value follows the condition"},
		{"{{ 'hunter2 == hunter2 == hunter2' }}", "== follows the condition"},
		{"{{ '(a) hunter2' }}", "a value follows the condition"},
		{"not", "something is missing at its end"},
		{strings.Repeat("(", 200), "more than 100 parentheses inside each other"},
		{strings.Repeat("not ", 200), "more than 100 parentheses inside each other"},
		{"a == a\nand {{ nope }}", "wants {{ nope }}, which has no value"},
		{"{{ 1 + }}", "syntax error"},
	}
	for _, test := range tests {
		t.Run(test.condition, func(t *testing.T) {
			t.Parallel()
			c, r := conditional(t, test.condition)
			_, err := c.Condition(r)
			have := messages(err)
			if len(have) != 1 || !strings.HasPrefix(have[0], stack.ManifestName) || !strings.Contains(have[0], test.want) {
				t.Errorf("want %s, have %v", test.want, err)
			}
		})
	}
}
