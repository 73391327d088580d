package validate

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/schema"
)

// typeOf makes a type from its properties and other members of its schema.
func typeOf(tb testing.TB, properties, others string) *schema.ResourceType {
	tb.Helper()
	return parse(tb, `{"typeName": "AWS::Test::Thing", "description": "", "additionalProperties": false,
		"primaryIdentifier": ["/properties/Name"], "properties": {`+properties+`}`+others+`}`)
}

func check(tb testing.TB, t *schema.ResourceType, model string) []Fault {
	tb.Helper()
	validator, err := New(t)
	if err != nil {
		tb.Fatal(err)
	}
	decoded, err := Decode([]byte(model))
	if err != nil {
		tb.Fatal(err)
	}
	faults := validator.Check(decoded)

	var floats any // the other form of numbers must not matter
	if err := json.Unmarshal([]byte(model), &floats); err == nil {
		if diff := cmp.Diff(faults, validator.Check(floats)); diff != "" {
			tb.Errorf("json.Number and float64 differ (-json.Number +float64):\n%s", diff)
		}
	}
	return faults
}

func TestCheckSpeaksLikeTheService(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, properties, others, model string
		want                            string // "" for a valid model
	}{
		{"valid", `"Name": {"type": "string"}`, ``, `{"Name": "a"}`, ``},
		{"type", `"Name": {"type": "string"}`, ``, `{"Name": true}`,
			`#/Name: expected type: String, found: Boolean`},
		{"top is no object", `"Name": {"type": "string"}`, ``, `[]`, `#: expected type: JSONObject, found: JSONArray`},
		{"null", `"Name": {"type": "boolean"}`, ``, `{"Name": null}`, `#/Name: expected type: Boolean, found: Null`},
		{"fraction", `"N": {"type": "integer"}`, ``, `{"N": 1.5}`, `#/N: expected type: Integer, found: Number`},
		{"integer with a point", `"N": {"type": "integer"}`, ``, `{"N": 2.0}`, ``},
		{"number", `"N": {"type": "array"}`, ``, `{"N": 7}`, `#/N: expected type: JSONArray, found: Integer`},
		{"one of several types", `"D": {"type": ["object", "string"]}`, ``, `{"D": 1}`,
			"#/D: #: no subschema matched out of the total 2 subschemas\n" +
				"#/D: expected type: JSONObject, found: Integer\n#/D: expected type: String, found: Integer"},
		{"extraneous", `"Name": {"type": "string"}`, ``, `{"Z": 1, "Y": 1}`,
			"#: extraneous key [Y] is not permitted\n#: extraneous key [Z] is not permitted"},
		{"required", `"Name": {"type": "string"}`, `, "required": ["Name", "Code"]`, `{}`,
			"#: required key [Code] not found\n#: required key [Name] not found"},
		{"enum", `"E": {"enum": ["a", "b"]}`, ``, `{"E": "c"}`, `#/E: c is not a valid enum value`},
		{"enum of an object", `"E": {"enum": ["a", "b"]}`, ``, `{"E": {}}`,
			`#/E: failed validation constraint for keyword [enum]`},
		{"pattern", `"P": {"type": "string", "pattern": "^[a-z]+$"}`, ``, `{"P": "X"}`,
			`#/P: string [X] does not match pattern ^[a-z]+$`},
		{"pattern with look-ahead", `"P": {"type": "string", "pattern": "^(?!aws)[a-z]+$"}`, ``, `{"P": "awsome"}`,
			`#/P: string [awsome] does not match pattern ^(?!aws)[a-z]+$`},
		{"pattern that is none", `"P": {"type": "string", "pattern": "^[a-z"}`, ``, `{"P": "1"}`, ``},
		{"minLength", `"S": {"type": "string", "minLength": 1}`, ``, `{"S": ""}`, `#/S: expected minLength: 1, actual: 0`},
		{"maxLength", `"S": {"type": "string", "maxLength": 2}`, ``, `{"S": "äöü"}`, `#/S: expected maxLength: 2, actual: 3`},
		{"minimum", `"N": {"type": "integer", "minimum": 10}`, ``, `{"N": 5}`, `#/N: 5 is not greater or equal to 10`},
		{"maximum", `"N": {"type": "number", "maximum": 10.5}`, ``, `{"N": 20}`, `#/N: 20 is not less or equal to 10.5`},
		{"multipleOf", `"N": {"type": "integer", "multipleOf": 5}`, ``, `{"N": 7}`, `#/N: 7 is not a multiple of 5`},
		{"minItems", `"A": {"type": "array", "minItems": 1}`, ``, `{"A": []}`, `#/A: expected minimum item count: 1, found: 0`},
		{"maxItems", `"A": {"type": "array", "maxItems": 1}`, ``, `{"A": [1, 2]}`, `#/A: expected maximum item count: 1, found: 2`},
		{"uniqueItems", `"A": {"type": "array", "uniqueItems": true}`, ``, `{"A": [1, 1]}`, `#/A: array items are not unique`},
		{"minProperties", `"O": {"type": "object", "minProperties": 1}`, ``, `{"O": {}}`, `#/O: minimum size: [1], found: [0]`},
		{"const", `"C": {"const": "x"}`, ``, `{"C": "y"}`, `#/C: failed validation constraint for keyword [const]`},
		{"items are in order of their numbers", `"A": {"type": "array", "items": {"type": "string"}}`, ``,
			`{"A": [1, "", "", "", "", "", "", "", "", "", 2, 3]}`,
			"#/A/0: expected type: String, found: Integer\n#/A/10: expected type: String, found: Integer\n" +
				"#/A/11: expected type: String, found: Integer"},
		{"pointer", `"M": {"patternProperties": {"": {"type": "string"}}}`, ``, `{"M": {"a/b~c": 1}}`,
			`#/M/a~1b~0c: expected type: String, found: Integer`},
		{"oneOf: none", `"A": {}, "B": {}`, `, "oneOf": [{"required": ["A"]}, {"required": ["B"]}]`, `{}`,
			"#: #: 0 subschemas matched instead of one\n#: required key [A] not found\n#: required key [B] not found"},
		{"oneOf: two", `"A": {}, "B": {}`, `, "oneOf": [{"required": ["A"]}, {"required": ["B"]}]`, `{"A": 1, "B": 1}`,
			"#: #: 2 subschemas matched instead of one"},
		{"anyOf", `"A": {"anyOf": [{"type": "string"}, {"type": "null"}]}`, ``, `{"A": 1}`,
			"#/A: #: no subschema matched out of the total 2 subschemas\n#/A: expected type: Null, found: Integer\n" +
				"#/A: expected type: String, found: Integer"},
		{"allOf", `"A": {"allOf": [{"minLength": 2}, {"minLength": 1}]}`, ``, `{"A": "x"}`,
			"#/A: expected minLength: 2, actual: 1"},
		{"dependencies", `"A": {}, "B": {}`, `, "dependencies": {"A": ["B"]}`, `{"A": 1}`,
			"#: property [B] is required"},
		{"dependencies below", `"O": {"dependencies": {"A": ["B"], "C": {"required": ["D"]}}}`, ``, `{"O": {"A": 1, "C": 1}}`,
			"#/O: required key [D] not found\n#/O: property [B] is required"},
		{"reference", `"N": {"$ref": "#/definitions/Port", "type": "string"}`,
			`, "definitions": {"Port": {"type": "integer"}}`, `{"N": ""}`, `#/N: expected type: Integer, found: String`},
		{"dangling reference", `"N": {"$ref": "#/definitions/Nothing"}`, ``, `{"N": 1}`, ``},
		{"reference to itself", `"N": {"$ref": "#/properties/N"}`, ``, `{"N": 1}`, ``},
		{"reference in a circle", `"N": {"allOf": [{"$ref": "#/properties/N"}]}`, ``, `{"N": 1}`, ``},
		{"recursion", `"N": {"properties": {"N": {"$ref": "#/properties/N"}, "S": {"type": "string"}}}`, ``,
			`{"N": {"N": {"N": {"S": 1}}}}`, `#/N/N/N/S: expected type: String, found: Integer`},
		{"format", `"F": {"type": "string", "format": "date-time"}`, ``, `{"F": "never"}`, ``},
		{"malformed keywords", `"F": {"type": "text", "minLength": -1, "required": true, "enum": []}`, ``, `{"F": 1}`, ``},
		{"a huge exponent", `"N": {"type": "number", "minimum": 1}`, ``, `{"N": 1e9999999}`,
			`#/N: the number cannot be represented`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			lines := []string{}
			for _, fault := range check(t, typeOf(t, test.properties, test.others), test.model) {
				lines = append(lines, fault.String())
			}
			if diff := cmp.Diff(test.want, strings.Join(lines, "\n")); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTextIsTheMessageOfTheException(t *testing.T) {
	t.Parallel()
	got := Text(check(t, builtinType(t, "AWS::S3::Bucket"), `{"BucketName": true, "BucketSomething": 1}`))
	want := "Model validation failed (#: extraneous key [BucketSomething] is not permitted\n" +
		"#/BucketName: expected type: String, found: Boolean)"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestMessagesKeepSecrets(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	resourceType := typeOf(t,
		`"P": {"type": "string", "pattern": "^[A-Z]+$"}, "E": {"enum": ["a"]}, "N": {"type": "integer", "minimum": 90000},
		"L": {"type": "array", "items": {"properties": {"Key": {"pattern": "^[A-Z]+$"}}}},
		"M": {"type": "array", "items": {"properties": {"Key": {"pattern": "^[A-Z]+$"}}}},
		"O": {"oneOf": [{"pattern": "^[A-Z]+$"}, {"properties": {"Key": {"type": "string"}}, "type": "object"}]},
		"Q": {"type": "string", "pattern": "^[A-Z]+$"}`,
		`, "writeOnlyProperties": ["/properties/P", "/properties/E", "/properties/N", "/properties/L/*/Key",
			"/properties/M/Key", "/properties/O/Key"]`)
	got := Text(check(t, resourceType, `{"P": "hunter2", "E": "hunter2", "N": 80042, "L": [{"Key": "hunter2"}],
		"M": [{"Key": "hunter2"}], "O": "hunter2", "Q": "shown"}`))
	if strings.Contains(got, secret) || strings.Contains(got, "80042") {
		t.Errorf("the message tells a write-only value:\n%s", got)
	}
	for _, want := range []string{"#/P: failed validation constraint for keyword [pattern]", "string [shown]"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestCheckMayRunInParallel(t *testing.T) {
	t.Parallel()
	validator, err := New(builtinType(t, "AWS::SQS::Queue"))
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for range 50 {
				faults := validator.Check(map[string]any{"QueueName": float64(i)})
				if len(faults) != 1 {
					t.Errorf("%d faults, want 1", len(faults))
				}
			}
		})
	}
	group.Wait()
}

func TestAllTypesOfTheBundleCompile(t *testing.T) {
	t.Parallel()
	for _, resourceType := range bundleTypes(t) {
		validator, err := New(resourceType)
		if err != nil {
			t.Error(err)
			continue
		}
		if validator.Check([]any{}) == nil {
			t.Errorf("%s: an array is accepted as a model", resourceType.Name)
		}
	}
}

func TestDecodeRefusesASecondValue(t *testing.T) {
	t.Parallel()
	for _, source := range []string{`{} {}`, `{`, ``, `{}]`} {
		if value, err := Decode([]byte(source)); err == nil {
			t.Errorf("Decode(%q) = %v, want an error", source, value)
		}
	}
}

func BenchmarkNew(b *testing.B) {
	for _, name := range []string{"AWS::S3::Bucket", "AWS::EC2::Instance", "AWS::SQS::Queue"} {
		resourceType := builtinType(b, name)
		b.Run(fmt.Sprintf("%s/%dKB", name, len(resourceType.Source)>>10), func(b *testing.B) {
			for b.Loop() {
				if _, err := New(resourceType); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCheck(b *testing.B) {
	validator, err := New(builtinType(b, "AWS::S3::Bucket"))
	if err != nil {
		b.Fatal(err)
	}
	model, err := Decode([]byte(`{"BucketName": "logs", "VersioningConfiguration": {"Status": "Enabled"},
		"Tags": [{"Key": "team", "Value": "core"}]}`))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if faults := validator.Check(model); faults != nil {
			b.Fatal(faults)
		}
	}
}
