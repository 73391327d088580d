package retry

import (
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"syscall"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

const (
	// firstDelay bounds the first wait; each further one may be twice as long.
	firstDelay = 500 * time.Millisecond
	// maxRefusedAttempts is low because nobody listens at that address: the
	// user should read so within two seconds.
	maxRefusedAttempts = 3
	// maxCutAttempts is for connections that broke off or timed out, one after the
	// other: where an answer came in between, somebody is there.
	maxCutAttempts = 5
)

// schedule decides for one call whether and when it is made again.
type schedule struct {
	opts          Options
	throttles     int
	throttledWait time.Duration
	failures      int // other than throttles
	unreachable   int // of these, the latest ones without an answer between them
}

// next returns how long to wait before the next attempt after one that failed
// with err.
func (s *schedule) next(err error) (wait time.Duration, again bool) {
	if errors.Is(err, resource.Throttling) {
		return s.nextAfterThrottle(err)
	}
	s.failures++
	count := s.failures
	if resource.CodeOf(err) == resource.Unreachable {
		s.unreachable++
		count = s.unreachable
	} else {
		s.unreachable = 0
	}
	if count >= maxAttempts(err, s.opts.MaxAttempts) || s.failures >= s.opts.MaxAttempts {
		return 0, false
	}
	return min(s.delay(s.failures, err), s.opts.MaxThrottleWait), true
}

// nextAfterThrottle counts time, not attempts: how many attempts a throttle
// takes depends on how many other calls there are.
func (s *schedule) nextAfterThrottle(err error) (wait time.Duration, again bool) {
	left := s.opts.MaxThrottleWait - s.throttledWait
	if left <= 0 {
		return 0, false
	}
	s.throttles++
	s.unreachable = 0
	wait = min(s.delay(s.throttles, err), left)
	s.throttledWait += wait
	return wait, true
}

// delay is exponential backoff with full jitter after the nth failure: many
// calls that failed together must not come back together. What the service
// asked for comes on top.
//
// https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
func (s *schedule) delay(n int, err error) time.Duration {
	bound := s.opts.MaxDelay
	if doublings := n - 1; doublings < 30 {
		bound = min(bound, firstDelay<<doublings)
	}
	var failure *resource.Error
	if errors.As(err, &failure) && failure.RetryAfter > 0 {
		return failure.RetryAfter + rand.N(firstDelay)
	}
	return 1 + rand.N(bound) // not zero, so that a total of waits always grows
}

// maxAttempts says how often a call that failed with err is worth making, at
// most limit times.
func maxAttempts(err error, limit int) int {
	code := resource.CodeOf(err)
	switch {
	case !cloudcontrol.Transient(code):
		return 1
	case code != resource.Unreachable:
		return limit
	case misconfigured(err):
		return 1
	case refused(err):
		return maxRefusedAttempts
	default:
		return maxCutAttempts
	}
}

// wsaConnectionRefused is what Windows calls ECONNREFUSED, which Go's syscall
// package does not map. No other system has an error of that number.
const wsaConnectionRefused = syscall.Errno(10061)

// refused reports whether nothing answers to the endpoint's name and port.
func refused(err error) bool {
	if errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, wsaConnectionRefused) {
		return true
	}
	var lookup *net.DNSError
	return errors.As(err, &lookup) && lookup.IsNotFound
}

// misconfigured reports whether the endpoint answers but does not speak TLS as
// expected, which waiting does not change.
func misconfigured(err error) bool {
	var certificate *tls.CertificateVerificationError
	return errors.As(err, &certificate) || errors.Is(err, http.ErrSchemeMismatch)
}
