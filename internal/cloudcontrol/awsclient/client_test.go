package awsclient_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/awsclient"
	"skyql/internal/resource"
)

const startedEvent = `{"ProgressEvent":{"TypeName":"AWS::S3::Bucket","Identifier":"photos",` +
	`"RequestToken":"rt-1","Operation":"CREATE","OperationStatus":"IN_PROGRESS",` +
	`"EventTime":1.7000000005E9,"RetryAfter":1.700000005E9}}`

func started() cloudcontrol.ProgressEvent {
	return cloudcontrol.ProgressEvent{
		Type: "AWS::S3::Bucket", Identifier: "photos", RequestToken: "rt-1",
		Operation: cloudcontrol.Create, Status: cloudcontrol.InProgress,
		EventTime:  time.Unix(1_700_000_000, 500_000_000).UTC(),
		RetryAfter: time.Unix(1_700_000_005, 0).UTC(),
	}
}

// at is a call with everything that a call can say; plain says only what it must.
var (
	at = cloudcontrol.Call{
		Scope: resource.Scope{Region: ireland}, Type: "AWS::S3::Bucket",
		RoleARN: "arn:aws:iam::123456789012:role/reader", TypeVersionID: "00000001",
	}
	plain = cloudcontrol.Call{Scope: at.Scope, Type: at.Type}
)

// calls has one call for each operation: what it sends, what comes back, and
// what is made of that.
var calls = []struct {
	operation string
	answer    string
	call      func(context.Context, *awsclient.Client) (any, error)
	wantBody  string
	want      any
}{
	{
		operation: cloudcontrol.GetResource,
		answer:    `{"TypeName":"AWS::S3::Bucket","ResourceDescription":{"Identifier":"photos","Properties":"{\"Arn\":\"a\"}"}}`,
		call: func(ctx context.Context, c *awsclient.Client) (any, error) {
			return c.Get(ctx, cloudcontrol.GetInput{Call: at, Identifier: "photos"})
		},
		wantBody: `{"TypeName":"AWS::S3::Bucket","Identifier":"photos",` +
			`"RoleArn":"arn:aws:iam::123456789012:role/reader","TypeVersionId":"00000001"}`,
		want: cloudcontrol.Description{Identifier: "photos", Properties: json.RawMessage(`{"Arn":"a"}`)},
	},
	{
		operation: cloudcontrol.ListResources,
		answer: `{"TypeName":"AWS::S3::Bucket","NextToken":"more","ResourceDescriptions":[` +
			`{"Identifier":"a","Properties":"{}"},{"Identifier":"b"}]}`,
		call: func(ctx context.Context, c *awsclient.Client) (any, error) {
			return c.List(ctx, cloudcontrol.ListInput{Call: plain,
				ResourceModel: json.RawMessage(`{"K":1}`), NextToken: "n", MaxResults: 200})
		},
		wantBody: `{"TypeName":"AWS::S3::Bucket","ResourceModel":"{\"K\":1}","NextToken":"n","MaxResults":100}`,
		want: cloudcontrol.Page{NextToken: "more", Resources: []cloudcontrol.Description{
			{Identifier: "a", Properties: json.RawMessage(`{}`)}, {Identifier: "b"},
		}},
	},
	{
		operation: cloudcontrol.CreateResource,
		answer:    startedEvent,
		call: func(ctx context.Context, c *awsclient.Client) (any, error) {
			return c.Create(ctx, cloudcontrol.CreateInput{Call: plain,
				DesiredState: json.RawMessage(`{"BucketName":"photos"}`), ClientToken: "ct"})
		},
		wantBody: `{"TypeName":"AWS::S3::Bucket","DesiredState":"{\"BucketName\":\"photos\"}","ClientToken":"ct"}`,
		want:     started(),
	},
	{
		operation: cloudcontrol.UpdateResource,
		answer:    startedEvent,
		call: func(ctx context.Context, c *awsclient.Client) (any, error) {
			return c.Update(ctx, cloudcontrol.UpdateInput{Call: plain,
				Identifier: "photos", PatchDocument: json.RawMessage(`[]`), ClientToken: "ct"})
		},
		wantBody: `{"TypeName":"AWS::S3::Bucket","Identifier":"photos","PatchDocument":"[]","ClientToken":"ct"}`,
		want:     started(),
	},
	{
		operation: cloudcontrol.DeleteResource,
		answer:    startedEvent,
		call: func(ctx context.Context, c *awsclient.Client) (any, error) {
			return c.Delete(ctx, cloudcontrol.DeleteInput{Call: plain,
				Identifier: "photos", ClientToken: "ct"})
		},
		wantBody: `{"TypeName":"AWS::S3::Bucket","Identifier":"photos","ClientToken":"ct"}`,
		want:     started(),
	},
	{
		operation: cloudcontrol.GetResourceRequestStatus,
		answer: strings.TrimSuffix(startedEvent, "}") +
			`,"HooksProgressEvent":[{"HookTypeName":"Org::Hook::Check","HookStatus":"HOOK_FAILED",` +
			`"FailureMode":"WARN","HookStatusMessage":"no"}]}`,
		call: func(ctx context.Context, c *awsclient.Client) (any, error) {
			return c.RequestStatus(ctx, cloudcontrol.RequestInput{Scope: at.Scope, RequestToken: "rt-1"})
		},
		wantBody: `{"RequestToken":"rt-1"}`,
		want: cloudcontrol.RequestStatus{Event: started(), Hooks: []cloudcontrol.HookEvent{
			{TypeName: "Org::Hook::Check", Status: "HOOK_FAILED", FailureMode: "WARN", Message: "no"},
		}},
	},
	{
		operation: cloudcontrol.ListResourceRequests,
		answer: `{"NextToken":"more","ResourceRequestStatusSummaries":[{"RequestToken":"rt-2","OperationStatus":"FAILED",` +
			`"ErrorCode":"AlreadyExists","StatusMessage":"there"}]}`,
		call: func(ctx context.Context, c *awsclient.Client) (any, error) {
			return c.ListRequests(ctx, cloudcontrol.ListRequestsInput{Scope: at.Scope, MaxResults: 7,
				Operations: []cloudcontrol.Operation{cloudcontrol.Create},
				Statuses:   []cloudcontrol.OperationStatus{cloudcontrol.Failed}})
		},
		wantBody: `{"MaxResults":7,"ResourceRequestStatusFilter":{"Operations":["CREATE"],"OperationStatuses":["FAILED"]}}`,
		want: cloudcontrol.RequestPage{NextToken: "more", Events: []cloudcontrol.ProgressEvent{
			{RequestToken: "rt-2", Status: cloudcontrol.Failed, ErrorCode: resource.AlreadyExists, StatusMessage: "there"},
		}},
	},
	{
		operation: cloudcontrol.CancelResourceRequest,
		answer:    startedEvent,
		call: func(ctx context.Context, c *awsclient.Client) (any, error) {
			return c.CancelRequest(ctx, cloudcontrol.RequestInput{Scope: at.Scope, RequestToken: "rt-1"})
		},
		wantBody: `{"RequestToken":"rt-1"}`,
		want:     started(),
	},
}

func TestCalls(t *testing.T) {
	t.Parallel()
	for _, test := range calls {
		t.Run(test.operation, func(t *testing.T) {
			t.Parallel()
			server := newAPI(t, ok(test.answer))
			got, err := test.call(t.Context(), server.client(t))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			sent := server.seen()
			if len(sent) != 1 {
				t.Fatalf("want 1 request, got %d", len(sent))
			}
			if diff := cmp.Diff(decode(t, test.wantBody), decode(t, sent[0].body)); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
			if want, got := "CloudApiService."+test.operation, sent[0].header.Get("X-Amz-Target"); got != want {
				t.Errorf("want X-Amz-Target %q, got %q", want, got)
			}
			if agent := sent[0].header.Get("User-Agent"); !strings.Contains(agent, "skyql") {
				t.Errorf("want skyql in User-Agent %q", agent)
			}
		})
	}
}

func decode(t *testing.T, text string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return value
}

func TestCallsAreSignedForTheirRegion(t *testing.T) {
	t.Parallel()
	server := newAPI(t, ok(`{"ResourceDescription":{"Identifier":"photos"}}`))
	client := server.client(t)
	for _, region := range []resource.Region{"eu-west-1", "us-east-1", "eu-west-1"} {
		in := bucket()
		in.Scope.Region = region
		if _, err := client.Get(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		all := server.seen()
		want := "/" + string(region) + "/cloudcontrolapi/aws4_request"
		if got := all[len(all)-1].header.Get("Authorization"); !strings.Contains(got, want) {
			t.Errorf("want scope %q, got %q", want, got)
		}
	}
}
