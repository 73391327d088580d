package clienttest

import (
	"strings"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

func createSucceeds(w *world) {
	first, err := w.create(bucketType, `{"BucketName":"photos"}`)
	if err != nil {
		w.t.Fatal(err)
	}
	if first.RequestToken == "" || first.Operation != cloudcontrol.Create || first.Type != bucketType ||
		first.Identifier != "photos" || first.Status == "" || first.EventTime.IsZero() {
		w.t.Errorf("want an event that names the request, got %+v", first)
	}
	if !first.Status.Terminal() && (first.ErrorCode != "" || first.ResourceModel != nil) {
		w.t.Errorf("want neither error code nor model while it runs, got %+v", first)
	}
	last := w.succeeds(first, nil)
	if last.Identifier != "photos" || last.Operation != cloudcontrol.Create || last.Type != bucketType {
		w.t.Errorf("want the final event to name the bucket, got %+v", last)
	}
}

func createMakesUpName(w *world) {
	one, two := w.made(bucketType, `{}`), w.made(bucketType, `{}`)
	if one == two {
		w.t.Errorf("want two names, got %q twice", one)
	}
	if name := w.read(bucketType, one)["BucketName"]; name != one {
		w.t.Errorf("want BucketName %q, got %v", one, name)
	}
}

func readsBack(w *world) {
	found, err := w.get(bucketType, w.made(bucketType, `{"BucketName":"photos","Tags":[{"Key":"a","Value":"b"}]}`))
	if err != nil || found.Identifier != "photos" {
		w.t.Fatalf("want bucket photos, got %+v, %v", found, err)
	}
	properties := w.read(bucketType, "photos")
	if properties["BucketName"] != "photos" {
		w.t.Errorf("want BucketName photos, got %v", properties["BucketName"])
	}
	if diff := cmp.Diff([]any{map[string]any{"Key": "a", "Value": "b"}}, properties["Tags"]); diff != "" {
		w.t.Errorf("tags (-want +got):\n%s", diff)
	}
	if arn, _ := properties["Arn"].(string); !strings.HasPrefix(arn, "arn:aws:") {
		w.t.Errorf("want an ARN, got %v", properties["Arn"])
	}
}

func hidesWriteOnly(w *world) {
	w.made(bucketType, `{"BucketName":"photos","AccessControl":"Private"}`)
	if value, there := w.read(bucketType, "photos")["AccessControl"]; there {
		w.t.Errorf("want no AccessControl, got %v", value)
	}
}

func updateChanges(w *world) {
	w.made(logGroupType, `{"LogGroupName":"app","RetentionInDays":7}`)
	first, err := w.update(logGroupType, "app",
		`[{"op":"replace","path":"/RetentionInDays","value":30},{"op":"add","path":"/Tags","value":[{"Key":"a","Value":"b"}]}]`)
	last := w.succeeds(first, err)
	if first.Operation != cloudcontrol.Update || first.Identifier != "app" || last.Identifier != "app" {
		w.t.Errorf("want events of an UPDATE of app, got %+v and %+v", first, last)
	}
	properties := w.read(logGroupType, "app")
	if properties["RetentionInDays"] != 30.0 {
		w.t.Errorf("want 30 days, got %v", properties["RetentionInDays"])
	}
	if diff := cmp.Diff([]any{map[string]any{"Key": "a", "Value": "b"}}, properties["Tags"]); diff != "" {
		w.t.Errorf("tags (-want +got):\n%s", diff)
	}
	w.succeeds(w.update(logGroupType, "app", `[{"op":"remove","path":"/RetentionInDays"}]`))
	if value, there := w.read(logGroupType, "app")["RetentionInDays"]; there {
		w.t.Errorf("want no RetentionInDays, got %v", value)
	}
}

func updateAcceptsBarePaths(w *world) {
	w.made(logGroupType, `{"LogGroupName":"app","RetentionInDays":7}`)
	w.succeeds(w.update(logGroupType, "app", `[{"op":"replace","path":"RetentionInDays","value":14}]`))
	if got := w.read(logGroupType, "app")["RetentionInDays"]; got != 14.0 {
		w.t.Errorf("want 14 days, got %v", got)
	}
}

func deleteRemoves(w *world) {
	w.made(bucketType, `{"BucketName":"photos"}`)
	first, err := w.delete(bucketType, "photos")
	last := w.succeeds(first, err)
	for _, event := range []cloudcontrol.ProgressEvent{first, last} {
		if event.Operation != cloudcontrol.Delete || event.Identifier != "photos" || event.ResourceModel != nil {
			w.t.Errorf("want an event of a DELETE of photos without a model, got %+v", event)
		}
	}
	_, err = w.get(bucketType, "photos")
	w.refused(resource.NotFound, err)
	w.fails(w.delete(bucketType, "photos"))(resource.NotFound)
}

func deletedNameIsFree(w *world) {
	w.made(bucketType, `{"BucketName":"photos"}`)
	w.succeeds(w.delete(bucketType, "photos"))
	w.made(bucketType, `{"BucketName":"photos"}`)
}

func identifierAsJSON(w *world) {
	pool := w.made(userPoolType, `{"UserPoolName":"people"}`)
	identifier := w.made(poolClientType, `{"UserPoolId":"`+pool+`","ClientName":"web"}`)
	parts, ok := resource.SplitIdentifier(identifier, 2)
	if !ok || parts[0] != pool {
		w.t.Fatalf("want identifier %s|…, got %q", pool, identifier)
	}
	found, err := w.get(poolClientType, `{"ClientId":"`+parts[1]+`","UserPoolId":"`+pool+`"}`)
	if err != nil || found.Identifier != identifier {
		w.t.Errorf("want %q, got %q, %v", identifier, found.Identifier, err)
	}
}
