package apply

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, desired, current string
		differing, unseen      []string
	}{
		{"the same", `{"A":1,"B":"x"}`, `{"A":1,"B":"x"}`, nil, nil},
		{"more is there", `{"A":1}`, `{"A":1,"B":"x"}`, nil, nil},
		{"less is there", `{"B":1,"A":2}`, `{}`, nil, []string{"A", "B"}},
		{"other values", `{"B":1,"A":"x","C":true}`, `{"A":"y","B":2,"C":false}`, []string{"A", "B", "C"}, nil},
		{"a number as text", `{"A":7,"B":"8"}`, `{"A":"7","B":8}`, nil, nil},
		{"inside of objects", `{"A":{"B":{"C":1}}}`, `{"A":{"B":{"C":2}}}`, []string{"A"}, nil},
		{"objects with more and less", `{"A":{"B":1,"C":2}}`, `{"A":{"B":1,"D":3}}`, nil, nil},
		{"an object as text", `{"A":{"B":1}}`, `{"A":"{\"B\":1}"}`, nil, nil},
		{"text as an object", `{"A":"{\"B\":1}"}`, `{"A":{"B":1}}`, nil, nil},
		{"arrays in another order", `{"A":[1,2]}`, `{"A":[2,1]}`, nil, nil},
		{"arrays of another length", `{"A":[1,2]}`, `{"A":[1]}`, []string{"A"}, nil},
		{"no objects", `[]`, `{}`, nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			differing, unseen := compare(json.RawMessage(test.desired), json.RawMessage(test.current))
			if diff := cmp.Diff([2][]string{test.differing, test.unseen}, [2][]string{differing, unseen}); diff != "" {
				t.Errorf("differing and unseen (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRepeatable(t *testing.T) {
	t.Parallel()
	tests := []struct {
		patch string
		want  bool
	}{
		{`[]`, true},
		{`[{"op":"replace","path":"/A","value":1}]`, true},
		{`[{"op":"replace","path":"/A/0/B","value":1}]`, true},
		{`[{"op":"add","path":"/A","value":[1]},{"op":"add","path":"B","value":2}]`, true},
		{`[{"op":"add","path":"/A/0/B2","value":1}]`, true},
		{`[{"op":"add","path":"/A/-","value":1}]`, false},
		{`[{"op":"add","path":"/A/10","value":1}]`, false},
		{`[{"op":"replace","path":"/A","value":1},{"op":"remove","path":"/B"}]`, false},
		{`[{"op":"move","from":"/A","path":"/B"}]`, false},
		{`[{"op":"copy","from":"/A","path":"/B"}]`, false},
		{`[{"op":"test","path":"/A","value":1}]`, false},
		{`{}`, false},
		{``, false},
	}
	for _, test := range tests {
		if got := repeatable(json.RawMessage(test.patch)); got != test.want {
			t.Errorf("%s: want %t, got %t", test.patch, test.want, got)
		}
	}
}
