package cloudcontrol

import (
	"encoding/json"
	"time"

	"skyql/internal/resource"
)

// Operation is what a request does to a resource.
type Operation string

// The operations of a request.
const (
	Create Operation = "CREATE"
	Update Operation = "UPDATE"
	Delete Operation = "DELETE"
)

// OperationStatus is where a request stands.
//
// https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_ProgressEvent.html
type OperationStatus string

// The six statuses; Success, Failed and CancelComplete are final.
const (
	Pending          OperationStatus = "PENDING"
	InProgress       OperationStatus = "IN_PROGRESS"
	Success          OperationStatus = "SUCCESS"
	Failed           OperationStatus = "FAILED"
	CancelInProgress OperationStatus = "CANCEL_IN_PROGRESS"
	CancelComplete   OperationStatus = "CANCEL_COMPLETE"
)

// Terminal reports whether the status will never change again.
func (s OperationStatus) Terminal() bool {
	return s == Success || s == Failed || s == CancelComplete
}

// ProgressEvent is the state of a request. Members that the API left out are
// zero.
type ProgressEvent struct {
	Type              resource.TypeName
	Identifier        string
	RequestToken      string
	HooksRequestToken string
	Operation         Operation
	Status            OperationStatus
	EventTime         time.Time
	ResourceModel     json.RawMessage
	StatusMessage     string
	ErrorCode         resource.Code
	RetryAfter        time.Time
}

// Err gives the failure that a final event stands for, or nil.
func (e ProgressEvent) Err(scope resource.Scope) error {
	if e.Status != Failed && e.Status != CancelComplete {
		return nil
	}
	code, message := e.ErrorCode, e.StatusMessage
	if code == "" {
		code = resource.GeneralServiceException
	}
	if e.Status == CancelComplete && message == "" {
		message = "the request was cancelled"
	}
	return &resource.Error{
		Operation: string(e.Operation), Type: e.Type, Identifier: e.Identifier, Scope: scope,
		Code: code, Message: message, RequestToken: e.RequestToken,
	}
}

// HookEvent is the state of one hook that was invoked for a request.
//
// https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_HookProgressEvent.html
type HookEvent struct {
	TypeName      string
	TypeVersionID string
	TypeARN       string
	Invocation    string
	Status        string
	EventTime     time.Time
	Message       string
	FailureMode   string
}
