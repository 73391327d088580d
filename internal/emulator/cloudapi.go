package emulator

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"skyql/internal/cloudcontrol"
	"skyql/internal/emulator/protocol"
	"skyql/internal/emulator/settings"
	"skyql/internal/resource"
)

const (
	targetPrefix        = "CloudApiService."
	cloudControlService = "cloudcontrolapi" // in credential scopes
)

// operation carries out one operation of the Cloud Control API.
type operation func(ctx context.Context, client cloudcontrol.Client, scope resource.Scope, in input) (any, error)

// operations are those of the service's model.
//
// https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_Operations.html
var operations = map[string]operation{
	cloudcontrol.CreateResource:           createResource,
	cloudcontrol.GetResource:              getResource,
	cloudcontrol.UpdateResource:           updateResource,
	cloudcontrol.DeleteResource:           deleteResource,
	cloudcontrol.ListResources:            listResources,
	cloudcontrol.GetResourceRequestStatus: getResourceRequestStatus,
	cloudcontrol.ListResourceRequests:     listResourceRequests,
	cloudcontrol.CancelResourceRequest:    cancelResourceRequest,
}

// serveJSON answers a call in the awsJson1.0 protocol.
//
// https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html
func (s *Server) serveJSON(r *http.Request, body []byte) protocol.Reply {
	name, ours := strings.CutPrefix(r.Header.Get("X-Amz-Target"), targetPrefix)
	run, known := operations[name]
	switch {
	case r.Method != http.MethodPost || r.URL.Path != "/":
		return protocol.Failure(http.StatusNotFound, protocol.ServiceNamespace+"UnknownOperationException", "")
	case !ours || !known:
		return protocol.Failure(http.StatusBadRequest, protocol.ServiceNamespace+"UnknownOperationException", "")
	}
	caller, refused := s.authority.Authenticate(r, body, cloudControlService)
	if refused != nil {
		return refuse(refused, protocol.ServiceNamespace)
	}
	switch s.admit(r.Context(), name, caller.Scope).refusal {
	case settings.FaultThrottle:
		return protocol.Failure(http.StatusBadRequest, protocol.AvailabilityNamespace+"ThrottlingException", "Rate exceeded")
	case settings.FaultError:
		return protocol.FailureOf(&resource.Error{Code: resource.ServiceInternalError, Message: "Internal error"})
	case settings.FaultUnavailable:
		return protocol.Failure(http.StatusServiceUnavailable, protocol.AvailabilityNamespace+"ServiceUnavailableException", "Service unavailable")
	case settings.FaultCut:
		return protocol.Reply{}
	}
	return runJSON(r.Context(), run, callOf(r.Context()).client(), caller.Scope, body)
}

// runJSON carries out an operation.
func runJSON(
	ctx context.Context, run operation, client cloudcontrol.Client, scope resource.Scope, body []byte,
) protocol.Reply {
	var in input
	if len(body) > 0 {
		if err := json.Unmarshal(body, &in); err != nil {
			return protocol.Failure(http.StatusBadRequest, protocol.ServiceNamespace+"SerializationException", malformed(err))
		}
	}
	callOf(ctx).about(in.TypeName)
	out, err := run(ctx, client, scope, in)
	if err != nil {
		return protocol.FailureOf(err)
	}
	return protocol.Answer(http.StatusOK, out)
}

// malformed says what is wrong with a body, without words that only make sense
// in this program.
func malformed(err error) string {
	var mismatch *json.UnmarshalTypeError
	if errors.As(err, &mismatch) && mismatch.Field != "" {
		return "The value of " + mismatch.Field + " cannot be a " + mismatch.Value
	}
	return "The request body is not a JSON object"
}

func createResource(ctx context.Context, c cloudcontrol.Client, scope resource.Scope, in input) (any, error) {
	event, err := c.Create(ctx, cloudcontrol.CreateInput{
		Call: in.call(scope), DesiredState: json.RawMessage(in.DesiredState), ClientToken: in.ClientToken,
	})
	return progressReply{ProgressEvent: eventDocument(event)}, err
}

func getResource(ctx context.Context, c cloudcontrol.Client, scope resource.Scope, in input) (any, error) {
	description, err := c.Get(ctx, cloudcontrol.GetInput{Call: in.call(scope), Identifier: in.Identifier})
	return getReply{in.TypeName, descriptionDocument(description)}, err
}

func updateResource(ctx context.Context, c cloudcontrol.Client, scope resource.Scope, in input) (any, error) {
	event, err := c.Update(ctx, cloudcontrol.UpdateInput{
		Call: in.call(scope), Identifier: in.Identifier,
		PatchDocument: json.RawMessage(in.PatchDocument), ClientToken: in.ClientToken,
	})
	return progressReply{ProgressEvent: eventDocument(event)}, err
}

func deleteResource(ctx context.Context, c cloudcontrol.Client, scope resource.Scope, in input) (any, error) {
	event, err := c.Delete(ctx, cloudcontrol.DeleteInput{
		Call: in.call(scope), Identifier: in.Identifier, ClientToken: in.ClientToken,
	})
	return progressReply{ProgressEvent: eventDocument(event)}, err
}

func listResources(ctx context.Context, c cloudcontrol.Client, scope resource.Scope, in input) (any, error) {
	list := cloudcontrol.ListInput{Call: in.call(scope), NextToken: in.NextToken, MaxResults: in.MaxResults}
	if in.ResourceModel != nil {
		list.ResourceModel = json.RawMessage(*in.ResourceModel)
	}
	page, err := c.List(ctx, list)
	out := listReply{
		TypeName: in.TypeName, NextToken: page.NextToken,
		ResourceDescriptions: make([]descriptionReply, len(page.Resources)),
	}
	for i, description := range page.Resources {
		out.ResourceDescriptions[i] = descriptionDocument(description)
	}
	return out, err
}

func getResourceRequestStatus(
	ctx context.Context, c cloudcontrol.Client, scope resource.Scope, in input,
) (any, error) {
	status, err := c.RequestStatus(ctx, cloudcontrol.RequestInput{Scope: scope, RequestToken: in.RequestToken})
	return progressReply{eventDocument(status.Event), hookDocuments(status.Hooks)}, err
}

func listResourceRequests(ctx context.Context, c cloudcontrol.Client, scope resource.Scope, in input) (any, error) {
	page, err := c.ListRequests(ctx, cloudcontrol.ListRequestsInput{
		Scope: scope, Operations: in.Filter.Operations, Statuses: in.Filter.OperationStatuses,
		NextToken: in.NextToken, MaxResults: in.MaxResults,
	})
	out := requestsReply{NextToken: page.NextToken, ResourceRequestStatusSummaries: make([]eventReply, len(page.Events))}
	for i, event := range page.Events {
		out.ResourceRequestStatusSummaries[i] = eventDocument(event)
	}
	return out, err
}

func cancelResourceRequest(ctx context.Context, c cloudcontrol.Client, scope resource.Scope, in input) (any, error) {
	event, err := c.CancelRequest(ctx, cloudcontrol.RequestInput{Scope: scope, RequestToken: in.RequestToken})
	return progressReply{ProgressEvent: eventDocument(event)}, err
}
