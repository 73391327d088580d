package emulator

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"skyql/internal/emulator/protocol"
	"skyql/internal/emulator/settings"
	"skyql/internal/emulator/store"
)

const anySignature = "AWS4-HMAC-SHA256 Credential=test/20300101/eu-west-1/cloudcontrolapi/aws4_request, " +
	"SignedHeaders=host;x-amz-date, Signature=00"

// exchange is one request as a client sends it. Zero members are those of a
// good call.
type exchange struct {
	method, path  string
	target        string // operation with its prefix
	authorization string // "-" for none
	contentType   string
	body          string
}

// request gives the request that the exchange describes.
func (e exchange) request(ctx context.Context) *http.Request {
	if e.method == "" {
		e.method = http.MethodPost
	}
	if e.path == "" {
		e.path = "/"
	}
	request := httptest.NewRequestWithContext(ctx, e.method, e.path, strings.NewReader(e.body))
	request.Host = DefaultListen
	if e.target != "" {
		request.Header.Set("X-Amz-Target", e.target)
	}
	switch e.authorization {
	case "-":
	case "":
		request.Header.Set("Authorization", anySignature)
	default:
		request.Header.Set("Authorization", e.authorization)
	}
	request.Header.Set("Content-Type", e.contentType)
	return request
}

// do sends the request to the handler without a network.
func (e exchange) do(t *testing.T, handler http.Handler) *http.Response {
	t.Helper()
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, e.request(t.Context()))
	return recorder.Result()
}

// discard is where the answer to nobody goes.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

// call makes a call of an operation and gives status and body.
func call(t *testing.T, handler http.Handler, operation, body string) (int, string) {
	t.Helper()
	return read(t, exchange{target: targetPrefix + operation, contentType: protocol.JSON10, body: body}.do(t, handler))
}

func read(t *testing.T, response *http.Response) (int, string) {
	t.Helper()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func decode(t *testing.T, body string) map[string]any {
	t.Helper()
	var members map[string]any
	if err := json.Unmarshal([]byte(body), &members); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return members
}

func withBucket(t *testing.T, opts Options) *Server {
	t.Helper()
	s := store.New(store.Options{})
	if err := s.LoadSeed(strings.NewReader(
		`{"region":"eu-west-1","type":"AWS::S3::Bucket","properties":{"BucketName":"files","Arn":"arn:aws:s3:::files"}}`,
	)); err != nil {
		t.Fatal(err)
	}
	return New(s, opts)
}

// latency gives the setting for a fixed latency of all calls.
func latency(d time.Duration) []settings.Latency {
	return []settings.Latency{{Delay: settings.Fixed(d)}}
}
