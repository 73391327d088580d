package awsclient

import (
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudcontrol/types"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

func description(in types.ResourceDescription) cloudcontrol.Description {
	return cloudcontrol.Description{
		Identifier: aws.ToString(in.Identifier), Properties: rawJSON(in.Properties),
	}
}

// eventOf gives the event of an answer, which must have one.
func eventOf(in *types.ProgressEvent, about resource.Error) (cloudcontrol.ProgressEvent, error) {
	if in == nil {
		return cloudcontrol.ProgressEvent{}, incomplete(about)
	}
	return progressEvent(*in), nil
}

func progressEvent(in types.ProgressEvent) cloudcontrol.ProgressEvent {
	return cloudcontrol.ProgressEvent{
		Type:              resource.TypeName(aws.ToString(in.TypeName)),
		Identifier:        aws.ToString(in.Identifier),
		RequestToken:      aws.ToString(in.RequestToken),
		HooksRequestToken: aws.ToString(in.HooksRequestToken),
		Operation:         cloudcontrol.Operation(in.Operation),
		Status:            cloudcontrol.OperationStatus(in.OperationStatus),
		EventTime:         aws.ToTime(in.EventTime),
		ResourceModel:     rawJSON(in.ResourceModel),
		StatusMessage:     aws.ToString(in.StatusMessage),
		ErrorCode:         resource.Code(in.ErrorCode),
		RetryAfter:        aws.ToTime(in.RetryAfter),
	}
}

func hookEvent(in types.HookProgressEvent) cloudcontrol.HookEvent {
	return cloudcontrol.HookEvent{
		TypeName:      aws.ToString(in.HookTypeName),
		TypeVersionID: aws.ToString(in.HookTypeVersionId),
		TypeARN:       aws.ToString(in.HookTypeArn),
		Invocation:    aws.ToString(in.InvocationPoint),
		Status:        aws.ToString(in.HookStatus),
		EventTime:     aws.ToTime(in.HookEventTime),
		Message:       aws.ToString(in.HookStatusMessage),
		FailureMode:   aws.ToString(in.FailureMode),
	}
}

func rawJSON(s *string) json.RawMessage {
	if s == nil {
		return nil
	}
	return json.RawMessage(*s)
}

// incomplete is the error for a successful answer without the members that such
// an answer always has. The SDK takes an empty body for a success, so a
// connection that was cut off right after the header looks like this.
func incomplete(about resource.Error) error {
	about.Code, about.Message = resource.Unreachable, "the answer was empty"
	return &about
}
