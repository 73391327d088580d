package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// The names of the settings in JSON.
const (
	MemberLatency   = "latency"
	MemberRate      = "rate"
	MemberBurst     = "burst"
	MemberFaults    = "faults"
	MemberFaultSeed = "fault_seed"
	MemberStabilize = "stabilize"
	MemberPageSize  = "page_size"
	MemberHooks     = "hook_failures"
	MemberClock     = "clock"
)

// readers read a member each; null is its default.
var readers = []struct {
	name string
	read func(*Settings, json.RawMessage) error
}{
	{MemberLatency, func(s *Settings, raw json.RawMessage) (err error) {
		s.Latency, err = readRules(raw, ParseLatency)
		return err
	}},
	{MemberRate, func(s *Settings, raw json.RawMessage) (err error) {
		s.Rates, err = readRules(raw, ParseRate)
		return err
	}},
	{MemberBurst, func(s *Settings, raw json.RawMessage) (err error) {
		s.Bursts, err = readRules(raw, ParseBurst)
		return err
	}},
	{MemberFaults, func(s *Settings, raw json.RawMessage) (err error) {
		s.Faults, err = readRules(raw, ParseFault)
		return err
	}},
	{MemberFaultSeed, func(s *Settings, raw json.RawMessage) error {
		s.FaultSeed = 0 // a random one
		return readCount(raw, &s.FaultSeed)
	}},
	{MemberStabilize, func(s *Settings, raw json.RawMessage) (err error) {
		s.Stabilize, err = readRules(raw, ParseStabilize)
		return err
	}},
	{MemberPageSize, func(s *Settings, raw json.RawMessage) error {
		s.PageSize = DefaultPageSize
		return readCount(raw, &s.PageSize)
	}},
	{MemberHooks, func(s *Settings, raw json.RawMessage) (err error) {
		s.HookFailures, err = readRules(raw, ParseHookFailure)
		return err
	}},
	{MemberClock, func(s *Settings, raw json.RawMessage) (err error) {
		s.Clock, err = s.Clock.read(raw)
		return err
	}},
}

// AllMembers has the names of all settings.
func AllMembers() map[string]bool {
	all := map[string]bool{}
	for _, member := range readers {
		all[member.name] = true
	}
	return all
}

// Patch changes the settings that are members of a JSON object, and tells which
// those are.
func (s *Settings) Patch(body []byte) (given map[string]bool, err error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil || members == nil {
		return nil, errors.New("want a JSON object of settings, as {\"latency\":\"50ms\"}")
	}
	given = map[string]bool{}
	var names []string
	for _, member := range readers {
		names = append(names, member.name)
		raw, ok := members[member.name]
		if !ok {
			continue
		}
		if err := member.read(s, raw); err != nil {
			return nil, &MemberError{member.name, err}
		}
		given[member.name] = true
		delete(members, member.name)
	}
	for name := range members {
		return nil, &MemberError{name, fmt.Errorf("there is no setting %q; there are %s", name, strings.Join(names, ", "))}
	}
	return given, nil
}

// Replace does the same, and sets what is no member to its default.
func (s *Settings) Replace(body []byte) error {
	*s = Settings{PageSize: DefaultPageSize}
	_, err := s.Patch(body)
	return err
}

// MarshalJSON gives the settings as a PATCH takes them, but for the clock's time,
// which goes on.
func (s Settings) MarshalJSON() ([]byte, error) {
	clock := map[string]any{"now": s.Clock.Now().UTC().Format(clockLayout), "frozen": s.Clock.frozen}
	out := map[string]any{
		MemberLatency: textsOf(s.Latency), MemberRate: textsOf(s.Rates), MemberBurst: textsOf(s.Bursts),
		MemberFaults: textsOf(s.Faults), MemberFaultSeed: s.FaultSeed, MemberStabilize: textsOf(s.Stabilize),
		MemberHooks: textsOf(s.HookFailures), MemberClock: clock,
	}
	if s.PageSize > 0 {
		out[MemberPageSize] = s.PageSize
	}
	if !s.Clock.set {
		out[MemberClock] = realClock
	}
	return json.Marshal(out)
}

// MemberError is what is wrong with one of the settings, by its name in JSON. Its
// text does without the name.
type MemberError struct {
	Member string
	err    error
}

func (e *MemberError) Error() string { return e.err.Error() }
func (e *MemberError) Unwrap() error { return e.err }

// readRules reads one rule or a list of them. A rule that is a number may be
// written as one.
func readRules[T any](raw json.RawMessage, parse func(string) (T, error)) ([]T, error) {
	if isNull(raw) {
		return nil, nil
	}
	var list []json.RawMessage
	if raw[0] != '[' {
		list = []json.RawMessage{raw}
	} else if err := json.Unmarshal(raw, &list); err != nil {
		return nil, err
	}
	rules := make([]T, len(list))
	for i, item := range list {
		text, err := ruleText(item)
		if err != nil {
			return nil, err
		}
		if rules[i], err = parse(text); err != nil {
			return nil, err
		}
	}
	return rules, nil
}

// ruleText gives the text of a rule that is a text or a number.
func ruleText(raw json.RawMessage) (string, error) {
	var value any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return "", err
	}
	switch value := value.(type) {
	case string:
		return value, nil
	case json.Number:
		return value.String(), nil
	}
	return "", fmt.Errorf("want a text or a list of texts, have %s", raw)
}

// readCount reads a whole number from 1; null leaves what is there.
func readCount[T int | uint64](raw json.RawMessage, into *T) error {
	if isNull(raw) {
		return nil
	}
	if json.Unmarshal(raw, into) != nil || *into < 1 {
		return fmt.Errorf("want a whole number from 1, have %s", raw)
	}
	return nil
}

// read gives the clock that a member of JSON makes of this one: a text as on the
// command line, or an object that changes something.
func (c Clock) read(raw json.RawMessage) (Clock, error) {
	var text string
	switch {
	case isNull(raw):
		return Clock{}, nil
	case json.Unmarshal(raw, &text) == nil:
		return ParseClock(text)
	}
	var by clockChange
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&by); err != nil || by == (clockChange{}) {
		return c, fmt.Errorf(`want "real", a time, or an object with some of now, advance and frozen, have %s`, raw)
	}
	return c.change(by)
}

func isNull(raw json.RawMessage) bool { return string(raw) == "null" }

func textsOf[T fmt.Stringer](rules []T) []string {
	texts := make([]string, len(rules))
	for i, rule := range rules {
		texts[i] = rule.String()
	}
	return texts
}
