package store

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/catalog"
	"skyql/internal/cloudcontrol"
	"skyql/internal/emulator/generate"
	"skyql/internal/resource"
)

const (
	site    resource.TypeName = "AWS::Example::Site"
	page    resource.TypeName = "AWS::Example::Page"
	comment resource.TypeName = "AWS::Example::Comment"
	badge   resource.TypeName = "AWS::Example::Badge"
	event   resource.TypeName = "AWS::Example::Event"
	lens    resource.TypeName = "AWS::Example::Lens"
	bucket  resource.TypeName = "AWS::S3::Bucket"
)

var home = resource.Scope{Region: "us-east-1"}

// richly asks for desired states with everyday optional properties.
var richly = generate.Options{Rich: true}

// fixture is a store and the test that uses it.
type fixture struct {
	*Store
	t *testing.T
}

func newFixture(t *testing.T, opts Options) fixture {
	t.Helper()
	return fixture{New(opts), t}
}

// withExamples is a fixture over the schemas in testdata.
func withExamples(t *testing.T, opts Options) fixture {
	t.Helper()
	opts.Catalog = pulled(t, filepath.Join("testdata", "schemas"))
	return newFixture(t, opts)
}

// pulled gives the catalog of a schema bundle.
func pulled(t *testing.T, from string) *catalog.Catalog {
	t.Helper()
	path := filepath.Join(t.TempDir(), "catalog.zip")
	if _, err := catalog.Pull(t.Context(), catalog.PullOptions{From: from, Path: path, Now: time.Unix(0, 0)}); err != nil {
		t.Fatal(err)
	}
	types, err := catalog.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = types.Close() })
	return types
}

func call(name resource.TypeName) cloudcontrol.Call {
	return cloudcontrol.Call{Scope: home, Type: name}
}

// put seeds a resource.
func (f fixture) put(name resource.TypeName, properties string) {
	f.t.Helper()
	if err := f.Put(home, name, json.RawMessage(properties)); err != nil {
		f.t.Fatal(err)
	}
}

// create starts a create request and gives its latest event.
func (f fixture) create(name resource.TypeName, desired string) cloudcontrol.ProgressEvent {
	f.t.Helper()
	return f.latest(f.Create(context.Background(),
		cloudcontrol.CreateInput{Call: call(name), DesiredState: json.RawMessage(desired)}))
}

func (f fixture) update(name resource.TypeName, identifier, patch string) cloudcontrol.ProgressEvent {
	f.t.Helper()
	return f.latest(f.Update(context.Background(), cloudcontrol.UpdateInput{
		Call: call(name), Identifier: identifier, PatchDocument: json.RawMessage(patch),
	}))
}

func (f fixture) delete(name resource.TypeName, identifier string) cloudcontrol.ProgressEvent {
	f.t.Helper()
	return f.latest(f.Delete(context.Background(), cloudcontrol.DeleteInput{Call: call(name), Identifier: identifier}))
}

func (f fixture) latest(first cloudcontrol.ProgressEvent, err error) cloudcontrol.ProgressEvent {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
	return f.status(first.RequestToken)
}

func (f fixture) status(token string) cloudcontrol.ProgressEvent {
	f.t.Helper()
	status, err := f.RequestStatus(context.Background(), cloudcontrol.RequestInput{Scope: home, RequestToken: token})
	if err != nil {
		f.t.Fatal(err)
	}
	return status.Event
}

// state reads a resource.
func (f fixture) state(name resource.TypeName, identifier string) map[string]any {
	f.t.Helper()
	description, err := f.Get(context.Background(), cloudcontrol.GetInput{Call: call(name), Identifier: identifier})
	if err != nil {
		f.t.Fatal(err)
	}
	return decodeKept(string(description.Properties))
}

// list walks all pages and gives the identifiers.
func (f fixture) list(in cloudcontrol.ListInput) []string {
	f.t.Helper()
	var identifiers []string
	for {
		page, err := f.List(context.Background(), in)
		if err != nil {
			f.t.Fatal(err)
		}
		for _, description := range page.Resources {
			identifiers = append(identifiers, description.Identifier)
		}
		if in.NextToken = page.NextToken; in.NextToken == "" {
			return identifiers
		}
	}
}

// wantState compares a resource with JSON. Members that are not in want do not
// matter.
func (f fixture) wantState(name resource.TypeName, identifier, want string) {
	f.t.Helper()
	have, wanted := f.state(name, identifier), decodeKept(want)
	for member := range have {
		if _, ok := wanted[member]; !ok {
			delete(have, member)
		}
	}
	if diff := cmp.Diff(wanted, have); diff != "" {
		f.t.Errorf("state of %s (-want +have)\n%s", identifier, diff)
	}
}

func wantSuccess(t *testing.T, event cloudcontrol.ProgressEvent) {
	t.Helper()
	if event.Status != cloudcontrol.Success {
		t.Fatalf("want success, have %s %s: %s", event.Status, event.ErrorCode, event.StatusMessage)
	}
}

func wantFailure(t *testing.T, event cloudcontrol.ProgressEvent, code resource.Code, message string) {
	t.Helper()
	if event.Status != cloudcontrol.Failed || event.ErrorCode != code || event.StatusMessage != message {
		t.Errorf("want FAILED %s: %s\nhave %s %s: %s", code, message, event.Status, event.ErrorCode, event.StatusMessage)
	}
}

// wantError compares an error of the API with its code and text. In the text,
// request tokens are replaced by TOKEN.
func wantError(t *testing.T, err error, code resource.Code, message string) {
	t.Helper()
	var failure *resource.Error
	if !errors.As(err, &failure) {
		t.Fatalf("want a *resource.Error, have %v", err)
	}
	if failure.Code != code {
		t.Errorf("want code %s, have %s", code, failure.Code)
	}
	if diff := cmp.Diff(uuids.ReplaceAllString(message, "TOKEN"), uuids.ReplaceAllString(failure.Message, "TOKEN")); diff != "" {
		t.Errorf("message (-want +have)\n%s", diff)
	}
}
