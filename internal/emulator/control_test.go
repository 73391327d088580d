package emulator

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/catalog"
	"skyql/internal/emulator/settings"
	"skyql/internal/emulator/store"
)

// control makes a request under /_emulator/.
func control(t *testing.T, s *Server, method, path, body string) (int, string) {
	t.Helper()
	return read(t, exchange{method: method, path: "/_emulator/" + path, authorization: "-", body: body}.do(t, s))
}

// turnKnobs changes settings, and wants it to succeed.
func turnKnobs(t *testing.T, s *Server, body string) {
	t.Helper()
	if status, answer := control(t, s, http.MethodPatch, "settings", body); status != http.StatusOK {
		t.Fatalf("%s: have %d: %s", body, status, answer)
	}
}

// callIn makes a call in a region.
func callIn(t *testing.T, s *Server, region, operation, body string) (int, string) {
	t.Helper()
	return read(t, exchange{
		target: targetPrefix + operation, body: body,
		authorization: strings.Replace(anySignature, "eu-west-1", region, 1),
	}.do(t, s))
}

const defaults = `{"burst":[],"clock":"real","fault_seed":7,"faults":[],"hook_failures":[],"latency":[],"page_size":100,"rate":[],"stabilize":[]}`

func TestSettingsOverHTTP(t *testing.T) {
	t.Parallel()
	s := withBucket(t, Options{Settings: settings.Settings{FaultSeed: 7, PageSize: 100}})
	for _, step := range []struct{ method, body, want string }{
		{http.MethodGet, "", defaults},
		{http.MethodPatch, `{}`, defaults},
		{
			http.MethodPatch, `{"latency":"50ms","rate":20,"burst":["10","@eu-west-1=5"],"page_size":7}`,
			`{"burst":["10","@eu-west-1=5"],"clock":"real","fault_seed":7,"faults":[],"hook_failures":[],"latency":["50ms"],"page_size":7,"rate":["20"],"stabilize":[]}`,
		},
		{
			http.MethodPatch, `{"latency":null,"rate":["20","write=5"],"burst":null,"faults":["throttle=0.1:GetResource@eu-west-1"],"stabilize":["2s","AWS::S3::Bucket=1s..5s"],"hook_failures":"AWS::S3::Bucket=0"}`,
			`{"burst":[],"clock":"real","fault_seed":7,"faults":["throttle=0.1:GetResource@eu-west-1"],"hook_failures":["AWS::S3::Bucket=0"],"latency":[],"page_size":7,"rate":["20","write=5"],"stabilize":["2s","AWS::S3::Bucket=1s..5s"]}`,
		},
		{
			http.MethodPatch, `{"clock":"2026-01-01T00:00:00Z,frozen","page_size":null}`,
			`{"burst":[],"clock":{"frozen":true,"now":"2026-01-01T00:00:00Z"},"fault_seed":7,"faults":["throttle=0.1:GetResource@eu-west-1"],"hook_failures":["AWS::S3::Bucket=0"],"latency":[],"page_size":100,"rate":["20","write=5"],"stabilize":["2s","AWS::S3::Bucket=1s..5s"]}`,
		},
		{http.MethodPut, `{"fault_seed":7}`, defaults},
	} {
		for _, again := range []string{step.method, http.MethodGet} {
			if status, body := control(t, s, again, "settings", step.body); status != http.StatusOK || body != step.want+"\n" {
				t.Errorf("%s %s:\nwant %s,\nhave %d: %s", again, step.body, step.want, status, body)
			}
		}
	}
	if status, body := control(t, s, http.MethodPut, "settings", `{"latency":"1s"}`); status != http.StatusOK || strings.Contains(body, `"fault_seed":7,`) {
		t.Errorf("want a seed by chance, have %d: %s", status, body)
	}
	if status, _ := control(t, s, http.MethodDelete, "settings", ""); status != http.StatusMethodNotAllowed {
		t.Errorf("want other methods refused, have %d", status)
	}
}

// What GET shows, PUT takes.
func TestSettingsGoRound(t *testing.T) {
	t.Parallel()
	from, to := withBucket(t, Options{}), withBucket(t, Options{})
	turnKnobs(t, from, `{"latency":["p50=40ms,p99=400ms","@eu-west-1=1s"],"rate":"5","burst":3,"faults":"slow-body=0,5s","stabilize":"1s",
		"page_size":3,"hook_failures":"*=0,message=no","clock":"2026-01-01T00:00:00Z,frozen","fault_seed":9007199254740991}`)
	_, shown := control(t, from, http.MethodGet, "settings", "")
	if status, have := control(t, to, http.MethodPut, "settings", shown); status != http.StatusOK || have != shown {
		t.Errorf("want %s, have %d: %s", shown, status, have)
	}
	if diff := cmp.Diff(settingsText(t, from.Settings()), settingsText(t, to.Settings())); diff != "" {
		t.Errorf("(-want +have)\n%s", diff)
	}
}

func settingsText(t *testing.T, s settings.Settings) string {
	t.Helper()
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestSettingsThatAreRefused(t *testing.T) {
	t.Parallel()
	s := withBucket(t, Options{
		Settings: settings.Settings{FaultSeed: 7, PageSize: 100}, Types: catalog.Starter().Type,
	})
	for body, want := range map[string]struct{ member, message string }{
		``:                                     {"", "want a JSON object of settings"},
		`[]`:                                   {"", "want a JSON object of settings"},
		`null`:                                 {"", "want a JSON object of settings"},
		`{"latency":"1s"`:                      {"", "want a JSON object of settings"},
		`{"latency":"1s","lateness":"1s"}`:     {"lateness", `there is no setting "lateness"; there are latency, rate, burst, `},
		`{"Latency":"1s"}`:                     {"Latency", `there is no setting "Latency"`},
		`{"latency":"soon"}`:                   {"latency", `"soon" is no time`},
		`{"latency":50}`:                       {"latency", `"50" is no time`},
		`{"latency":true}`:                     {"latency", "want a text or a list of texts, have true"},
		`{"latency":{"all":"1s"}}`:             {"latency", `want a text or a list of texts, have {"all":"1s"}`},
		`{"latency":["1s",null]}`:              {"latency", "want a text or a list of texts, have null"},
		`{"latency":["1s",["2s"]]}`:            {"latency", `want a text or a list of texts, have ["2s"]`},
		`{"rate":-1}`:                          {"rate", "is not negative"},
		`{"rate":"fast"}`:                      {"rate", `rate "fast" is not NUMBER`},
		`{"burst":1.5}`:                        {"burst", "must be a whole number"},
		`{"burst":"write=5"}`:                  {"burst", "is for no rate; give a rate for write as well"},
		`{"rate":"read=5","burst":"write=5"}`:  {"burst", "is for no rate"},
		`{"faults":"throttle"}`:                {"faults", "is not KIND=PROBABILITY"},
		`{"faults":["throttle=0.1","lost=2"]}`: {"faults", "must be from 0 to 1, not 2"},
		`{"fault_seed":"7"}`:                   {"fault_seed", `want a whole number from 1, have "7"`},
		`{"fault_seed":0}`:                     {"fault_seed", "want a whole number from 1, have 0"},
		`{"fault_seed":-1}`:                    {"fault_seed", "want a whole number from 1, have -1"},
		`{"page_size":0}`:                      {"page_size", "want a whole number from 1, have 0"},
		`{"page_size":1.5}`:                    {"page_size", "want a whole number from 1"},
		`{"page_size":100001}`:                 {"page_size", "must be from 1 to 100000"},
		`{"stabilize":"S3=1s"}`:                {"stabilize", "is not a resource type"},
		`{"stabilize":"AWS::S3::Buket=1s"}`:    {"stabilize", "no resource type AWS::S3::Buket; did you mean AWS::S3::Bucket?"},
		`{"hook_failures":"AWS::S3::Buket=1"}`: {"hook_failures", "no resource type AWS::S3::Buket"},
		`{"hook_failures":"*=2"}`:              {"hook_failures", "must be from 0 to 1, not 2"},
		`{"clock":"noon"}`:                     {"clock", `clock "noon" is not real or a time`},
		`{"clock":5}`:                          {"clock", `want "real", a time, or an object`},
		`{"clock":{}}`:                         {"clock", `want "real", a time, or an object`},
		`{"clock":{"advance":"36h","by":1}}`:   {"clock", `want "real", a time, or an object`},
		`{"clock":{"advance":"-1h"}}`:          {"clock", `advance "-1h" is not a time as 36h, which is not negative`},
		`{"clock":{"now":"9998-12-31T00:00:00Z","advance":"48h"}}`: {"clock", "the clock goes to the year 9998 only"},
		`{"clock":{"advance":36}}`:                                 {"clock", `want "real", a time, or an object`},
		`{"clock":{"now":"real"}}`:                                 {"clock", `now "real" is not a time`},
	} {
		for _, method := range []string{http.MethodPatch, http.MethodPut} {
			// What comes before a mistake must not be done either.
			body := strings.Replace(body, "{", `{"page_size":3,`, 1)
			if strings.HasPrefix(body, `{"page_size":3,"page_size"`) || strings.Count(body, `"page_size"`) > 1 || !json.Valid([]byte(body)) {
				body = strings.Replace(body, `"page_size":3,`, "", 1)
			}
			status, answer := control(t, s, method, "settings", body)
			var have controlFailure
			if err := json.Unmarshal([]byte(answer), &have); err != nil || status != http.StatusBadRequest ||
				have.Member != want.member || !strings.Contains(have.Error, want.message) {
				t.Errorf("%s %s: want 400 with %+v, have %d: %s", method, body, want, status, answer)
			}
		}
	}
	if _, have := control(t, s, http.MethodGet, "settings", ""); have != defaults+"\n" {
		t.Errorf("want nothing changed, have %s", have)
	}
	if status, answer := control(t, s, http.MethodPatch, "settings", `{"latency":"`+strings.Repeat("1", maxSettings)+`"}`); status != http.StatusBadRequest {
		t.Errorf("want too much refused, have %d: %s", status, answer)
	}
}

func TestOptionsThatAreRefused(t *testing.T) {
	t.Parallel()
	for want, wrong := range map[string]settings.Settings{
		"page size -1":        {PageSize: -1},
		"must not be":         {Rates: []settings.Rate{{PerSecond: -1}}},
		"unknown region":      {Latency: []settings.Latency{{Where: settings.Where{Region: "mars"}}}},
		"is no operation":     {Bursts: []settings.Burst{{Where: settings.Where{Operation: "x"}, Calls: 1}}},
		"burst -1":            {Bursts: []settings.Burst{{Calls: -1}}},
		"from 0 to a year":    {Stabilize: []settings.Stabilize{{Delay: settings.Fixed(-1)}}},
		"is as that of a":     {HookFailures: []settings.HookFailure{{HookFault: store.HookFault{Probability: 1}}}},
		"no kind of fault is": {Faults: []settings.Fault{{Kind: "slow"}}},
	} {
		options := Options{Settings: wrong}
		if err := options.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, have %v", want, err)
		}
		s := withBucket(t, Options{})
		before := settingsText(t, s.Settings())
		if err := s.SetSettings(wrong); err == nil || settingsText(t, s.Settings()) != before {
			t.Errorf("%s: want SetSettings to refuse it and change nothing, have %v", want, err)
		}
	}
	s := New(store.New(store.Options{}), Options{
		Listen: "127.0.0.1:0", Types: catalog.Starter().Type,
		Settings: settings.Settings{Stabilize: []settings.Stabilize{{Type: "AWS::S3::Buket"}}},
	})
	if err := s.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "did you mean AWS::S3::Bucket?") {
		t.Errorf("want the server not to start, have %v", err)
	}
}

// A store keeps what it was made with where no settings are given.
func TestSettingsLeaveTheStoreAlone(t *testing.T) {
	t.Parallel()
	world := store.New(store.Options{PageSize: 2})
	s := New(world, Options{})
	if err := world.Populate(ireland, "AWS::S3::Bucket", 5); err != nil {
		t.Fatal(err)
	}
	wantPage := func(want int) {
		t.Helper()
		_, body := call(t, s, "ListResources", `{"TypeName":"AWS::S3::Bucket"}`)
		if have := len(decode(t, body)["ResourceDescriptions"].([]any)); have != want {
			t.Errorf("want a page of %d, have %d", want, have)
		}
	}
	wantPage(2)
	turnKnobs(t, s, `{"latency":"0s"}`)
	wantPage(2)
	turnKnobs(t, s, `{"page_size":3}`)
	wantPage(3)
	turnKnobs(t, s, `{"page_size":null}`)
	wantPage(5)
}

// Changes while calls are made: each call has either the old or the new settings.
func TestSettingsChangeWhileCalled(t *testing.T) {
	t.Parallel()
	s := withBucket(t, Options{})
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 100 {
				status, body := call(t, s, "GetResource", readBucket)
				if status != 200 && (status != 500 || !strings.Contains(body, "ServiceInternalError")) {
					t.Errorf("have %d: %s", status, body)
				}
			}
		})
		group.Go(func() {
			for i := range 50 {
				name := fmt.Sprintf(`{"TypeName":"AWS::SQS::Queue","DesiredState":"{\"QueueName\":\"q%d\"}"}`, i)
				call(t, s, "CreateResource", name)
			}
		})
	}
	for i := range 50 {
		turnKnobs(t, s, `{"faults":"error=1:GetResource","stabilize":["1ms..2ms"],"rate":100000}`)
		turnKnobs(t, s, fmt.Sprintf(`{"faults":[],"stabilize":"AWS::SQS::Queue=1h","page_size":%d,"clock":{"advance":"1h"}}`, i+1))
	}
	group.Wait()
	if have := s.Settings().PageSize; have != 50 {
		t.Errorf("want the last settings to hold, have a page size of %d", have)
	}
}

func TestSettingsHoldForCallsThatBeginLater(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := withBucket(t, Options{Settings: settings.Settings{Latency: latency(time.Second)}})
		body, rest := io.Pipe()
		request := exchange{target: targetPrefix + "GetResource"}.request(t.Context())
		request.Body = body
		start := time.Now()
		var took time.Duration
		var group sync.WaitGroup
		group.Go(func() {
			s.ServeHTTP(httptest.NewRecorder(), request)
			took = time.Since(start)
		})
		synctest.Wait() // the call has begun, and waits for its body
		turnKnobs(t, s, `{"latency":"1m"}`)
		if _, err := io.WriteString(rest, readBucket); err != nil {
			t.Fatal(err)
		}
		rest.Close()
		group.Wait()
		if took != time.Second {
			t.Errorf("want the latency of the call's beginning, took %s", took)
		}
		start = time.Now()
		call(t, s, "GetResource", readBucket)
		if took := time.Since(start); took != time.Minute {
			t.Errorf("want the new latency, took %s", took)
		}
	})
}

func TestReset(t *testing.T) {
	t.Parallel()
	world := store.New(store.Options{})
	refilled, refusal := 0, error(nil)
	s := New(world, Options{Refill: func() error {
		refilled++
		if refusal != nil {
			return refusal
		}
		return world.Put(ireland, "AWS::S3::Bucket", []byte(`{"BucketName":"files"}`))
	}})
	call(t, s, "CreateResource", createBucket)
	if status, body := control(t, s, http.MethodPost, "reset", ""); status != http.StatusNoContent || body != "" {
		t.Fatalf("have %d: %s", status, body)
	}
	if status, _ := call(t, s, "GetResource", readMore); status != 400 {
		t.Errorf("want what was created gone, have %d", status)
	}
	if status, body := call(t, s, "GetResource", readBucket); status != 200 || refilled != 1 {
		t.Errorf("want what there was at the start, have %d: %s", status, body)
	}
	if _, body := call(t, s, "ListResourceRequests", `{}`); body != `{"ResourceRequestStatusSummaries":[]}` {
		t.Errorf("want no requests, have %s", body)
	}
	refusal = fmt.Errorf("no such file")
	if status, body := control(t, s, http.MethodPost, "reset", ""); status != 500 || body != `{"error":"reset: no such file"}`+"\n" {
		t.Errorf("want the failure told, have %d: %s", status, body)
	}
}
