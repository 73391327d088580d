package emulator

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/emulator/protocol"
	"skyql/internal/emulator/settings"
	"skyql/internal/emulator/store"
)

func TestOptionsWithFaultsThatAreRefused(t *testing.T) {
	t.Parallel()
	options := Options{Settings: settings.Settings{Faults: []settings.Fault{{Kind: "slow", Probability: 1}}}}
	if err := options.Check(); err == nil || !strings.Contains(err.Error(), "kinds are") {
		t.Errorf("want the options refused, have %v", err)
	}
	if err := New(store.New(store.Options{}), options).Start(t.Context()); err == nil {
		t.Error("want the server not to start")
	}
}

// callCut makes a call and wants the connection cut instead of an answer.
func callCut(t *testing.T, s *Server, operation, body string) {
	t.Helper()
	defer func() {
		t.Helper()
		if reason := recover(); reason != http.ErrAbortHandler {
			t.Errorf("want the connection cut, have %v", reason)
		}
	}()
	call(t, s, operation, body)
}

const (
	createBucket = `{"TypeName":"AWS::S3::Bucket","DesiredState":"{\"BucketName\":\"more\"}"}`
	readMore     = `{"TypeName":"AWS::S3::Bucket","Identifier":"more"}`
)

func withFaults(t *testing.T, texts ...string) *Server {
	t.Helper()
	var list []settings.Fault
	for _, text := range texts {
		fault, err := settings.ParseFault(text)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, fault)
	}
	return withBucket(t, Options{Settings: settings.Settings{Faults: list}})
}

func TestFaultsOnTheWire(t *testing.T) {
	t.Parallel()
	const (
		throttled = `{"__type":"com.amazon.coral.availability#ThrottlingException","Message":"Rate exceeded"}`
		internal  = `{"__type":"com.amazon.cloudapiservice#ServiceInternalErrorException","Message":"Internal error"}`
	)
	for _, test := range []struct {
		fault  string
		status int
		body   string
	}{
		{"throttle=1:CreateResource", 400, throttled},
		{"error=1:CreateResource", 500, internal},
	} {
		s := withFaults(t, test.fault)
		if status, body := call(t, s, "CreateResource", createBucket); status != test.status || body != test.body {
			t.Errorf("%s: have %d: %s", test.fault, status, body)
		}
		if status, body := call(t, s, "GetResource", readMore); status != 400 || !strings.Contains(body, "ResourceNotFound") {
			t.Errorf("%s: want nothing done, have %d: %s", test.fault, status, body)
		}
	}
	s := withFaults(t, "lost=1:CreateResource")
	callCut(t, s, "CreateResource", createBucket)
	if status, body := call(t, s, "GetResource", readMore); status != 200 {
		t.Errorf("lost: want it done, have %d: %s", status, body)
	}
}

func TestLateThrottleOnTheWire(t *testing.T) {
	t.Parallel()
	s := withFaults(t, "late-throttle=1")
	status, body := call(t, s, "CreateResource", createBucket)
	if status != http.StatusOK {
		t.Fatalf("want the request accepted, have %d: %s", status, body)
	}
	token := decode(t, body)["ProgressEvent"].(map[string]any)["RequestToken"].(string)
	_, body = call(t, s, "GetResourceRequestStatus", `{"RequestToken":"`+token+`"}`)
	wantMembers(t, decode(t, body)["ProgressEvent"].(map[string]any), map[string]any{
		"TypeName": "AWS::S3::Bucket", "Identifier": "more", "Operation": "CREATE", "OperationStatus": "FAILED",
		"ErrorCode": "Throttling", "StatusMessage": "Rate exceeded",
	}, "RequestToken", "EventTime")
	if status, _ := call(t, s, "GetResource", readMore); status != 400 {
		t.Errorf("want nothing created, have %d", status)
	}
}

func TestWhichCallsFaultsHit(t *testing.T) {
	t.Parallel()
	form := exchange{contentType: protocol.Form, body: "Action=GetCallerIdentity&Version=2011-06-15"}
	s := withFaults(t, "throttle=1")
	if status, _ := call(t, s, "ListResources", `{"TypeName":"AWS::S3::Bucket"}`); status != 400 {
		t.Errorf("want every operation of Cloud Control hit, have %d", status)
	}
	if status, body := read(t, form.do(t, s)); status != 200 {
		t.Errorf("want STS left alone, have %d: %s", status, body)
	}
	if status, body := read(t, form.do(t, withFaults(t, "throttle=1:GetCallerIdentity"))); status != 400 ||
		!strings.Contains(body, "<Code>Throttling</Code>") {
		t.Errorf("want STS hit when it is named, have %d: %s", status, body)
	}
	if status, body := read(t, form.do(t, withFaults(t, "error=1:GetCallerIdentity"))); status != 500 ||
		!strings.Contains(body, "<Type>Receiver</Type>") {
		t.Errorf("want STS to fail when it is named, have %d: %s", status, body)
	}
	if status, body := call(t, withFaults(t, "error=1:DeleteResource"), "GetResource", readBucket); status != 200 {
		t.Errorf("want only the named operation hit, have %d: %s", status, body)
	}
}

func TestFaultsOfSTSAndOrganizations(t *testing.T) {
	t.Parallel()
	s := withFaults(t, "throttle=1:AssumeRole", "error=1:organizations:ListAccounts", "error=1:GetAccessKeyInfo")
	form := exchange{contentType: protocol.Form, body: goodFor + reader}
	if status, body := read(t, form.do(t, s)); status != 400 || !strings.Contains(body, "<Code>Throttling</Code>") {
		t.Errorf("want AssumeRole hit, have %d: %s", status, body)
	}
	form.body = "Action=GetAccessKeyInfo&AccessKeyId=x"
	if status, body := read(t, form.do(t, s)); status != 500 || !strings.Contains(body, "<Code>InternalFailure</Code>") {
		t.Errorf("want GetAccessKeyInfo hit, have %d: %s", status, body)
	}
	if status, body := organizationsCall(t, s, "x", "ListAccounts", "{}"); status != 500 || !strings.Contains(body, "ServiceException") {
		t.Errorf("want ListAccounts hit, have %d: %s", status, body)
	}
	if status, body := organizationsCall(t, s, "x", "DescribeOrganization", "{}"); status != 200 {
		t.Errorf("want the operation that is not named left alone, have %d: %s", status, body)
	}
	want := map[string]int64{"GetAccessKeyInfo": 1, "organizations:ListAccounts": 1, "organizations:DescribeOrganization": 1}
	if diff := cmp.Diff(want, s.Stats().Calls); diff != "" {
		t.Errorf("(-want +have)\n%s", diff)
	}
}

func TestStatsCountFaults(t *testing.T) {
	t.Parallel()
	s := withFaults(t, "throttle=1:GetResource", "error=1:ListResources", "lost=1:DeleteResource", "late-throttle=1:CreateResource")
	for range 2 {
		call(t, s, "GetResource", readBucket)
	}
	call(t, s, "ListResources", `{"TypeName":"AWS::S3::Bucket"}`)
	call(t, s, "CreateResource", createBucket)
	callCut(t, s, "DeleteResource", readBucket)
	want := Stats{
		Calls:   map[string]int64{"ListResources": 1, "CreateResource": 1, "DeleteResource": 1},
		Regions: map[string]int64{"eu-west-1": 3}, Types: map[string]int64{"AWS::S3::Bucket": 2},
		MaxInFlight: 1, Faults: map[settings.FaultKind]int64{"throttle": 2, "error": 1, "lost": 1, "late-throttle": 1},
	}
	if diff := cmp.Diff(want, s.Stats()); diff != "" {
		t.Errorf("(-want +have)\n%s", diff)
	}
	s.ResetStats()
	if have := s.Stats().Faults; have != nil {
		t.Errorf("want no faults after a reset, have %v", have)
	}
}

// The same seed and the same calls meet the same faults; their share is about
// what was asked for.
func TestFaultsAreRepeatable(t *testing.T) {
	t.Parallel()
	run := func(seed uint64) (pattern string) {
		s := withBucket(t, Options{Settings: settings.Settings{FaultSeed: seed, Faults: []settings.Fault{
			{Kind: settings.FaultThrottle, Probability: 0.2}, {Kind: settings.FaultError, Probability: 0.1, Operation: "GetResource"},
		}}})
		for range 2000 {
			status, _ := call(t, s, "GetResource", readBucket)
			pattern += fmt.Sprint(status/100, " ")
		}
		return pattern
	}
	first := run(7)
	if first != run(7) {
		t.Error("want the same faults from the same seed")
	}
	if first == run(8) {
		t.Error("want other faults from another seed")
	}
	throttles, fails := strings.Count(first, "4"), strings.Count(first, "5")
	if throttles < 300 || throttles > 500 || fails < 100 || fails > 220 {
		t.Errorf("want about 400 throttles and 160 errors, have %d and %d", throttles, fails)
	}
	some, other := New(store.New(store.Options{}), Options{}), New(store.New(store.Options{}), Options{})
	if some.FaultSeed() == 0 || some.FaultSeed() == other.FaultSeed() {
		t.Error("want a random seed by default")
	}
}
