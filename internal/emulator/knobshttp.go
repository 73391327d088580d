package emulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// The names of the settings in JSON.
const (
	knobLatency   = "latency"
	knobRate      = "rate"
	knobBurst     = "burst"
	knobFaults    = "faults"
	knobFaultSeed = "fault_seed"
	knobStabilize = "stabilize"
	knobPageSize  = "page_size"
	knobHooks     = "hook_failures"
	knobClock     = "clock"
)

// knobReaders read a member each; null is its default.
var knobReaders = []struct {
	name string
	read func(*Settings, json.RawMessage) error
}{
	{knobLatency, func(s *Settings, raw json.RawMessage) (err error) {
		s.Latency, err = readRules(raw, ParseLatency)
		return err
	}},
	{knobRate, func(s *Settings, raw json.RawMessage) (err error) {
		s.Rates, err = readRules(raw, ParseRate)
		return err
	}},
	{knobBurst, func(s *Settings, raw json.RawMessage) (err error) {
		s.Bursts, err = readRules(raw, ParseBurst)
		return err
	}},
	{knobFaults, func(s *Settings, raw json.RawMessage) (err error) {
		s.Faults, err = readRules(raw, ParseFault)
		return err
	}},
	{knobFaultSeed, func(s *Settings, raw json.RawMessage) error {
		s.FaultSeed = 0 // a random one
		return readCount(raw, &s.FaultSeed)
	}},
	{knobStabilize, func(s *Settings, raw json.RawMessage) (err error) {
		s.Stabilize, err = readRules(raw, ParseStabilize)
		return err
	}},
	{knobPageSize, func(s *Settings, raw json.RawMessage) error {
		s.PageSize = defaultPageSize
		return readCount(raw, &s.PageSize)
	}},
	{knobHooks, func(s *Settings, raw json.RawMessage) (err error) {
		s.HookFailures, err = readRules(raw, ParseHookFailure)
		return err
	}},
	{knobClock, func(s *Settings, raw json.RawMessage) (err error) {
		s.Clock, err = s.Clock.read(raw)
		return err
	}},
}

func allKnobs() map[string]bool {
	all := map[string]bool{}
	for _, knob := range knobReaders {
		all[knob.name] = true
	}
	return all
}

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

// memberError is what is wrong with one of the settings, by its name in JSON. Its
// text does without the name.
type memberError struct {
	member string
	err    error
}

func (e *memberError) Error() string { return e.err.Error() }
func (e *memberError) Unwrap() error { return e.err }

// readSettings changes settings by the members of a JSON object.
func readSettings(body []byte, settings *Settings) (given map[string]bool, err error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil || members == nil {
		return nil, errors.New("want a JSON object of settings, as {\"latency\":\"50ms\"}")
	}
	given = map[string]bool{}
	var names []string
	for _, knob := range knobReaders {
		names = append(names, knob.name)
		raw, ok := members[knob.name]
		if !ok {
			continue
		}
		if err := knob.read(settings, raw); err != nil {
			return nil, &memberError{knob.name, err}
		}
		given[knob.name] = true
		delete(members, knob.name)
	}
	for name := range members {
		return nil, &memberError{name, fmt.Errorf("there is no setting %q; there are %s", name, strings.Join(names, ", "))}
	}
	return given, nil
}

// MarshalJSON gives the settings as a PATCH takes them, but for the clock's time,
// which goes on.
func (s Settings) MarshalJSON() ([]byte, error) {
	clock := map[string]any{"now": s.Clock.Now().UTC().Format(clockLayout), "frozen": s.Clock.frozen}
	out := map[string]any{
		knobLatency: textsOf(s.Latency), knobRate: textsOf(s.Rates), knobBurst: textsOf(s.Bursts),
		knobFaults: textsOf(s.Faults), knobFaultSeed: s.FaultSeed, knobStabilize: textsOf(s.Stabilize),
		knobHooks: textsOf(s.HookFailures), knobClock: clock,
	}
	if s.PageSize > 0 {
		out[knobPageSize] = s.PageSize
	}
	if !s.Clock.set {
		out[knobClock] = realClock
	}
	return json.Marshal(out)
}

func textsOf[T fmt.Stringer](rules []T) []string {
	texts := make([]string, len(rules))
	for i, rule := range rules {
		texts[i] = rule.String()
	}
	return texts
}

const maxSettings = 1 << 20

func (s *Server) serveSettings(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxSettings))
		if err == nil {
			err = s.turn(func(settings *Settings) (map[string]bool, error) {
				return changeSettings(r.Method, body, settings)
			})
		}
		if err != nil {
			refuseControl(w, http.StatusBadRequest, err)
			return
		}
	}
	controlJSON(w, http.StatusOK, s.Settings())
}

// changeSettings does what the method means: PATCH keeps what is not given, PUT
// sets it to its default.
func changeSettings(method string, body []byte, settings *Settings) (map[string]bool, error) {
	if method == http.MethodPatch {
		return readSettings(body, settings)
	}
	*settings = Settings{PageSize: defaultPageSize}
	_, err := readSettings(body, settings)
	return allKnobs(), err
}

// reset gives the store back what it had at the start, and forgets all requests.
// Settings and statistics stay as they are.
func (s *Server) reset(w http.ResponseWriter, _ *http.Request) {
	s.turning.Lock() // one after another: each ends with what there is at the start
	defer s.turning.Unlock()
	s.store.Clear()
	var err error
	if s.opts.Refill != nil {
		err = s.opts.Refill()
	}
	if err = errors.Join(err, s.sync()); err != nil {
		refuseControl(w, http.StatusInternalServerError, fmt.Errorf("reset: %w", err))
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
