package store

import (
	"context"
	"testing"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

func TestDelete(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Options{})
	f.put(bucket, `{"BucketName":"files"}`)
	event := f.delete(bucket, "files")
	wantSuccess(t, event)
	if event.Identifier != "files" || event.Operation != cloudcontrol.Delete || event.ResourceModel != nil {
		t.Errorf("not the event of a delete: %+v", event)
	}
	for _, identifier := range []string{"files", "never"} {
		first, err := f.Delete(context.Background(), cloudcontrol.DeleteInput{Call: call(bucket), Identifier: identifier})
		if err != nil {
			t.Fatalf("want a request even for what is not there: %v", err)
		}
		if first.Status != cloudcontrol.InProgress || first.Identifier != identifier || first.ErrorCode != "" {
			t.Errorf("not a first event: %+v", first)
		}
		wantFailure(t, f.status(first.RequestToken), resource.NotFound,
			"Resource of type 'AWS::S3::Bucket' with identifier '"+identifier+"' was not found.")
	}
	wantSuccess(t, f.create(bucket, `{"BucketName":"files"}`))
}
