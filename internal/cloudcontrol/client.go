package cloudcontrol

import (
	"context"
	"encoding/json"

	"skyql/internal/resource"
)

// Reader reads resources. Its methods may be called from many goroutines, and
// any number of times. Every error is, or wraps, a *resource.Error, except that
// a cancelled context gives the context's error.
type Reader interface {
	// Get runs the read handler. A resource that does not exist gives an error
	// that errors.Is resource.NotFound.
	Get(ctx context.Context, in GetInput) (Description, error)
	// List runs the list handler for one page. A page may be empty and still
	// carry a NextToken; the end is an empty NextToken, nothing else.
	List(ctx context.Context, in ListInput) (Page, error)
}

// Mutator starts changes. Each method answers with the first progress event of
// a request that goes on by itself; see RequestTracker. A call that was made
// with a ClientToken may be made again with the same token: then the API
// answers ClientTokenConflict if the first one had arrived.
type Mutator interface {
	Create(ctx context.Context, in CreateInput) (ProgressEvent, error)
	Update(ctx context.Context, in UpdateInput) (ProgressEvent, error)
	Delete(ctx context.Context, in DeleteInput) (ProgressEvent, error)
}

// RequestTracker follows the requests that a Mutator started. Requests are kept
// for seven days.
type RequestTracker interface {
	// RequestStatus answers the latest progress event of a request. An unknown
	// token gives resource.RequestTokenNotFound.
	RequestStatus(ctx context.Context, in RequestInput) (RequestStatus, error)
	// ListRequests gives one page of the requests of an account and region.
	ListRequests(ctx context.Context, in ListRequestsInput) (RequestPage, error)
	// CancelRequest asks a pending or running request to stop. It may be called
	// again; a request that has ended otherwise gives resource.Validation.
	CancelRequest(ctx context.Context, in RequestInput) (ProgressEvent, error)
}

// Client is the whole Cloud Control API.
//
// https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_Operations.html
type Client interface {
	Reader
	Mutator
	RequestTracker
}

// Call is what every operation on a resource says: where, which type, and
// optionally as whom (RoleARN) and which version of the type.
type Call struct {
	Scope         resource.Scope
	Type          resource.TypeName
	RoleARN       string
	TypeVersionID string
}

// GetInput names the resource to read.
type GetInput struct {
	Call
	Identifier string
}

// ListInput asks for one page of the resources of a type.
type ListInput struct {
	Call
	// ResourceModel holds the properties that the list handler needs, as a JSON
	// object; nil for most types.
	ResourceModel json.RawMessage
	NextToken     string
	MaxResults    int // 1 to 100; 0 leaves it to the service, which ignores it anyway
}

// CreateInput holds the desired state of a new resource, as a JSON object.
type CreateInput struct {
	Call
	DesiredState json.RawMessage
	ClientToken  string
}

// UpdateInput holds an RFC 6902 patch document for a resource.
type UpdateInput struct {
	Call
	Identifier    string
	PatchDocument json.RawMessage
	ClientToken   string
}

// DeleteInput names the resource to delete.
type DeleteInput struct {
	Call
	Identifier  string
	ClientToken string
}

// Description is one resource as a handler gave it. From a read handler
// Properties is the whole model without write-only properties; from a list
// handler it is any part of it.
type Description struct {
	Identifier string
	Properties json.RawMessage
}

// Page is one answer of the list handler.
type Page struct {
	Resources []Description
	NextToken string
}

// RequestInput names a request by its token.
type RequestInput struct {
	Scope        resource.Scope
	RequestToken string
}

// RequestStatus is the latest progress event of a request with that of its
// hooks.
type RequestStatus struct {
	Event ProgressEvent
	Hooks []HookEvent
}

// ListRequestsInput asks for a page of requests. Empty filters mean all.
type ListRequestsInput struct {
	Scope      resource.Scope
	Operations []Operation
	Statuses   []OperationStatus
	NextToken  string
	MaxResults int
}

// RequestPage is one answer of ListRequests.
type RequestPage struct {
	Events    []ProgressEvent
	NextToken string
}
