package store

import (
	"context"
	"encoding/json"
	"testing"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

func TestCreateFirstEvent(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		name       resource.TypeName
		desired    string
		identifier string
	}{
		"identifier in the desired state": {bucket, `{"BucketName":"files"}`, "files"},
		"identifier made up":              {bucket, `{}`, ""},
		"compound identifier":             {"AWS::Cognito::UserPoolGroup", `{"UserPoolId":"us-east-1_a","GroupName":"g"}`, "us-east-1_a|g"},
		"part of it made up":              {"AWS::Cognito::UserPoolClient", `{"UserPoolId":"us-east-1_a"}`, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t, Options{})
			f.put(pool, `{"UserPoolId":"us-east-1_a"}`)
			first, err := f.Create(context.Background(),
				cloudcontrol.CreateInput{Call: call(test.name), DesiredState: json.RawMessage(test.desired)})
			if err != nil {
				t.Fatal(err)
			}
			if first.Status != cloudcontrol.InProgress || first.Operation != cloudcontrol.Create ||
				first.Type != test.name || first.EventTime.IsZero() || first.RetryAfter.IsZero() {
				t.Errorf("not a first event: %+v", first)
			}
			if first.Identifier != test.identifier {
				t.Errorf("want identifier %q, have %q", test.identifier, first.Identifier)
			}
			last := f.status(first.RequestToken)
			wantSuccess(t, last)
			if last.Identifier == "" || !last.RetryAfter.IsZero() || last.ResourceModel != nil {
				t.Errorf("not a last event: %+v", last)
			}
			if have := f.state(test.name, last.Identifier); have == nil {
				t.Error("the resource cannot be read")
			}
		})
	}
}

func TestCreateRefuses(t *testing.T) {
	t.Parallel()
	f := withExamples(t, Options{})
	tests := map[string]struct {
		name    resource.TypeName
		desired string
		code    resource.Code
		message string
	}{
		"unknown type before a bad state": {
			"AWS::Example::Nothing", `[`, resource.TypeNotFound, "The type 'AWS::Example::Nothing' cannot be found.",
		},
		"extraneous key": {
			site, `{"Name":"one","Nmae":"x"}`, resource.Validation,
			"Model validation failed (#: extraneous key [Nmae] is not permitted)",
		},
		"wrong type": {
			site, `{"Name":true}`, resource.Validation,
			"Model validation failed (#/Name: expected type: String, found: Boolean)",
		},
		"required key": {
			page, `{"Path":"/"}`, resource.Validation, "Model validation failed (#: required key [SiteId] not found)",
		},
		"no object": {site, `"one"`, resource.Validation, "DesiredState is not valid: not a JSON object"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := f.Create(context.Background(),
				cloudcontrol.CreateInput{Call: call(test.name), DesiredState: json.RawMessage(test.desired)})
			wantError(t, err, test.code, test.message)
		})
	}
}

func TestCreateFailsLater(t *testing.T) {
	t.Parallel()
	f := withExamples(t, Options{})
	f.put(page, `{"SiteId":"s-1","Path":"/a","Title":"first"}`)

	event := f.create(page, `{"SiteId":"s-1","Path":"/a","Title":"second"}`)
	wantFailure(t, event, resource.AlreadyExists,
		"Resource of type 'AWS::Example::Page' with identifier 's-1|/a' already exists.")
	if event.Identifier != "s-1|/a" {
		t.Errorf("want the identifier in the failed event, have %q", event.Identifier)
	}
	f.wantState(page, "s-1|/a", `{"Title":"first"}`)

	wantFailure(t, f.create(site, `{"Name":"one","Arn":"arn:mine"}`), resource.InvalidRequest,
		"Invalid create request: readOnlyProperties [/properties/Arn] cannot be set")
}

func TestIdentifiersAreMadeUp(t *testing.T) {
	t.Parallel()
	f := withExamples(t, Options{})
	seen := map[string]bool{}
	for range 50 {
		event := f.create(site, `{"Name":"one"}`)
		wantSuccess(t, event)
		if seen[event.Identifier] {
			t.Fatalf("%q was made up twice", event.Identifier)
		}
		seen[event.Identifier] = true
		if state := f.state(site, event.Identifier); state["SiteId"] != event.Identifier || state["Arn"] == nil {
			t.Errorf("want read-only values in the state, have %v", state)
		}
	}
}

// A queue's URL is made of its name: another one of the name exists already.
func TestMadeUpIdentifiersThatAreTaken(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Options{})
	wantSuccess(t, f.create("AWS::SQS::Queue", `{"QueueName":"events"}`))
	wantFailure(t, f.create("AWS::SQS::Queue", `{"QueueName":"events"}`), resource.AlreadyExists,
		"Resource of type 'AWS::SQS::Queue' with identifier 'https://sqs.us-east-1.amazonaws.com/123456789012/events' already exists.")
}
