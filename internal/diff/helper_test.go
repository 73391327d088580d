package diff

import (
	"testing"

	"skyql/internal/schema"
)

// thing has an odd one of everything.
const thing = `{
	"typeName": "AWS::Example::Thing", "description": "",
	"properties": {
		"Name": {"type": "string"},
		"Arn": {"type": "string"},
		"Size": {"type": "integer"},
		"Ratio": {"type": ["number", "string"]},
		"Flag": {"type": ["boolean", "string"]},
		"Level": {"type": "string", "default": "low"},
		"Retention": {"$ref": "#/definitions/Retention"},
		"Tags": {"type": "array", "insertionOrder": false, "uniqueItems": true, "items": {"$ref": "#/definitions/Tag"}},
		"Zones": {"type": "array", "uniqueItems": true, "items": {"type": "string"}},
		"Steps": {"type": "array", "items": {"$ref": "#/definitions/Step"}},
		"Policy": {"type": ["object", "string"]},
		"Body": {"type": "string"},
		"Free": {},
		"Labels": {"type": "object", "patternProperties": {"^.*$": {"type": "string"}}, "additionalProperties": false},
		"Sets": {"type": "object", "additionalProperties": {"type": "array", "insertionOrder": false, "items": {"type": "string"}}},
		"Tree": {"$ref": "#/definitions/Tree"},
		"Login": {"$ref": "#/definitions/Login"},
		"Master": {"type": "string"},
		"Secret": {"type": "string"},
		"Source": {"type": "object", "properties": {"Key": {"type": "string"}, "Token": {"type": "string"}}},
		"Endpoint": {"type": "object", "properties": {"Address": {"type": "string"}, "Port": {"type": "integer"}}},
		"Disks": {"type": "array", "insertionOrder": false, "items": {"type": "object", "properties": {
			"Id": {"type": "string"}, "Size": {"type": "integer"}}}},
		"Nodes": {"type": "array", "items": {"type": "object", "properties": {
			"Id": {"type": "string"}, "Host": {"type": "string"}}}},
		"Users": {"type": "array", "insertionOrder": false, "items": {"type": "object",
			"properties": {"Name": {"type": "string"}, "Password": {"type": "string"}}, "required": ["Name", "Password"]}},
		"Shape": {"type": "object", "properties": {"Kind": {"type": "string"}, "Depth": {"type": "integer"}}},
		"Mode": {"type": "string"},
		"Engine": {"type": "string", "default": "plain"},
		"Volumes": {"type": "array", "items": {"type": "object", "properties": {"Kind": {"type": "string"}, "Size": {"type": "integer"}}}},
		"Hint": {"type": "string", "default": null},
		"Choice": {"oneOf": [{"type": "string"}, {"type": "object"}]}
	},
	"definitions": {
		"Tag": {"type": "object", "properties": {"Key": {"type": "string"}, "Value": {"type": "string"}}, "required": ["Key"]},
		"Retention": {"type": "object", "properties": {"Days": {"type": "integer", "default": 30}, "Lock": {"type": "boolean", "default": false}}},
		"Step": {"type": "object", "properties": {"Run": {"type": "string"}, "Wait": {"type": "integer"}, "Tags": {"type": "array", "insertionOrder": false, "items": {"type": "string"}}}},
		"Tree": {"type": "object", "properties": {"Set": {"type": "array", "insertionOrder": false, "items": {"type": "integer"}},
			"Left": {"$ref": "#/definitions/Tree"}, "All": {"type": "array", "insertionOrder": false, "items": {"$ref": "#/definitions/Tree"}}}},
		"Login": {"type": "object", "properties": {"User": {"type": "string"}, "Password": {"type": "string"}, "LastUsed": {"type": "string"}}}
	},
	"required": ["Name"],
	"readOnlyProperties": ["/properties/Arn", "/properties/Login/LastUsed", "/properties/Endpoint/Address", "/properties/Endpoint/Port",
		"/properties/Disks/Id", "/properties/Nodes/*/Id"],
	"writeOnlyProperties": ["/properties/Secret", "/properties/Login/Password", "/properties/Master", "/properties/Source/Key",
		"/properties/Source/Token", "/properties/Users/*/Password"],
	"createOnlyProperties": ["/properties/Name", "/properties/Master", "/properties/Shape/Kind", "/properties/Engine", "/properties/Volumes/*/Kind"],
	"conditionalCreateOnlyProperties": ["/properties/Mode"],
	"primaryIdentifier": ["/properties/Name"], "additionalProperties": false
}`

// function needs its code with every update.
const function = `{
	"typeName": "AWS::Example::Function", "description": "",
	"properties": {
		"Name": {"type": "string"}, "Timeout": {"type": "integer"},
		"Code": {"type": "object", "properties": {"Zip": {"type": "string"}, "Bucket": {"type": "string"}}},
		"Key": {"type": "string"}, "Birth": {"type": "string"},
		"Auth": {"type": "object", "properties": {"User": {"type": "string"}, "Password": {"type": "string"}}, "required": ["User", "Password"]}
	},
	"required": ["Code", "Key", "Birth"],
	"writeOnlyProperties": ["/properties/Code/Zip", "/properties/Code/Bucket", "/properties/Key", "/properties/Auth/Password", "/properties/Birth"],
	"createOnlyProperties": ["/properties/Birth"],
	"primaryIdentifier": ["/properties/Name"], "additionalProperties": false
}`

func parse(tb testing.TB, source string) *schema.ResourceType {
	tb.Helper()
	parsed, err := schema.Parse([]byte(source))
	if err != nil {
		tb.Fatal(err)
	}
	return parsed
}

func object(tb testing.TB, source string) map[string]any {
	tb.Helper()
	value, err := decode([]byte(source))
	if err != nil {
		tb.Fatalf("decode %s: %v", source, err)
	}
	members, ok := value.(map[string]any)
	if !ok {
		tb.Fatalf("%s is no object", source)
	}
	return members
}
