package cloudcontrol_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"syscall"
	"testing"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

func TestMayBeAccepted(t *testing.T) {
	t.Parallel()
	unreachable := func(cause error) error { return &resource.Error{Code: resource.Unreachable, Err: cause} }
	tests := []struct {
		name string
		err  error
		want bool
	}{
		{"no error", nil, false},
		{"service internal error", &resource.Error{Code: resource.ServiceInternalError}, true},
		{"internal failure", &resource.Error{Code: resource.InternalFailure}, true},
		{"service timeout", &resource.Error{Code: resource.ServiceTimeout}, true},
		{"network failure", &resource.Error{Code: resource.NetworkFailure}, true},
		{"unknown", &resource.Error{Code: resource.Unknown}, true},
		{"wrapped", fmt.Errorf("doing: %w", &resource.Error{Code: resource.NetworkFailure}), true},
		{"not an API error", errors.New("strange"), true},
		{"cancelled in flight", context.Canceled, true},
		{
			"cancelled after a throttled call",
			fmt.Errorf("%w: %w", context.Canceled, &resource.Error{Code: resource.Throttling}), false,
		},
		{"unanswered", &cloudcontrol.UnansweredError{Err: &resource.Error{Code: resource.AccessDenied}}, true},
		{"given up while it waited", fmt.Errorf("%w; %w", context.Canceled, cloudcontrol.ErrNotSent), false},
		{
			"an attempt was unanswered, the next given up",
			&cloudcontrol.UnansweredError{Err: fmt.Errorf("%w; %w", context.Canceled, cloudcontrol.ErrNotSent)}, true,
		},
		{"throttling", &resource.Error{Code: resource.Throttling}, false},
		{"access denied", &resource.Error{Code: resource.AccessDenied}, false},
		{"validation", &resource.Error{Code: resource.Validation}, false},
		{"missing credentials", &resource.Error{Code: resource.MissingCredentials}, false},
		{"connection cut", unreachable(syscall.ECONNRESET), true},
		{"answer cut", unreachable(io.ErrUnexpectedEOF), true},
		{"timeout", unreachable(nil), true},
		{"reading", unreachable(&net.OpError{Op: "read", Err: syscall.ECONNRESET}), true},
		{"connection refused", unreachable(syscall.ECONNREFUSED), false},
		{"no route", unreachable(&net.OpError{Op: "dial", Err: syscall.EHOSTUNREACH}), false},
		{"no proxy", unreachable(&net.OpError{Op: "proxyconnect", Err: syscall.EHOSTUNREACH}), false},
		{"no such host", unreachable(&net.DNSError{IsNotFound: true}), false},
		{"name server down", unreachable(&net.DNSError{IsTemporary: true}), false},
		{"certificate", unreachable(&tls.CertificateVerificationError{Err: errors.New("unknown")}), false},
		{"no TLS there", unreachable(http.ErrSchemeMismatch), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := cloudcontrol.MayBeAccepted(test.err); got != test.want {
				t.Errorf("%v: want %t, got %t", test.err, test.want, got)
			}
		})
	}
}

func TestNewClientTokens(t *testing.T) {
	t.Parallel()
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	seen := map[string]bool{}
	for range 1000 {
		token := cloudcontrol.NewClientToken()
		if !uuid.MatchString(token) || seen[token] {
			t.Fatalf("want a new version 4 UUID, got %q", token)
		}
		seen[token] = true
	}
}
