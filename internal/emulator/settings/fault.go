package settings

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"skyql/internal/emulator/opname"
	"skyql/internal/resource"
)

// FaultKind is a way in which a call goes wrong.
type FaultKind string

// The kinds of faults. After those up to FaultCut nothing is done; the last three
// are about the answer to what has been done.
const (
	// FaultThrottle refuses the call, as when there are too many.
	FaultThrottle FaultKind = "throttle"
	// FaultError answers a fault of the service.
	FaultError FaultKind = "error"
	// FaultUnavailable answers that the service cannot be reached, with status 503.
	FaultUnavailable FaultKind = "unavailable"
	// FaultCut closes the connection instead of answering.
	FaultCut FaultKind = "cut"
	// FaultLateThrottle accepts a change whose request then ends FAILED, throttled
	// by the service behind. Nothing is done.
	FaultLateThrottle FaultKind = "late-throttle"
	// FaultLost closes the connection instead of answering.
	FaultLost FaultKind = "lost"
	// FaultCutBody closes the connection in the middle of the answer.
	FaultCutBody FaultKind = "cut-body"
	// FaultSlowBody answers the headers at once and the body bit by bit.
	FaultSlowBody FaultKind = "slow-body"
)

// FaultKinds lists the kinds in the order in which one of several decides.
var FaultKinds = [...]FaultKind{
	FaultThrottle, FaultError, FaultUnavailable, FaultCut, FaultLateThrottle, FaultLost, FaultCutBody, FaultSlowBody,
}

// Fault is a kind of fault and how often it happens.
type Fault struct {
	Kind        FaultKind
	Probability float64 // 0 to 1
	// Operation is the one operation, or the class of them, that is hit. Default:
	// all of Cloud Control that can be; those of other services only when they are
	// named.
	Operation string
	// Region is the one region that is hit; default all.
	Region resource.Region
	// Time is how long a body takes that comes bit by bit; default 2 s.
	Time time.Duration
}

const (
	faultForm       = "KIND=PROBABILITY[,TIME][:OPERATION][@REGION]"
	DefaultSlowBody = 2 * time.Second
	maxSlowBody     = 10 * time.Minute
)

// ParseFault reads KIND=PROBABILITY[,TIME][:OPERATION][@REGION].
func ParseFault(text string) (Fault, error) {
	malformed := fmt.Errorf("fault %q is not %s, as throttle=0.1, lost=0.05:CreateResource@eu-west-1 "+
		"or slow-body=0.2,5s; kinds are %s", text, faultForm, kindNames())
	kind, rest, hasProbability := strings.Cut(text, "=")
	rest, region, placed := strings.Cut(rest, "@")
	rest, operation, named := strings.Cut(rest, ":")
	digits, length, timed := strings.Cut(rest, ",")
	probability, err := strconv.ParseFloat(digits, 64)
	if !hasProbability || err != nil || named && operation == "" || placed && region == "" {
		return Fault{}, malformed
	}
	fault := Fault{Kind: FaultKind(kind), Probability: probability, Operation: operation, Region: resource.Region(region)}
	if timed {
		if fault.Time, err = time.ParseDuration(length); err != nil || fault.Time == 0 {
			return Fault{}, malformed
		}
	}
	return fault, fault.check()
}

func kindNames() string {
	names := make([]string, len(FaultKinds))
	for i, kind := range FaultKinds {
		names[i] = string(kind)
	}
	return strings.Join(names, ", ")
}

// check tells what is wrong with the fault.
func (f Fault) check() error {
	switch {
	case !slices.Contains(FaultKinds[:], f.Kind):
		return fmt.Errorf("no kind of fault is called %q; kinds are %s", string(f.Kind), kindNames())
	case !(f.Probability >= 0 && f.Probability <= 1): // also when it is not a number
		return fmt.Errorf("the probability of fault %s must be from 0 to 1, not %v", f.Kind, f.Probability)
	case f.Time != 0 && f.Kind != FaultSlowBody:
		return fmt.Errorf("fault %s takes no time; only %s does", f.Kind, FaultSlowBody)
	case f.Time < 0 || f.Time > maxSlowBody:
		return fmt.Errorf("the time of fault %s must be above 0 and at most %s, not %s", f.Kind, maxSlowBody, f.Time)
	}
	if err := f.where().check(); err != nil {
		return fmt.Errorf("fault %s: %w", f.Kind, err)
	}
	if f.Operation != "" && !slices.ContainsFunc(opname.All[:], func(o string) bool { return f.Hits(o, f.Region) }) {
		return fmt.Errorf("fault %s cannot hit %s, which starts no request; use it with %s",
			f.Kind, f.Operation, strings.Join(opname.Changes, ", "))
	}
	return nil
}

func (f Fault) where() Where { return Where{f.Operation, f.Region} }

// Hits reports whether the fault can happen to a call of the operation.
func (f Fault) Hits(operation string, region resource.Region) bool {
	if f.Kind == FaultLateThrottle && !slices.Contains(opname.Changes, operation) {
		return false
	}
	return f.where().fit(operation, region) >= 0 && (f.Operation != "" || opname.OfCloudControl(operation))
}

// String gives the text that ParseFault reads.
func (f Fault) String() string {
	text := string(f.Kind) + "=" + number(f.Probability)
	if f.Time != 0 {
		text += "," + f.Time.String()
	}
	if f.Operation != "" {
		text += ":" + f.Operation
	}
	if f.Region != "" {
		text += "@" + string(f.Region)
	}
	return text
}
