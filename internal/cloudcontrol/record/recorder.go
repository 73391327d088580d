package record

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
	"skyql/internal/tagging"
)

// Call is one finished call.
type Call struct {
	Operation string // API operation such as "GetResource"
	Type      resource.TypeName
	Scope     resource.Scope
	Started   time.Time
	Duration  time.Duration
	Err       error // nil when the call succeeded
	// Attempts is how often it was made, as a recorder further in counts; Throttled
	// how many of these were throttled; Waited is the time between and before them.
	Attempts, Throttled int
	Waited              time.Duration
}

// Code classifies the outcome: empty for success.
func (c Call) Code() resource.Code {
	if c.Err == nil {
		return ""
	}
	return resource.CodeOf(c.Err)
}

// Recorder counts the calls of all clients that it wraps. The zero value works
// and may be used from many goroutines.
type Recorder struct {
	// OnCall, if not nil, is told about each finished call, from the goroutine
	// that made it. It is set before the first Wrap.
	OnCall func(Call)

	counts [len(operations)]atomic.Int64
}

// operations fixes a place in Recorder.counts for each operation.
var operations = [...]string{
	cloudcontrol.CreateResource, cloudcontrol.GetResource, cloudcontrol.UpdateResource,
	cloudcontrol.DeleteResource, cloudcontrol.ListResources, cloudcontrol.GetResourceRequestStatus,
	cloudcontrol.ListResourceRequests, cloudcontrol.CancelResourceRequest,
	tagging.GetResources, tagging.GetTagKeys, tagging.GetTagValues, tagging.TagResources, tagging.UntagResources,
	tagging.GetComplianceSummary, tagging.DescribeReportCreation, tagging.StartReportCreation,
}

// Counts returns how many calls of each operation were started; operations
// without any are left out.
func (r *Recorder) Counts() map[string]int64 {
	counts := make(map[string]int64)
	for i, operation := range operations {
		if n := r.counts[i].Load(); n > 0 {
			counts[operation] = n
		}
	}
	return counts
}

func (r *Recorder) count(operation string) {
	for i, known := range operations {
		if known == operation {
			r.counts[i].Add(1)
		}
	}
}

// attempts is what recorders further in tell of one call.
type attempts struct {
	mu               sync.Mutex // guards the rest
	count, throttled int
	working          time.Duration
}

type attemptsKey struct{}

// measure makes the call that the fields of call describe. Of two recorders around
// each other the outer one sees calls, the inner one their attempts.
func measure[T any](ctx context.Context, r *Recorder, call Call, do func(context.Context) (T, error)) (T, error) {
	r.count(call.Operation)
	outer, isAttempt := ctx.Value(attemptsKey{}).(*attempts)
	inner := &attempts{}
	call.Started = time.Now()
	out, err := do(context.WithValue(ctx, attemptsKey{}, inner))
	call.Duration, call.Err = time.Since(call.Started), err
	if isAttempt {
		outer.mu.Lock()
		outer.count++
		outer.working += call.Duration
		if errors.Is(err, resource.Throttling) {
			outer.throttled++
		}
		outer.mu.Unlock()
	}
	if r.OnCall != nil {
		call.Attempts, call.Throttled, call.Waited = 1, 0, 0
		if inner.count > 0 {
			call.Attempts, call.Throttled = inner.count, inner.throttled
			call.Waited = max(call.Duration-inner.working, 0)
		}
		r.OnCall(call)
	}
	return out, err
}
