package change_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"skyql/internal/change"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/table"
)

// machine is a made-up type with the kinds of properties that there are.
const machine = `{
  "typeName": "Test::Shop::Machine",
  "description": "",
  "definitions": {
    "Tag": {"type": "object", "additionalProperties": false, "required": ["Key"],
      "properties": {"Key": {"type": "string"}, "Value": {"type": "string"}}},
    "Settings": {"type": "object", "additionalProperties": false,
      "properties": {
        "Enabled": {"type": "boolean"}, "RetryCount": {"type": "integer"}, "Label": {"type": "string"},
        "Endpoint": {"type": "string"}, "Secret": {"type": "string"}, "Inner": {"$ref": "#/definitions/Settings"}}}
  },
  "properties": {
    "Name": {"type": "string", "minLength": 1, "pattern": "^[a-z-]+$"},
    "Size": {"type": "string", "enum": ["small", "large"]},
    "Count": {"type": "integer", "maximum": 9},
    "Ratio": {"type": "number"},
    "Active": {"type": "boolean"},
    "Tags": {"type": "array", "insertionOrder": false, "items": {"$ref": "#/definitions/Tag"}},
    "Zones": {"type": "array", "items": {"type": "string"}},
    "Settings": {"$ref": "#/definitions/Settings"},
    "Policy": {"type": ["object", "string"]},
    "Labels": {"type": "object", "patternProperties": {".*": {"type": "string"}}},
    "Anything": {},
    "Either": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
    "Password": {"type": "string", "minLength": 8},
    "Region": {"type": "string"},
    "RoleArn": {"type": "string"},
    "Arn": {"type": "string"}
  },
  "required": ["Name"],
  "additionalProperties": false,
  "readOnlyProperties": ["/properties/Arn", "/properties/Settings/Endpoint"],
  "writeOnlyProperties": ["/properties/Password", "/properties/Settings/Secret"],
  "createOnlyProperties": ["/properties/Name"],
  "primaryIdentifier": ["/properties/Name"],
  "handlers": {"create": {"permissions": ["a:b"]}, "update": {"permissions": ["a:b"]}}
}`

func machineType(t testing.TB) *schema.ResourceType {
	t.Helper()
	parsed, err := schema.Parse([]byte(machine))
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// insert runs one INSERT of rows, and gives the desired states and the error.
func insert(t testing.TB, columns []string, rows ...[]any) ([]change.Change, error) {
	t.Helper()
	in, err := change.NewInsert(table.New(machineType(t)), columns, "us-east-1")
	if err != nil {
		return nil, err
	}
	var changes []change.Change
	for _, row := range rows {
		changes = append(changes, in.Add(row))
	}
	return changes, in.Check()
}

// update sets one or more columns of a resource.
func update(t testing.TB, model string, columns []string, values ...any) (change.Change, error) {
	t.Helper()
	u, err := change.NewUpdate(table.New(machineType(t)), columns)
	if err != nil {
		return change.Change{}, err
	}
	c := u.Add(resource.Scope{Region: "us-east-1"}, "m", json.RawMessage(model), values)
	return c, u.Check()
}

func text(value any) string {
	raw, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(raw)
}
