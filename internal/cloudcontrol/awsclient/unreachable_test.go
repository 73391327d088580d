package awsclient_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"

	"skyql/internal/cloudcontrol/awsclient"
	"skyql/internal/resource"
)

// roundTrip answers requests without any network.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestFaultsOfTheNetwork(t *testing.T) {
	t.Parallel()
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"no such host", dial(&net.DNSError{Err: "no such host", Name: "x", IsNotFound: true}), "no such host"},
		{"name server", dial(&net.DNSError{Err: "server misbehaving", Name: "x"}), "looking up the host: server misbehaving"},
		{"refused", dial(syscall.ECONNREFUSED), "connection refused"},
		{"reset", &net.OpError{Op: "read", Err: syscall.ECONNRESET}, "connection reset"},
		{"ended", io.EOF, "connection closed before the answer was complete"},
		{"timeout", context.DeadlineExceeded, "timed out"},
		{"proxy", &net.OpError{Op: "proxyconnect", Err: dial(syscall.ECONNREFUSED)}, "proxy: connection refused"},
		{"anything", errors.New("strange"), "strange"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			client := awsclient.New(awsclient.Options{
				Endpoint:   "http://localhost:4566",
				HTTPClient: &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) { return nil, test.err })},
			})
			_, err := client.Get(t.Context(), bucket())
			got := failureOf(t, err)
			if want := "localhost:4566: " + test.want; got.Code != resource.Unreachable || got.Message != want {
				t.Errorf("want Unreachable: %s, got %s: %s", want, got.Code, got.Message)
			}
			if errors.Is(err, context.DeadlineExceeded) {
				t.Error("want no context.DeadlineExceeded: no context has ended")
			}
		})
	}
}

func TestConnectionRefusedKeepsItsCause(t *testing.T) {
	t.Parallel()
	address := closedPort()
	_, err := awsclient.New(awsclient.Options{Endpoint: "http://" + address}).Get(t.Context(), bucket())
	if !errors.Is(err, resource.Unreachable) || !errors.Is(err, syscall.ECONNREFUSED) ||
		!strings.Contains(err.Error(), address) {
		t.Errorf("want Unreachable by ECONNREFUSED at %s, got %v", address, err)
	}
}

func TestUnknownCertificateAuthority(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(nil)
	server.Config.ErrorLog = discardLog()
	server.StartTLS()
	defer server.Close()
	_, err := awsclient.New(awsclient.Options{Endpoint: server.URL}).Get(t.Context(), bucket())
	var certificate *tls.CertificateVerificationError
	if !errors.Is(err, resource.Unreachable) || !errors.As(err, &certificate) {
		t.Errorf("want Unreachable by certificate, got %v", err)
	}
}
