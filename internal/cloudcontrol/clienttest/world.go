package clienttest

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

const (
	bucketType     resource.TypeName = "AWS::S3::Bucket"
	logGroupType   resource.TypeName = "AWS::Logs::LogGroup"
	userPoolType   resource.TypeName = "AWS::Cognito::UserPool"
	poolClientType resource.TypeName = "AWS::Cognito::UserPoolClient"

	home      resource.Region = "eu-west-1"
	elsewhere resource.Region = "us-east-1"
)

// patience bounds how long a request may take to end.
const patience = time.Minute

// world is one client under test, with short ways to call it in one region.
type world struct {
	t      *testing.T
	client cloudcontrol.Client
	scope  resource.Scope
}

func newWorld(t *testing.T, client cloudcontrol.Client) *world {
	t.Helper()
	return &world{t: t, client: client, scope: resource.Scope{Region: home}}
}

func (w *world) in(region resource.Region) *world {
	there := *w
	there.scope.Region = region
	return &there
}

func (w *world) call(typeName resource.TypeName) cloudcontrol.Call {
	return cloudcontrol.Call{Scope: w.scope, Type: typeName}
}

func (w *world) create(typeName resource.TypeName, state string) (cloudcontrol.ProgressEvent, error) {
	return w.client.Create(w.t.Context(), cloudcontrol.CreateInput{Call: w.call(typeName), DesiredState: json.RawMessage(state)})
}

func (w *world) get(typeName resource.TypeName, identifier string) (cloudcontrol.Description, error) {
	return w.client.Get(w.t.Context(), cloudcontrol.GetInput{Call: w.call(typeName), Identifier: identifier})
}

func (w *world) update(typeName resource.TypeName, identifier, patch string) (cloudcontrol.ProgressEvent, error) {
	return w.client.Update(w.t.Context(), cloudcontrol.UpdateInput{
		Call: w.call(typeName), Identifier: identifier, PatchDocument: json.RawMessage(patch),
	})
}

func (w *world) delete(typeName resource.TypeName, identifier string) (cloudcontrol.ProgressEvent, error) {
	return w.client.Delete(w.t.Context(), cloudcontrol.DeleteInput{Call: w.call(typeName), Identifier: identifier})
}

func (w *world) status(token string) (cloudcontrol.RequestStatus, error) {
	return w.client.RequestStatus(w.t.Context(), cloudcontrol.RequestInput{Scope: w.scope, RequestToken: token})
}

// made creates a resource, waits for it and returns its identifier.
func (w *world) made(typeName resource.TypeName, state string) string {
	w.t.Helper()
	return w.succeeds(w.create(typeName, state)).Identifier
}

// read returns the properties of a resource that must exist.
func (w *world) read(typeName resource.TypeName, identifier string) map[string]any {
	w.t.Helper()
	found, err := w.get(typeName, identifier)
	if err != nil {
		w.t.Fatal(err)
	}
	properties := make(map[string]any)
	if err := json.Unmarshal(found.Properties, &properties); err != nil {
		w.t.Fatalf("properties of %s: %v", identifier, err)
	}
	return properties
}

// settles waits for the request that a change answered with, and returns its
// final event. It takes the two results of the change.
func (w *world) settles(event cloudcontrol.ProgressEvent, err error) cloudcontrol.ProgressEvent {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	token := event.RequestToken
	deadline := time.Now().Add(patience)
	for pause := time.Millisecond; !event.Status.Terminal(); pause = min(2*pause, time.Second) {
		if time.Now().After(deadline) {
			w.t.Fatalf("want request %s to end within %s, got %+v", token, patience, event)
		}
		select {
		case <-time.After(pause):
		case <-w.t.Context().Done():
			w.t.Fatal(w.t.Context().Err())
		}
		status, err := w.status(token)
		if err != nil {
			w.t.Fatal(err)
		}
		event = status.Event
	}
	if event.RequestToken != token {
		w.t.Errorf("want request token %q to stay, got %q", token, event.RequestToken)
	}
	return event
}

// succeeds is settles for a request that must succeed.
func (w *world) succeeds(event cloudcontrol.ProgressEvent, err error) cloudcontrol.ProgressEvent {
	w.t.Helper()
	last := w.settles(event, err)
	if last.Status != cloudcontrol.Success || last.Identifier == "" || last.ErrorCode != "" {
		w.t.Fatalf("want SUCCESS with an identifier, got %+v", last)
	}
	return last
}

// fails is settles for a request that must fail. What it returns checks the
// code.
func (w *world) fails(event cloudcontrol.ProgressEvent, err error) (by func(resource.Code)) {
	w.t.Helper()
	last := w.settles(event, err)
	return func(code resource.Code) {
		w.t.Helper()
		if last.Status != cloudcontrol.Failed || last.ErrorCode != code || last.StatusMessage == "" {
			w.t.Errorf("want FAILED by %s with a message, got %+v", code, last)
		}
	}
}

// refused checks an error that a call itself gave: its code, and that its
// message contains all texts.
func (w *world) refused(code resource.Code, err error, texts ...string) *resource.Error {
	w.t.Helper()
	var failure *resource.Error
	if !errors.As(err, &failure) {
		w.t.Fatalf("want a *resource.Error with %s, got %v", code, err)
	}
	if failure.Code != code {
		w.t.Errorf("want %s, got %v", code, failure)
	}
	for _, text := range texts {
		if !strings.Contains(failure.Message, text) {
			w.t.Errorf("want message with %q, got %q", text, failure.Message)
		}
	}
	if failure.Operation == "" || failure.Scope.Region != w.scope.Region {
		w.t.Errorf("want the error to name operation and region, got %+v", failure)
	}
	return failure
}

// listed returns the sorted identifiers of all pages of a list.
func (w *world) listed(in cloudcontrol.ListInput) []string {
	w.t.Helper()
	identifiers := []string{}
	for pages := 1; ; pages++ {
		page, err := w.client.List(w.t.Context(), in)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, found := range page.Resources {
			identifiers = append(identifiers, found.Identifier)
		}
		if page.NextToken == "" {
			slices.Sort(identifiers)
			return identifiers
		}
		if pages == 1000 {
			w.t.Fatal("want the pages to end")
		}
		in.NextToken = page.NextToken
	}
}
