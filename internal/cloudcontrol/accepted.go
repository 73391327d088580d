package cloudcontrol

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"syscall"

	"skyql/internal/resource"
)

// UnansweredError says that a call of a Mutator failed, and that this is not
// the whole truth: an attempt before the last had no answer, or the request
// that it started is known but could not be looked at.
type UnansweredError struct {
	ClientToken  string // that every attempt carried
	RequestToken string // of the request, if it is known that there is one
	Err          error  // of the last attempt
}

// Error gives the last attempt's error and what it does not say.
func (e *UnansweredError) Error() string {
	if e.RequestToken != "" {
		return e.Err.Error() + "; an earlier attempt started request " + e.RequestToken
	}
	return e.Err.Error() + "; an earlier attempt was not answered"
}

// Unwrap gives the last attempt's error.
func (e *UnansweredError) Unwrap() error { return e.Err }

// ErrNotSent says that a call failed before it was made.
var ErrNotSent = errors.New("the call was not made")

// MayBeAccepted reports whether the service may be carrying out a change
// although the call that starts it failed with err. Only an answer that refuses
// the call, or knowing that nothing was sent, rules it out.
func MayBeAccepted(err error) bool {
	var unanswered *UnansweredError
	var failure *resource.Error
	switch {
	case errors.As(err, &unanswered): // whatever became of the last attempt
		return true
	case err == nil, errors.Is(err, ErrNotSent):
		return false
	case !errors.As(err, &failure):
		return true
	}
	switch failure.Code {
	case resource.Unreachable:
		return !unsent(failure)
	case resource.ServiceInternalError, resource.InternalFailure, resource.ServiceTimeout,
		resource.NetworkFailure, resource.Unknown:
		return true
	}
	return false
}

// unsent reports whether the connection failed before a request could go out on
// it: looking up the host, dialling, or the TLS handshake.
func unsent(err error) bool {
	var lookup *net.DNSError
	var operation *net.OpError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &lookup), errors.As(err, &certificate),
		errors.Is(err, http.ErrSchemeMismatch), errors.Is(err, syscall.ECONNREFUSED):
		return true
	case errors.As(err, &operation):
		return operation.Op == "dial" || operation.Op == "proxyconnect"
	}
	return false
}
