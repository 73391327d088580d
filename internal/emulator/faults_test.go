package emulator

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/cloudcontrol"
	"skyql/internal/emulator/protocol"
	"skyql/internal/emulator/settings"
	"skyql/internal/emulator/store"
	"skyql/internal/resource"
)

// post makes a call over the network.
func post(t *testing.T, s *Server, operation, body string) (*http.Response, error) {
	t.Helper()
	if s.URL() == "" {
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Stop)
	}
	request := exchange{target: targetPrefix + operation, contentType: protocol.JSON10, body: body}.request(t.Context())
	request.RequestURI = "" // it is a client's now
	request.URL.Scheme, request.URL.Host = "http", strings.TrimPrefix(s.URL(), "http://")
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return (&http.Client{Transport: transport}).Do(request)
}

func TestAnswersThatGoWrong(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		fault  string
		done   bool
		status int // 0 for no answer
		body   func(string, error) bool
	}{
		{"cut=1:CreateResource", false, 0, nil},
		{"lost=1:CreateResource", true, 0, nil},
		{"unavailable=1:CreateResource", false, 503, func(body string, err error) bool {
			return err == nil && body == `{"__type":"com.amazon.coral.availability#ServiceUnavailableException","Message":"Service unavailable"}`
		}},
		{"cut-body=1:CreateResource", true, 200, func(body string, err error) bool {
			return errors.Is(err, io.ErrUnexpectedEOF) && strings.HasPrefix(body, `{"ProgressEvent":{`) && !strings.HasSuffix(body, "}}")
		}},
		{"slow-body=1,20ms:CreateResource", true, 200, func(body string, err error) bool {
			return err == nil && strings.HasPrefix(body, `{"ProgressEvent":{`) && strings.HasSuffix(body, "}}")
		}},
		{"cut=1@us-east-1", true, 200, func(_ string, err error) bool { return err == nil }},
	} {
		t.Run(test.fault, func(t *testing.T) {
			t.Parallel()
			s := New(store.New(store.Options{}), Options{Listen: "127.0.0.1:0"})
			turnKnobs(t, s, `{"faults":"`+test.fault+`"}`)
			response, err := post(t, s, "CreateResource", createBucket)
			if err == nil {
				defer response.Body.Close()
			}
			switch {
			case (err != nil) != (test.status == 0):
				t.Fatalf("want status %d, have %v", test.status, err)
			case err == nil:
				body, err := io.ReadAll(response.Body)
				if response.StatusCode != test.status || !test.body(string(body), err) {
					t.Errorf("have %d: %s, %v", response.StatusCode, body, err)
				}
			}
			if status, _ := call(t, s, "GetResource", readMore); status == 200 != test.done {
				t.Errorf("want it done: %v, have %d", test.done, status)
			}
		})
	}
}

// The SDK's clients take what goes wrong for what it is.
func TestFaultsThroughTheClient(t *testing.T) {
	t.Parallel()
	for fault, want := range map[string]resource.Code{
		"unavailable=1": resource.ServiceInternalError,
		"cut=1":         resource.Unreachable,
		"cut-body=1":    resource.Unreachable,
		"throttle=1":    resource.Throttling,
	} {
		s := withBucket(t, Options{Listen: "127.0.0.1:0"})
		turnKnobs(t, s, `{"faults":"`+fault+`:GetResource@eu-west-1"}`)
		_, err := sdkClient(t, s).Get(t.Context(), cloudcontrol.GetInput{Call: bucketCall(), Identifier: "files"})
		if !errors.Is(err, want) {
			t.Errorf("%s: want %s, have %v", fault, want, err)
		}
	}
}

// slowly notes when bytes of an answer come.
type slowly struct {
	*httptest.ResponseRecorder
	came []time.Duration
	size []int
	from time.Time
}

func (s *slowly) Write(b []byte) (int, error) {
	s.came, s.size = append(s.came, time.Since(s.from)), append(s.size, len(b))
	return s.ResponseRecorder.Write(b)
}

func TestBodyThatComesInDrips(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := withBucket(t, Options{})
		turnKnobs(t, s, `{"faults":"slow-body=1","latency":"1s"}`)
		_, whole := call(t, withBucket(t, Options{}), "GetResource", readBucket)
		request := exchange{target: targetPrefix + "GetResource", body: readBucket}.request(t.Context())
		w := &slowly{ResponseRecorder: httptest.NewRecorder(), from: time.Now()}
		s.ServeHTTP(w, request)
		if w.Body.String() != whole || w.Code != http.StatusOK {
			t.Errorf("want %s, have %d: %s", whole, w.Code, w.Body)
		}
		if len(w.came) != drips || w.came[0] != time.Second+settings.DefaultSlowBody/drips || w.came[drips-1] != time.Second+settings.DefaultSlowBody {
			t.Errorf("want it in 2 s after the latency, have %v", w.came)
		}
		for _, size := range w.size {
			if size > len(whole)/drips+1 {
				t.Errorf("want even bits, have %v", w.size)
			}
		}
	})
}

func TestWhichOfSeveralFaultsDecides(t *testing.T) {
	t.Parallel()
	for texts, want := range map[string]drawn{
		"":                                 {},
		"throttle,cut,error,lost":          {refusal: settings.FaultThrottle},
		"cut,unavailable,late-throttle":    {refusal: settings.FaultUnavailable},
		"cut,slow-body":                    {refusal: settings.FaultCut},
		"late-throttle,lost":               {late: true, ending: settings.FaultLost},
		"slow-body,cut-body":               {ending: settings.FaultCutBody},
		"slow-body,lost,cut-body":          {ending: settings.FaultLost},
		"slow-body,late-throttle":          {late: true, ending: settings.FaultSlowBody, slow: settings.DefaultSlowBody},
		"slow-body=1;1m,slow-body=1;5s":    {ending: settings.FaultSlowBody, slow: time.Minute},
		"error=1:read,error=1@us-east-1":   {},
		"error=1:write@eu-west-1,throttle": {refusal: settings.FaultThrottle},
	} {
		var list []settings.Fault
		for text := range strings.SplitSeq(texts, ",") {
			if text == "" {
				continue
			}
			if !strings.Contains(text, "=") {
				text += "=1"
			}
			fault, err := settings.ParseFault(strings.ReplaceAll(text, ";", ","))
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, fault)
		}
		have := newFaults(list, 1).draw("CreateResource", "eu-west-1")
		if diff := cmp.Diff(want, have, cmp.AllowUnexported(drawn{})); diff != "" {
			t.Errorf("%s (-want +have)\n%s", texts, diff)
		}
	}
}

// Faults that are set again are drawn from the beginning; other knobs leave them
// where they are.
func TestFaultsBeginAnew(t *testing.T) {
	t.Parallel()
	s := withBucket(t, Options{})
	run := func() (pattern string) {
		for range 50 {
			status, _ := call(t, s, "GetResource", readBucket)
			pattern += string(rune('0' + status/100))
		}
		return pattern
	}
	turnKnobs(t, s, `{"faults":"error=0.5","fault_seed":7}`)
	first, second := run(), run()
	if first == second {
		t.Errorf("want the draws to go on, have %s twice", first)
	}
	turnKnobs(t, s, `{"fault_seed":7}`)
	if have := run(); have != first {
		t.Errorf("want %s again, have %s", first, have)
	}
	turnKnobs(t, s, `{"latency":"0s"}`)
	if have := run(); have != second {
		t.Errorf("want %s to follow, have %s", second, have)
	}
	turnKnobs(t, s, `{"faults":["error=0.5"]}`)
	if have := run(); have != first {
		t.Errorf("want %s again, have %s", first, have)
	}
}
