package store

import (
	"context"
	"encoding/json"
	"testing"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

const oneSite = `{"SiteId":"s-1","Arn":"arn:1","Name":"one","Owner":"ann","Size":3,"Secret":"s","Bootstrap":"b",
	"Login":{"User":"u","Password":"p","LastUsed":"never"},"Source":{"Key":"k"},"Tags":[{"Key":"a","Value":"1"}]}`

func TestUpdate(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ patch, want string }{
		"replace":                        {`[{"op":"replace","path":"/Size","value":4}]`, `{"Size":4}`},
		"without a slash":                {`[{"op":"replace","path":"Owner","value":"bob"}]`, `{"Owner":"bob"}`},
		"add to an array":                {`[{"op":"add","path":"/Tags/-","value":{"Key":"b"}}]`, `{"Tags":[{"Key":"a","Value":"1"},{"Key":"b"}]}`},
		"each on the one before":         {`[{"op":"remove","path":"/Tags"},{"op":"add","path":"/Tags","value":[]}]`, `{"Tags":[]}`},
		"empty patch":                    {`[]`, `{"Size":3}`},
		"test of a read-only value":      {`[{"op":"test","path":"/Arn","value":"arn:1"},{"op":"replace","path":"/Size","value":5}]`, `{"Size":5}`},
		"copy of a read-only value":      {`[{"op":"copy","from":"/Arn","path":"/Owner"}]`, `{"Owner":"arn:1"}`},
		"write-only by add":              {`[{"op":"add","path":"/Secret","value":"new"}]`, `{"Size":3,"Arn":"arn:1"}`},
		"read-only inside what is given": {`[{"op":"replace","path":"/Login","value":{"User":"v"}}]`, `{"Login":{"User":"v","LastUsed":"never"}}`},
		"all around a read-only value":   {`[{"op":"remove","path":"/Login"}]`, `{"SiteId":"s-1"}`},
		"the whole": {
			`[{"op":"replace","path":"","value":{"Name":"one","Size":9}}]`, `{"SiteId":"s-1","Arn":"arn:1","Name":"one","Size":9}`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := withExamples(t, Options{})
			f.put(site, oneSite)
			event := f.update(site, "s-1", test.patch)
			wantSuccess(t, event)
			if event.Identifier != "s-1" || event.Operation != cloudcontrol.Update || event.ResourceModel != nil {
				t.Errorf("not the event of an update: %+v", event)
			}
			f.wantState(site, "s-1", test.want)
		})
	}
}

func TestUpdateRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		name    resource.TypeName
		id      string
		patch   string
		code    resource.Code
		message string
	}{
		"unknown type before a bad patch": {
			"AWS::Example::Nothing", "x", `?`, resource.TypeNotFound, "The type 'AWS::Example::Nothing' cannot be found.",
		},
		"no update handler": {
			event, "x", `[]`, resource.UnsupportedAction, "Resource type AWS::Example::Event does not support UPDATE action",
		},
		"no such resource": {
			site, "s-9", `[]`, resource.NotFound, "AWS::Example::Site Handler returned status FAILED: Resource of type " +
				"'AWS::Example::Site' with identifier 's-9' was not found. (HandlerErrorCode: NotFound, RequestToken: TOKEN)",
		},
		"malformed patch": {
			site, "s-1", `{}`, resource.Validation, "malformed patch document: not a JSON array",
		},
		"replace of what is not there": {
			site, "s-1", `[{"op":"replace","path":"/Code","value":1}]`, resource.Validation,
			"[REPLACE Operation] noSuchPath in source, path provided : //Code",
		},
		"replace of a write-only value": {
			site, "s-1", `[{"op":"replace","path":"/Secret","value":"x"}]`, resource.Validation,
			"[REPLACE Operation] noSuchPath in source, path provided : //Secret",
		},
		"add into a write-only object": {
			site, "s-1", `[{"op":"add","path":"/Source/Key","value":"x"}]`, resource.Validation,
			"[ADD Operation] noSuchPath in source, path provided : //Source/Key",
		},
		"failing test": {
			site, "s-1", `[{"op":"replace","path":"/Size","value":9},{"op":"test","path":"/Size","value":3}]`,
			resource.Validation, "[TEST Operation] value differs from expectations, path provided : //Size",
		},
		"read-only": {
			site, "s-1", `[{"op":"replace","path":"/Arn","value":"x"}]`, resource.Validation,
			"Invalid patch update: readOnlyProperties [/properties/Arn] cannot be updated",
		},
		"read-only moved away": {
			site, "s-1", `[{"op":"move","from":"/Arn","path":"/Owner"}]`, resource.Validation,
			"Invalid patch update: readOnlyProperties [/properties/Arn] cannot be updated",
		},
		"read-only inside of what is given": {
			site, "s-1", `[{"op":"replace","path":"/Login","value":{"LastUsed":"now"}}]`, resource.Validation,
			"Invalid patch update: readOnlyProperties [/properties/Login/LastUsed] cannot be updated",
		},
		"several read-only": {
			site, "s-1", `[{"op":"remove","path":"/Login/LastUsed"},{"op":"remove","path":"/Arn"}]`, resource.Validation,
			"Invalid patch update: readOnlyProperties [/properties/Arn, /properties/Login/LastUsed] cannot be updated",
		},
		"create-only": {
			site, "s-1", `[{"op":"replace","path":"/Name","value":"two"}]`, resource.NotUpdatable,
			"Invalid patch update: createOnlyProperties [/properties/Name] cannot be updated",
		},
		"create-only and write-only, the same value": {
			site, "s-1", `[{"op":"add","path":"/Bootstrap","value":"b"}]`, resource.NotUpdatable,
			"Invalid patch update: createOnlyProperties [/properties/Bootstrap] cannot be updated",
		},
		"create-only inside of an object": {
			lens, "wide", `[{"op":"replace","path":"/Configuration","value":{"Id":"narrow"}}]`, resource.NotUpdatable,
			"Invalid patch update: createOnlyProperties [/properties/Configuration/Id] cannot be updated",
		},
		"outcome that the schema forbids": {
			site, "s-1", `[{"op":"add","path":"/Size","value":"large"}]`, resource.Validation,
			"Model validation failed (#/Size: expected type: Integer, found: String)",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := withExamples(t, Options{})
			f.put(site, oneSite)
			f.put(lens, `{"Configuration":{"Id":"wide","Depth":3}}`)
			_, err := f.Update(context.Background(), cloudcontrol.UpdateInput{
				Call: call(test.name), Identifier: test.id, PatchDocument: json.RawMessage(test.patch),
			})
			wantError(t, err, test.code, test.message)
			f.wantState(site, "s-1", `{"Size":3,"Arn":"arn:1","Name":"one","Login":{"User":"u","LastUsed":"never"}}`)
		})
	}
}

func TestRequiredWriteOnlyMustBeSentAgain(t *testing.T) {
	t.Parallel()
	const function resource.TypeName = "AWS::Lambda::Function"
	f := newFixture(t, Options{})
	wantSuccess(t, f.create(function, `{"FunctionName":"f","Role":"arn:aws:iam::123456789012:role/r","Code":{"ZipFile":"x"}}`))
	_, err := f.Update(context.Background(), cloudcontrol.UpdateInput{
		Call: call(function), Identifier: "f", PatchDocument: json.RawMessage(`[{"op":"add","path":"/Timeout","value":9}]`),
	})
	wantError(t, err, resource.Validation, "Model validation failed (#: required key [Code] not found)")
	wantSuccess(t, f.update(function, "f",
		`[{"op":"add","path":"/Timeout","value":9},{"op":"add","path":"/Code","value":{"ZipFile":"y"}}]`))
	f.wantState(function, "f", `{"Timeout":9}`)
}

func TestUpdateKeepsWriteOnlyValues(t *testing.T) {
	t.Parallel()
	f := withExamples(t, Options{})
	f.put(site, oneSite)
	wantSuccess(t, f.update(site, "s-1", `[{"op":"add","path":"/Secret","value":"new"}]`))
	k, _ := f.kind(site)
	it, _ := f.world(home).shelf(k).get("s-1")
	hidden := decodeKept(it.model.hidden)
	if hidden["Secret"] != "new" || hidden["Bootstrap"] != "b" {
		t.Errorf("want the new secret and the old bootstrap, have %s", it.model.hidden)
	}
}
