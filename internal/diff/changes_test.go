package diff

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/schema"
)

func TestChanges(t *testing.T) {
	t.Parallel()
	n := func(text string) json.Number { return json.Number(text) }
	tests := map[string]struct {
		current, wanted string
		want            []Change
	}{
		"in the order of the schema": {
			`{"Size":1,"Body":"b","Level":"x"}`, `{"Body":"c","Zones":["a"],"Size":2,"Level":null}`,
			[]Change{
				{Path: schema.Path{"Size"}, Kind: Replace, Before: n("1"), After: n("2")},
				{Path: schema.Path{"Level"}, Kind: Remove, Before: "x"},
				{Path: schema.Path{"Zones"}, Kind: Add, After: []any{"a"}},
				{Path: schema.Path{"Body"}, Kind: Replace, Before: "b", After: "c"},
			},
		},
		"inside of what the patch replaces whole": {
			`{"Labels":{"a":"1","b":"1","c":"1"}}`, `{"Labels":{"a":"2","b":"2","d":"2"}}`,
			[]Change{
				{Path: schema.Path{"Labels", "a"}, Kind: Replace, Before: "1", After: "2"},
				{Path: schema.Path{"Labels", "b"}, Kind: Replace, Before: "1", After: "2"},
				{Path: schema.Path{"Labels", "c"}, Kind: Remove, Before: "1"},
				{Path: schema.Path{"Labels", "d"}, Kind: Add, After: "2"},
			},
		},
		"element of a list": {
			`{"Steps":[{"Run":"a"}]}`, `{"Steps":[{"Run":"b"}]}`,
			[]Change{{Path: schema.Path{"Steps", "0", "Run"}, Kind: Replace, Before: "a", After: "b"}},
		},
		"set without its read-only parts": {
			`{"Disks":[{"Id":"d1","Size":1}]}`, `{"Disks":[{"Size":2}]}`,
			[]Change{{
				Path: schema.Path{"Disks"}, Kind: Replace,
				Before: []any{map[string]any{"Size": n("1")}}, After: []any{map[string]any{"Size": n("2")}},
			}},
		},
		"write-only values are not in it": {
			`{"Login":{"User":"u"}}`, `{"Login":{"User":"u","Password":"hush"},"Secret":"hush","Source":{"Key":"hush"},"Users":[{"Name":"a","Password":"hush"}]}`,
			[]Change{
				{Path: schema.Path{"Login", "Password"}, Kind: Add, WriteOnly: true},
				{Path: schema.Path{"Secret"}, Kind: Add, WriteOnly: true},
				{Path: schema.Path{"Source"}, Kind: Add, After: map[string]any{}, WriteOnly: true},
				{Path: schema.Path{"Users"}, Kind: Add, After: []any{map[string]any{"Name": "a"}}, WriteOnly: true},
			},
		},
		"what needs replacement": {
			`{"Mode":"a","Name":"x","Shape":{"Kind":"k"}}`, `{"Mode":"b","Name":"y","Shape":{"Kind":null,"Depth":1},"Engine":"e"}`,
			[]Change{
				{Path: schema.Path{"Name"}, Kind: Replace, Before: "x", After: "y", Replacement: MustReplace},
				{Path: schema.Path{"Shape", "Kind"}, Kind: Remove, Before: "k", Replacement: MustReplace},
				{Path: schema.Path{"Shape", "Depth"}, Kind: Add, After: n("1")},
				{Path: schema.Path{"Mode"}, Kind: Replace, Before: "a", After: "b", Replacement: MayReplace},
				{Path: schema.Path{"Engine"}, Kind: Add, After: "e", Replacement: MustReplace},
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// The errors have their own tests; the changes are there beside them.
			result, _ := Compare(Input{Type: parse(t, thing), Current: object(t, test.current), Wanted: object(t, test.wanted)})
			if diff := cmp.Diff(test.want, result.Changes); diff != "" {
				t.Errorf("(-want +have)\n%s", diff)
			}
		})
	}
}

func TestErrorsHoldNoValues(t *testing.T) {
	t.Parallel()
	_, err := Compare(Input{
		Type: parse(t, thing), Current: object(t, `{"Name":"hush","Arn":"hush"}`),
		Wanted: object(t, `{"Name":"hush1","Arn":"hush2","Master":"hush3","Users":[{"Password":"hush4"}]}`),
	})
	if err == nil || strings.Contains(err.Error(), "hush") {
		t.Errorf("want an error without values, have %v", err)
	}
}

func TestWordsOfKinds(t *testing.T) {
	t.Parallel()
	have := []string{Add.String(), Remove.String(), Replace.String(), NoReplacement.String(), MayReplace.String(), MustReplace.String()}
	if diff := cmp.Diff([]string{"add", "remove", "replace", "no", "may", "must"}, have); diff != "" {
		t.Errorf("(-want +have)\n%s", diff)
	}
}

func TestEqual(t *testing.T) {
	t.Parallel()
	resourceType := parse(t, thing)
	tests := map[string]struct {
		property, have, want string
		equal                bool
	}{
		"numbers":                     {"Size", `1`, `1.0`, true},
		"other numbers":               {"Size", `1`, `-1`, false},
		"sets":                        {"Tags", `[{"Key":"a"},{"Key":"b"}]`, `[{"Key":"b"},{"Key":"a"}]`, true},
		"sets with twins":             {"Tags", `[{"Key":"a"},{"Key":"a"},{"Key":"b"}]`, `[{"Key":"a"},{"Key":"b"},{"Key":"b"}]`, false},
		"lists":                       {"Zones", `["a","b"]`, `["b","a"]`, false},
		"default that is left out":    {"Retention", `{"Days":30}`, `{}`, true},
		"default that is not there":   {"Retention", `{}`, `{"Days":30}`, false},
		"null for nothing":            {"Retention", `{"Days":null}`, `{}`, true},
		"text and document":           {"Policy", `{"a":[1]}`, `"{\"a\":[1]}"`, true},
		"text and another document":   {"Policy", `{"a":[1]}`, `"{\"a\":[2]}"`, false},
		"text that is a number":       {"Policy", `1`, `"1"`, false},
		"object and array":            {"Free", `{}`, `[]`, false},
		"null and a truth value":      {"Free", `null`, `false`, false},
		"null of a key":               {"Free", `{"a":null}`, `{}`, false},
		"nulls":                       {"Free", `[null]`, `[null]`, true},
		"a default in pairs of a set": {"Tree", `{"All":[{"Set":[1]},{"Set":[2,1]}]}`, `{"All":[{"Set":[1,2]},{"Set":[1]}]}`, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			have := object(t, `{"v":`+test.have+`}`)["v"]
			want := object(t, `{"v":`+test.want+`}`)["v"]
			if equal := Equal(resourceType, resourceType.Property(test.property).Node, have, want); equal != test.equal {
				t.Errorf("want %v, have %v", test.equal, equal)
			}
		})
	}
	if !Equal(resourceType, nil, json.Number("1"), json.Number("1.0")) {
		t.Error("without a schema, numbers are not compared by value")
	}
}
