package store

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

func TestFailingChangesNothing(t *testing.T) {
	t.Parallel()
	const words = "Rate exceeded"
	for _, stabilize := range []time.Duration{0, time.Second} {
		t.Run(stabilize.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFixture(t, Options{Stabilize: stabilize})
				f.put(bucket, `{"BucketName":"files"}`)
				before := f.state(bucket, "files")
				throttled := f.Failing(resource.Throttling, words)
				changes := map[string]func() (cloudcontrol.ProgressEvent, error){
					"create": func() (cloudcontrol.ProgressEvent, error) {
						return throttled.Create(t.Context(), cloudcontrol.CreateInput{
							Call: call(bucket), DesiredState: json.RawMessage(`{"BucketName":"more"}`)})
					},
					"update": func() (cloudcontrol.ProgressEvent, error) {
						return throttled.Update(t.Context(), cloudcontrol.UpdateInput{
							Call: call(bucket), Identifier: "files",
							PatchDocument: json.RawMessage(`[{"op":"add","path":"/Tags","value":[]}]`)})
					},
					"delete": func() (cloudcontrol.ProgressEvent, error) {
						return throttled.Delete(t.Context(), cloudcontrol.DeleteInput{Call: call(bucket), Identifier: "files"})
					},
				}
				for name, change := range changes {
					first, err := change()
					if err != nil || first.Status != cloudcontrol.InProgress {
						t.Fatalf("%s: want it accepted, have %+v, %v", name, first, err)
					}
					<-time.After(2 * stabilize)
					wantFailure(t, f.status(first.RequestToken), resource.Throttling, words)
				}
				if have := f.list(cloudcontrol.ListInput{Call: call(bucket)}); len(have) != 1 {
					t.Errorf("want the one bucket, have %v", have)
				}
				f.wantState(bucket, "files", encode(before))
				if _, tagged := f.state(bucket, "files")["Tags"]; tagged {
					t.Error("want the bucket unchanged")
				}
			})
		})
	}
}

// What is refused at once is refused here too, and starts no request.
func TestFailingRefusesAsEver(t *testing.T) {
	t.Parallel()
	f := newFixture(t, Options{})
	_, err := f.Failing(resource.Throttling, "Rate exceeded").Create(t.Context(), cloudcontrol.CreateInput{
		Call: call(bucket), DesiredState: json.RawMessage(`{"BucketName":7}`)})
	wantError(t, err, resource.Validation, "Model validation failed (#/BucketName: expected type: String, found: Integer)")
}
