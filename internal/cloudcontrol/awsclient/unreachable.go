package awsclient

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"syscall"

	"skyql/internal/resource"
)

// unreachable explains that no answer came, or only the beginning of one.
func unreachable(about *resource.Error, err error) {
	host := "the endpoint"
	var request *url.Error
	if errors.As(err, &request) {
		if u, parseErr := url.Parse(request.URL); parseErr == nil && u.Host != "" {
			host = u.Host
		}
	} else if response := httpResponse(err); response != nil {
		host = hostOf(response.Request)
	}
	about.Code = resource.Unreachable
	about.Message = host + ": " + reason(err)
	about.Err = cause(err)
}

func hostOf(request *http.Request) string {
	if request == nil || request.URL == nil || request.URL.Host == "" {
		return "the endpoint"
	}
	return request.URL.Host
}

// cause is the part of err that tells callers which kind of fault it was. A
// timeout has none: Go lets it pass for context.DeadlineExceeded, and nobody's
// context has ended.
func cause(err error) error {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return nil
	}
	var request *url.Error
	if errors.As(err, &request) {
		return request.Err
	}
	if cutOff(err) {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// cutOff reports whether the connection ended in the middle of an answer.
func cutOff(err error) bool {
	var network net.Error
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) ||
		errors.Is(err, syscall.ECONNRESET) || errors.As(err, &network)
}

// reason names a fault of the network in the usual words.
func reason(err error) string {
	var lookup *net.DNSError
	var network net.Error
	var certificate *tls.CertificateVerificationError
	var request *url.Error
	var operation *net.OpError
	switch {
	case errors.As(err, &operation) && operation.Op == "proxyconnect":
		return "proxy: " + reason(operation.Err)
	case errors.As(err, &lookup) && lookup.IsNotFound:
		return "no such host"
	case errors.As(err, &lookup):
		return "looking up the host: " + lookup.Err
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "connection reset"
	case errors.As(err, &certificate):
		return "TLS: " + certificate.Error()
	case errors.As(err, &network) && network.Timeout():
		return "timed out"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "connection closed before the answer was complete"
	case errors.As(err, &request):
		return request.Err.Error()
	case operation != nil:
		return operation.Error()
	default:
		return "the answer is not one of AWS"
	}
}
