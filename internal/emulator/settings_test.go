package emulator

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"skyql/internal/emulator/settings"
	"skyql/internal/emulator/store"
)

func TestClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := withBucket(t, Options{})
		shown := func() string {
			t.Helper()
			return s.Settings().Clock.Now().UTC().Format(time.RFC3339)
		}
		here := func() string { return time.Now().UTC().Format(time.RFC3339) }
		for _, step := range []struct {
			change string
			want   string // at once
			after  string // an hour later
		}{
			{`{"clock":"real"}`, here(), ""},
			{`{"clock":"2026-01-01T00:00:00Z"}`, "2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"},
			{`{"clock":{"advance":"36h"}}`, "2026-01-02T13:00:00Z", "2026-01-02T14:00:00Z"},
			{`{"clock":{"frozen":true}}`, "2026-01-02T14:00:00Z", "2026-01-02T14:00:00Z"},
			{`{"clock":{"advance":"30m"}}`, "2026-01-02T14:30:00Z", "2026-01-02T14:30:00Z"},
			{`{"clock":{"now":"2027-01-01T02:00:00+02:00","advance":"1s"}}`, "2027-01-01T00:00:01Z", "2027-01-01T00:00:01Z"},
			{`{"clock":{"frozen":false}}`, "2027-01-01T00:00:01Z", "2027-01-01T01:00:01Z"},
			{`{"clock":"2026-01-01T00:00:00Z,frozen"}`, "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"},
			{`{"latency":"1ms"}`, "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"},
			{`{"clock":{"now":"2026-01-01T00:00:00Z","frozen":false}}`, "2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"},
		} {
			turnKnobs(t, s, step.change)
			if have := shown(); have != step.want {
				t.Errorf("%s: want %s, have %s", step.change, step.want, have)
			}
			time.Sleep(time.Hour)
			if have := shown(); step.after != "" && have != step.after {
				t.Errorf("%s: want %s after an hour, have %s", step.change, step.after, have)
			}
		}
		turnKnobs(t, s, `{"clock":null}`)
		if have := shown(); have != here() {
			t.Errorf("want this machine's time, %s, have %s", here(), have)
		}
		turnKnobs(t, s, `{"clock":{"advance":"24h"}}`)
		if want := time.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339); shown() != want {
			t.Errorf("want it a day ahead, at %s, have %s", want, shown())
		}
	})
}

// Requests go by the clock: one that stands still leaves them in progress.
func TestRequestsGoByTheClock(t *testing.T) {
	t.Parallel()
	s := New(store.New(store.Options{}), Options{})
	turnKnobs(t, s, `{"clock":"2026-01-01T00:00:00Z,frozen","stabilize":"2s"}`)
	_, body := call(t, s, "CreateResource", createBucket)
	event := decode(t, body)["ProgressEvent"].(map[string]any)
	if have := event["EventTime"]; have != 1767225600.0 {
		t.Errorf("want the event at that time, have %v", have)
	}
	status := func() string {
		t.Helper()
		_, body := call(t, s, "GetResourceRequestStatus", `{"RequestToken":"`+event["RequestToken"].(string)+`"}`)
		if !strings.Contains(body, "ProgressEvent") {
			return body
		}
		return decode(t, body)["ProgressEvent"].(map[string]any)["OperationStatus"].(string)
	}
	if have := status(); have != "IN_PROGRESS" {
		t.Errorf("want it in progress, have %s", have)
	}
	turnKnobs(t, s, `{"clock":{"advance":"1999ms"}}`)
	if have := status(); have != "IN_PROGRESS" {
		t.Errorf("want it in progress, have %s", have)
	}
	turnKnobs(t, s, `{"clock":{"advance":"1ms"}}`)
	if have := status(); have != "SUCCESS" {
		t.Errorf("want it done, have %s", have)
	}
	turnKnobs(t, s, `{"clock":{"advance":"168h"}}`)
	if have := status(); !strings.Contains(have, "RequestTokenNotFoundException") {
		t.Errorf("want it forgotten after seven days, have %s", have)
	}
}

func TestStabilizeByType(t *testing.T) {
	t.Parallel()
	s := New(store.New(store.Options{}), Options{Settings: settings.Settings{Clock: settings.ClockAt(time.Unix(1_800_000_000, 0), true)}})
	for _, step := range []struct {
		settings, created, body string
		least, most             time.Duration
	}{
		{`{"stabilize":["AWS::SQS::Queue=10s"]}`, "bucket a", `{"TypeName":"AWS::S3::Bucket","DesiredState":"{}"}`, 0, 0},
		{`{}`, "queue a", `{"TypeName":"AWS::SQS::Queue","DesiredState":"{}"}`, 10 * time.Second, 10 * time.Second},
		{`{}`, "bucket b", `{"TypeName":"AWS::S3::Bucket","DesiredState":"{}"}`, 0, 0},
		{`{"stabilize":["AWS::SQS::Queue=10s","3s"]}`, "queue b", `{"TypeName":"AWS::SQS::Queue","DesiredState":"{}"}`, 10 * time.Second, 10 * time.Second},
		{`{}`, "bucket c", `{"TypeName":"AWS::S3::Bucket","DesiredState":"{}"}`, 3 * time.Second, 3 * time.Second},
		{`{"stabilize":"1s..5s"}`, "bucket d", `{"TypeName":"AWS::S3::Bucket","DesiredState":"{}"}`, time.Second, 5 * time.Second},
		{`{"stabilize":"p50=2s,p99=2s"}`, "bucket e", `{"TypeName":"AWS::S3::Bucket","DesiredState":"{}"}`, 2 * time.Second, 2 * time.Second},
		{`{"stabilize":null}`, "bucket f", `{"TypeName":"AWS::S3::Bucket","DesiredState":"{}"}`, 0, 0},
	} {
		turnKnobs(t, s, step.settings)
		_, body := call(t, s, "CreateResource", step.body)
		token := decode(t, body)["ProgressEvent"].(map[string]any)["RequestToken"].(string)
		var took time.Duration
		for ; took < time.Minute; took += 500 * time.Millisecond {
			_, body := call(t, s, "GetResourceRequestStatus", `{"RequestToken":"`+token+`"}`)
			if strings.Contains(body, "SUCCESS") {
				break
			}
			turnKnobs(t, s, `{"clock":{"advance":"500ms"}}`)
		}
		if took < step.least || took >= step.most+500*time.Millisecond {
			t.Errorf("%s with %s: want %s to %s, took %s", step.created, step.settings, step.least, step.most, took)
		}
	}
}

func TestHooksThatObject(t *testing.T) {
	t.Parallel()
	s := New(store.New(store.Options{}), Options{})
	turnKnobs(t, s, `{"hook_failures":["AWS::S3::Bucket=1:CreateResource,hook=Private::Guard::Buckets,message=no, not so","*=1,warn"]}`)
	end := func(body string) map[string]any {
		t.Helper()
		status, answer := call(t, s, "CreateResource", body)
		if status != http.StatusOK {
			t.Fatalf("have %d: %s", status, answer)
		}
		token := decode(t, answer)["ProgressEvent"].(map[string]any)["RequestToken"].(string)
		_, answer = call(t, s, "GetResourceRequestStatus", `{"RequestToken":"`+token+`"}`)
		return decode(t, answer)
	}
	failed := end(createBucket)
	if event := failed["ProgressEvent"].(map[string]any); event["OperationStatus"] != "FAILED" ||
		!strings.Contains(event["StatusMessage"].(string), "Private::Guard::Buckets") {
		t.Errorf("want the request failed by the hook, have %v", event)
	}
	hooks := failed["HooksProgressEvent"].([]any)
	if hook := hooks[0].(map[string]any); len(hooks) != 2 || hook["HookStatusMessage"] != "no, not so" ||
		hook["HookStatus"] != "HOOK_COMPLETE_FAILED" || hook["FailureMode"] != "FAIL" {
		t.Errorf("want what the hooks say, have %v", hooks)
	}
	warned := end(`{"TypeName":"AWS::SQS::Queue","DesiredState":"{}"}`)
	if status := warned["ProgressEvent"].(map[string]any)["OperationStatus"]; status != "SUCCESS" {
		t.Errorf("want a warning to let the change go on, have %v", status)
	}
	turnKnobs(t, s, `{"hook_failures":[]}`)
	if quiet := end(createBucket); quiet["HooksProgressEvent"] != nil ||
		quiet["ProgressEvent"].(map[string]any)["OperationStatus"] != "SUCCESS" {
		t.Errorf("want no hooks any more, have %v", quiet)
	}
}

func TestLatencyByOperationAndRegion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := withBucket(t, Options{})
		turnKnobs(t, s, `{"latency":["10ms","@us-east-1=20ms","read=30ms","ListResources=40ms","GetResource@us-east-1=50ms"]}`)
		for _, test := range []struct {
			operation, region string
			want              time.Duration
		}{
			{"DeleteResource", "eu-west-1", 10 * time.Millisecond},
			{"DeleteResource", "us-east-1", 20 * time.Millisecond},
			{"GetResource", "eu-west-1", 30 * time.Millisecond},
			{"ListResources", "us-east-1", 40 * time.Millisecond},
			{"GetResource", "us-east-1", 50 * time.Millisecond},
			{"NoSuchOperation", "eu-west-1", 10 * time.Millisecond},
		} {
			start := time.Now()
			callIn(t, s, test.region, test.operation, readBucket)
			if took := time.Since(start); took != test.want {
				t.Errorf("%s in %s: want %s, took %s", test.operation, test.region, test.want, took)
			}
		}
	})
}
