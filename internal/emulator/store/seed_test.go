package store

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

func TestPut(t *testing.T) {
	t.Parallel()
	f := withExamples(t, Options{})
	f.put(site, `{"SiteId":"s-1","Name":"one","Secret":"x"}`)
	state := f.state(site, "s-1")
	if state["Arn"] == nil || state["Secret"] != nil {
		t.Errorf("want an ARN made up and no secret, have %v", state)
	}
	f.put(site, `{"Owner":"nobody needs a name here"}`)
	if have := f.list(cloudcontrol.ListInput{Call: call(site)}); len(have) != 2 {
		t.Errorf("want two sites, have %v", have)
	}
	page, err := f.ListRequests(t.Context(), cloudcontrol.ListRequestsInput{Scope: home})
	if err != nil || len(page.Events) != 0 {
		t.Errorf("want no request, have %v, %v", page.Events, err)
	}
}

func TestPutRefuses(t *testing.T) {
	t.Parallel()
	f := withExamples(t, Options{})
	f.put(page, `{"SiteId":"s-1","Path":"/a"}`)
	tests := map[string]struct {
		name             resource.TypeName
		properties, want string
	}{
		"twice":          {page, `{"SiteId":"s-1","Path":"/a"}`, `AWS::Example::Page "s-1|/a" is there already`},
		"unknown type":   {"AWS::Example::Sight", `{}`, "no resource type AWS::Example::Sight; did you mean AWS::Example::Site?"},
		"extraneous key": {site, `{"Nmae":"x"}`, "AWS::Example::Site: Model validation failed (#: extraneous key [Nmae] is not permitted)"},
		"no object":      {site, `[]`, "properties of AWS::Example::Site: not a JSON object"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := f.Put(home, test.name, json.RawMessage(test.properties))
			if err == nil || err.Error() != test.want {
				t.Errorf("want %q, have %v", test.want, err)
			}
		})
	}
}

func TestLoadSeed(t *testing.T) {
	t.Parallel()
	const first = `{"region":"us-east-1","type":"AWS::S3::Bucket","properties":{"BucketName":"one"}}`
	tests := map[string]struct {
		lines string
		want  string
		left  []string
	}{
		"lines":          {first + "\n\n" + strings.Replace(first, "one", "two", 1), "", []string{"one", "two"}},
		"other account":  {`{"account":"999999999999",` + first[1:], "", nil},
		"line ends":      {first + "\r\n", "", []string{"one"}},
		"nothing":        {"", "", nil},
		"duplicate":      {first + "\n\n" + first, `line 3: AWS::S3::Bucket "one" is there already`, []string{"one"}},
		"no region":      {`{"type":"AWS::S3::Bucket","properties":{}}`, `line 1: "region" is missing`, nil},
		"no type":        {`{"region":"us-east-1","properties":{}}`, `line 1: "type" is missing`, nil},
		"no properties":  {`{"region":"us-east-1","type":"AWS::S3::Bucket"}`, `line 1: "properties" is missing`, nil},
		"misspelled key": {first + "\n" + `{"regoin":"us-east-1"}`, `line 2: not a resource as JSON: json: unknown field "regoin"`, []string{"one"}},
		"two values":     {first + "}", `line 1: more than one JSON value`, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, Options{})
			err := f.LoadSeed(strings.NewReader(test.lines))
			if have := errorText(err); have != test.want {
				t.Errorf("want %q, have %q", test.want, have)
			}
			if diff := cmp.Diff(test.left, f.list(cloudcontrol.ListInput{Call: call(bucket)})); diff != "" {
				t.Errorf("buckets (-want +have)\n%s", diff)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
