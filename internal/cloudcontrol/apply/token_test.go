package apply_test

import (
	"errors"
	"syscall"
	"testing"
	"testing/synctest"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/apply"
	"skyql/internal/cloudcontrol/retry"
	"skyql/internal/resource"
)

// existing is the event of the request that a client token stands for.
func existing(operation cloudcontrol.Operation, name resource.TypeName, identifier string) cloudcontrol.ProgressEvent {
	return cloudcontrol.ProgressEvent{
		Operation: operation, Type: name, Identifier: identifier, RequestToken: "old", Status: cloudcontrol.InProgress,
	}
}

func TestAnOwnTokenThatIsInUse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change apply.Change
		event  cloudcontrol.ProgressEvent
		adopts bool
	}{
		{"the same create", creation, existing(cloudcontrol.Create, bucket, "photos"), true},
		{"a create whose identifier is not known yet", creation, existing(cloudcontrol.Create, bucket, ""), true},
		{"a create whose identifier is made up", nameless, existing(cloudcontrol.Create, bucket, "b-1"), true},
		{"a create of another", creation, existing(cloudcontrol.Create, bucket, "films"), false},
		{"the same update", updating, existing(cloudcontrol.Update, bucket, "photos"), true},
		{"an update of another", updating, existing(cloudcontrol.Update, bucket, "films"), false},
		{"the same delete", deletion, existing(cloudcontrol.Delete, bucket, "photos"), true},
		{"another operation", deletion, existing(cloudcontrol.Update, bucket, "photos"), false},
		{"another type", deletion, existing(cloudcontrol.Delete, "AWS::SNS::Topic", "photos"), false},
		{"a request of no operation", deletion, existing("", bucket, "photos"), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				test.change.ClientToken = "mine"
				last := test.event
				last.Status = cloudcontrol.Success
				client := &script{
					starts: []error{named(resource.ClientTokenConflict, "old")}, polls: map[string][]any{"old": {test.event, last}},
				}
				got := apply.Run(t.Context(), client, test.change, apply.Options{})
				if got.Adopted != test.adopts || got.Attempts != 1 || len(client.tokens) != 1 {
					t.Errorf("want adopted %t in one attempt, got %+v", test.adopts, got)
				}
				if test.adopts {
					if got.Err != nil || got.Event.RequestToken != "old" || got.Event.Status != cloudcontrol.Success {
						t.Errorf("want the end of the old request, got %+v", got)
					}
					return
				}
				if !errors.Is(got.Err, resource.ClientTokenConflict) || got.Event.RequestToken != "" {
					t.Errorf("want ClientTokenConflict, got %+v", got)
				}
				wantText(t, got.Err, "old", `client token "mine" is in use for another operation`, "choose another")
			})
		})
	}
}

func TestAnAdoptedRequestThatFailedIsNotMadeAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		change, event := updating, existing(cloudcontrol.Update, bucket, "photos")
		change.ClientToken = "mine"
		event.Status, event.ErrorCode = cloudcontrol.Failed, resource.Throttling
		client := &script{
			starts: []error{named(resource.ClientTokenConflict, "old")}, polls: map[string][]any{"old": {event}},
		}
		got := apply.Run(t.Context(), client, change, apply.Options{})
		if !errors.Is(got.Err, resource.Throttling) || !got.Adopted {
			t.Errorf("want the old request's failure, got %+v", got)
		}
		wantText(t, got.Err, "made before with the same client token", "choose another")
		client.wantCalls(t, "update, poll old")
	})
}

func TestATokenInUseThatCannotBeLookedAt(t *testing.T) {
	t.Parallel()
	change := updating
	change.ClientToken = "mine"
	client := &script{
		starts: []error{named(resource.ClientTokenConflict, "old")},
		polls:  map[string][]any{"old": {failure(resource.RequestTokenNotFound)}},
	}
	got := apply.Run(t.Context(), client, change, apply.Options{})
	if !errors.Is(got.Err, resource.ClientTokenConflict) || !errors.Is(got.Err, resource.RequestTokenNotFound) {
		t.Errorf("want both reasons, got %v", got.Err)
	}
}

// A call may be lost on its way there; the layer below then takes whatever used
// the client token before for what it started.
func TestARequestOfSomethingElseIsNotFollowed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := retry.New(&script{
			starts: []error{unreachable(syscall.ECONNRESET), named(resource.ClientTokenConflict, "old")},
			polls:  map[string][]any{"old": {existing(cloudcontrol.Delete, "AWS::SNS::Topic", "news")}},
		}, retry.Options{})
		change := creation
		change.ClientToken = "mine"
		got := apply.Run(t.Context(), client, change, apply.Options{})
		if !errors.Is(got.Err, resource.ClientTokenConflict) || got.Event.RequestToken != "" {
			t.Errorf("want ClientTokenConflict, got %+v", got)
		}
		wantText(t, got.Err, "request old is the DELETE of AWS::SNS::Topic", "choose another")
	})
}

func TestATokenInUseWithoutARequest(t *testing.T) {
	t.Parallel()
	change := updating
	change.ClientToken = "mine"
	client := &script{starts: []error{failure(resource.ClientTokenConflict)}}
	got := apply.Run(t.Context(), client, change, apply.Options{})
	wantText(t, got.Err, `client token "mine" is in use for another operation`, "choose another")
	client.wantCalls(t, "update")
}

func TestAMadeUpTokenInUseIsItsOwnRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := &script{starts: []error{named(resource.ClientTokenConflict, "old")}}
		got := apply.Run(t.Context(), client, nameless, apply.Options{})
		if got.Err != nil || got.Adopted || got.Event.RequestToken != "old" || got.Event.Status != cloudcontrol.Success {
			t.Errorf("want the request followed, got %+v", got)
		}
		client.wantCalls(t, "create, poll old")
	})
}
