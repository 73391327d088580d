package clienttest

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

func getMissing(w *world) {
	_, err := w.get(bucketType, "nothing")
	got := w.refused(resource.NotFound, err,
		"AWS::S3::Bucket Handler returned status FAILED: ", "(HandlerErrorCode: NotFound, RequestToken: ")
	if got.Operation != cloudcontrol.GetResource || got.Type != bucketType || got.Identifier != "nothing" {
		w.t.Errorf("want the error to name what was read, got %+v", got)
	}
}

func createExisting(w *world) {
	w.made(bucketType, `{"BucketName":"photos"}`)
	w.fails(w.create(bucketType, `{"BucketName":"photos"}`))(resource.AlreadyExists)
}

func updateMissing(w *world) {
	_, err := w.update(logGroupType, "nothing", `[{"op":"add","path":"/RetentionInDays","value":7}]`)
	w.refused(resource.NotFound, err)
}

func deleteMissing(w *world) {
	first, err := w.delete(bucketType, "nothing")
	if err == nil && first.Identifier != "nothing" {
		w.t.Errorf("want the identifier at once, got %+v", first)
	}
	w.fails(first, err)(resource.NotFound)
}

func unknownType(w *world) {
	const none = resource.TypeName("AWS::Sky::DoesNotExist")
	const text = "The type 'AWS::Sky::DoesNotExist' cannot be found."
	_, err := w.get(none, "x")
	w.refused(resource.TypeNotFound, err, text)
	_, err = w.client.List(w.t.Context(), cloudcontrol.ListInput{Call: w.call(none)})
	w.refused(resource.TypeNotFound, err, text)
	_, err = w.create(none, `{}`)
	w.refused(resource.TypeNotFound, err, text)
	_, err = w.update(none, "x", `[]`)
	w.refused(resource.TypeNotFound, err, text)
	_, err = w.delete(none, "x")
	w.refused(resource.TypeNotFound, err, text)
}

func createValidates(w *world) {
	tests := []struct {
		typeName    resource.TypeName
		state, want string
	}{
		{bucketType, `{"BucketSomething":"x"}`, "Model validation failed (#: extraneous key [BucketSomething] is not permitted)"},
		{bucketType, `{"BucketName":true}`, "Model validation failed (#/BucketName: expected type: String, found: Boolean)"},
		{poolClientType, `{}`, "Model validation failed (#: required key [UserPoolId] not found)"},
	}
	for _, test := range tests {
		event, err := w.create(test.typeName, test.state)
		if w.refused(resource.Validation, err, test.want); event.RequestToken != "" {
			w.t.Errorf("want no request, got %q", event.RequestToken)
		}
	}
	if requests, err := w.client.ListRequests(w.t.Context(), cloudcontrol.ListRequestsInput{Scope: w.scope}); err != nil ||
		len(requests.Events) != 0 {
		w.t.Errorf("want no request to be left behind, got %+v, %v", requests, err)
	}
}

func updateCreateOnly(w *world) {
	w.made(bucketType, `{"BucketName":"photos"}`)
	_, err := w.update(bucketType, "photos", `[{"op":"replace","path":"/BucketName","value":"films"}]`)
	w.refused(resource.NotUpdatable, err,
		"Invalid patch update: createOnlyProperties [/properties/BucketName] cannot be updated")
}

func updateReadOnly(w *world) {
	w.made(bucketType, `{"BucketName":"photos"}`)
	_, err := w.update(bucketType, "photos", `[{"op":"replace","path":"/Arn","value":"arn:aws:s3:::films"}]`)
	w.refused(resource.Validation, err,
		"Invalid patch update: readOnlyProperties [/properties/Arn] cannot be updated")
}

// updateIsAtomic has patches whose first operation is good and whose second is
// not.
func updateIsAtomic(w *world) {
	w.made(logGroupType, `{"LogGroupName":"app","RetentionInDays":7}`)
	before := w.read(logGroupType, "app")
	for _, second := range []string{
		`{"op":"test","path":"/RetentionInDays","value":8}`,
		`{"op":"replace","path":"/KmsKeyId","value":"k"}`, // is not there
		`{"op":"add","path":"/Nonsense","value":1}`,
		`{"op":"replace","path":"/RetentionInDays","value":"many"}`,
	} {
		_, err := w.update(logGroupType, "app", `[{"op":"add","path":"/LogGroupClass","value":"STANDARD"},`+second+`]`)
		w.refused(resource.Validation, err)
	}
	if diff := cmp.Diff(before, w.read(logGroupType, "app")); diff != "" {
		w.t.Errorf("log group (-before +after):\n%s", diff)
	}
	_, err := w.update(logGroupType, "app", `[{"op":"replace","path":"/KmsKeyId","value":"k"}]`)
	w.refused(resource.Validation, err, "noSuchPath in source", "KmsKeyId")
}

func cancelledContext(w *world) {
	w.made(bucketType, `{"BucketName":"photos"}`)
	ctx, cancel := context.WithCancel(w.t.Context())
	cancel()
	at := w.call(bucketType)
	for name, call := range eachOperation(ctx, w) {
		if err := call(); !errors.Is(err, context.Canceled) {
			w.t.Errorf("%s: want context.Canceled, got %v", name, err)
		}
	}
	if diff := cmp.Diff([]string{"photos"}, w.listed(cloudcontrol.ListInput{Call: at})); diff != "" {
		w.t.Errorf("buckets after calls that were not made (-want +got):\n%s", diff)
	}
}

// eachOperation gives a call of each operation, to be made with the context.
func eachOperation(ctx context.Context, w *world) map[string]func() error {
	at, request := w.call(bucketType), cloudcontrol.RequestInput{Scope: w.scope, RequestToken: "x"}
	get := cloudcontrol.GetInput{Call: at, Identifier: "photos"}
	list := cloudcontrol.ListInput{Call: at}
	create := cloudcontrol.CreateInput{Call: at, DesiredState: json.RawMessage(`{}`)}
	update := cloudcontrol.UpdateInput{Call: at, Identifier: "photos", PatchDocument: json.RawMessage(`[]`)}
	remove := cloudcontrol.DeleteInput{Call: at, Identifier: "photos"}
	requests := cloudcontrol.ListRequestsInput{Scope: w.scope}
	return map[string]func() error{
		"Get":           func() error { _, err := w.client.Get(ctx, get); return err },
		"List":          func() error { _, err := w.client.List(ctx, list); return err },
		"Create":        func() error { _, err := w.client.Create(ctx, create); return err },
		"Update":        func() error { _, err := w.client.Update(ctx, update); return err },
		"Delete":        func() error { _, err := w.client.Delete(ctx, remove); return err },
		"RequestStatus": func() error { _, err := w.client.RequestStatus(ctx, request); return err },
		"ListRequests":  func() error { _, err := w.client.ListRequests(ctx, requests); return err },
		"CancelRequest": func() error { _, err := w.client.CancelRequest(ctx, request); return err },
	}
}
