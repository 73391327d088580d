package apply

import (
	"fmt"
	"strings"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

// UnknownOutcomeError says that a change may be under way or not: the call that
// starts it got no answer. Running the change again with the ClientToken within
// 36 hours settles it without making it twice.
type UnknownOutcomeError struct {
	Operation   cloudcontrol.Operation
	Type        resource.TypeName
	Identifier  string // may be empty
	Scope       resource.Scope
	ClientToken string
	Err         error // why there was no answer
}

// Error names the change, what to do and the reason in one line.
func (e *UnknownOutcomeError) Error() string {
	return fmt.Sprintf("%s: it is not known whether the request was accepted: %s; "+
		"to find out, run it again with client token %s, which within 36 hours does not do it twice",
		describe(e.Operation, e.Type, e.Identifier, e.Scope), e.Err.Error(), e.ClientToken)
}

// Unwrap gives the reason.
func (e *UnknownOutcomeError) Unwrap() error { return e.Err }

func describe(
	operation cloudcontrol.Operation, name resource.TypeName, identifier string, scope resource.Scope,
) string {
	what := string(operation) + " " + string(name)
	if identifier != "" {
		what += fmt.Sprintf(" %q", identifier)
	}
	return what + " in " + scope.String()
}

func (r *run) unknown(reason error) error {
	c := r.change
	return &UnknownOutcomeError{
		Operation: c.Operation, Type: c.Type, Identifier: c.Identifier, Scope: c.Scope,
		ClientToken: r.token, Err: reason,
	}
}

// orUnknown gives the error err for a request that was not accepted, unless one
// may have been.
func (r *run) orUnknown(err error) error {
	if r.uncertain {
		return r.unknown(err)
	}
	return err
}

// stopped gives the error of a change whose context ended while none of its
// requests was under way.
func (r *run) stopped(reason error) error {
	c := r.change
	if r.uncertain {
		return r.unknown(reason)
	}
	return fmt.Errorf("%s: not started: %w", describe(c.Operation, c.Type, c.Identifier, c.Scope), reason)
}

// failureOf gives the failure that a final status stands for, with the hooks
// that caused it, or nil.
func failureOf(status cloudcontrol.RequestStatus, scope resource.Scope) error {
	failure := status.Event.Err(scope)
	if failure == nil {
		return nil
	}
	if status.Event.Status == cloudcontrol.CancelComplete {
		failure = fmt.Errorf("%w; the request was cancelled, and what it had done until then stays", failure)
	}
	for _, hook := range status.Hooks {
		if hook.Status != "HOOK_COMPLETE_FAILED" && hook.Status != "HOOK_FAILED" {
			continue
		}
		text := fmt.Sprintf("hook %s %s", hook.TypeName, hook.Status)
		if hook.FailureMode == "WARN" {
			text += " (a warning only)"
		}
		if hook.Message != "" {
			text += ": " + strings.Join(strings.Fields(hook.Message), " ")
		}
		failure = fmt.Errorf("%w; %s", failure, text)
	}
	return failure
}
