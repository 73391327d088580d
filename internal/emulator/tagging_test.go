package emulator

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/emulator/protocol"
	"skyql/internal/emulator/settings"
	"skyql/internal/emulator/store"
)

const taggingSignature = "AWS4-HMAC-SHA256 Credential=test/20300101/eu-west-1/tagging/aws4_request, " +
	"SignedHeaders=host;x-amz-date, Signature=00"

// callTagging makes a call of the tagging API and gives status and body.
func callTagging(t *testing.T, handler http.Handler, operation, body string) (int, string) {
	t.Helper()
	response := exchange{
		target: taggingPrefix + operation, contentType: protocol.JSON11, authorization: taggingSignature, body: body,
	}.do(t, handler)
	if have := response.Header.Get("Content-Type"); have != "application/x-amz-json-1.1" {
		t.Errorf("%s: content type %q", operation, have)
	}
	if have := response.Header.Get("x-amzn-RequestId"); !uuids.MatchString(have) {
		t.Errorf("%s: request id %q", operation, have)
	}
	return read(t, response)
}

func withTaggedBuckets(t *testing.T, opts Options) *Server {
	t.Helper()
	s := store.New(store.Options{})
	err := s.LoadSeed(strings.NewReader(
		`{"region":"eu-west-1","type":"AWS::S3::Bucket","properties":{"BucketName":"a","Tags":[{"Key":"team","Value":"red"}]}}` + "\n" +
			`{"region":"eu-west-1","type":"AWS::S3::Bucket","properties":{"BucketName":"b","Tags":[{"Key":"team","Value":"blue"}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	return New(s, opts)
}

func TestTaggingOnTheWire(t *testing.T) {
	t.Parallel()
	const (
		invalid = `{"__type":"InvalidParameterException","Message":"`
		none    = `No resource that can be tagged has the ARN arn:aws:s3:::x in eu-west-1`
	)
	tests := map[string]struct {
		operation, body string
		status          int
		want            string
	}{
		"resources": {
			"GetResources", `{"TagFilters":[{"Key":"team","Values":["red","green"]}]}`, 200,
			`{"PaginationToken":"","ResourceTagMappingList":[{"ResourceARN":"arn:aws:s3:::a","Tags":[{"Key":"team","Value":"red"}]}]}`,
		},
		"no resources": {
			"GetResources", `{"ResourceTypeFilters":["ec2"]}`, 200, `{"PaginationToken":"","ResourceTagMappingList":[]}`,
		},
		"compliance": {
			"GetResources", `{"ResourceARNList":["arn:aws:s3:::b"],"IncludeComplianceDetails":true}`, 200,
			`{"PaginationToken":"","ResourceTagMappingList":[{"ResourceARN":"arn:aws:s3:::b","Tags":[{"Key":"team","Value":"blue"}],` +
				`"ComplianceDetails":{"ComplianceStatus":true,"KeysWithNoncompliantValues":[],"MissingTagKeys":[],"NoncompliantKeys":[]}}]}`,
		},
		"empty body":     {"GetTagKeys", ``, 200, `{"PaginationToken":"","TagKeys":["team"]}`},
		"values":         {"GetTagValues", `{"Key":"team"}`, 200, `{"PaginationToken":"","TagValues":["blue","red"]}`},
		"no values":      {"GetTagValues", `{"Key":"x"}`, 200, `{"PaginationToken":"","TagValues":[]}`},
		"tag":            {"TagResources", `{"ResourceARNList":["arn:aws:s3:::a"],"Tags":{"x":"y"}}`, 200, `{"FailedResourcesMap":{}}`},
		"untag":          {"UntagResources", `{"ResourceARNList":["arn:aws:s3:::a"],"TagKeys":["x"]}`, 200, `{"FailedResourcesMap":{}}`},
		"summary":        {"GetComplianceSummary", `{}`, 200, `{"PaginationToken":"","SummaryList":[]}`},
		"report":         {"DescribeReportCreation", `{}`, 200, `{"Status":"NO REPORT"}`},
		"started report": {"StartReportCreation", `{"S3Bucket":"bucket-a"}`, 400, invalid + `The Amazon S3 bucket bucket-a for report storage cannot be accessed"}`},
		"unknown ARN": {
			"TagResources", `{"ResourceARNList":["arn:aws:s3:::x"],"Tags":{"x":"y"}}`, 200,
			`{"FailedResourcesMap":{"arn:aws:s3:::x":{"StatusCode":400,"ErrorCode":"InvalidParameterException","ErrorMessage":"` + none + `"}}}`,
		},
		"invalid parameter": {
			"GetResources", `{"ResourcesPerPage":101}`, 400, invalid + `1 validation error detected: Value '101' at ` +
				`'resourcesPerPage' failed to satisfy constraint: Member must have value less than or equal to 100"}`,
		},
		"no object":         {"GetResources", `[]`, 400, `{"__type":"SerializationException","Message":"The request body is not a JSON object"}`},
		"unknown operation": {"ListRequiredTags", `{}`, 400, `{"__type":"UnknownOperationException"}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, body := callTagging(t, withTaggedBuckets(t, Options{}), test.operation, test.body)
			if diff := cmp.Diff(test.want, body); status != test.status || diff != "" {
				t.Errorf("want status %d, have %d; body (-want +have)\n%s", test.status, status, diff)
			}
		})
	}
	unsigned := exchange{target: taggingPrefix + "GetTagKeys", authorization: "-"}.do(t, withTaggedBuckets(t, Options{}))
	if status, body := read(t, unsigned); status != 400 || !strings.Contains(body, "MissingAuthenticationTokenException") {
		t.Errorf("want a signature demanded, have %d: %s", status, body)
	}
}

func TestFaultsOfTagging(t *testing.T) {
	t.Parallel()
	ask := func(fault string) (int, string) {
		parsed, err := settings.ParseFault(fault)
		if err != nil {
			t.Fatal(err)
		}
		return callTagging(t, withTaggedBuckets(t, Options{Settings: settings.Settings{Faults: []settings.Fault{parsed}}}), "GetTagKeys", `{}`)
	}
	for fault, want := range map[string]string{
		"throttle=1":                     `{"PaginationToken":"","TagKeys":["team"]}`, // not named
		"error=1:tagging:GetResources":   `{"PaginationToken":"","TagKeys":["team"]}`,
		"throttle=1:tagging:GetTagKeys":  `{"__type":"ThrottledException","Message":"Rate exceeded"}`,
		"error=1:tagging:GetTagKeys":     `{"__type":"InternalServiceException","Message":"Internal error"}`,
		"late-throttle=1:CreateResource": `{"PaginationToken":"","TagKeys":["team"]}`,
		"lost=0:tagging:GetTagKeys":      `{"PaginationToken":"","TagKeys":["team"]}`,
	} {
		if _, body := ask(fault); body != want {
			t.Errorf("%s: want %s, have %s", fault, want, body)
		}
	}
	if _, err := settings.ParseFault("late-throttle=1:tagging:TagResources"); err == nil {
		t.Error("want a late throttle of tags refused, as they are written at once")
	}
}

// The rate is Cloud Control's.
func TestRateLeavesTaggingAlone(t *testing.T) {
	t.Parallel()
	s := withTaggedBuckets(t, Options{Settings: settings.Settings{Rates: []settings.Rate{{PerSecond: 0.001}}}})
	for range 5 {
		if status, body := callTagging(t, s, "GetTagKeys", `{}`); status != 200 {
			t.Errorf("have %d: %s", status, body)
		}
	}
	if have := s.Stats().Calls["tagging:GetTagKeys"]; have != 5 {
		t.Errorf("want 5 calls counted, have %d", have)
	}
}
