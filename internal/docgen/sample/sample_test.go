package sample_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/catalog"
	"skyql/internal/docgen/sample"
	"skyql/internal/schema"
	"skyql/internal/schema/schematest"
	"skyql/internal/validate"
)

func parse(t *testing.T, source string) *schema.ResourceType {
	t.Helper()
	parsed, err := schema.Parse([]byte(source))
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func newSample(t *testing.T, parsed *schema.ResourceType) *sample.Sample {
	t.Helper()
	s, err := sample.New(parsed)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// tried puts the values that variables are tried with in their places.
func tried(value any) any {
	switch value := value.(type) {
	case sample.Variable:
		return value.Try
	case map[string]any:
		out := map[string]any{}
		for name, member := range value {
			out[name] = tried(member)
		}
		return out
	case []any:
		out := make([]any, len(value))
		for i, element := range value {
			out[i] = tried(element)
		}
		return out
	}
	return value
}

// check validates the states of a sample and looks that All has what it should.
func check(t *testing.T, parsed *schema.ResourceType, s *sample.Sample) {
	t.Helper()
	validator, err := validate.New(parsed)
	if err != nil {
		t.Fatal(err)
	}
	changed := map[string]any{}
	for name, value := range s.All {
		changed[name] = value
	}
	for name, value := range s.Changed {
		changed[name] = value
	}
	for what, state := range map[string]map[string]any{"required": s.Required, "all": s.All, "changed": changed} {
		if faults := validator.Check(tried(state)); faults != nil {
			t.Errorf("%s, %s: %v", parsed.Name, what, faults)
		}
		for _, path := range parsed.ReadOnly {
			path.Each(state, func(place []string, _ any) {
				if !schema.HasTop(parsed.CreateOnly, path[0]) {
					t.Errorf("%s, %s: %v is read-only", parsed.Name, what, place)
				}
			})
		}
	}
	left := map[string]bool{}
	for _, l := range s.Left {
		left[l.Property] = true
	}
	for _, property := range parsed.Properties {
		_, have := s.All[property.Name]
		if sample.Settable(parsed, property.Name) != (have || left[property.Name]) || have && left[property.Name] {
			t.Errorf("%s: %s: in All %v, left %v", parsed.Name, property.Name, have, left[property.Name])
		}
	}
}

func TestStarterSamples(t *testing.T) {
	t.Parallel()
	for _, name := range catalog.Starter().Types() {
		parsed, err := catalog.Starter().Type(name)
		if err != nil {
			t.Fatal(err)
		}
		s := newSample(t, parsed)
		check(t, parsed, s)
		if diff := cmp.Diff(s, newSample(t, parsed)); diff != "" {
			t.Errorf("%s differs from one time to the next:\n%s", name, diff)
		}
		if len(s.Left) > 0 {
			t.Errorf("%s: left %v", name, s.Left)
		}
	}
}

func TestBundleSamples(t *testing.T) {
	t.Parallel()
	left := 0
	for _, parsed := range schematest.Types(t) {
		s := newSample(t, parsed)
		check(t, parsed, s)
		left += len(s.Left)
		if text := fmt.Sprint(s.Required, s.All, s.Changed); strings.Contains(text, "{{") || strings.Contains(text, "{%") || strings.Contains(text, "{#") {
			t.Errorf("%s: a value looks like a template: %s", parsed.Name, text)
		}
	}
	if t.Logf("%d properties are left", left); left > 60 {
		t.Error("too many")
	}
}

const choices = `{
  "typeName": "AWS::Odd::Thing",
  "properties": {
    "Name": {"type": "string"}, "One": {"type": "string"}, "Other": {"type": "string"},
    "Deep": {"type": "object", "additionalProperties": false, "required": ["A"], "properties": {
      "A": {"type": "string"}, "B": {"type": "object", "properties": {"C": {"type": "integer", "maximum": 5}, "Made": {"type": "string"}}},
      "Again": {"$ref": "#/definitions/Deep"}, "Password": {"type": "string"}, "Kind": {"type": "string", "enum": ["x", "y"]}
    }},
    "Both": {"type": "object", "$ref": "#/definitions/Word"},
    "CallbackURLs": {"type": "array", "items": {"type": "string"}},
    "TokenUnits": {"type": "object", "properties": {"AccessToken": {"type": "string"}}},
    "Hidden": {"type": "array", "minItems": 2, "uniqueItems": true, "items": {"type": "string"}},
    "SecretArn": {"type": "string", "pattern": "^arn:aws:secretsmanager:.*$"}
  },
  "definitions": {
    "Deep": {"type": "object", "properties": {"Again": {"$ref": "#/definitions/Deep"}, "Leaf": {"type": "boolean"}}},
    "Word": {"type": "string"}
  },
  "oneOf": [{"required": ["One"]}, {"required": ["Other"]}],
  "primaryIdentifier": ["/properties/Name"],
  "readOnlyProperties": ["/properties/Deep/B/Made"],
  "writeOnlyProperties": ["/properties/Hidden"],
  "handlers": {"create": {"permissions": ["odd:Create"]}}
}`

func TestSampleOfChoicesAndSecrets(t *testing.T) {
	t.Parallel()
	parsed := parse(t, choices)
	s := newSample(t, parsed)
	check(t, parsed, s)
	var left []string
	for _, l := range s.Left {
		left = append(left, l.Property)
	}
	if diff := cmp.Diff([]string{"Both", "Other"}, left); diff != "" {
		t.Errorf("left: -want +have\n%s", diff)
	}
	deep := s.All["Deep"].(map[string]any)
	for _, name := range []string{"A", "B", "Again", "Password", "Kind"} {
		if deep[name] == nil {
			t.Errorf("Deep lacks %s: %v", name, deep)
		}
	}
	for path, want := range map[string]any{"Deep/B": map[string]any{"C": 1.0}, "Deep/Kind": "x", "Deep/Again": map[string]any{"Leaf": false}} {
		value, _ := schema.ParsePath(path).Value(map[string]any(s.All))
		if diff := cmp.Diff(want, value); diff != "" {
			t.Errorf("%s: -want +have\n%s", path, diff)
		}
	}
	if diff := cmp.Diff([]any{"https://example.com/2"}, s.All["CallbackURLs"]); diff != "" {
		t.Errorf("-want +have\n%s", diff)
	}
	if diff := cmp.Diff(map[string]any{"AccessToken": "hours"}, s.All["TokenUnits"]); diff != "" {
		t.Errorf("-want +have\n%s", diff)
	}
	if arn, ok := s.All["SecretArn"].(string); !ok || !strings.HasPrefix(arn, "arn:aws:secretsmanager:") {
		t.Errorf("the ARN of a secret is none: %v", s.All["SecretArn"])
	}
	var names []string
	for _, v := range sample.Variables(parsed, &schema.Node{Properties: parsed.Properties}, map[string]any(s.All)) {
		names = append(names, v.Name)
	}
	if diff := cmp.Diff([]string{"password", "hidden", "hidden_2"}, names); diff != "" {
		t.Errorf("variables: -want +have\n%s", diff)
	}
}

func TestStatesNameDifferentResources(t *testing.T) {
	t.Parallel()
	for _, name := range catalog.Starter().Types() {
		parsed, err := catalog.Starter().Type(name)
		if err != nil {
			t.Fatal(err)
		}
		s := newSample(t, parsed)
		one, ok := parsed.Identify(s.Required)
		other, _ := parsed.Identify(s.All)
		if ok && one == other {
			t.Errorf("%s: both are %s", name, one)
		}
		if identifier, ok := parsed.Identify(s.Model); !ok {
			t.Errorf("%s: the model lacks a part of %q", name, identifier)
		}
	}
}

func TestJSONHasTheOrderOfTheSchema(t *testing.T) {
	t.Parallel()
	parsed := parse(t, choices)
	value := map[string]any{
		"Kind": "x", "A": `q"<&>`, "zeta": 1.5, "alpha": []any{}, "Password": sample.Variable{Name: "password", Try: "never"},
		"B": map[string]any{"C": 3.0},
	}
	node := parsed.Property("Deep").Node
	want := `{
    "A": "q\"<&>",
    "B": {"C": 3},
    "Password": {{ password | tojson }},
    "Kind": "x",
    "alpha": [],
    "zeta": 1.5
  }`
	if have := sample.JSON(parsed, node, value, "  "); have != want {
		t.Errorf("want %s, have %s", want, have)
	}
	delete(value, "Password")
	var decoded map[string]any
	if err := json.Unmarshal([]byte(sample.JSON(parsed, node, value, "")), &decoded); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(value, decoded); diff != "" {
		t.Errorf("-want +have\n%s", diff)
	}
	if have := sample.Number(123456789012); have != "123456789012" {
		t.Errorf("have %s", have)
	}
}

func TestNewTellsWhatItCannotMake(t *testing.T) {
	t.Parallel()
	impossible := strings.Replace(choices, `"Name": {"type": "string"}`, `"Name": {"type": "string", "pattern": "^a$", "minLength": 5}`, 1)
	impossible = strings.Replace(impossible, `"oneOf"`, `"required": ["Name"], "oneOf"`, 1)
	if _, err := sample.New(parse(t, impossible)); err == nil || !strings.Contains(err.Error(), "AWS::Odd::Thing") {
		t.Errorf("have %v", err)
	}
}
