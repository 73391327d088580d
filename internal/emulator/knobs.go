package emulator

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"

	"skyql/internal/emulator/store"
	"skyql/internal/resource"
)

// Settings is what can be changed while the server runs. The zero value works.
// Where several rules are for a call, the one that says most closely which calls
// it is for decides, and the last of several alike.
type Settings struct {
	// Latency is how long calls of the API take at least; default no time.
	Latency []Latency
	// Rates are how many calls one account may make in one region per second;
	// further ones are throttled. Each rule counts its own calls. One without an
	// operation is for Cloud Control alone. Default no bound.
	Rates []Rate
	// Bursts are how many of them may come at once.
	Bursts []Burst
	// Faults are what goes wrong with calls on purpose; default nothing.
	Faults []Fault
	// FaultSeed begins the random numbers that faults are drawn by: the same calls
	// in the same order then meet the same faults. Default a random one.
	FaultSeed uint64
	// Stabilize is how long changes are in progress; default as the store does. With
	// times that differ, changes are made one after another, and only those that
	// come through the server have them.
	Stabilize []Stabilize
	// PageSize is how many resources a page of a list has; default as the store
	// does.
	PageSize int
	// HookFailures are hooks that object to changes; default none.
	HookFailures []HookFailure
	// Clock tells the time of resources and requests; default as the store does.
	Clock Clock
}

const (
	defaultPageSize = 100
	maxPageSize     = 100_000
	maxSeed         = 1 << 53 // what every reader of JSON takes for the same number
)

// randomSeed gives a seed that was not asked for. It is never 0.
func randomSeed() uint64 { return 1 + rand.Uint64N(maxSeed-1) }

// check tells what is wrong with the settings.
func (s Settings) check() error {
	var wrong []error
	add := func(member string, err error) {
		if err != nil {
			wrong = append(wrong, &memberError{member, err})
		}
	}
	for _, latency := range s.Latency {
		add(knobLatency, cmp.Or(latency.check(), latency.Delay.check(latency.Delay.String())))
	}
	for _, rate := range s.Rates {
		add(knobRate, rate.check())
	}
	add(knobBurst, s.checkBursts())
	for _, fault := range s.Faults {
		add(knobFaults, fault.check())
	}
	for _, stabilize := range s.Stabilize {
		add(knobStabilize, stabilize.Delay.check(stabilize.Delay.String()))
	}
	if s.PageSize < 0 || s.PageSize > maxPageSize {
		add(knobPageSize, fmt.Errorf("page size %d must be from 1 to %d", s.PageSize, maxPageSize))
	}
	for _, hook := range s.HookFailures {
		add(knobHooks, hook.check())
	}
	return cmp.Or(wrong...)
}

// checkBursts refuses what would have no effect.
func (s Settings) checkBursts() error {
	for _, burst := range s.Bursts {
		if err := burst.check(); err != nil {
			return err
		}
		if burst.Calls < 0 {
			return fmt.Errorf("burst %v must not be negative", burst)
		}
		if burst.Operation == "" {
			continue
		}
		if !slices.ContainsFunc(s.Rates, func(r Rate) bool { return burst.fit(r.Operation, burst.Region) >= 0 }) {
			return fmt.Errorf("burst %v is for no rate; give a rate for %s as well", burst, burst.Operation)
		}
	}
	return nil
}

// given tells which settings are not those of the zero value.
func (s Settings) given() map[string]bool {
	return map[string]bool{
		knobStabilize: len(s.Stabilize) > 0, knobPageSize: s.PageSize > 0, knobHooks: len(s.HookFailures) > 0,
		knobClock: s.Clock.set,
	}
}

// clone gives settings that share nothing with these.
func (s Settings) clone() Settings {
	s.Latency, s.Rates, s.Bursts = slices.Clone(s.Latency), slices.Clone(s.Rates), slices.Clone(s.Bursts)
	s.Faults, s.Stabilize = slices.Clone(s.Faults), slices.Clone(s.Stabilize)
	s.HookFailures = slices.Clone(s.HookFailures)
	return s
}

// knobs are settings with what they need to work. They are never changed, but for
// the counts that the throttle and the faults keep: a call uses the same ones
// from its beginning to its end.
type knobs struct {
	Settings
	throttle *throttle
	faults   *faults
}

// Settings tells how the server behaves now.
func (s *Server) Settings() Settings { return s.knobs.Load().clone() }

// SetSettings changes how the server behaves from the next call on. The rates'
// buckets are full again, and faults are drawn from the beginning.
func (s *Server) SetSettings(next Settings) error {
	return s.turn(func(settings *Settings) (given map[string]bool, err error) {
		*settings = next.clone()
		return allKnobs(), nil
	})
}

// turn changes settings one change after another: all of it, or with an error
// nothing. What was given starts anew, even if it is what it was.
func (s *Server) turn(change func(*Settings) (given map[string]bool, err error)) error {
	s.turning.Lock()
	defer s.turning.Unlock()
	old := s.knobs.Load()
	next := old.clone()
	given, err := change(&next)
	if err != nil {
		return err
	}
	next.FaultSeed = cmp.Or(next.FaultSeed, randomSeed())
	if given[knobPageSize] {
		next.PageSize = cmp.Or(next.PageSize, defaultPageSize)
	}
	if err := cmp.Or(next.check(), s.checkTypes(next)); err != nil {
		return err
	}
	s.apply(old, next, given)
	return nil
}

// checkTypes refuses rules for types that do not exist, if the server knows
// types.
func (s *Server) checkTypes(next Settings) error {
	if s.opts.Types == nil {
		return nil
	}
	check := func(member string, name resource.TypeName) error {
		if name == "" {
			return nil
		}
		if _, err := s.opts.Types(name); err != nil {
			return &memberError{member, err}
		}
		return nil
	}
	for _, rule := range next.Stabilize {
		if err := check(knobStabilize, rule.Type); err != nil {
			return err
		}
	}
	for _, hook := range next.HookFailures {
		if err := check(knobHooks, hook.Type); err != nil {
			return err
		}
	}
	return nil
}

// apply makes settings those of the calls that begin from now on.
func (s *Server) apply(old *knobs, next Settings, given map[string]bool) {
	k := &knobs{Settings: next, throttle: old.throttle, faults: old.faults}
	if k.throttle == nil || given[knobRate] || given[knobBurst] {
		k.throttle = newThrottle(next.Rates, next.Bursts)
	}
	if k.faults == nil || given[knobFaults] || given[knobFaultSeed] {
		k.faults = newFaults(next.Faults, next.FaultSeed)
	}
	if given[knobPageSize] {
		s.store.SetPageSize(next.PageSize)
	}
	if given[knobClock] {
		s.store.SetClock(next.Clock.Now)
	}
	if given[knobHooks] {
		list := make([]store.HookFault, len(next.HookFailures))
		for i, hook := range next.HookFailures {
			list[i] = hook.HookFault
		}
		s.store.FailHooks(list)
	}
	s.changing.Lock() // changes that have a time of their own have given the store its own back
	defer s.changing.Unlock()
	if given[knobStabilize] {
		s.store.SetStabilize(k.stabilizeBase())
	}
	s.knobs.Store(k)
}
