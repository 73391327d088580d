package resource

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Code classifies what went wrong, whether the API answered it in an error or
// in a failed progress event. A Code is itself an error, so that
// errors.Is(err, resource.NotFound) works on any wrapped *Error.
//
// https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html
type Code string

// Error gives the code as text.
func (c Code) Error() string { return string(c) }

// The handler error codes of progress events.
const (
	NotUpdatable            Code = "NotUpdatable"
	InvalidRequest          Code = "InvalidRequest"
	AccessDenied            Code = "AccessDenied"
	UnauthorizedTagging     Code = "UnauthorizedTaggingOperation"
	InvalidCredentials      Code = "InvalidCredentials"
	AlreadyExists           Code = "AlreadyExists"
	NotFound                Code = "NotFound"
	ResourceConflict        Code = "ResourceConflict"
	Throttling              Code = "Throttling"
	ServiceLimitExceeded    Code = "ServiceLimitExceeded"
	NotStabilized           Code = "NotStabilized"
	GeneralServiceException Code = "GeneralServiceException"
	ServiceInternalError    Code = "ServiceInternalError"
	ServiceTimeout          Code = "ServiceTimeout"
	NetworkFailure          Code = "NetworkFailure"
	InternalFailure         Code = "InternalFailure"
)

// Codes that only the API itself answers, never a progress event.
const (
	Validation             Code = "ValidationException"
	TypeNotFound           Code = "TypeNotFound"
	UnsupportedAction      Code = "UnsupportedAction"
	ClientTokenConflict    Code = "ClientTokenConflict"
	ConcurrentOperation    Code = "ConcurrentOperation"
	ConcurrentModification Code = "ConcurrentModification"
	RequestTokenNotFound   Code = "RequestTokenNotFound"
	PrivateType            Code = "PrivateType"
	MissingCredentials     Code = "MissingCredentials" // no credentials were found here, nothing was sent
	Unreachable            Code = "Unreachable"        // the endpoint could not be spoken to
	Unknown                Code = "Unknown"
)

// Error is what every call of the Cloud Control API fails with.
type Error struct {
	Operation    string // API operation such as "GetResource"
	Type         TypeName
	Identifier   string // may be empty
	Scope        Scope
	Code         Code
	Message      string        // the service's own words
	RequestToken string        // of the request this is about, may be empty
	RetryAfter   time.Duration // what the service asked to wait, zero if nothing
	Err          error         // the underlying error, may be nil
}

// Error names the thing, the place and the reason in one line.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s", e.Operation)
	if e.Type != "" {
		fmt.Fprintf(&b, " %s", e.Type)
	}
	if e.Identifier != "" {
		fmt.Fprintf(&b, " %q", e.Identifier)
	}
	if e.Scope.Region != "" {
		fmt.Fprintf(&b, " in %s", e.Scope)
	}
	fmt.Fprintf(&b, ": %s", e.Code)
	if e.Message != "" && e.Message != string(e.Code) {
		fmt.Fprintf(&b, ": %s", e.Message)
	}
	return b.String()
}

// Is matches a Code.
func (e *Error) Is(target error) bool {
	code, ok := target.(Code)
	return ok && code == e.Code
}

// Unwrap gives the underlying error.
func (e *Error) Unwrap() error { return e.Err }

// CodeOf returns the code of the first *Error that err wraps, else Unknown.
func CodeOf(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Unknown
}
