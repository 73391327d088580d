package emulator

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/emulator/protocol"
)

var uuids = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

func TestReplyOfACall(t *testing.T) {
	t.Parallel()
	response := exchange{
		target: targetPrefix + "GetResource", contentType: protocol.JSON10,
		body: `{"TypeName":"AWS::S3::Bucket","Identifier":"files","SomethingNew":1}`,
	}.do(t, withBucket(t, Options{}))
	status, body := read(t, response)
	if status != http.StatusOK {
		t.Fatalf("want 200, have %d: %s", status, body)
	}
	if have := response.Header.Get("Content-Type"); have != "application/x-amz-json-1.0" {
		t.Errorf("content type %q", have)
	}
	if have := response.Header.Get("x-amzn-RequestId"); !uuids.MatchString(have) {
		t.Errorf("request id %q", have)
	}
	reply := decode(t, body)
	description := reply["ResourceDescription"].(map[string]any)
	if reply["TypeName"] != "AWS::S3::Bucket" || description["Identifier"] != "files" {
		t.Errorf("not the bucket: %s", body)
	}
	if properties := decode(t, description["Properties"].(string)); properties["Arn"] != "arn:aws:s3:::files" {
		t.Errorf("want properties as JSON in a string, have %s", description["Properties"])
	}
}

func TestProgressEventOnTheWire(t *testing.T) {
	t.Parallel()
	s := withBucket(t, Options{})
	status, body := call(t, s, "CreateResource", `{"TypeName":"AWS::S3::Bucket","DesiredState":"{\"BucketName\":\"files\"}"}`)
	if status != http.StatusOK {
		t.Fatalf("have %d: %s", status, body)
	}
	first := decode(t, body)["ProgressEvent"].(map[string]any)
	token := first["RequestToken"].(string)
	wantMembers(t, first, map[string]any{
		"TypeName": "AWS::S3::Bucket", "Identifier": "files", "Operation": "CREATE", "OperationStatus": "IN_PROGRESS",
	}, "RequestToken", "EventTime", "RetryAfter")
	_, body = call(t, s, "GetResourceRequestStatus", `{"RequestToken":"`+token+`"}`)
	last := decode(t, body)["ProgressEvent"].(map[string]any)
	wantMembers(t, last, map[string]any{
		"TypeName": "AWS::S3::Bucket", "Identifier": "files", "Operation": "CREATE", "OperationStatus": "FAILED",
		"ErrorCode": "AlreadyExists", "StatusMessage": "Resource of type 'AWS::S3::Bucket' with identifier 'files' already exists.",
	}, "RequestToken", "EventTime")
	if _, ok := last["EventTime"].(float64); !ok {
		t.Errorf("want a number for EventTime, have %v", last["EventTime"])
	}
	if strings.Contains(body, "null") {
		t.Errorf("absent members are not left out: %s", body)
	}
}

// wantMembers compares an object; of the members named in others only their
// presence is asked.
func wantMembers(t *testing.T, have, want map[string]any, others ...string) {
	t.Helper()
	rest := map[string]any{}
	for name, value := range have {
		rest[name] = value
	}
	for _, name := range others {
		if rest[name] == nil {
			t.Errorf("%s is missing", name)
		}
		delete(rest, name)
	}
	if diff := cmp.Diff(want, rest); diff != "" {
		t.Errorf("(-want +have)\n%s", diff)
	}
}

func TestEveryOperationAnswers(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ body, want string }{
		"GetResource":           {`{"TypeName":"AWS::S3::Bucket","Identifier":"files"}`, `"Identifier":"files"`},
		"ListResources":         {`{"TypeName":"AWS::S3::Bucket"}`, `{"TypeName":"AWS::S3::Bucket","ResourceDescriptions":[{"Identifier":"files","Properties":"{\"BucketName\":\"files\"}"}]}`},
		"CreateResource":        {`{"TypeName":"AWS::S3::Bucket","DesiredState":"{}"}`, `"OperationStatus":"IN_PROGRESS"`},
		"UpdateResource":        {`{"TypeName":"AWS::S3::Bucket","Identifier":"files","PatchDocument":"[]"}`, `"Operation":"UPDATE"`},
		"DeleteResource":        {`{"TypeName":"AWS::S3::Bucket","Identifier":"files"}`, `"Operation":"DELETE"`},
		"ListResourceRequests":  {`{"ResourceRequestStatusFilter":{"Operations":["CREATE"],"OperationStatuses":["FAILED"]}}`, `{"ResourceRequestStatusSummaries":[]}`},
		"CancelResourceRequest": {`{"RequestToken":"none"}`, `RequestTokenNotFoundException`},
	}
	for operation, test := range tests {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			_, body := call(t, withBucket(t, Options{}), operation, test.body)
			if !strings.Contains(body, test.want) {
				t.Errorf("want %s in %s", test.want, body)
			}
		})
	}
}

func TestFailuresOnTheWire(t *testing.T) {
	t.Parallel()
	get := targetPrefix + "GetResource"
	tests := map[string]struct {
		exchange exchange
		status   int
		body     string
	}{
		"modelled error": {
			exchange{target: get, body: `{"TypeName":"AWS::S3::Bukcet","Identifier":"x"}`}, 400,
			`{"__type":"com.amazon.cloudapiservice#TypeNotFoundException","Message":"The type 'AWS::S3::Bukcet' cannot be found."}`,
		},
		"validation": {
			exchange{target: get, body: `{"TypeName":"AWS::S3::Bucket"}`}, 400,
			`{"__type":"com.amazon.coral.validate#ValidationException","Message":"1 validation error detected: Value '' at ` +
				`'identifier' failed to satisfy constraint: Member must have length greater than or equal to 1"}`,
		},
		"unsupported action": {
			exchange{target: targetPrefix + "ListResources", body: `{"TypeName":"AWS::StepFunctions::StateMachine"}`}, 400,
			`{"__type":"com.amazon.cloudapiservice#UnsupportedActionException","Message":"Resource type ` +
				`AWS::StepFunctions::StateMachine does not support LIST action"}`,
		},
		"unknown operation": {
			exchange{target: targetPrefix + "GetResources", body: `{}`}, 400,
			`{"__type":"com.amazon.coral.service#UnknownOperationException"}`,
		},
		"other service": {
			exchange{target: "DynamoDB_20120810.ListTables", body: `{}`}, 400,
			`{"__type":"com.amazon.coral.service#UnknownOperationException"}`,
		},
		"no target": {exchange{body: `{}`}, 400, `{"__type":"com.amazon.coral.service#UnknownOperationException"}`},
		"other method": {
			exchange{method: http.MethodGet, target: get}, 404, `{"__type":"com.amazon.coral.service#UnknownOperationException"}`,
		},
		"other path": {
			exchange{path: "/x", target: get}, 404, `{"__type":"com.amazon.coral.service#UnknownOperationException"}`,
		},
		"no authorization": {
			exchange{target: get, authorization: "-", body: `{}`}, 400,
			`{"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","Message":"Missing Authentication Token"}`,
		},
		"other authorization": {
			exchange{target: get, authorization: "Bearer x", body: `{}`}, 400,
			`{"__type":"com.amazon.coral.service#IncompleteSignatureException","Message":"Authorization header requires ` +
				`'Credential' parameter of an AWS4-HMAC-SHA256 signature."}`,
		},
		"no JSON": {
			exchange{target: get, body: `{"TypeName"`}, 400,
			`{"__type":"com.amazon.coral.service#SerializationException","Message":"The request body is not a JSON object"}`,
		},
		"no object": {
			exchange{target: get, body: `[]`}, 400,
			`{"__type":"com.amazon.coral.service#SerializationException","Message":"The request body is not a JSON object"}`,
		},
		"wrong type of a member": {
			exchange{target: get, body: `{"TypeName":"AWS::S3::Bucket","Identifier":7}`}, 400,
			`{"__type":"com.amazon.coral.service#SerializationException","Message":"The value of Identifier cannot be a number"}`,
		},
		"body too large": {
			exchange{target: get, body: strings.Repeat(" ", maxBody+1)}, 413,
			`{"__type":"com.amazon.coral.service#RequestEntityTooLargeException","Message":"Request body is too large"}`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response := test.exchange.do(t, withBucket(t, Options{}))
			status, body := read(t, response)
			if status != test.status {
				t.Errorf("want status %d, have %d", test.status, status)
			}
			if diff := cmp.Diff(test.body, body); diff != "" {
				t.Errorf("body (-want +have)\n%s", diff)
			}
			if response.Header.Get("x-amzn-RequestId") == "" || response.Header.Get("x-amzn-ErrorType") != "" {
				t.Errorf("headers %v", response.Header)
			}
		})
	}
}

func TestRegionAndAccountComeFromTheSignature(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ credential, want string }{
		"any access key":         {"AKIDEXAMPLE/20300101/eu-west-1/cloudcontrolapi/aws4_request", `"files"`},
		"number of the account":  {"123456789012/20300101/eu-west-1/cloudcontrolapi/aws4_request", `"files"`},
		"other account":          {"999999999999/20300101/eu-west-1/cloudcontrolapi/aws4_request", `"ResourceDescriptions":[]`},
		"other region":           {"AKIDEXAMPLE/20300101/us-east-1/cloudcontrolapi/aws4_request", `"ResourceDescriptions":[]`},
		"eleven digits are none": {"12345678901/20300101/eu-west-1/cloudcontrolapi/aws4_request", `"files"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, body := read(t, exchange{
				target: targetPrefix + "ListResources", body: `{"TypeName":"AWS::S3::Bucket"}`,
				authorization: "AWS4-HMAC-SHA256 Credential=" + test.credential + ", SignedHeaders=host, Signature=00",
			}.do(t, withBucket(t, Options{})))
			if !strings.Contains(body, test.want) {
				t.Errorf("want %s in %s", test.want, body)
			}
		})
	}
}
