package apply_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/apply"
	"skyql/internal/resource"
)

const bucket resource.TypeName = "AWS::S3::Bucket"

var (
	ireland = resource.Scope{Region: "eu-west-1"}
	at      = cloudcontrol.Call{Scope: ireland, Type: bucket}
)

// The changes that most tests carry out.
var (
	creation = apply.Change{
		Call: at, Operation: cloudcontrol.Create, Identifier: "photos", Document: json.RawMessage(`{"BucketName":"photos"}`),
	}
	nameless = apply.Change{Call: at, Operation: cloudcontrol.Create, Document: json.RawMessage(`{}`)}
	updating = apply.Change{
		Call: at, Operation: cloudcontrol.Update, Identifier: "photos",
		Document: json.RawMessage(`[{"op":"add","path":"/Tags","value":[]}]`),
	}
	deletion = apply.Change{Call: at, Operation: cloudcontrol.Delete, Identifier: "photos"}
)

// script is a client that gives prepared answers. Each call that starts a
// request takes the next of starts, or is accepted when there is none: the
// request is then named rt1, rt2, … after the number of the call. A poll takes
// the next of what polls has for its request, or finds SUCCESS.
type script struct {
	cloudcontrol.Client
	starts []error
	polls  map[string][]any // cloudcontrol.RequestStatus, cloudcontrol.ProgressEvent or error
	gets   []any            // cloudcontrol.Description or error; then NotFound
	during func(call string)

	calls   []string // "create", "poll rt1", "get photos", …
	tokens  []string // client tokens, in order
	changes []any    // inputs, in order
}

func (s *script) note(call string) {
	s.calls = append(s.calls, call)
	if s.during != nil {
		s.during(call)
	}
}

func (s *script) start(
	ctx context.Context, operation cloudcontrol.Operation, identifier, token string, in any,
) (cloudcontrol.ProgressEvent, error) {
	s.note(strings.ToLower(string(operation)))
	s.tokens, s.changes = append(s.tokens, token), append(s.changes, in)
	if ctx.Err() != nil {
		return cloudcontrol.ProgressEvent{}, ctx.Err()
	}
	n := len(s.tokens)
	if n <= len(s.starts) && s.starts[n-1] != nil {
		return cloudcontrol.ProgressEvent{}, s.starts[n-1]
	}
	return cloudcontrol.ProgressEvent{
		Type: bucket, Operation: operation, Identifier: identifier, Status: cloudcontrol.InProgress,
		RequestToken: fmt.Sprintf("rt%d", n),
	}, nil
}

func (s *script) Create(ctx context.Context, in cloudcontrol.CreateInput) (cloudcontrol.ProgressEvent, error) {
	return s.start(ctx, cloudcontrol.Create, "", in.ClientToken, in)
}

func (s *script) Update(ctx context.Context, in cloudcontrol.UpdateInput) (cloudcontrol.ProgressEvent, error) {
	return s.start(ctx, cloudcontrol.Update, in.Identifier, in.ClientToken, in)
}

func (s *script) Delete(ctx context.Context, in cloudcontrol.DeleteInput) (cloudcontrol.ProgressEvent, error) {
	return s.start(ctx, cloudcontrol.Delete, in.Identifier, in.ClientToken, in)
}

func (s *script) RequestStatus(
	ctx context.Context, in cloudcontrol.RequestInput,
) (cloudcontrol.RequestStatus, error) {
	s.note("poll " + in.RequestToken)
	if ctx.Err() != nil {
		return cloudcontrol.RequestStatus{}, ctx.Err()
	}
	left := s.polls[in.RequestToken]
	if len(left) == 0 {
		return cloudcontrol.RequestStatus{Event: cloudcontrol.ProgressEvent{Status: cloudcontrol.Success}}, nil
	}
	if len(left) > 1 { // the last one stays
		s.polls[in.RequestToken] = left[1:]
	}
	switch answer := left[0].(type) {
	case error:
		return cloudcontrol.RequestStatus{}, answer
	case cloudcontrol.ProgressEvent:
		return cloudcontrol.RequestStatus{Event: answer}, nil
	default:
		return answer.(cloudcontrol.RequestStatus), nil
	}
}

func (s *script) Get(ctx context.Context, in cloudcontrol.GetInput) (cloudcontrol.Description, error) {
	s.note("get " + in.Identifier)
	if ctx.Err() != nil {
		return cloudcontrol.Description{}, ctx.Err()
	}
	if len(s.gets) == 0 {
		return cloudcontrol.Description{}, failure(resource.NotFound)
	}
	answer := s.gets[0]
	s.gets = s.gets[1:]
	if err, ok := answer.(error); ok {
		return cloudcontrol.Description{}, err
	}
	return answer.(cloudcontrol.Description), nil
}

// wantCalls compares the calls that were made, as "create, poll rt1".
func (s *script) wantCalls(t *testing.T, want string) {
	t.Helper()
	if got := strings.Join(s.calls, ", "); got != want {
		t.Errorf("want calls %s\ngot        %s", want, got)
	}
}

// wantText compares the parts of an error, all of which must be there, and that
// it is one line.
func wantText(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("want an error with %q, got none", parts)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("want an error with %q, got: %s", part, err)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("want one line, got: %s", err)
	}
}

func failure(code resource.Code) error {
	return &resource.Error{Operation: "TestOperation", Type: bucket, Scope: ireland, Code: code}
}

func unreachable(cause error) error { return &resource.Error{Code: resource.Unreachable, Err: cause} }

// named is a refusal that names a request.
func named(code resource.Code, request string) error {
	return &resource.Error{
		Operation: "TestOperation", Code: code, RequestToken: request, Message: "it is RequestToken " + request,
	}
}

func running() cloudcontrol.ProgressEvent {
	return cloudcontrol.ProgressEvent{Status: cloudcontrol.InProgress}
}

func failed(code resource.Code, identifier string) cloudcontrol.ProgressEvent {
	return cloudcontrol.ProgressEvent{
		Status: cloudcontrol.Failed, ErrorCode: code, Identifier: identifier, StatusMessage: "the service says so",
	}
}

// repeated gives the same answer n times.
func repeated(answer any, n int) []any {
	answers := make([]any, n)
	for i := range answers {
		answers[i] = answer
	}
	return answers
}
