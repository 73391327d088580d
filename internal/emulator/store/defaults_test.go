package store

import (
	"context"
	"encoding/json"
	"testing"

	"skyql/internal/cloudcontrol"
	"skyql/internal/schema"
	"skyql/internal/validate"
)

// What the schema has a default for is there when it is read, and comes back when
// it is taken away.
func TestDefaults(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Options{})
	f.put("AWS::CloudWatch::Alarm", `{"AlarmName": "a", "ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1}`)
	f.put("AWS::CloudWatch::Alarm", `{"AlarmName": "b", "ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1, "ActionsEnabled": false}`)
	enabled := func(identifier string) any {
		t.Helper()
		found, err := f.Get(context.Background(), cloudcontrol.GetInput{Call: call("AWS::CloudWatch::Alarm"), Identifier: identifier})
		if err != nil {
			t.Fatal(err)
		}
		var model map[string]any
		if err := json.Unmarshal(found.Properties, &model); err != nil {
			t.Fatal(err)
		}
		return model["ActionsEnabled"]
	}
	if a, b := enabled("a"), enabled("b"); a != true || b != false {
		t.Errorf("ActionsEnabled: %v and %v", a, b)
	}
	if _, err := f.Update(context.Background(), cloudcontrol.UpdateInput{
		Call: call("AWS::CloudWatch::Alarm"), Identifier: "b", PatchDocument: json.RawMessage(`[{"op":"remove","path":"/ActionsEnabled"}]`),
	}); err != nil {
		t.Fatal(err)
	}
	if b := enabled("b"); b != true {
		t.Errorf("after it was removed: %v", b)
	}
}

// A zone that nobody asked for is one of the region, and the one asked for stays.
func TestZones(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Options{})
	for cidr, want := range map[string]string{
		`"10.0.1.0/24"`: "us-east-1a", `"10.0.2.0/24", "AvailabilityZone": "us-east-1c"`: "us-east-1c",
	} {
		vpc := f.create("AWS::EC2::VPC", `{"CidrBlock": "10.0.0.0/16"}`).Identifier
		made := f.create("AWS::EC2::Subnet", `{"VpcId": "`+vpc+`", "CidrBlock": `+cidr+`}`)
		if have := f.state("AWS::EC2::Subnet", made.Identifier)["AvailabilityZone"]; have != want {
			t.Errorf("want %s, have %v", want, have)
		}
	}
}

// Defaults that do not go together leave a valid state valid.
func TestDefaultsThatDoNotGoTogether(t *testing.T) {
	t.Parallel()
	parsed, err := schema.Parse([]byte(`{
		"typeName": "Test::Shop::Clock", "primaryIdentifier": ["/properties/Name"],
		"properties": {
			"Name": {"type": "string"}, "Minutes": {"type": "integer", "default": 5}, "Seconds": {"type": "integer", "default": 300},
			"Face": {"type": "object", "properties": {"Color": {"type": "string", "default": "white"}, "Secret": {"type": "string", "default": "x"}}}
		},
		"writeOnlyProperties": ["/properties/Face/Secret"],
		"oneOf": [{"required": ["Minutes"]}, {"required": ["Seconds"]}]
	}`))
	if err != nil {
		t.Fatal(err)
	}
	validator, err := validate.New(parsed)
	if err != nil {
		t.Fatal(err)
	}
	k := &kind{ResourceType: parsed, validator: validator, defaults: fallbacks(parsed)}
	for before, want := range map[string]string{
		`{"Name":"n","Seconds":7}`:               `{"Name":"n","Seconds":7}`,
		`{"Name":"n","Minutes":1,"Face":{}}`:     `{"Face":{"Color":"white"},"Minutes":1,"Name":"n"}`,
		`{"Name":"n","Minutes":1,"Face":"none"}`: `{"Face":"none","Minutes":1,"Name":"n"}`,
	} {
		state := decodeKept(before)
		k.applyDefaults(state)
		if got := encode(state); got != want {
			t.Errorf("%s: want %s, have %s", before, want, got)
		}
	}
}
