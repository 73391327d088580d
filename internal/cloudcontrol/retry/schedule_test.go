package retry

import (
	"testing"

	"skyql/internal/resource"
)

// Connections that break off are given up sooner than a service that answers, but
// not where answers came in between.
func TestCutConnections(t *testing.T) {
	t.Parallel()
	const cut, failed, throttled = resource.Unreachable, resource.ServiceInternalError, resource.Throttling
	for _, test := range []struct {
		name     string
		codes    []resource.Code // over and over
		attempts int
	}{
		{"cut", []resource.Code{cut}, maxCutAttempts},
		{"failed", []resource.Code{failed}, defaultMaxAttempts},
		{"cut and failed", []resource.Code{cut, cut, cut, failed}, defaultMaxAttempts},
		{"cut and throttled", []resource.Code{cut, cut, throttled, cut, cut, throttled, cut, cut}, defaultMaxAttempts + 2},
	} {
		plan := schedule{opts: Options{}.withDefaults()}
		attempts := 0
		for again := true; again; attempts++ {
			_, again = plan.next(&resource.Error{Code: test.codes[attempts%len(test.codes)]})
		}
		if attempts != test.attempts {
			t.Errorf("%s: want %d attempts, have %d", test.name, test.attempts, attempts)
		}
	}
}
