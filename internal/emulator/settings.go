package emulator

import (
	"cmp"

	"skyql/internal/emulator/settings"
	"skyql/internal/emulator/store"
)

// knobs are settings with what they need to work. They are never changed, but for
// the counts that the throttle and the faults keep: a call uses the same ones
// from its beginning to its end.
type knobs struct {
	settings.Settings
	throttle *throttle
	faults   *faults
}

// Settings tells how the server behaves now.
func (s *Server) Settings() settings.Settings { return s.knobs.Load().Clone() }

// SetSettings changes how the server behaves from the next call on. The rates'
// buckets are full again, and faults are drawn from the beginning.
func (s *Server) SetSettings(next settings.Settings) error {
	return s.turn(func(current *settings.Settings) (given map[string]bool, err error) {
		*current = next.Clone()
		return settings.AllMembers(), nil
	})
}

// turn changes settings one change after another: all of it, or with an error
// nothing. What was given starts anew, even if it is what it was.
func (s *Server) turn(change func(*settings.Settings) (given map[string]bool, err error)) error {
	s.turning.Lock()
	defer s.turning.Unlock()
	old := s.knobs.Load()
	next := old.Clone()
	given, err := change(&next)
	if err != nil {
		return err
	}
	next.FillSeed()
	if given[settings.MemberPageSize] {
		next.PageSize = cmp.Or(next.PageSize, settings.DefaultPageSize)
	}
	if err := cmp.Or(next.Check(), s.checkTypes(next)); err != nil {
		return err
	}
	s.apply(old, next, given)
	return nil
}

// checkTypes refuses rules for types that do not exist, if the server knows
// types.
func (s *Server) checkTypes(next settings.Settings) error {
	if s.opts.Types == nil {
		return nil
	}
	return next.CheckTypes(s.opts.Types)
}

// apply makes settings those of the calls that begin from now on.
func (s *Server) apply(old *knobs, next settings.Settings, given map[string]bool) {
	k := &knobs{Settings: next, throttle: old.throttle, faults: old.faults}
	if k.throttle == nil || given[settings.MemberRate] || given[settings.MemberBurst] {
		k.throttle = newThrottle(next.Rates, next.Bursts)
	}
	if k.faults == nil || given[settings.MemberFaults] || given[settings.MemberFaultSeed] {
		k.faults = newFaults(next.Faults, next.FaultSeed)
	}
	if given[settings.MemberPageSize] {
		s.store.SetPageSize(next.PageSize)
	}
	if given[settings.MemberClock] {
		s.store.SetClock(next.Clock.Now)
	}
	if given[settings.MemberHooks] {
		list := make([]store.HookFault, len(next.HookFailures))
		for i, hook := range next.HookFailures {
			list[i] = hook.HookFault
		}
		s.store.FailHooks(list)
	}
	if given[settings.MemberStabilize] {
		s.store.SetStabilizer(next.StabilizeTime)
	}
	s.knobs.Store(k)
}
