package store

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

var uuids = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`)

func TestGetTakesEveryFormOfIdentifier(t *testing.T) {
	t.Parallel()
	f := withExamples(t, Options{})
	f.put(site, `{"SiteId":"s-1","Arn":"arn:1","Name":"one","Owner":"ann"}`)
	f.put(site, `{"SiteId":"s-2","Arn":"arn:2","Name":"two","Owner":"ann"}`)
	f.put(page, `{"SiteId":"s-1","Path":"/a"}`)
	f.put(page, `{"SiteId":"s-1","Path":"/a|b"}`)
	f.put(lens, `{"Configuration":{"Id":"wide","Depth":3}}`)
	tests := map[string]struct {
		name       resource.TypeName
		identifier string
		want       string
	}{
		"string":                         {site, `s-2`, "s-2"},
		"object":                         {site, `{"SiteId":"s-2"}`, "s-2"},
		"object of pointers":             {site, `{"/properties/SiteId":"s-2"}`, "s-2"},
		"additional identifier":          {site, `{"Arn":"arn:2"}`, "s-2"},
		"additional identifier of two":   {site, `{"Owner":"ann","Name":"two"}`, "s-2"},
		"additional, pointers":           {site, `{"/properties/Arn":"arn:1"}`, "s-1"},
		"compound string":                {page, `s-1|/a`, "s-1|/a"},
		"compound object in other order": {page, `{"Path":"/a","SiteId":"s-1"}`, "s-1|/a"},
		"separator inside of a part":     {page, `s-1|/a|b`, "s-1|/a|b"},
		"separator inside, object":       {page, `{"SiteId":"s-1","Path":"/a|b"}`, "s-1|/a|b"},
		"nested":                         {lens, `wide`, "wide"},
		"nested object of pointers":      {lens, `{"/properties/Configuration/Id":"wide"}`, "wide"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			have, err := f.Get(context.Background(), cloudcontrol.GetInput{Call: call(test.name), Identifier: test.identifier})
			if err != nil {
				t.Fatal(err)
			}
			if have.Identifier != test.want {
				t.Errorf("want %q, have %q", test.want, have.Identifier)
			}
		})
	}
}

func TestGetRefuses(t *testing.T) {
	t.Parallel()
	f := withExamples(t, Options{})
	tests := map[string]struct {
		name       resource.TypeName
		identifier string
		code       resource.Code
		message    string
	}{
		"unknown type": {
			"AWS::Example::Nothing", "x", resource.TypeNotFound, "The type 'AWS::Example::Nothing' cannot be found.",
		},
		"no read handler": {
			event, "x", resource.UnsupportedAction, "Resource type AWS::Example::Event does not support READ action",
		},
		"nothing there": {
			site, "s-9", resource.NotFound, "AWS::Example::Site Handler returned status FAILED: Resource of type " +
				"'AWS::Example::Site' with identifier 's-9' was not found. (HandlerErrorCode: NotFound, RequestToken: TOKEN)",
		},
		"nothing there by additional identifier": {
			site, `{"Arn":"arn:9"}`, resource.NotFound, "AWS::Example::Site Handler returned status FAILED: Resource of type " +
				`'AWS::Example::Site' with identifier '{"Arn":"arn:9"}' was not found. (HandlerErrorCode: NotFound, RequestToken: TOKEN)`,
		},
		"too few parts": {
			page, "prod", resource.Validation,
			"Identifier prod is not valid for identifier [/properties/SiteId, /properties/Path]",
		},
		"members that identify nothing": {
			site, `{"Name":"one"}`, resource.Validation,
			`Identifier {"Name":"one"} is not valid for identifier [/properties/SiteId]`,
		},
		"members in excess": {
			site, `{"SiteId":"s-1","Name":"one"}`, resource.Validation,
			`Identifier {"SiteId":"s-1","Name":"one"} is not valid for identifier [/properties/SiteId]`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := f.Get(context.Background(), cloudcontrol.GetInput{Call: call(test.name), Identifier: test.identifier})
			wantError(t, err, test.code, test.message)
		})
	}
}

func TestWriteOnlyValuesAreKeptButNotReturned(t *testing.T) {
	t.Parallel()
	f := withExamples(t, Options{})
	created := f.create(site, `{"Name":"one","Secret":"s","Login":{"User":"u","Password":"p"},
		"Source":{"Key":"k"},"Rules":[{"Name":"r","Token":"t"},{"Token":"only"}]}`)
	wantSuccess(t, created)
	state := f.state(site, created.Identifier)
	for _, member := range []string{"Secret", "Source"} {
		if value, ok := state[member]; ok {
			t.Errorf("%s is returned: %v", member, value)
		}
	}
	if diff := cmp.Diff([]any{map[string]any{"Name": "r"}}, state["Rules"]); diff != "" {
		t.Errorf("rules (-want +have)\n%s", diff)
	}
	if login := state["Login"].(map[string]any); login["User"] != "u" || login["Password"] != nil {
		t.Errorf("want a login without its password, have %v", login)
	}
	k, _ := f.kind(site)
	it, _ := f.world(home).shelf(k).get(created.Identifier)
	hidden := decodeKept(it.model.hidden)
	if hidden["Secret"] != "s" || hidden["Login"].(map[string]any)["Password"] != "p" {
		t.Errorf("write-only values are lost: %s", it.model.hidden)
	}
	if created.ResourceModel != nil {
		t.Errorf("want no model in the event, have %s", created.ResourceModel)
	}
}

func TestWorldsAreSeparate(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Options{})
	put := func(scope resource.Scope) {
		t.Helper()
		if err := f.Put(scope, bucket, json.RawMessage(`{"BucketName":"files"}`)); err != nil {
			t.Fatal(err)
		}
	}
	put(home)
	put(resource.Scope{Region: "eu-west-1"})
	put(resource.Scope{Region: "us-east-1", Account: "999999999999"})
	if err := f.Put(resource.Scope{Region: "us-east-1", Account: DefaultAccount}, bucket,
		json.RawMessage(`{"BucketName":"files"}`)); err == nil {
		t.Error("want the empty account to be the default account")
	}
}

func TestCancelledContext(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Options{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := f.Get(ctx, cloudcontrol.GetInput{Call: call(bucket), Identifier: "x"})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("want the context's error, have %v", err)
	}
	_, err = f.Create(ctx, cloudcontrol.CreateInput{Call: call(bucket), DesiredState: json.RawMessage(`{"BucketName":"x"}`)})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("want the context's error, have %v", err)
	}
	if have := f.list(cloudcontrol.ListInput{Call: call(bucket)}); have != nil {
		t.Errorf("want nothing created, have %v", have)
	}
}
