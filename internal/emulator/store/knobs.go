package store

import (
	"math/rand/v2"
	"strings"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

// knobs is what can be changed about a store while it is in use. The value
// itself never changes.
type knobs struct {
	pageSize  int
	stabilize func(resource.TypeName) time.Duration
	now       func() time.Time
	hooks     []HookFault
}

// HookFault lets a hook stand in the way of changes, as CloudFormation's hooks can.
//
// https://docs.aws.amazon.com/cloudformation-cli/latest/hooks-userguide/what-is-cloudformation-hooks.html
type HookFault struct {
	Type        resource.TypeName      // that it looks at; "" for all
	Operation   cloudcontrol.Operation // that it looks at; "" for all
	Probability float64                // that it objects, 0 to 1
	Hook        string                 // its type, as "Private::Guard::TestHook"
	Message     string                 // what it says
	Warn        bool                   // it only warns: the change goes on
}

// SetPageSize changes how many resources a page of a list has.
func (s *Store) SetPageSize(n int) {
	s.turn(func(k *knobs) { k.pageSize = n })
}

// SetStabilize changes how long requests are in progress that begin from now on.
func (s *Store) SetStabilize(d time.Duration) {
	s.SetStabilizer(func(resource.TypeName) time.Duration { return d })
}

// SetStabilizer does the same by a function that is asked for each request. It is
// called from many goroutines.
func (s *Store) SetStabilizer(of func(resource.TypeName) time.Duration) {
	s.turn(func(k *knobs) { k.stabilize = of })
}

// SetClock changes the clock.
func (s *Store) SetClock(now func() time.Time) {
	s.turn(func(k *knobs) { k.now = now })
}

// FailHooks lets these hooks, and no others, stand in the way of changes.
func (s *Store) FailHooks(list []HookFault) {
	s.turn(func(k *knobs) { k.hooks = list })
}

func (s *Store) turn(change func(*knobs)) {
	for {
		old := s.knobs.Load()
		changed := *old
		change(&changed)
		if s.knobs.CompareAndSwap(old, &changed) {
			return
		}
	}
}

func (s *Store) now() time.Time { return s.knobs.Load().now() }

// hooked gives what the hooks say of a change, and how the request ends if one of
// them objects.
func (s *Store) hooked(name resource.TypeName, operation cloudcontrol.Operation, now time.Time) (
	events []cloudcontrol.HookEvent, end *outcome,
) {
	for _, fault := range s.knobs.Load().hooks {
		if fault.Type != "" && fault.Type != name || fault.Operation != "" && fault.Operation != operation {
			continue
		}
		event := cloudcontrol.HookEvent{
			TypeName: fault.Hook, TypeVersionID: "00000001", Invocation: "PRE_PROVISION", EventTime: now,
			TypeARN: "arn:aws:cloudformation:us-east-1:" + DefaultAccount + ":type/hook/" + strings.ReplaceAll(fault.Hook, "::", "-"),
			Status:  "HOOK_COMPLETE_SUCCEEDED", FailureMode: "FAIL",
		}
		if fault.Warn {
			event.FailureMode = "WARN"
		}
		if rand.Float64() < fault.Probability {
			event.Status, event.Message = "HOOK_COMPLETE_FAILED", fault.Message
			if !fault.Warn && end == nil {
				end = &outcome{
					code:    resource.GeneralServiceException,
					message: "The following hook(s) failed: [" + fault.Hook + "]",
				}
			}
		}
		events = append(events, event)
	}
	return events, end
}
