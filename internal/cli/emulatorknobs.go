package cli

import (
	"fmt"

	"github.com/spf13/pflag"

	"skyql/internal/emulator/settings"
)

// emulatorKnobs are the flags for what can also be changed while the emulator
// runs.
type emulatorKnobs struct {
	latency, rate, burst, faults, stabilize, hooks []string
	pageSize                                       int
	seed                                           uint64 // of the faults
	clock                                          string
}

func (k *emulatorKnobs) addFlags(flags *pflag.FlagSet) {
	flags.StringArrayVar(&k.latency, "latency", nil, "time that calls take at least, as `[WHERE=]TIME`: 50ms, 20ms..200ms or p50=40ms,p99=400ms; "+
		"WHERE is OPERATION, @REGION or both; may be repeated")
	flags.StringArrayVar(&k.stabilize, "stabilize", nil, "time that changes are in progress, as `[TYPE=]TIME`; may be repeated")
	flags.IntVar(&k.pageSize, "page-size", 100, "`NUMBER` of resources in a page of a list")
	flags.StringArrayVar(&k.rate, "rate", nil, "calls per second and region, more are throttled, as `[WHERE=]CALLS`; 0 is no limit; may be repeated")
	flags.StringArrayVar(&k.burst, "burst", nil, "calls that --rate lets pass at once, as `[WHERE=]CALLS`; 0 is a quarter of a second's, but at least 5; may be repeated")
	flags.StringArrayVar(&k.faults, "fault", nil, "let calls go wrong, as `KIND=PROBABILITY[,TIME][:OPERATION][@REGION]`; "+
		"KIND is throttle, error, unavailable, cut, late-throttle, lost, cut-body or slow-body; may be repeated")
	flags.Uint64Var(&k.seed, "fault-seed", 0, "`NUMBER` that makes faults repeatable (default: a random one)")
	flags.StringArrayVar(&k.hooks, "hook-failure", nil, "let a hook object to changes, as `TYPE=PROBABILITY[:OPERATION][,warn][,hook=NAME][,message=TEXT]`; "+
		"TYPE may be *; may be repeated")
	flags.StringVar(&k.clock, "clock", "", "`TIME` to begin with instead of this machine's, as 2026-01-01T00:00:00Z; it stands still with \",frozen\" behind")
}

// settings reads what the flags say.
func (k *emulatorKnobs) settings() (s settings.Settings, err error) {
	if k.pageSize < 1 {
		return s, usage("--page-size must be at least 1")
	}
	if k.seed != 0 && len(k.faults) == 0 {
		return s, usage("--fault-seed is for --fault")
	}
	s.PageSize, s.FaultSeed = k.pageSize, k.seed
	reads := []func() error{
		func() error { return parseAll("latency", k.latency, settings.ParseLatency, &s.Latency) },
		func() error { return parseAll("rate", k.rate, settings.ParseRate, &s.Rates) },
		func() error { return parseAll("burst", k.burst, settings.ParseBurst, &s.Bursts) },
		func() error { return parseAll("fault", k.faults, settings.ParseFault, &s.Faults) },
		func() error { return parseAll("stabilize", k.stabilize, settings.ParseStabilize, &s.Stabilize) },
		func() error { return parseAll("hook-failure", k.hooks, settings.ParseHookFailure, &s.HookFailures) },
	}
	for _, read := range reads {
		if err := read(); err != nil {
			return s, err
		}
	}
	if k.clock != "" {
		if s.Clock, err = settings.ParseClock(k.clock); err != nil {
			return s, fmt.Errorf("--clock: %w", err)
		}
	}
	return s, nil
}

// parseAll reads every use of a flag.
func parseAll[T any](flag string, texts []string, parse func(string) (T, error), into *[]T) error {
	for _, text := range texts {
		parsed, err := parse(text)
		if err != nil {
			return fmt.Errorf("--%s: %w", flag, err)
		}
		*into = append(*into, parsed)
	}
	return nil
}
