package awsclient_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/awsclient"
	"skyql/internal/resource"
)

func TestUnknownTokenIsKept(t *testing.T) {
	t.Parallel()
	client := newAPI(t, refuse(400, modelled+"RequestTokenNotFoundException", "not found")).client(t)
	_, err := client.RequestStatus(t.Context(),
		cloudcontrol.RequestInput{Scope: resource.Scope{Region: ireland}, RequestToken: "gone"})
	if got := failureOf(t, err); got.Code != resource.RequestTokenNotFound || got.RequestToken != "gone" {
		t.Errorf("want RequestTokenNotFound of gone, got %+v", got)
	}
}

func TestAnswersThatAreNotOfTheAPI(t *testing.T) {
	t.Parallel()
	broken := func(status int, body string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			w.WriteHeader(status)
			io.WriteString(w, body)
		}
	}
	cut := func(status int) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "1000")
			w.WriteHeader(status)
			io.WriteString(w, `{"ResourceDescription":{"Ident`)
		}
	}
	tests := []struct {
		name   string
		answer func(http.ResponseWriter)
		want   resource.Code
		text   string
	}{
		{"empty 500", broken(500, ""), resource.ServiceInternalError, "HTTP 500 Internal Server Error"},
		{"a load balancer's 502", broken(502, "<html>"), resource.ServiceInternalError, "HTTP 502 Bad Gateway"},
		{"a proxy's 429", broken(429, "<html>"), resource.Throttling, "HTTP 429"},
		{"another server's 404", broken(404, "404 page not found"), resource.Unknown, "HTTP 404 Not Found"},
		{"a redirect", broken(302, "<html>"), resource.Unknown, "HTTP 302 Found"},
		{"a page instead of JSON", broken(200, "<html>"), resource.Unreachable, "not one of AWS"},
		{"cut off", cut(200), resource.Unreachable, "closed before the answer was complete"},
		{"cut off error", cut(400), resource.Unreachable, "closed before the answer was complete"},
		{"nothing", broken(200, ""), resource.Unreachable, "empty"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := newAPI(t, test.answer)
			_, err := server.client(t).Get(t.Context(), bucket())
			got := failureOf(t, err)
			if got.Code != test.want || !strings.Contains(got.Message, test.text) {
				t.Errorf("want %s with %q, got %s: %s", test.want, test.text, got.Code, got.Message)
			}
		})
	}
}

func TestAnEmptyListAnswerIsNotAnEmptyList(t *testing.T) {
	t.Parallel()
	in := cloudcontrol.ListInput{Call: bucket().Call}
	if _, err := newAPI(t, ok("")).client(t).List(t.Context(), in); !errors.Is(err, resource.Unreachable) {
		t.Errorf("want Unreachable, got %v", err)
	}
	page, err := newAPI(t, ok(`{"TypeName":"AWS::S3::Bucket","ResourceDescriptions":[]}`)).client(t).List(t.Context(), in)
	if err != nil || len(page.Resources) != 0 {
		t.Errorf("want no resources, got %v, %v", page, err)
	}
}

func TestRetryAfterHeader(t *testing.T) {
	t.Parallel()
	tests := []struct {
		header   string
		min, max time.Duration
	}{
		{"7", 7 * time.Second, 7 * time.Second},
		{"0.5", 500 * time.Millisecond, 500 * time.Millisecond},
		{time.Now().Add(time.Hour).UTC().Format(http.TimeFormat), 59 * time.Minute, time.Hour},
		{"soon", 0, 0},
		{"-3", 0, 0},
		{"", 0, 0},
	}
	for _, test := range tests {
		t.Run(test.header, func(t *testing.T) {
			t.Parallel()
			_, err := newAPI(t, func(w http.ResponseWriter) {
				w.Header().Set("Retry-After", test.header)
				refuse(400, "ThrottlingException", "Rate exceeded")(w)
			}).client(t).Get(t.Context(), bucket())
			if got := failureOf(t, err).RetryAfter; got < test.min || got > test.max {
				t.Errorf("want %s to %s, got %s", test.min, test.max, got)
			}
		})
	}
}

func TestCancelledContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	arrived := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // only then does the server notice that the client leaves
		close(arrived)
		<-r.Context().Done()
	}))
	defer server.Close()
	client := awsclient.New(awsclient.Options{Endpoint: server.URL})
	go func() {
		<-arrived
		cancel()
	}()
	if _, err := client.Get(ctx, bucket()); !errors.Is(err, context.Canceled) {
		t.Errorf("want context.Canceled, got %v", err)
	}
	if _, err := client.Get(ctx, bucket()); err != context.Canceled {
		t.Errorf("want context.Canceled itself before anything is sent, got %v", err)
	}
}

func TestErrorsHoldNoSecrets(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 400, 500} {
		client := newAPI(t, func(w http.ResponseWriter) {
			w.WriteHeader(status)
			io.WriteString(w, `{"ProgressEvent":{"ResourceModel":"hunter2"`)
		}).client(t)
		_, err := client.Create(t.Context(), cloudcontrol.CreateInput{
			Call: bucket().Call, DesiredState: []byte(`{"Password":"hunter2"}`),
		})
		for ; err != nil; err = errors.Unwrap(err) {
			for _, form := range []string{"%v", "%+v", "%#v"} {
				text := fmt.Sprintf(form, err)
				if strings.Contains(text, "hunter2") || strings.Contains(text, "AWS4-HMAC") {
					t.Errorf("HTTP %d: a secret in %s", status, text)
				}
			}
		}
	}
}

func TestRegionsThatAreNone(t *testing.T) {
	t.Parallel()
	for _, region := range []resource.Region{"", "eu west", "a.example/", "-x", "EU-WEST-1"} {
		in := bucket()
		in.Scope.Region = region
		client := awsclient.New(awsclient.Options{})
		if _, err := client.Get(t.Context(), in); !errors.Is(err, resource.Validation) {
			t.Errorf("%q: want Validation, got %v", region, err)
		}
	}
}
