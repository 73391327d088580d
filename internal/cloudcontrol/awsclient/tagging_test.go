package awsclient_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol/awsclient"
	"skyql/internal/resource"
	"skyql/internal/tagging"
)

const photosARN = "arn:aws:s3:::photos"

// taggingCalls has one call for each operation of the tagging API: what it sends,
// what comes back, and what is made of that.
var taggingCalls = []struct {
	operation string
	answer    string
	call      func(context.Context, *awsclient.Client) (any, error)
	wantBody  string
	want      any
}{
	{
		operation: tagging.GetResources,
		answer: `{"PaginationToken":"more","ResourceTagMappingList":[{"ResourceARN":"` + photosARN + `","Tags":[{"Key":"a","Value":"b"},{"Key":"c","Value":""}],` +
			`"ComplianceDetails":{"ComplianceStatus":false,"NoncompliantKeys":["n"],"KeysWithNoncompliantValues":["k"],"MissingTagKeys":["m"]}}]}`,
		call: func(ctx context.Context, c *awsclient.Client) (any, error) {
			return c.TaggedResources(ctx, tagging.ResourcesInput{
				Scope: at.Scope, Types: []string{"s3"}, ResourcesPerPage: 200, TagsPerPage: 300, PaginationToken: "t",
				Filters:           []tagging.Filter{{Key: "a", Values: []string{"b"}}, {Key: "c"}},
				IncludeCompliance: true, ExcludeCompliant: true,
			})
		},
		wantBody: `{"ResourceTypeFilters":["s3"],"ResourcesPerPage":100,"TagsPerPage":300,"PaginationToken":"t",` +
			`"TagFilters":[{"Key":"a","Values":["b"]},{"Key":"c"}],"IncludeComplianceDetails":true,"ExcludeCompliantResources":true}`,
		want: tagging.ResourcePage{PaginationToken: "more", Resources: []tagging.Resource{{
			ARN: photosARN, Tags: []tagging.Tag{{Key: "a", Value: "b"}, {Key: "c"}},
			Compliance: &tagging.Compliance{
				NoncompliantKeys: []string{"n"}, KeysWithNoncompliantValues: []string{"k"}, MissingTagKeys: []string{"m"},
			},
		}}},
	},
	{
		operation: tagging.GetTagKeys,
		answer:    `{"PaginationToken":"","TagKeys":["a","b"]}`,
		call: func(ctx context.Context, c *awsclient.Client) (any, error) {
			return c.TagKeys(ctx, tagging.KeysInput{Scope: at.Scope, PaginationToken: "t"})
		},
		wantBody: `{"PaginationToken":"t"}`,
		want:     tagging.KeyPage{Keys: []string{"a", "b"}},
	},
	{
		operation: tagging.GetTagValues,
		answer:    `{"PaginationToken":"more","TagValues":[""]}`,
		call: func(ctx context.Context, c *awsclient.Client) (any, error) {
			return c.TagValues(ctx, tagging.ValuesInput{Scope: at.Scope, Key: "a"})
		},
		wantBody: `{"Key":"a"}`,
		want:     tagging.ValuePage{Values: []string{""}, PaginationToken: "more"},
	},
	{
		operation: tagging.TagResources,
		answer:    `{"FailedResourcesMap":{"` + photosARN + `":{"StatusCode":403,"ErrorCode":"AccessDeniedException","ErrorMessage":"no"}}}`,
		call: func(ctx context.Context, c *awsclient.Client) (any, error) {
			return c.TagResources(ctx, tagging.TagInput{Scope: at.Scope, ARNs: []string{photosARN}, Tags: map[string]string{"a": "b"}})
		},
		wantBody: `{"ResourceARNList":["` + photosARN + `"],"Tags":{"a":"b"}}`,
		want:     tagging.Failures{photosARN: {StatusCode: 403, Code: "AccessDeniedException", Message: "no"}},
	},
	{
		operation: tagging.UntagResources,
		answer:    `{}`,
		call: func(ctx context.Context, c *awsclient.Client) (any, error) {
			return c.UntagResources(ctx, tagging.UntagInput{Scope: at.Scope, ARNs: []string{photosARN}, Keys: []string{"a"}})
		},
		wantBody: `{"ResourceARNList":["` + photosARN + `"],"TagKeys":["a"]}`,
		want:     tagging.Failures{},
	},
	{
		operation: tagging.GetComplianceSummary,
		answer: `{"PaginationToken":"more","SummaryList":[{"LastUpdated":"2026-01-02T03:04:05Z","TargetId":"123456789012","TargetIdType":"ACCOUNT",` +
			`"Region":"eu-west-1","ResourceType":"s3:bucket","NonCompliantResources":7}]}`,
		call: func(ctx context.Context, c *awsclient.Client) (any, error) {
			return c.ComplianceSummary(ctx, tagging.SummaryInput{
				Scope: at.Scope, Targets: []string{"1"}, Regions: []string{"eu-west-1"}, Types: []string{"s3"}, Keys: []string{"k"},
				GroupBy: []string{"REGION"}, MaxResults: 5, PaginationToken: "t",
			})
		},
		wantBody: `{"TargetIdFilters":["1"],"RegionFilters":["eu-west-1"],"ResourceTypeFilters":["s3"],"TagKeyFilters":["k"],` +
			`"GroupBy":["REGION"],"MaxResults":5,"PaginationToken":"t"}`,
		want: tagging.SummaryPage{PaginationToken: "more", Summaries: []tagging.Summary{{
			LastUpdated: "2026-01-02T03:04:05Z", TargetID: "123456789012", TargetType: "ACCOUNT", Region: "eu-west-1",
			Type: "s3:bucket", NonCompliant: 7,
		}}},
	},
	{
		operation: tagging.DescribeReportCreation,
		answer:    `{"Status":"FAILED","S3Location":"s3://b/x","StartDate":"2026-01-02T03:04:05Z","ErrorMessage":"timed out"}`,
		call: func(ctx context.Context, c *awsclient.Client) (any, error) {
			return c.ReportCreation(ctx, tagging.ReportInput{Scope: at.Scope})
		},
		wantBody: `{}`,
		want:     tagging.Report{Status: "FAILED", S3Location: "s3://b/x", StartDate: "2026-01-02T03:04:05Z", ErrorMessage: "timed out"},
	},
	{
		operation: tagging.StartReportCreation,
		answer:    `{}`,
		call: func(ctx context.Context, c *awsclient.Client) (any, error) {
			return nil, c.StartReportCreation(ctx, tagging.StartReportInput{Scope: at.Scope, Bucket: "reports"})
		},
		wantBody: `{"S3Bucket":"reports"}`,
		want:     nil,
	},
}

func TestTaggingCalls(t *testing.T) {
	t.Parallel()
	for _, test := range taggingCalls {
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
			want := "ResourceGroupsTaggingAPI_20170126." + strings.TrimPrefix(test.operation, "tagging:")
			if got := sent[0].header.Get("X-Amz-Target"); got != want {
				t.Errorf("want X-Amz-Target %q, got %q", want, got)
			}
			if got := sent[0].header.Get("Authorization"); !strings.Contains(got, "/eu-west-1/tagging/aws4_request") {
				t.Errorf("want it signed for tagging in its region, got %q", got)
			}
			if agent := sent[0].header.Get("User-Agent"); !strings.Contains(agent, "skyql") {
				t.Errorf("want skyql in User-Agent %q", agent)
			}
		})
	}
}

func TestTaggingCodes(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]resource.Code{
		"InvalidParameterException":       resource.Validation,
		"PaginationTokenExpiredException": tagging.TokenExpired,
		"ConstraintViolationException":    tagging.ConstraintViolation,
		"ConcurrentModificationException": resource.ConcurrentModification,
		"ThrottledException":              resource.Throttling,
		"ThrottlingException":             resource.Throttling,
		"InternalServiceException":        resource.ServiceInternalError,
		"AccessDeniedException":           resource.AccessDenied,
		"ExpiredTokenException":           resource.InvalidCredentials,
		"SomethingNewException":           resource.Unknown,
	} {
		for _, test := range taggingCalls {
			_, err := test.call(t.Context(), newAPI(t, refuse(400, name, "in words")).client(t))
			got := failureOf(t, err)
			if got.Code != want || got.Operation != test.operation || got.Scope != at.Scope || !strings.HasSuffix(got.Message, "in words") ||
				(want != resource.Unknown && got.Message != "in words") {
				t.Errorf("%s of %s: want %s, got %+v", name, test.operation, want, got)
			}
		}
	}
}

// An answer that has nothing in it is none: it must not pass for "there are no
// tags" or "nothing was refused".
func TestEmptyAnswersOfTagging(t *testing.T) {
	t.Parallel()
	for _, test := range taggingCalls {
		_, err := test.call(t.Context(), newAPI(t, ok("")).client(t))
		if test.operation == tagging.StartReportCreation {
			if err != nil {
				t.Errorf("%s answers nothing anyway, got %v", test.operation, err)
			}
			continue
		}
		if got := resource.CodeOf(err); got != resource.Unreachable {
			t.Errorf("%s: want Unreachable, got %v", test.operation, err)
		}
	}
	page, err := newAPI(t, ok(`{"PaginationToken":"","ResourceTagMappingList":[]}`)).client(t).
		TaggedResources(t.Context(), tagging.ResourcesInput{Scope: at.Scope})
	if err != nil || len(page.Resources) > 0 {
		t.Errorf("want no resources, got %v, %v", page, err)
	}
}

func TestTaggingBeforeAnythingIsSent(t *testing.T) {
	t.Parallel()
	server := newAPI(t, ok(`{}`))
	client := server.client(t)
	if _, err := client.TagKeys(t.Context(), tagging.KeysInput{}); resource.CodeOf(err) != resource.Validation {
		t.Errorf("want a call without region refused, got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := client.TagKeys(ctx, tagging.KeysInput{Scope: at.Scope}); err != context.Canceled {
		t.Errorf("want context.Canceled itself, got %v", err)
	}
	if sent := server.seen(); len(sent) > 0 {
		t.Errorf("want nothing sent, got %v", sent)
	}
}

// The variables of the environment that name endpoints work as for any SDK.
// Where only Cloud Control's is set, to this machine, tagging is there too.
func TestTaggingEndpoints(t *testing.T) {
	const keys = `{"PaginationToken":"","TagKeys":[%q]}`
	server := newAPI(t, func(w http.ResponseWriter) { fmt.Fprintf(w, keys, "first") })
	other := newAPI(t, func(w http.ResponseWriter) { fmt.Fprintf(w, keys, "other") })
	for _, test := range []struct {
		name     string
		env      map[string]string
		endpoint string
		want     string
	}{
		{"for all services", map[string]string{"AWS_ENDPOINT_URL": server.server.URL}, "", "first"},
		{"for tagging", map[string]string{
			"AWS_ENDPOINT_URL": server.server.URL, "AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API": other.server.URL}, "", "other"},
		{"for Cloud Control", map[string]string{"AWS_ENDPOINT_URL_CLOUDCONTROL": server.server.URL}, "", "first"},
		{"for each", map[string]string{
			"AWS_ENDPOINT_URL_CLOUDCONTROL": server.server.URL, "AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API": other.server.URL}, "", "other"},
		{"by option", map[string]string{"AWS_ENDPOINT_URL": server.server.URL}, other.server.URL, "other"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for name, value := range test.env {
				t.Setenv(name, value)
			}
			t.Setenv("AWS_ACCESS_KEY_ID", "test")
			t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
			page, err := awsclient.New(awsclient.Options{Endpoint: test.endpoint}).TagKeys(t.Context(), tagging.KeysInput{Scope: at.Scope})
			if diff := cmp.Diff(tagging.KeyPage{Keys: []string{test.want}}, page); err != nil || diff != "" {
				t.Errorf("%v (-want +got)\n%s", err, diff)
			}
		})
	}
	t.Run("that is none", func(t *testing.T) {
		t.Setenv("AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API", "nonsense")
		_, err := awsclient.New(awsclient.Options{}).TagKeys(t.Context(), tagging.KeysInput{Scope: at.Scope})
		if resource.CodeOf(err) != resource.Validation || !strings.Contains(err.Error(), `"nonsense"`) {
			t.Errorf("want the endpoint refused, got %v", err)
		}
	})
}
