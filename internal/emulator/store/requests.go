package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

const defaultRequestPage = 20

// RequestStatus implements cloudcontrol.RequestTracker.
func (s *Store) RequestStatus(ctx context.Context, in cloudcontrol.RequestInput) (cloudcontrol.RequestStatus, error) {
	var hooks []cloudcontrol.HookEvent
	event, err := s.withRequest(ctx, cloudcontrol.GetResourceRequestStatus, in, func(_ *ledger, r *request) error {
		hooks = r.hooks
		return nil
	})
	return cloudcontrol.RequestStatus{Event: event, Hooks: hooks}, err
}

// CancelRequest implements cloudcontrol.RequestTracker. What the request was to
// do is not done any more.
func (s *Store) CancelRequest(ctx context.Context, in cloudcontrol.RequestInput) (cloudcontrol.ProgressEvent, error) {
	return s.withRequest(ctx, cloudcontrol.CancelResourceRequest, in, func(l *ledger, r *request) error {
		switch r.status {
		case cloudcontrol.InProgress:
			r.status = cloudcontrol.CancelComplete
			l.release(r)
			l.keep(r)
		case cloudcontrol.CancelComplete: // cancelling twice is no mistake
		default:
			return &resource.Error{
				Operation: cloudcontrol.CancelResourceRequest, Scope: in.Scope, Code: resource.Validation,
				Message:      fmt.Sprintf("Request %s is already in status %s", r.token, r.status),
				RequestToken: r.token,
			}
		}
		return nil
	})
}

// withRequest finds a request, does something with it, and gives its progress
// event.
func (s *Store) withRequest(
	ctx context.Context, operation string, in cloudcontrol.RequestInput, do func(*ledger, *request) error,
) (cloudcontrol.ProgressEvent, error) {
	refuse := func(code resource.Code, message string) (cloudcontrol.ProgressEvent, error) {
		return cloudcontrol.ProgressEvent{}, &resource.Error{
			Operation: operation, Scope: in.Scope, Code: code, Message: message, RequestToken: in.RequestToken,
		}
	}
	if err := ctx.Err(); err != nil {
		return cloudcontrol.ProgressEvent{}, err
	}
	var wrong violations
	wrong.required("requestToken", in.RequestToken, tokenPattern)
	if text := wrong.String(); text != "" {
		return refuse(resource.Validation, text)
	}
	now, w := s.now(), s.world(in.Scope)
	s.settleWorld(w, now)
	w.ledger.mu.Lock()
	defer w.ledger.mu.Unlock()
	r, ok := w.ledger.byToken[in.RequestToken]
	if !ok || now.Sub(r.started) >= RequestLife {
		return refuse(resource.RequestTokenNotFound, fmt.Sprintf("Request with token %s was not found", in.RequestToken))
	}
	if err := do(w.ledger, r); err != nil {
		return cloudcontrol.ProgressEvent{}, err
	}
	return r.event(now), nil
}

// ListRequests implements cloudcontrol.RequestTracker. The newest requests come
// first.
func (s *Store) ListRequests(
	ctx context.Context, in cloudcontrol.ListRequestsInput,
) (cloudcontrol.RequestPage, error) {
	if err := ctx.Err(); err != nil {
		return cloudcontrol.RequestPage{}, err
	}
	about := fmt.Sprint(in.Operations, in.Statuses)
	before, text := checkListRequests(in, about)
	if text != "" {
		return cloudcontrol.RequestPage{}, &resource.Error{
			Operation: cloudcontrol.ListResourceRequests, Scope: in.Scope, Code: resource.Validation, Message: text,
		}
	}
	size := defaultRequestPage
	if in.MaxResults > 0 {
		size = in.MaxResults
	}
	now, w := s.now(), s.world(in.Scope)
	s.settleWorld(w, now)
	w.ledger.mu.Lock()
	defer w.ledger.mu.Unlock()
	var page cloudcontrol.RequestPage
	var last uint64
	for _, r := range slices.Backward(w.ledger.order) {
		switch {
		case r.number >= before || !wanted(in.Operations, r.operation) || !wanted(in.Statuses, r.status):
			continue
		case now.Sub(r.started) >= RequestLife:
			return page, nil
		case len(page.Events) == size:
			page.NextToken = encodePosition(last, about)
			return page, nil
		}
		page.Events, last = append(page.Events, r.event(now)), r.number
	}
	return page, nil
}

// wanted reports whether a filter, which may be empty, lets the value through.
func wanted[T comparable](filter []T, value T) bool {
	return len(filter) == 0 || slices.Contains(filter, value)
}

// checkListRequests gives the number that the page goes on from, or what is
// wrong with the parameters.
func checkListRequests(in cloudcontrol.ListRequestsInput, about string) (before uint64, text string) {
	var wrong violations
	wrong.optional("nextToken", in.NextToken, requestPagePattern)
	wrong.pageSize(in.MaxResults)
	enumerated(&wrong, "operations", in.Operations, cloudcontrol.Create, cloudcontrol.Update, cloudcontrol.Delete)
	enumerated(&wrong, "operationStatuses", in.Statuses, cloudcontrol.Pending, cloudcontrol.InProgress,
		cloudcontrol.Success, cloudcontrol.Failed, cloudcontrol.CancelInProgress, cloudcontrol.CancelComplete)
	before = ^uint64(0)
	if in.NextToken == "" || len(wrong) > 0 {
		return before, wrong.String()
	}
	before, ok := decodePosition(in.NextToken, about)
	if !ok {
		return 0, "NextToken is not valid for this request"
	}
	return before, ""
}

func enumerated[T ~string](wrong *violations, member string, values []T, allowed ...T) {
	if slices.ContainsFunc(values, func(value T) bool { return !slices.Contains(allowed, value) }) {
		wrong.add("'"+bracketed(values)+"' ", "resourceRequestStatusFilter."+member,
			"Member must satisfy constraint: [Member must satisfy enum value set: "+bracketed(allowed)+"]")
	}
}

// bracketed lists texts as the service prints them.
func bracketed[T ~string](texts []T) string {
	plain := make([]string, len(texts))
	for i, text := range texts {
		plain[i] = string(text)
	}
	return "[" + strings.Join(plain, ", ") + "]"
}
