package awsclient_test

import (
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/awsclient"
	"skyql/internal/resource"
)

// TestMain takes away the configuration of whoever runs the tests, and the
// network: metadata of an EC2 instance is asked for at a closed port.
func TestMain(m *testing.M) {
	home, err := os.MkdirTemp("", "awsclient")
	if err != nil {
		panic(err)
	}
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AWS_") {
			os.Unsetenv(name)
		}
	}
	for name, value := range map[string]string{
		"HOME": home, "USERPROFILE": home, "NO_PROXY": "*",
		"AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://" + closedPort(),
	} {
		os.Setenv(name, value)
	}
	code := m.Run()
	os.RemoveAll(home)
	os.Exit(code)
}

// closedPort returns an address of this machine where nobody listens.
func closedPort() string {
	server := httptest.NewServer(nil)
	defer server.Close()
	return server.Listener.Addr().String()
}

// request is what a test looks at of one that arrived.
type request struct {
	header http.Header
	body   string
}

// api is a server that gives the same answer to every request.
type api struct {
	server *httptest.Server

	mu       sync.Mutex
	requests []request // guarded by mu
}

// newAPI starts a server; answer writes what it answers.
func newAPI(t *testing.T, answer func(w http.ResponseWriter)) *api {
	t.Helper()
	a := &api{}
	a.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		a.mu.Lock()
		a.requests = append(a.requests, request{r.Header.Clone(), string(body)})
		a.mu.Unlock()
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.Header().Set("X-Amzn-RequestId", "f8d6a5c4-0000-4000-8000-000000000001")
		answer(w)
	}))
	t.Cleanup(a.server.Close)
	return a
}

// seen returns the requests that have arrived.
func (a *api) seen() []request {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.requests
}

// client returns a client of the server.
func (a *api) client(t *testing.T) *awsclient.Client {
	t.Helper()
	return awsclient.New(awsclient.Options{Endpoint: a.server.URL, Logger: slog.New(slog.DiscardHandler)})
}

// ok answers a success with the body.
func ok(body string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { fmt.Fprint(w, body) }
}

// refuse answers an error of the API.
func refuse(status int, name, message string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"__type":%q,"Message":%q}`, name, message)
	}
}

const ireland = resource.Region("eu-west-1")

// bucket names the resource that most tests read.
func bucket() cloudcontrol.GetInput {
	return cloudcontrol.GetInput{
		Call:       cloudcontrol.Call{Scope: resource.Scope{Region: ireland}, Type: "AWS::S3::Bucket"},
		Identifier: "photos",
	}
}

func discardLog() *log.Logger { return log.New(io.Discard, "", 0) }
