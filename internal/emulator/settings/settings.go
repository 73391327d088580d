package settings

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"

	"skyql/internal/resource"
	"skyql/internal/schema"
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
	// Stabilize is how long changes are in progress; default as the store does.
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
	DefaultPageSize = 100
	maxPageSize     = 100_000
	maxSeed         = 1 << 53 // what every reader of JSON takes for the same number
)

// FillSeed makes a seed that was not asked for a random one, which is never 0.
func (s *Settings) FillSeed() { s.FaultSeed = cmp.Or(s.FaultSeed, 1+rand.Uint64N(maxSeed-1)) }

// Check tells what is wrong with the settings; a MemberError tells with which.
func (s Settings) Check() error {
	var wrong []error
	add := func(member string, err error) {
		if err != nil {
			wrong = append(wrong, &MemberError{member, err})
		}
	}
	for _, latency := range s.Latency {
		add(MemberLatency, cmp.Or(latency.check(), latency.Delay.check(latency.Delay.String())))
	}
	for _, rate := range s.Rates {
		add(MemberRate, rate.check())
	}
	add(MemberBurst, s.checkBursts())
	for _, fault := range s.Faults {
		add(MemberFaults, fault.check())
	}
	for _, stabilize := range s.Stabilize {
		add(MemberStabilize, stabilize.Delay.check(stabilize.Delay.String()))
	}
	if s.PageSize < 0 || s.PageSize > maxPageSize {
		add(MemberPageSize, fmt.Errorf("page size %d must be from 1 to %d", s.PageSize, maxPageSize))
	}
	for _, hook := range s.HookFailures {
		add(MemberHooks, hook.check())
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

// CheckTypes refuses rules for types that do not exist.
func (s Settings) CheckTypes(types func(resource.TypeName) (*schema.ResourceType, error)) error {
	check := func(member string, name resource.TypeName) error {
		if name == "" {
			return nil
		}
		if _, err := types(name); err != nil {
			return &MemberError{member, err}
		}
		return nil
	}
	for _, rule := range s.Stabilize {
		if err := check(MemberStabilize, rule.Type); err != nil {
			return err
		}
	}
	for _, hook := range s.HookFailures {
		if err := check(MemberHooks, hook.Type); err != nil {
			return err
		}
	}
	return nil
}

// Given tells which settings are not those of the zero value.
func (s Settings) Given() map[string]bool {
	return map[string]bool{
		MemberStabilize: len(s.Stabilize) > 0, MemberPageSize: s.PageSize > 0, MemberHooks: len(s.HookFailures) > 0,
		MemberClock: s.Clock.set,
	}
}

// Clone gives settings that share nothing with these.
func (s Settings) Clone() Settings {
	s.Latency, s.Rates, s.Bursts = slices.Clone(s.Latency), slices.Clone(s.Rates), slices.Clone(s.Bursts)
	s.Faults, s.Stabilize = slices.Clone(s.Faults), slices.Clone(s.Stabilize)
	s.HookFailures = slices.Clone(s.HookFailures)
	return s
}
