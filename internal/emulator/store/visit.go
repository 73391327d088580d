package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"skyql/internal/catalog"
	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
	"skyql/internal/schema"
)

// visit is one call that passed the checks which all calls have in common.
type visit struct {
	operation string // API operation such as "GetResource"
	scope     resource.Scope
	store     *Store
	kind      *kind
	world     *world
	shelf     *shelf
	now       time.Time
	request   *request // that is carried out; nil for what is no request
}

// verbs are how the service names handlers that a type lacks.
var verbs = map[schema.HandlerName]string{
	schema.Create: "CREATE", schema.Read: "READ", schema.Update: "UPDATE",
	schema.Delete: "DELETE", schema.List: "LIST",
}

// enter begins a call that runs a handler. The type is looked at before
// anything that depends on it, as the service does.
func (s *Store) enter(
	ctx context.Context, operation string, handler schema.HandlerName, in cloudcontrol.Call, wrong violations,
) (*visit, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	refuse := func(code resource.Code, message string) (*visit, error) {
		return nil, &resource.Error{
			Operation: operation, Type: in.Type, Scope: in.Scope, Code: code, Message: message,
		}
	}
	wrong.call(in)
	if text := wrong.String(); text != "" {
		return refuse(resource.Validation, text)
	}
	k, err := s.kind(in.Type)
	var unknown *catalog.UnknownError
	switch {
	case errors.As(err, &unknown):
		return refuse(resource.TypeNotFound, fmt.Sprintf("The type '%s' cannot be found.", in.Type))
	case err != nil:
		return refuse(resource.InternalFailure, err.Error())
	case !k.Has(handler):
		return refuse(resource.UnsupportedAction,
			fmt.Sprintf("Resource type %s does not support %s action", in.Type, verbs[handler]))
	}
	v := &visit{
		operation: operation, scope: in.Scope, store: s, kind: k, world: s.world(in.Scope), now: s.now(),
	}
	s.settle(v)
	v.shelf = v.world.shelf(k)
	return v, nil
}

// refuse makes the error that the call answers.
func (v *visit) refuse(code resource.Code, identifier, message string) *resource.Error {
	return &resource.Error{
		Operation: v.operation, Type: v.kind.Name, Identifier: identifier, Scope: v.scope,
		Code: code, Message: message,
	}
}

// invalid refuses with a ValidationException.
func (v *visit) invalid(identifier, format string, args ...any) *resource.Error {
	return v.refuse(resource.Validation, identifier, fmt.Sprintf(format, args...))
}

// absent says that a handler did not find a resource.
func (v *visit) absent(missing target) *resource.Error {
	return v.refuse(resource.NotFound, missing.identifier, fmt.Sprintf(
		"%s Handler returned status FAILED: %s (HandlerErrorCode: NotFound, RequestToken: %s)",
		v.kind.Name, notFoundText(missing), NewToken()))
}

// target names a resource of the visit's type.
func (v *visit) target(identifier string) target { return target{v.kind.Name, identifier} }

func notFoundText(t target) string {
	return fmt.Sprintf("Resource of type '%s' with identifier '%s' was not found.", t.name, t.identifier)
}

func alreadyExistsText(t target) string {
	return fmt.Sprintf("Resource of type '%s' with identifier '%s' already exists.", t.name, t.identifier)
}
