package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"

	"skyql/internal/catalog"
	"skyql/internal/engine"
	"skyql/internal/fetch"
	"skyql/internal/resource"
)

// Exit codes. Every command's help lists those it uses.
const (
	ExitDone        = 0
	ExitFailed      = 1
	ExitUsage       = 2
	ExitPartial     = 3
	ExitCredentials = 4
	ExitDifferences = 6 // a plan has changes, or a stack is not as it should be
	ExitInterrupted = 130
)

// deniedError adds what is needed to an AWS refusal.
type deniedError struct {
	refused     *resource.Error
	permissions []string // of the handler that the call runs
	handler     string
}

// Error gives the refusal and the remedy.
func (e deniedError) Error() string { return e.text() }

// Unwrap gives the refusal.
func (e deniedError) Unwrap() error { return e.refused }

// explain gives the words for an error and the exit code that it stands for.
func explain(err error) (text string, code int) {
	var denied deniedError
	var changes *engine.WriteError
	switch {
	case errors.As(err, &changes) && (changes.Total > 1 || changes.Err != nil || changes.Failures[0].Unfinished):
		return explainChanges(changes)
	case errors.As(err, new(differencesError)):
		return "", ExitDifferences
	case errors.Is(err, context.Canceled):
		return "interrupted", ExitInterrupted
	case errors.Is(err, syscall.EPIPE):
		return "", ExitFailed // whoever read the output has gone
	case isUsage(err):
		return "error: " + err.Error() + "\nSee skyql --help.", ExitUsage
	case errors.Is(err, resource.MissingCredentials):
		return "error: " + message(err) + "\n" + indent(
			"To try skyql without an account, add --emulator, or run `skyql demo`."), ExitCredentials
	case errors.Is(err, resource.InvalidCredentials):
		return "error: AWS does not accept the credentials: " + message(err) + "\n" + indent(
			"Sign in again (aws sso login, aws configure), or name another profile with --profile."), ExitCredentials
	case errors.Is(err, resource.Unreachable):
		return "error: " + err.Error() + "\n" + indent(
			"Check the network connection, the region, and --endpoint or AWS_ENDPOINT_URL if one is set."), ExitFailed
	case errors.As(err, &denied):
		return "error: " + denied.text(), ExitFailed
	case errors.Is(err, fetch.ErrNoRegion):
		return "error: no region is given\n" + indent(
			"Name one in the statement (WHERE region = 'us-east-1'), with --region or --regions, or in AWS_REGION."), ExitFailed
	}
	return "error: " + err.Error() + advice(err), ExitFailed
}

// explainChanges lists the changes that did not come about, and tells how to
// follow the requests that go on.
func explainChanges(e *engine.WriteError) (text string, code int) {
	text, code = "error: "+e.Error(), ExitFailed
	if errors.Is(e.Err, context.Canceled) {
		text, code = "interrupted: "+e.Error(), ExitInterrupted
	}
	for _, f := range e.Failures {
		switch {
		case f.RequestToken != "" && f.Unfinished:
			return text + "\n" + indent(fmt.Sprintf(
				"To follow a request: SELECT * FROM awscc.cloud_control.resource_request WHERE region = '%s' AND RequestToken = '%s'",
				f.Scope.Region, f.RequestToken)), code
		case f.Unfinished:
			return text + "\n" + indent(
				"To see what AWS accepted: SELECT * FROM awscc.cloud_control.resource_requests WHERE region = '"+
					string(f.Scope.Region)+"'"), code
		}
	}
	return text, code
}

// message gives the service's own words if there are any.
func message(err error) string {
	var failed *resource.Error
	if errors.As(err, &failed) && failed.Message != "" {
		return failed.Message
	}
	return err.Error()
}

// advice adds a remedy in a line of its own.
func advice(err error) string {
	var unknown *catalog.UnknownError
	if errors.As(err, &unknown) && unknown.Starter {
		return "\n" + indent("The starter catalog has everyday types only; `skyql catalog pull` gets all of AWS's.")
	}
	return ""
}

func (e deniedError) text() string {
	text := fmt.Sprintf("AWS denied cloudformation:%s on %s in %s.", e.refused.Operation, e.refused.Type, e.refused.Scope)
	if len(e.permissions) > 0 {
		text += "\n" + indent(fmt.Sprintf("The %s handler also needs %s.", e.handler, strings.Join(e.permissions, ", ")))
	}
	if e.refused.Message != "" {
		text += "\n" + indent("AWS says: "+e.refused.Message)
	}
	return text
}

func indent(text string) string {
	return "       " + strings.ReplaceAll(text, "\n", "\n       ")
}
