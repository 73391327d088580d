package schema_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/resource"
	"skyql/internal/schema"
)

const gadget = `{
  "typeName": "AWS::Test::Gadget",
  "description": "AWS::Test::Gadget",
  "definitions": {
    "Part": {"type": "object", "description": "a part", "required": ["Name"],
      "properties": {"Name": {"type": "string"}, "Parts": {"type": "array", "items": {"$ref": "#/definitions/Part"}}}},
    "Loop": {"$ref": "#/definitions/Loop"},
    "Alias": {"$ref": "#/definitions/Part"}
  },
  "properties": {
    "Zeta": {"type": "string", "enum": ["A", "B"], "pattern": "^.$"},
    "Alpha": {"$ref": "#/definitions/Alias"},
    "Document": {"type": ["object", "string"]},
    "Count": {"type": ["integer", "string"], "minimum": 1, "maximum": 5},
    "Flag": {"type": ["boolean", "null"]},
    "When": {"type": "string", "format": "date-time"},
    "Either": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
    "Set": {"type": "array", "insertionOrder": false, "uniqueItems": true, "items": {"type": "string"}},
    "Map": {"type": "object", "patternProperties": {"^a": {"type": "string"}}, "additionalProperties": false},
    "Twin": {"$ref": "#/properties/Zeta"},
    "Endless": {"$ref": "#/definitions/Loop"},
    "Odd": {"type": "string", "format": "[a-z]+", "exclusiveMinimum": true}
  },
  "required": ["Zeta"],
  "readOnlyProperties": ["/properties/When", "/properties/Alpha/Parts/*/Name"],
  "writeOnlyProperties": ["/properties/Document"],
  "createOnlyProperties": ["/properties/Zeta"],
  "primaryIdentifier": ["/properties/Zeta", "/properties/Alpha/Name"],
  "additionalIdentifiers": [["/properties/When"], ["/properties/Zeta", "/properties/Count"]],
  "tagging": {"taggable": true, "tagProperty": "/properties/Map"},
  "handlers": {
    "read": {"permissions": ["test:Get"]},
    "list": {"permissions": ["test:List"], "timeoutInMinutes": 9, "handlerSchema": {
      "properties": {"Zeta": {"$ref": "resource-schema.json#/properties/Zeta"}, "Owner": {"$ref": "resource-schema.json#/properties/Twin"}},
      "required": ["Zeta"], "oneOf": [{"required": ["Owner"]}, {"required": ["Count"]}]}},
    "delete": {"permissions": []}
  }
}`

func parse(t *testing.T, text string) *schema.ResourceType {
	t.Helper()
	parsed, err := schema.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestParse(t *testing.T) {
	t.Parallel()
	g := parse(t, gadget)
	var names []string
	kinds := map[string]string{}
	for _, property := range g.Properties {
		names = append(names, property.Name)
		kinds[property.Name] = g.KindOf(property.Node).String()
	}
	if want := "Zeta Alpha Document Count Flag When Either Set Map Twin Endless Odd"; strings.Join(names, " ") != want {
		t.Errorf("order of properties: want %s, have %v", want, names)
	}
	wantKinds := map[string]string{
		"Zeta": "string", "Alpha": "json", "Document": "json", "Count": "integer", "Flag": "boolean",
		"When": "timestamp", "Either": "json", "Set": "json", "Map": "json", "Twin": "string", "Endless": "json",
		"Odd": "string",
	}
	if diff := cmp.Diff(wantKinds, kinds); diff != "" {
		t.Errorf("kinds (-want +got):\n%s", diff)
	}
	if got := g.Property("Set").Unordered; !got {
		t.Error("insertionOrder false: want a set")
	}
	if diff := cmp.Diff([]schema.Path{{"When"}, {"Alpha", "Parts", "*", "Name"}}, g.ReadOnly); diff != "" {
		t.Errorf("read-only paths (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Zeta", "Alpha/Name"}, g.IdentifierNames()); diff != "" {
		t.Errorf("identifier (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([][]schema.Path{{{"When"}}, {{"Zeta"}, {"Count"}}}, g.AdditionalIdentifiers); diff != "" {
		t.Errorf("additional identifiers (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(schema.Path{"Map"}, g.Tagging.Property); diff != "" {
		t.Errorf("tag property (-want +got):\n%s", diff)
	}
	if got := g.DescriptionOf(g.Property("Alpha").Node); got != "a part" {
		t.Errorf("description through references: want %q, have %q", "a part", got)
	}
}

func TestHandlers(t *testing.T) {
	t.Parallel()
	g := parse(t, gadget)
	if g.Has(schema.Delete) || g.Has(schema.Create) || !g.Has(schema.Read) {
		t.Error("a handler is one with permissions")
	}
	in := g.Handlers[schema.List].Input
	if diff := cmp.Diff([][]string{{"Zeta", "Owner"}, {"Zeta", "Count"}}, in.Alternatives()); diff != "" {
		t.Errorf("alternatives (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]schema.InputProperty{{Name: "Zeta", Names: "Zeta"}, {Name: "Owner", Names: "Twin"}}, in.Properties); diff != "" {
		t.Errorf("inputs (-want +got):\n%s", diff)
	}
	if got := g.Handlers[schema.List].TimeoutMinutes; got != 9 {
		t.Errorf("timeout: want 9, have %d", got)
	}
	if diff := cmp.Diff([]schema.HandlerName{"read", "list", "delete"}, g.Order); diff != "" {
		t.Errorf("order of handlers (-want +got):\n%s", diff)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no JSON":        `{`,
		"no type name":   `{"properties": {"A": {}}}`,
		"bad type name":  `{"typeName": "AWS::Only", "properties": {"A": {}}}`,
		"no properties":  `{"typeName": "AWS::Test::Empty", "properties": {}}`,
		"odd properties": `{"typeName": "AWS::Test::Odd", "properties": ["A"]}`,
		"odd handlers":   `{"typeName": "AWS::Test::Odd", "properties": {"A": {}}, "handlers": {"read": 5}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := schema.Parse([]byte(text)); err == nil {
				t.Error("want an error")
			}
		})
	}
}

func TestPathMatches(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		path, at string
		want     bool
	}{
		{"/properties/A", "A", true},
		{"/properties/A", "A/B", true},
		{"/properties/A/B", "A", false},
		{"/properties/A/*/B", "A/0/B", true},
		{"/properties/A/*/B", "A/0/C", false},
		{"/properties/a~1b", "a/b", false},
	} {
		if got := schema.ParsePath(test.path).Matches(strings.Split(test.at, "/")); got != test.want {
			t.Errorf("%s at %s: want %v, have %v", test.path, test.at, test.want, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(gadget))
	f.Add([]byte(`{"typeName":"AWS::Te::Th","properties":{"A":{"$ref":"#/properties/A"}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		parsed, err := schema.Parse(text)
		if err != nil {
			return
		}
		if _, err := resource.ParseTypeName(string(parsed.Name)); err != nil {
			t.Errorf("accepted the name %q", parsed.Name)
		}
		for _, property := range parsed.Properties {
			parsed.KindOf(property.Node)
			parsed.DescriptionOf(property.Node)
		}
		if !json.Valid(parsed.Source) {
			t.Error("the source of an accepted schema is not JSON")
		}
	})
}
