package generate

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/resource"
	"skyql/internal/schema"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var (
	someDay = time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	munich  = resource.Scope{Account: "111122223333", Region: "eu-central-1"}
)

// typeOf makes a type from its properties and other members of its schema.
func typeOf(tb testing.TB, properties, others string) *schema.ResourceType {
	tb.Helper()
	return parse(tb, `{"typeName": "AWS::Test::Thing", "description": "", "additionalProperties": false,
		"primaryIdentifier": ["/properties/Name"], "properties": {`+properties+`}`+others+`}`)
}

// TestBuiltinTypes shows what is made: for each type of the starter catalog a
// rich desired state, and below it what the service adds.
func TestBuiltinTypes(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "..", "catalog", "builtin", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	var got strings.Builder
	for _, file := range files {
		name := strings.ReplaceAll(strings.TrimSuffix(filepath.Base(file), ".json"), "-", "::")
		g := New(builtinType(t, name))
		model, err := g.Desired(17, Options{Rich: true, Scope: munich})
		if err != nil {
			t.Fatal(err)
		}
		asked := marshal(t, model)
		g.ReadOnly(model, munich, "seed", someDay)
		var before map[string]json.RawMessage
		if err := json.Unmarshal([]byte(asked), &before); err != nil {
			t.Fatal(err)
		}
		for property, value := range before {
			if string(value) == marshal(t, model[property]) {
				delete(model, property)
			}
		}
		got.WriteString(name + "\n  " + asked + "\n  " + marshal(t, model) + "\n")
	}
	golden := filepath.Join("testdata", "builtin.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
}

func marshal(tb testing.TB, value any) string {
	tb.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		tb.Fatal(err)
	}
	return string(text)
}

func TestDesiredMeetsTheSchema(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, properties, others, want string }{
		{"name without demand", `"Name": {"type": "string"}, "Other": {"type": "string"}`, ``, `{"Name":"thing-3"}`},
		{"no read-only identifier", `"Name": {"type": "string"}`, `, "readOnlyProperties": ["/properties/Name"]`, `{}`},
		{"lengths", `"Name": {"type": "string", "minLength": 2, "maxLength": 12}`, ``, `{"Name":"t3"}`},
		{"pattern", `"Name": {"type": "string", "pattern": "^[A-Z]{3}$"}`, ``, ``},
		{"enum", `"Name": {"enum": ["a", "b"]}`, ``, `{"Name":"b"}`},
		{"default", `"Size": {"type": "integer", "default": 7}`, `, "required": ["Size"]`, `{"Size":7}`},
		{"minimum", `"N": {"type": "integer", "minimum": 30, "multipleOf": 20}`, `, "required": ["N"]`, `{"N":40}`},
		{"oneOf", `"A": {"type": "boolean"}, "B": {"type": "boolean"}`,
			`, "oneOf": [{"required": ["A"]}, {"required": ["B"]}]`, `{"A":false}`},
		{"oneOf with one name left", `"Name": {"type": "string"}, "Arn": {"type": "string"}`,
			`, "oneOf": [{"required": ["Arn"]}, {"required": ["Name"]}]`, ``},
		{"nested oneOf", `"O": {"oneOf": [{"type": "object", "properties": {"A": {"$ref": "#/properties/O"}}, "required": ["A"]},
			{"type": "object", "properties": {"B": {"type": "boolean"}}, "required": ["B"], "additionalProperties": false}]}`,
			`, "required": ["O"]`, `{"O":{"B":false}}`},
		{"dependency", `"A": {"type": "boolean"}, "B": {"type": "boolean"}`,
			`, "required": ["A"], "dependencies": {"A": ["B"]}`, `{"A":false,"B":false}`},
		{"elements that differ", `"L": {"type": "array", "uniqueItems": true, "minItems": 3, "items": {"type": "integer"}}`,
			`, "required": ["L"]`, ``},
		{"properties that are counted", `"M": {"type": "object", "minProperties": 2, "patternProperties": {"^[a-z]+$":
			{"type": "boolean"}}}`, `, "required": ["M"]`, ``},
		{"optional recursion", `"Tree": {"type": "object", "properties": {"Left": {"$ref": "#/properties/Tree"},
			"Leaf": {"type": "boolean"}}}`, `, "required": ["Tree"]`, `{"Tree":{"Leaf":false}}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			resourceType := typeOf(t, test.properties, test.others)
			got, err := Desired(resourceType, 3, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if j := newPlanner(resourceType, false).judge; !j.accepts(rootNode(resourceType), got) {
				t.Errorf("%v is not what the schema accepts", got)
			}
			if test.want != "" {
				if diff := cmp.Diff(test.want, marshal(t, got)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestDesiredTellsWhatItCannotMake(t *testing.T) {
	t.Parallel()
	for name, properties := range map[string]string{
		"recursion":   `"Tree": {"type": "object", "required": ["Tree"], "properties": {"Tree": {"$ref": "#/properties/Tree"}}}`,
		"no string":   `"Tree": {"type": "string", "pattern": "^a$", "minLength": 2}`,
		"no number":   `"Tree": {"type": "integer", "minimum": 2, "maximum": 1}`,
		"endless":     `"Tree": {"type": "array", "minItems": 1000000000}`,
		"endless map": `"Tree": {"type": "object", "minProperties": 1000000000}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Desired(typeOf(t, properties, `, "required": ["Tree"]`), 0, Options{})
			if !errors.Is(err, errNoValue) && !errors.Is(err, errRecursive) {
				t.Errorf("have %v, %v: want an error", got, err)
			}
		})
	}
}

func TestDesiredGivesTheSameAnswerAndNoSharedParts(t *testing.T) {
	t.Parallel()
	g := New(builtinType(t, "AWS::IAM::Role"))
	first, err := g.Desired(5, Options{Rich: true})
	if err != nil {
		t.Fatal(err)
	}
	want := marshal(t, first)
	first["AssumeRolePolicyDocument"].(map[string]any)["Statement"] = nil
	first["Tags"].([]any)[0] = nil
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			again, err := g.Desired(5, Options{Rich: true})
			if err != nil || marshal(t, again) != want {
				t.Errorf("have %v, %v, want %s", again, err, want)
			}
		})
	}
	group.Wait()
}
