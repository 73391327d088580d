package docgen

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/schema"
	"skyql/internal/table"
)

func parse(t *testing.T, source string) *schema.ResourceType {
	t.Helper()
	parsed, err := schema.Parse([]byte(source))
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

const odd = `{
  "typeName": "AWS::Odd::Thing",
  "properties": {
    "ThingId": {"type": "string"},
    "Region": {"type": "string"},
    "First": {"$ref": "#/definitions/Part", "description": "its own words"},
    "Second": {"$ref": "#/definitions/Part"},
    "Parts": {"type": "array", "items": {"$ref": "#/definitions/Part"}, "uniqueItems": true, "minItems": 1, "maxItems": 3},
    "Grid": {"type": "array", "items": {"type": "array", "items": {"type": "integer", "minimum": 0}}},
    "Tree": {"$ref": "#/definitions/Tree"},
    "Choice": {"oneOf": [{"type": "object", "properties": {"A": {"type": "string"}}}, {"type": "object", "properties": {"B": {"type": "integer"}}}]},
    "Map": {"type": "object", "patternProperties": {"^x": {"type": "number", "default": 1.5}}},
    "Id": {"type": "string"},
    "Mode": {"type": ["string", "null"], "enum": ["on", "off"], "default": "on"}
  },
  "definitions": {
    "Part": {
      "type": "object", "description": "a part", "required": ["Name"],
      "properties": {"Name": {"type": "string", "pattern": "^[a-z]+$", "minLength": 2}, "Secret": {"type": "string"}, "Made": {"type": "string"}}
    },
    "Tree": {"type": "object", "properties": {"Leaf": {"type": "string"}, "Branches": {"type": "array", "items": {"$ref": "#/definitions/Tree"}}}}
  },
  "required": ["First"],
  "primaryIdentifier": ["/properties/ThingId"],
  "readOnlyProperties": ["/properties/ThingId", "/properties/Parts/*/Made"],
  "writeOnlyProperties": ["/properties/First/Secret"],
  "createOnlyProperties": ["/properties/Region", "/properties/Tree/Branches/Leaf"],
  "conditionalCreateOnlyProperties": ["/properties/Map"],
  "deprecatedProperties": ["/properties/Mode"],
  "handlers": {"create": {"permissions": ["odd:Create"]}, "read": {"permissions": ["odd:Read"]}, "list": {"permissions": ["odd:List"]}}
}`

// outline writes a line for each field: its id, type, marks and limits.
func outline(fields []Field) []string {
	var all []string
	for _, f := range fields {
		line := f.ID + " " + f.TypeText()
		for _, mark := range f.Marks {
			line += " [" + string(mark) + "]"
		}
		for _, c := range f.Constraints {
			line += " (" + c.What + ": " + c.Text + strings.Join(c.Values, "|") + ")"
		}
		if f.Like != "" {
			line += " like " + f.Like
		}
		if f.Description != "" && f.Name != "region" {
			line += " -- " + f.Description
		}
		all = append(append(all, line), outline(f.Children)...)
	}
	return all
}

func TestFields(t *testing.T) {
	t.Parallel()
	parsed := parse(t, odd)
	f := &fielder{t: parsed, shape: table.New(parsed)}
	want := []string{
		"thing_id string [identifier] [read-only]",
		"region_property string [create-only]",
		"first object [required] -- its own words",
		"first.name string [required] (pattern: ^[a-z]+$) (length: at least 2)",
		"first.secret string [write-only]",
		"first.made string",
		"second object -- a part",
		"second.name string [required] (pattern: ^[a-z]+$) (length: at least 2)",
		"second.secret string",
		"second.made string",
		"parts array of object (items: 1 to 3) (items: no two alike)",
		"parts.name string [required] (pattern: ^[a-z]+$) (length: at least 2)",
		"parts.secret string",
		"parts.made string [read-only]",
		"grid array of integer (each value: at least 0)",
		"tree object",
		"tree.leaf string",
		"tree.branches array of object like tree",
		"choice object",
		"choice.a string",
		"choice.b integer",
		"map object [may need replacement]",
		"map.* number (key matches: ^x) (default: 1.5)",
		"id string",
		`mode string [deprecated] (values: on|off) (default: "on")`,
		"region string",
	}
	if diff := cmp.Diff(want, outline(f.fields())); diff != "" {
		t.Errorf("-want +have\n%s", diff)
	}
}

func TestListFieldsAreTheIdentifiersAndNothingElse(t *testing.T) {
	t.Parallel()
	parsed := parse(t, odd) // Id is part of the name ThingId
	f := &fielder{t: parsed, shape: table.New(parsed)}
	want := []string{"thing_id string [identifier]", "region string"}
	if diff := cmp.Diff(want, outline(f.listFields(table.NewListOnly(parsed)))); diff != "" {
		t.Errorf("-want +have\n%s", diff)
	}
}

func TestAddedFieldsNameTheColumns(t *testing.T) {
	t.Parallel()
	parsed := parse(t, strings.Replace(odd, `"Id":`, `"AccountId":`, 1))
	f := &fielder{t: parsed, shape: table.New(parsed)}
	var names []string
	for _, field := range f.added() {
		names = append(names, field.Name)
	}
	if diff := cmp.Diff([]string{"Identifier", "_account_id", "_properties", "_fetched_at"}, names); diff != "" {
		t.Errorf("-want +have\n%s", diff)
	}
}

func TestDistinctTellsFieldsApart(t *testing.T) {
	t.Parallel()
	have := distinct([]Field{
		{ID: "a.x_y", Property: "XY", Children: []Field{{ID: "a.x_y.z"}}}, {ID: "a.x_y", Property: "X_Y"}, {ID: "a.b", Property: "B"},
	})
	want := []string{"a.x_y-XY", "a.x_y-XY.z", "a.x_y-X_Y", "a.b"}
	var ids []string
	for _, line := range outline(have) {
		ids = append(ids, strings.Fields(line)[0])
	}
	if diff := cmp.Diff(want, ids); diff != "" {
		t.Errorf("-want +have\n%s", diff)
	}
}

func TestConstraints(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		`{"type": "integer", "minimum": 1, "maximum": 5}`:                       "value: 1 to 5",
		`{"type": "integer", "minimum": 1}`:                                     "value: at least 1",
		`{"type": "number", "exclusiveMaximum": 2, "multipleOf": 0.5}`:          "value: less than 2; value: a multiple of 0.5",
		`{"type": "string", "minLength": 3, "maxLength": 3}`:                    "length: exactly 3",
		`{"type": "string", "maxLength": 3, "format": "date-time"}`:             "format: date-time; length: at most 3",
		`{"type": "array", "insertionOrder": false, "items": {"maxLength": 9}}`: "items: in any order; each length: at most 9",
		`{"type": "object", "minProperties": 1}`:                                "keys: at least 1",
		`{"type": "string", "const": "x", "enum": ["x\u001b", 2]}`:              `values: x|2; value: "x"`,
		`{"type": "string"}`: "",
	} {
		parsed := parse(t, `{"typeName": "AWS::Odd::Thing", "properties": {"A": `+source+`}, "primaryIdentifier": ["/properties/A"]}`)
		f := &fielder{t: parsed, shape: table.New(parsed)}
		var parts []string
		for _, c := range f.constraints(parsed.Properties[0].Node) {
			parts = append(parts, c.What+": "+c.Text+strings.Join(c.Values, "|"))
		}
		if have := strings.Join(parts, "; "); have != want {
			t.Errorf("%s: want %q, have %q", source, want, have)
		}
	}
}
