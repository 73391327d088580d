package native

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

// eventColumns are the members of a progress event.
//
// https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_ProgressEvent.html
var eventColumns = []Column{
	shown("RequestToken", false), column("TypeName", resource.Text), column("Identifier", resource.Text),
	shown("Operation", false), shown("OperationStatus", false), column("EventTime", resource.Timestamp),
	column("ErrorCode", resource.Text), column("StatusMessage", resource.Text),
	column("RetryAfter", resource.Timestamp), column("ResourceModel", resource.JSON),
	column("HooksRequestToken", resource.Text),
}

func eventValues(e cloudcontrol.ProgressEvent) map[string]any {
	values := map[string]any{
		"RequestToken": orNull(e.RequestToken), "TypeName": orNull(string(e.Type)), "Identifier": orNull(e.Identifier),
		"Operation": orNull(string(e.Operation)), "OperationStatus": orNull(string(e.Status)),
		"EventTime": timestamp(e.EventTime), "ErrorCode": orNull(string(e.ErrorCode)),
		"StatusMessage": orNull(e.StatusMessage), "RetryAfter": timestamp(e.RetryAfter),
		"HooksRequestToken": orNull(e.HooksRequestToken), "ResourceModel": nil,
	}
	if len(e.ResourceModel) > 0 {
		values["ResourceModel"] = e.ResourceModel
	}
	return values
}

// requestTable shows one request with its hooks.
//
// https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_GetResourceRequestStatus.html
var requestTable = &Table{
	Service: "cloud_control", Name: "resource_request", Description: "one request to change a resource",
	Columns: slices.Concat([]Column{region, shown("RequestToken", true)}, unrequested(eventColumns[1:]),
		[]Column{column("HooksProgressEvent", resource.JSON)}),
	Operations: []string{cloudcontrol.GetResourceRequestStatus}, rows: requestStatus,
}

// unrequested makes inputs plain columns: the call takes none of them.
func unrequested(columns []Column) []Column {
	plain := slices.Clone(columns)
	for i := range plain {
		plain[i].Input = false
	}
	return plain
}

// Requests lists the requests of the last seven days.
//
// https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_ListResourceRequests.html
var Requests = newRequestsTable("resource_requests", "the requests of the last seven days", nil, nil)

// requestViews are parts of the list of requests.
func requestViews() []*Table {
	operations := []cloudcontrol.Operation{cloudcontrol.Create, cloudcontrol.Update, cloudcontrol.Delete}
	return []*Table{
		newRequestsTable("vw_successful_requests", "requests that succeeded", operations, []cloudcontrol.OperationStatus{cloudcontrol.Success}),
		newRequestsTable("vw_failed_requests", "requests that failed", operations, []cloudcontrol.OperationStatus{cloudcontrol.Failed}),
		newRequestsTable("vw_cancelled_requests", "requests that are or were cancelled", operations,
			[]cloudcontrol.OperationStatus{cloudcontrol.CancelInProgress, cloudcontrol.CancelComplete}),
		newRequestsTable("vw_pending_requests", "requests that go on", operations,
			[]cloudcontrol.OperationStatus{cloudcontrol.Pending, cloudcontrol.InProgress}),
		newRequestsTable("vw_create_requests", "requests to create", operations[:1], nil),
		newRequestsTable("vw_update_requests", "requests to update", operations[1:2], nil),
		newRequestsTable("vw_delete_requests", "requests to delete", operations[2:], nil),
	}
}

func newRequestsTable(
	name, description string, operations []cloudcontrol.Operation, statuses []cloudcontrol.OperationStatus,
) *Table {
	return &Table{
		Service: "cloud_control", Name: name, Description: description,
		Columns: slices.Concat([]Column{region}, eventColumns,
			[]Column{input("ResourceRequestStatusFilter"), input("MaxResults"), input("NextToken")}),
		Operations: []string{cloudcontrol.ListResourceRequests, cloudcontrol.GetResourceRequestStatus},
		rows: func(ctx context.Context, q query) iter.Seq2[[]any, error] {
			in := cloudcontrol.ListRequestsInput{Scope: q.scope, Operations: operations, Statuses: statuses}
			if q.keys.text("RequestToken") != "" {
				return statusAmong(ctx, q, in)
			}
			none, err := narrow(&in, q.keys)
			if err != nil {
				return failing(err)
			}
			if none {
				return func(func([]any, error) bool) {}
			}
			return listRequests(ctx, q, in)
		},
	}
}

// narrow adds the statement's conditions to the filter of a list. none is true
// if they contradict it.
func narrow(in *cloudcontrol.ListRequestsInput, keys Keys) (none bool, err error) {
	if in.MaxResults, err = keys.number("MaxResults"); err != nil {
		return false, err
	}
	var filter struct {
		Operations        []cloudcontrol.Operation
		OperationStatuses []cloudcontrol.OperationStatus
	}
	if text := keys.text("ResourceRequestStatusFilter"); text != "" {
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&filter); err != nil {
			return false, fmt.Errorf(`ResourceRequestStatusFilter is JSON such as {"OperationStatuses": ["FAILED"]}: %w`, err)
		}
	}
	if operation := keys.text("Operation"); operation != "" {
		filter.Operations = both(filter.Operations, []cloudcontrol.Operation{cloudcontrol.Operation(operation)})
	}
	if status := keys.text("OperationStatus"); status != "" {
		filter.OperationStatuses = both(filter.OperationStatuses,
			[]cloudcontrol.OperationStatus{cloudcontrol.OperationStatus(status)})
	}
	in.Operations, in.Statuses = both(in.Operations, filter.Operations), both(in.Statuses, filter.OperationStatuses)
	return in.Operations != nil && len(in.Operations) == 0 || in.Statuses != nil && len(in.Statuses) == 0, nil
}

// both gives what passes two filters, of which nil lets all through.
func both[T comparable](a, b []T) []T {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	kept := []T{}
	for _, value := range a {
		if slices.Contains(b, value) {
			kept = append(kept, value)
		}
	}
	return kept
}

func listRequests(ctx context.Context, q query, in cloudcontrol.ListRequestsInput) iter.Seq2[[]any, error] {
	if in.MaxResults == 0 {
		in.MaxResults = 100
	}
	return pages(q.keys.text("NextToken"), func(token string) (cloudcontrol.RequestPage, string, error) {
		in := in
		in.NextToken = token
		page, err := q.API.ListRequests(ctx, in)
		return page, page.NextToken, err
	}, func(page cloudcontrol.RequestPage) [][]any {
		rows := make([][]any, len(page.Events))
		for i, event := range page.Events {
			rows[i] = q.row(eventValues(event))
		}
		return rows
	})
}

// requestStatus gives the row of one request, none if the region does not know it.
func requestStatus(ctx context.Context, q query) iter.Seq2[[]any, error] {
	return statusAmong(ctx, q, cloudcontrol.ListRequestsInput{})
}

// statusAmong is requestStatus for a request that passes a filter.
func statusAmong(ctx context.Context, q query, filter cloudcontrol.ListRequestsInput) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		status, err := q.API.RequestStatus(ctx,
			cloudcontrol.RequestInput{Scope: q.scope, RequestToken: q.keys.text("RequestToken")})
		event := status.Event
		switch {
		case errors.Is(err, resource.RequestTokenNotFound): // a token belongs to one region
		case err != nil:
			yield(nil, err)
		case len(filter.Operations) > 0 && !slices.Contains(filter.Operations, event.Operation),
			len(filter.Statuses) > 0 && !slices.Contains(filter.Statuses, event.Status):
		default:
			values := eventValues(event)
			if len(status.Hooks) > 0 {
				values["HooksProgressEvent"] = document(status.Hooks)
			}
			yield(q.row(values), nil)
		}
	}
}
