package change_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"skyql/internal/change"
)

func TestConvert(t *testing.T) {
	t.Parallel()
	machine := machineType(t)
	for _, test := range []struct {
		property string
		value    any
		want     string // as JSON
	}{
		{"Name", "30", `"30"`},
		{"Name", "true", `"true"`},
		{"Name", int64(30), `"30"`},
		{"Name", 1.5, `"1.5"`},
		{"Name", true, `"true"`},
		{"Name", `{"a": 1}`, `"{\"a\": 1}"`},
		{"Name", []byte("blob"), `"blob"`},
		{"Count", "30", `30`},
		{"Count", " 30 ", `30`},
		{"Count", int64(30), `30`},
		{"Count", 30.0, `30`},
		{"Count", "9223372036854775808", `9223372036854775808`},
		{"Count", "many", `"many"`},
		{"Ratio", "0.5", `0.5`},
		{"Ratio", "-1e3", `-1e3`},
		{"Ratio", 0.25, `0.25`},
		{"Active", "true", `true`},
		{"Active", "FALSE", `false`},
		{"Active", int64(1), `true`},
		{"Active", int64(0), `false`},
		{"Active", int64(2), `2`},
		{"Active", "yes", `"yes"`},
		{"Zones", `["a", "b"]`, `["a","b"]`},
		{"Zones", json.RawMessage(`[1, true]`), `["1","true"]`},
		{"Tags", `[{"Key": "a", "Value": 5}]`, `[{"Key":"a","Value":"5"}]`},
		{"Tags", `[{"key": "a", "value": "b"}]`, `[{"Key":"a","Value":"b"}]`},
		{"Settings", `{"Enabled": "true", "RetryCount": "3", "Label": 7}`, `{"Enabled":true,"Label":"7","RetryCount":3}`},
		{"Settings", `{"retry_count": 3, "Inner": {"enabled": "false"}}`, `{"Inner":{"Enabled":false},"RetryCount":3}`},
		{"Settings", `{"RetryCount": 1, "retry_count": 2}`, `{"RetryCount":1,"retry_count":2}`},
		{"Settings", `{"Unknown": "5"}`, `{"Unknown":"5"}`},
		{"Policy", `{"Version": "2012-10-17"}`, `{"Version":"2012-10-17"}`},
		{"Policy", `not a policy`, `"not a policy"`},
		{"Policy", `{broken`, `"{broken"`},
		{"Labels", `{"a": 1}`, `{"a":"1"}`},
		{"Labels", `{"a": {"y": "1", "x": [1, null]}, "b": [2]}`, `{"a":"{\"x\":[1,null],\"y\":\"1\"}","b":"[2]"}`},
		{"Anything", `{"a": "1"}`, `{"a":"1"}`},
		{"Anything", `5`, `"5"`},
		{"Anything", int64(5), `5`},
		{"Either", "5", `"5"`},
		{"Either", int64(5), `5`},
	} {
		got, err := change.Convert(machine, machine.Property(test.property).Node, test.value)
		if err != nil {
			t.Errorf("%s %v: %v", test.property, test.value, err)
		} else if text(got) != test.want {
			t.Errorf("%s %v: want %s, have %s", test.property, test.value, test.want, text(got))
		}
	}
	for _, test := range []struct {
		property string
		value    any
		want     string
	}{
		{"Zones", "a", "an array is wanted"},
		{"Settings", "a", "an object is wanted"},
		{"Zones", `["a"`, "should be JSON and is not"},
		{"Zones", json.RawMessage(`{`), "not JSON"},
		{"Name", []byte{0xff}, "blob"},
		{"Ratio", math.Inf(1), "not a number"},
	} {
		got, err := change.Convert(machine, machine.Property(test.property).Node, test.value)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s %v: want error %q, have %v, %v", test.property, test.value, test.want, got, err)
		}
	}
}

// FuzzConvert: nothing breaks, and what comes out has a JSON form.
func FuzzConvert(f *testing.F) {
	for _, seed := range []string{`[{"Key": 1}]`, `{"Inner": {"Inner": {}}}`, "1e400", "-", "tRuE", `"`} {
		f.Add(seed)
	}
	machine := machineType(f)
	f.Fuzz(func(t *testing.T, input string) {
		for _, property := range machine.Properties {
			for _, value := range []any{input, json.RawMessage(input), []byte(input)} {
				got, err := change.Convert(machine, property.Node, value)
				if err != nil {
					continue
				}
				if _, err := json.Marshal(got); err != nil {
					t.Errorf("%s %q: %v", property.Name, input, err)
				}
			}
		}
	})
}
