package durable_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/emulator/durable"
	"skyql/internal/emulator/store"
	"skyql/internal/resource"
)

const (
	bucket resource.TypeName = "AWS::S3::Bucket"
	vpc    resource.TypeName = "AWS::EC2::VPC"
	user   resource.TypeName = "AWS::IAM::User"
)

func call(name resource.TypeName) cloudcontrol.Call {
	return cloudcontrol.Call{Scope: resource.Scope{Region: "eu-west-1"}, Type: name}
}

// open gives the store that a file has.
func open(t *testing.T, path string, opts store.Options) (*store.Store, *durable.File) {
	t.Helper()
	file, err := durable.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	opts.Journal = file
	s := store.New(opts)
	if _, err := file.Restore(s, time.Now()); err != nil {
		t.Fatal(err)
	}
	return s, file
}

// again closes the file and gives the store that comes back from it.
func again(t *testing.T, path string, file *durable.File, opts store.Options) (*store.Store, *durable.File) {
	t.Helper()
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return open(t, path, opts)
}

// change sends one of each change and gives the tokens.
func create(t *testing.T, s *store.Store, name resource.TypeName, desired, clientToken string) cloudcontrol.ProgressEvent {
	t.Helper()
	event, err := s.Create(t.Context(), cloudcontrol.CreateInput{Call: call(name), DesiredState: json.RawMessage(desired), ClientToken: clientToken})
	if err != nil {
		t.Fatal(err)
	}
	return event
}

func status(t *testing.T, s *store.Store, token string) cloudcontrol.ProgressEvent {
	t.Helper()
	found, err := s.RequestStatus(t.Context(), cloudcontrol.RequestInput{Scope: call("").Scope, RequestToken: token})
	if err != nil {
		t.Fatal(err)
	}
	return found.Event
}

// world is everything that calls can find out.
func world(t *testing.T, s *store.Store, names ...resource.TypeName) map[string]any {
	t.Helper()
	seen := map[string]any{}
	for _, name := range names {
		page, err := s.List(t.Context(), cloudcontrol.ListInput{Call: call(name)})
		if err != nil {
			t.Fatal(err)
		}
		for i, listed := range page.Resources {
			found, err := s.Get(t.Context(), cloudcontrol.GetInput{Call: call(name), Identifier: listed.Identifier})
			if err != nil {
				t.Fatal(err)
			}
			seen[fmt.Sprint(name, " ", i)] = string(found.Properties)
		}
	}
	requests, err := s.ListRequests(t.Context(), cloudcontrol.ListRequestsInput{Scope: call("").Scope, MaxResults: 100})
	if err != nil {
		t.Fatal(err)
	}
	for i, event := range requests.Events {
		event.RetryAfter = time.Time{}
		seen[fmt.Sprint("request ", i)] = fmt.Sprint(event.RequestToken, event.Operation, event.Status, event.Identifier,
			event.EventTime.UnixNano(), event.ErrorCode, event.StatusMessage)
	}
	return seen
}

func TestEverythingComesBack(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "world?#%20.db")
	s, file := open(t, path, store.Options{})
	create(t, s, bucket, `{"BucketName":"first"}`, "token-1")
	create(t, s, bucket, `{"BucketName":"second"}`, "")
	create(t, s, bucket, `{"BucketName":"second"}`, "") // ends FAILED
	create(t, s, user, `{"UserName":"ann","LoginProfile":{"Password":"hush"}}`, "")
	for range 3 {
		create(t, s, vpc, `{"CidrBlock":"10.0.0.0/16"}`, "")
	}
	if _, err := s.Update(t.Context(), cloudcontrol.UpdateInput{Call: call(bucket), Identifier: "first",
		PatchDocument: json.RawMessage(`[{"op":"add","path":"/Tags","value":[{"Key":"a","Value":"b"}]}]`)}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Delete(t.Context(), cloudcontrol.DeleteInput{Call: call(bucket), Identifier: "second"}); err != nil {
		t.Fatal(err)
	}
	if err := s.Put(call("").Scope, bucket, json.RawMessage(`{"BucketName":"seeded"}`)); err != nil {
		t.Fatal(err)
	}
	before := world(t, s, bucket, vpc, user)
	s, file = again(t, path, file, store.Options{})
	if diff := cmp.Diff(before, world(t, s, bucket, vpc, user)); diff != "" {
		t.Errorf("(-before +after)\n%s", diff)
	}

	// Client tokens are still taken, and identifiers are not made up twice.
	_, err := s.Create(t.Context(), cloudcontrol.CreateInput{Call: call(bucket), DesiredState: json.RawMessage(`{"BucketName":"x"}`), ClientToken: "token-1"})
	if !errors.Is(err, resource.ClientTokenConflict) {
		t.Errorf("want the client token to be taken, have %v", err)
	}
	deleted := status(t, s, create(t, s, vpc, `{"CidrBlock":"10.1.0.0/16"}`, "").RequestToken).Identifier
	if _, err := s.Delete(t.Context(), cloudcontrol.DeleteInput{Call: call(vpc), Identifier: deleted}); err != nil {
		t.Fatal(err)
	}
	s, file = again(t, path, file, store.Options{})
	if made := status(t, s, create(t, s, vpc, `{"CidrBlock":"10.1.0.0/16"}`, "").RequestToken).Identifier; made == deleted {
		t.Errorf("%s was made up again", made)
	}
	s.Clear()
	s, file = again(t, path, file, store.Options{})
	if left := world(t, s, bucket, vpc, user); len(left) > 0 {
		t.Errorf("want nothing after Clear, have %v", left)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}

// What was in progress goes on, and is done once.
func TestRequestsGoOn(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "world.db")
	clock := time.Now()
	opts := store.Options{Stabilize: time.Minute, Now: func() time.Time { return clock }}
	s, file := open(t, path, opts)
	for _, name := range []string{"kept", "gone"} {
		if err := s.Put(call("").Scope, user, json.RawMessage(fmt.Sprintf(`{"UserName":%q}`, name))); err != nil {
			t.Fatal(err)
		}
	}
	made := create(t, s, user, `{"UserName":"new"}`, "")
	updated, err := s.Update(t.Context(), cloudcontrol.UpdateInput{Call: call(user), Identifier: "kept",
		PatchDocument: json.RawMessage(`[{"op":"add","path":"/Path","value":"/x/"}]`)})
	if err != nil {
		t.Fatal(err)
	}
	removed, err := s.Delete(t.Context(), cloudcontrol.DeleteInput{Call: call(user), Identifier: "gone"})
	if err != nil {
		t.Fatal(err)
	}
	cancelled := create(t, s, user, `{"UserName":"never"}`, "")
	if _, err := s.CancelRequest(t.Context(), cloudcontrol.RequestInput{Scope: call("").Scope, RequestToken: cancelled.RequestToken}); err != nil {
		t.Fatal(err)
	}
	refused, err := s.Failing(resource.Throttling, "Rate exceeded").Create(t.Context(),
		cloudcontrol.CreateInput{Call: call(user), DesiredState: json.RawMessage(`{"UserName":"late"}`)})
	if err != nil {
		t.Fatal(err)
	}
	s, file = again(t, path, file, opts)
	if event := status(t, s, made.RequestToken); event.Status != cloudcontrol.InProgress {
		t.Errorf("want the create to be in progress, have %+v", event)
	}
	_, err = s.Delete(t.Context(), cloudcontrol.DeleteInput{Call: call(user), Identifier: "kept"})
	if !errors.Is(err, resource.ConcurrentOperation) {
		t.Errorf("want the update to be in the way, have %v", err)
	}
	clock = clock.Add(2 * time.Minute)
	for range 2 {
		for token, want := range map[string]cloudcontrol.OperationStatus{
			made.RequestToken: cloudcontrol.Success, updated.RequestToken: cloudcontrol.Success, removed.RequestToken: cloudcontrol.Success,
			cancelled.RequestToken: cloudcontrol.CancelComplete, refused.RequestToken: cloudcontrol.Failed,
		} {
			if event := status(t, s, token); event.Status != want {
				t.Errorf("want %s, have %+v", want, event)
			}
		}
		page, err := s.List(t.Context(), cloudcontrol.ListInput{Call: call(user)})
		if err != nil || len(page.Resources) != 2 {
			t.Errorf("want the users kept and new, have %v, %v", page.Resources, err)
		}
		s, file = again(t, path, file, opts)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	text := filepath.Join(folder, "notes.txt")
	if err := os.WriteFile(text, []byte(strings.Repeat("shopping list\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	busy := filepath.Join(folder, "busy.db")
	file, err := durable.Open(busy)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if info, err := os.Stat(busy); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("want a file for its owner alone, have %v, %v", info.Mode(), err)
	}
	for path, want := range map[string]string{
		text:                            "not a file of an emulator's data",
		busy:                            "another emulator has it open",
		filepath.Join(folder, "a", "b"): "there is no folder",
	} {
		if _, err := durable.Open(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: want %q, have %v", path, want, err)
		}
	}
}

// Many callers at once, each of which goes on when its change is in the file.
func TestSync(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "world.db")
	s, file := open(t, path, store.Options{})
	var callers sync.WaitGroup
	for caller := range 8 {
		callers.Go(func() {
			for i := range 50 {
				create(t, s, bucket, fmt.Sprintf(`{"BucketName":"bucket-%d-%d"}`, caller, i), "")
				if err := file.Sync(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	callers.Wait()
	s, file = again(t, path, file, store.Options{PageSize: 1000})
	defer file.Close()
	page, err := s.List(t.Context(), cloudcontrol.ListInput{Call: call(bucket)})
	if err != nil || len(page.Resources) != 400 {
		t.Errorf("want 400 buckets, have %d, %v", len(page.Resources), err)
	}
}
