package record

import (
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
	Duration  time.Duration
	Err       error // nil when the call succeeded
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

// measure makes the call that the fields of call describe.
func measure[T any](r *Recorder, call Call, do func() (T, error)) (T, error) {
	r.count(call.Operation)
	start := time.Now()
	out, err := do()
	if r.OnCall != nil {
		call.Duration, call.Err = time.Since(start), err
		r.OnCall(call)
	}
	return out, err
}
