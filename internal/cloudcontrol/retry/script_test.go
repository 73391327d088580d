package retry_test

import (
	"context"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

// script is a client that gives prepared outcomes, one for each call. After the
// last one every call succeeds.
type script struct {
	cloudcontrol.Client
	outcomes []error
	calls    []string // operations, in order
	tokens   []string // client tokens of the changes, in order
	asked    []string // request tokens that were asked about
}

func (s *script) next(operation string) error {
	s.calls = append(s.calls, operation)
	if len(s.calls) > len(s.outcomes) {
		return nil
	}
	return s.outcomes[len(s.calls)-1]
}

func (s *script) Get(context.Context, cloudcontrol.GetInput) (cloudcontrol.Description, error) {
	return cloudcontrol.Description{Identifier: "photos"}, s.next("get")
}

func (s *script) List(context.Context, cloudcontrol.ListInput) (cloudcontrol.Page, error) {
	return cloudcontrol.Page{}, s.next("list")
}

func (s *script) change(operation, token string) (cloudcontrol.ProgressEvent, error) {
	s.tokens = append(s.tokens, token)
	return cloudcontrol.ProgressEvent{RequestToken: "own"}, s.next(operation)
}

func (s *script) Create(_ context.Context, in cloudcontrol.CreateInput) (cloudcontrol.ProgressEvent, error) {
	return s.change("create", in.ClientToken)
}

func (s *script) Update(_ context.Context, in cloudcontrol.UpdateInput) (cloudcontrol.ProgressEvent, error) {
	return s.change("update", in.ClientToken)
}

func (s *script) Delete(_ context.Context, in cloudcontrol.DeleteInput) (cloudcontrol.ProgressEvent, error) {
	return s.change("delete", in.ClientToken)
}

func (s *script) RequestStatus(_ context.Context, in cloudcontrol.RequestInput) (cloudcontrol.RequestStatus, error) {
	s.asked = append(s.asked, in.RequestToken)
	return cloudcontrol.RequestStatus{Event: cloudcontrol.ProgressEvent{RequestToken: in.RequestToken}}, s.next("status")
}

func (s *script) ListRequests(context.Context, cloudcontrol.ListRequestsInput) (cloudcontrol.RequestPage, error) {
	return cloudcontrol.RequestPage{}, s.next("requests")
}

func (s *script) CancelRequest(context.Context, cloudcontrol.RequestInput) (cloudcontrol.ProgressEvent, error) {
	return cloudcontrol.ProgressEvent{}, s.next("cancel")
}

// always gives the same outcome n times.
func always(err error, n int) []error {
	outcomes := make([]error, n)
	for i := range outcomes {
		outcomes[i] = err
	}
	return outcomes
}

func failure(code resource.Code) error { return &resource.Error{Operation: "GetResource", Code: code} }

func unreachable(cause error) error { return &resource.Error{Code: resource.Unreachable, Err: cause} }
