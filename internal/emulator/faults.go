package emulator

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"skyql/internal/cloudcontrol"
)

// FaultKind is a way in which a call goes wrong.
type FaultKind string

// The kinds of faults.
const (
	// FaultThrottle refuses the call, as when there are too many. Nothing is done.
	FaultThrottle FaultKind = "throttle"
	// FaultError answers a fault of the service. Nothing is done.
	FaultError FaultKind = "error"
	// FaultLost does what is asked, and closes the connection instead of
	// answering.
	FaultLost FaultKind = "lost"
	// FaultLateThrottle accepts a change whose request then ends FAILED, throttled
	// by the service behind. Nothing is done.
	FaultLateThrottle FaultKind = "late-throttle"
)

// faultKinds lists the kinds in the order in which one of several decides.
var faultKinds = [...]FaultKind{FaultThrottle, FaultError, FaultLateThrottle, FaultLost}

// Fault is a kind of fault and how often it happens.
type Fault struct {
	Kind        FaultKind
	Probability float64 // 0 to 1
	// Operation is the one operation that is hit. Default: all of Cloud Control
	// that can be; those of other services only when they are named.
	Operation string
}

// ParseFault reads KIND=PROBABILITY or KIND=PROBABILITY:OPERATION.
func ParseFault(text string) (Fault, error) {
	kind, rest, hasProbability := strings.Cut(text, "=")
	number, operation, named := strings.Cut(rest, ":")
	probability, err := strconv.ParseFloat(number, 64)
	if !hasProbability || err != nil || named && operation == "" {
		return Fault{}, fmt.Errorf("fault %q is not KIND=PROBABILITY or KIND=PROBABILITY:OPERATION, as throttle=0.1 "+
			"or lost=0.05:CreateResource; kinds are %s", text, kindNames())
	}
	fault := Fault{FaultKind(kind), probability, operation}
	return fault, fault.check()
}

func kindNames() string {
	names := make([]string, len(faultKinds))
	for i, kind := range faultKinds {
		names[i] = string(kind)
	}
	return strings.Join(names, ", ")
}

// check tells what is wrong with the fault.
func (f Fault) check() error {
	switch {
	case !slices.Contains(faultKinds[:], f.Kind):
		return fmt.Errorf("no kind of fault is called %q; kinds are %s", string(f.Kind), kindNames())
	case !(f.Probability >= 0 && f.Probability <= 1): // also when it is not a number
		return fmt.Errorf("the probability of fault %s must be from 0 to 1, not %v", f.Kind, f.Probability)
	case f.Operation != "" && !slices.Contains(counted[:], f.Operation):
		return fmt.Errorf("fault %s is for %q, which is no operation; operations are %s",
			f.Kind, f.Operation, strings.Join(counted[:], ", "))
	case f.Operation != "" && !f.hits(f.Operation):
		return fmt.Errorf("fault %s cannot hit %s, which starts no request; use it with %s",
			f.Kind, f.Operation, strings.Join(changes, ", "))
	}
	return nil
}

// changes are the operations that start a request.
var changes = []string{cloudcontrol.CreateResource, cloudcontrol.UpdateResource, cloudcontrol.DeleteResource}

// hits reports whether the fault can happen to a call of the operation.
func (f Fault) hits(operation string) bool {
	if f.Kind == FaultLateThrottle && !slices.Contains(changes, operation) {
		return false
	}
	if f.Operation != "" {
		return f.Operation == operation
	}
	_, ofCloudControl := operations[operation]
	return ofCloudControl
}

// faults draws what goes wrong with each call, and counts it.
type faults struct {
	list   []Fault
	counts [len(faultKinds)]atomic.Int64

	mu     sync.Mutex // guards random
	random *rand.Rand
}

func newFaults(list []Fault, seed uint64) *faults {
	return &faults{list: list, random: rand.New(rand.NewPCG(seed, 0))}
}

// drawn is what goes wrong with one call.
type drawn struct{ throttle, fails, late, lost bool }

// draw decides for one call. Every fault that could happen is drawn for by
// itself, so that the numbers drawn depend on the order of calls alone. What
// keeps the call from being carried out leaves no room for what happens after.
func (f *faults) draw(operation string) drawn {
	var hit [len(faultKinds)]bool
	f.mu.Lock()
	for _, fault := range f.list {
		if fault.hits(operation) && f.random.Float64() < fault.Probability {
			hit[slices.Index(faultKinds[:], fault.Kind)] = true
		}
	}
	f.mu.Unlock()
	for i := range hit {
		if !hit[i] {
			continue
		}
		f.counts[i].Add(1)
		switch faultKinds[i] {
		case FaultThrottle:
			return drawn{throttle: true}
		case FaultError:
			return drawn{fails: true}
		}
	}
	return drawn{
		late: hit[slices.Index(faultKinds[:], FaultLateThrottle)], lost: hit[slices.Index(faultKinds[:], FaultLost)],
	}
}

// happened counts the faults by kind; nil if there were none.
func (f *faults) happened() map[FaultKind]int64 {
	var counts map[FaultKind]int64
	for i, kind := range faultKinds {
		if n := f.counts[i].Load(); n > 0 {
			if counts == nil {
				counts = map[FaultKind]int64{}
			}
			counts[kind] = n
		}
	}
	return counts
}

func (f *faults) reset() {
	for i := range f.counts {
		f.counts[i].Store(0)
	}
}
