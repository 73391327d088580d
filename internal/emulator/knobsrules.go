package emulator

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"skyql/internal/cloudcontrol"
	"skyql/internal/emulator/store"
	"skyql/internal/resource"
)

// Stabilize is how long a change is in progress.
type Stabilize struct {
	Type  resource.TypeName // the one type that it is for; "" for all
	Delay Delay
}

// ParseStabilize reads TIME or TYPE=TIME.
func ParseStabilize(text string) (Stabilize, error) {
	var s Stabilize
	value := text
	if name, rest, ok := strings.Cut(text, "="); ok && !strings.HasPrefix(text, medianMark) {
		parsed, err := resource.ParseTypeName(name)
		if err != nil {
			return s, fmt.Errorf("stabilization %q: %w", text, err)
		}
		s.Type, value = parsed, rest
	}
	delay, err := ParseDelay(value)
	if err != nil {
		return s, fmt.Errorf("stabilization: %w", err)
	}
	s.Delay = delay
	return s, nil
}

// String gives the text that ParseStabilize reads.
func (s Stabilize) String() string {
	if s.Type == "" {
		return s.Delay.String()
	}
	return string(s.Type) + "=" + s.Delay.String()
}

// HookFailure is a hook and how often it objects to a change.
type HookFailure struct{ store.HookFault }

const (
	defaultHook        = "Private::Guard::Hook"
	defaultHookMessage = "Template failed validation, the following rule(s) failed: EMULATED_RULE."
	everyType          = "*"
)

// hookOperations are the operations of requests by the names of the API's.
var hookOperations = map[string]cloudcontrol.Operation{
	cloudcontrol.CreateResource: cloudcontrol.Create,
	cloudcontrol.UpdateResource: cloudcontrol.Update,
	cloudcontrol.DeleteResource: cloudcontrol.Delete,
}

const hookForm = "TYPE=PROBABILITY[:OPERATION][,warn][,hook=NAME][,message=TEXT]"

// ParseHookFailure reads TYPE=PROBABILITY[:OPERATION][,warn][,hook=NAME][,message=TEXT],
// where TYPE may be * for all. The message is the last, and may have commas.
func ParseHookFailure(text string) (HookFailure, error) {
	h := HookFailure{store.HookFault{Hook: defaultHook, Message: defaultHookMessage}}
	name, rest, ok := strings.Cut(text, "=")
	if !ok {
		return h, fmt.Errorf("hook failure %q is not %s, as AWS::S3::Bucket=0.5:CreateResource", text, hookForm)
	}
	if name != everyType {
		parsed, err := resource.ParseTypeName(name)
		if err != nil {
			return h, fmt.Errorf("hook failure %q: %w; the type may also be %s", text, err, everyType)
		}
		h.Type = parsed
	}
	head, options, _ := strings.Cut(rest, ",")
	number, operation, named := strings.Cut(head, ":")
	var err error
	if h.Probability, err = strconv.ParseFloat(number, 64); err != nil {
		return h, fmt.Errorf("hook failure %q is not %s", text, hookForm)
	}
	if h.Operation = hookOperations[operation]; named && h.Operation == "" {
		return h, fmt.Errorf("hook failure %q: hooks look at %s, not at %q", text, strings.Join(changes, ", "), operation)
	}
	if err := h.parseOptions(options); err != nil {
		return h, fmt.Errorf("hook failure %q: %w", text, err)
	}
	return h, h.check()
}

func (h *HookFailure) parseOptions(text string) error {
	for text != "" {
		if message, ok := strings.CutPrefix(text, "message="); ok {
			h.Message = message
			return nil
		}
		var option string
		option, text, _ = strings.Cut(text, ",")
		if hook, ok := strings.CutPrefix(option, "hook="); ok {
			h.Hook = hook
		} else if option == "warn" {
			h.Warn = true
		} else {
			return fmt.Errorf("%q is none of warn, hook=NAME and message=TEXT", option)
		}
	}
	return nil
}

func (h HookFailure) check() error {
	switch _, err := resource.ParseTypeName(h.Hook); {
	case !(h.Probability >= 0 && h.Probability <= 1): // also when it is not a number
		return fmt.Errorf("the probability of a hook's failure must be from 0 to 1, not %v", h.Probability)
	case err != nil:
		return fmt.Errorf("the name of a hook is as that of a type: %w", err)
	case h.Message == "":
		return errors.New("the message of a hook that fails must not be empty")
	}
	return nil
}

// String gives the text that ParseHookFailure reads.
func (h HookFailure) String() string {
	text := everyType
	if h.Type != "" {
		text = string(h.Type)
	}
	text += "=" + number(h.Probability)
	for name, operation := range hookOperations {
		if operation == h.Operation {
			text += ":" + name
		}
	}
	if h.Warn {
		text += ",warn"
	}
	if h.Hook != defaultHook {
		text += ",hook=" + h.Hook
	}
	if h.Message != defaultHookMessage {
		text += ",message=" + h.Message
	}
	return text
}

// Rate is how many calls may be made per second; further ones are throttled.
type Rate struct {
	Where
	PerSecond float64 // 0 for no bound
}

// ParseRate reads NUMBER or WHERE=NUMBER.
func ParseRate(text string) (Rate, error) {
	where, value, err := parseLimit("rate", text)
	return Rate{where, value}, err
}

func (r Rate) check() error {
	if !(r.PerSecond >= 0) { // also when it is not a number
		return fmt.Errorf("rate %v must not be negative", r)
	}
	return r.Where.check()
}

// String gives the text that ParseRate reads.
func (r Rate) String() string { return r.prefix() + number(r.PerSecond) }

// Burst is how many of the calls that a Rate lets pass may come at once after a
// pause.
type Burst struct {
	Where
	Calls int // 0 for what a quarter of a second lets pass, but at least 5
}

// ParseBurst reads NUMBER or WHERE=NUMBER.
func ParseBurst(text string) (Burst, error) {
	where, value, err := parseLimit("burst", text)
	if err == nil && (value != math.Trunc(value) || value > math.MaxInt32) {
		err = fmt.Errorf("burst %q must be a whole number", text)
	}
	if err != nil {
		return Burst{}, err
	}
	return Burst{where, int(value)}, nil
}

// String gives the text that ParseBurst reads.
func (b Burst) String() string { return b.prefix() + strconv.Itoa(b.Calls) }

func parseLimit(what, text string) (where Where, value float64, err error) {
	digits := text
	if place, rest, ok := strings.Cut(text, "="); ok {
		if where, err = parseWhere(place); err != nil {
			return where, 0, fmt.Errorf("%s %q: %w", what, text, err)
		}
		digits = rest
	}
	value, err = strconv.ParseFloat(digits, 64)
	if err != nil || !(value >= 0) || math.IsInf(value, 0) {
		return where, 0, fmt.Errorf("%s %q is not NUMBER or WHERE=NUMBER, as 20, write=5 or @eu-west-1=5; "+
			"the number is not negative", what, text)
	}
	return where, value, nil
}

// number gives the shortest text of a number.
func number(value float64) string { return strconv.FormatFloat(value, 'g', -1, 64) }
