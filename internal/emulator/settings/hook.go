package settings

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"skyql/internal/cloudcontrol"
	"skyql/internal/emulator/opname"
	"skyql/internal/emulator/store"
	"skyql/internal/resource"
)

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
		return h, fmt.Errorf("hook failure %q: hooks look at %s, not at %q", text, strings.Join(opname.Changes, ", "), operation)
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
