package emulator

import (
	"skyql/internal/cloudcontrol"
	"skyql/internal/emulator/protocol"
	"skyql/internal/resource"
)

// input has the members of all operations' inputs; no two mean different things
// by the same name. Documents are JSON inside of strings.
type input struct {
	TypeName      resource.TypeName
	TypeVersionID string `json:"TypeVersionId"`
	RoleARN       string `json:"RoleArn"`
	Identifier    string
	DesiredState  string
	PatchDocument string
	ResourceModel *string
	ClientToken   string
	RequestToken  string
	NextToken     string
	MaxResults    int
	Filter        struct {
		Operations        []cloudcontrol.Operation
		OperationStatuses []cloudcontrol.OperationStatus
	} `json:"ResourceRequestStatusFilter"`
}

func (in input) call(scope resource.Scope) cloudcontrol.Call {
	return cloudcontrol.Call{
		Scope: scope, Type: in.TypeName, RoleARN: in.RoleARN, TypeVersionID: in.TypeVersionID,
	}
}

type descriptionReply struct {
	Identifier string
	Properties string
}

func descriptionDocument(d cloudcontrol.Description) descriptionReply {
	return descriptionReply{d.Identifier, string(d.Properties)}
}

type getReply struct {
	TypeName            resource.TypeName
	ResourceDescription descriptionReply
}

type listReply struct {
	TypeName             resource.TypeName
	ResourceDescriptions []descriptionReply
	NextToken            string `json:",omitempty"`
}

type progressReply struct {
	ProgressEvent      eventReply
	HooksProgressEvent []hookReply `json:",omitempty"`
}

type hookReply struct {
	HookTypeName      string
	HookTypeVersionID string `json:"HookTypeVersionId"`
	HookTypeARN       string `json:"HookTypeArn"`
	InvocationPoint   string
	HookStatus        string
	HookEventTime     protocol.Seconds
	HookStatusMessage string `json:",omitempty"`
	FailureMode       string
}

func hookDocuments(events []cloudcontrol.HookEvent) []hookReply {
	replies := make([]hookReply, len(events))
	for i, e := range events {
		replies[i] = hookReply{
			e.TypeName, e.TypeVersionID, e.TypeARN, e.Invocation, e.Status, protocol.Seconds{Time: e.EventTime}, e.Message, e.FailureMode,
		}
	}
	return replies
}

type requestsReply struct {
	ResourceRequestStatusSummaries []eventReply
	NextToken                      string `json:",omitempty"`
}

type eventReply struct {
	TypeName          resource.TypeName            `json:",omitempty"`
	Identifier        string                       `json:",omitempty"`
	RequestToken      string                       `json:",omitempty"`
	HooksRequestToken string                       `json:",omitempty"`
	Operation         cloudcontrol.Operation       `json:",omitempty"`
	OperationStatus   cloudcontrol.OperationStatus `json:",omitempty"`
	EventTime         protocol.Seconds             `json:",omitzero"`
	ResourceModel     string                       `json:",omitempty"`
	StatusMessage     string                       `json:",omitempty"`
	ErrorCode         resource.Code                `json:",omitempty"`
	RetryAfter        protocol.Seconds             `json:",omitzero"`
}

func eventDocument(e cloudcontrol.ProgressEvent) eventReply {
	return eventReply{
		TypeName: e.Type, Identifier: e.Identifier, RequestToken: e.RequestToken,
		HooksRequestToken: e.HooksRequestToken, Operation: e.Operation, OperationStatus: e.Status,
		EventTime: protocol.Seconds{Time: e.EventTime}, ResourceModel: string(e.ResourceModel), StatusMessage: e.StatusMessage,
		ErrorCode: e.ErrorCode, RetryAfter: protocol.Seconds{Time: e.RetryAfter},
	}
}
