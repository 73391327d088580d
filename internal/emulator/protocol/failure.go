package protocol

import (
	"errors"
	"net/http"

	"skyql/internal/resource"
)

// Errors carry the namespace of the component of the service that found them.
const (
	APINamespace          = "com.amazon.cloudapiservice#"
	ServiceNamespace      = "com.amazon.coral.service#"
	ValidateNamespace     = "com.amazon.coral.validate#"
	AvailabilityNamespace = "com.amazon.coral.availability#"
)

// FailureDocument is the body of an error.
type FailureDocument struct {
	Type    string `json:"__type"`
	Message string `json:",omitempty"`
}

// Failure replies with an error in JSON.
func Failure(status int, name, message string) Reply {
	return Answer(status, FailureDocument{name, message})
}

// exceptions names the errors that are not the code with "Exception" behind.
var exceptions = map[resource.Code]string{
	resource.Validation:              ValidateNamespace + "ValidationException",
	resource.AccessDenied:            ServiceNamespace + "AccessDeniedException",
	resource.NotFound:                APINamespace + "ResourceNotFoundException",
	resource.GeneralServiceException: APINamespace + "GeneralServiceException",
	resource.ServiceTimeout:          APINamespace + "HandlerFailureException",
	resource.InternalFailure:         APINamespace + "HandlerInternalFailureException",
	resource.UnauthorizedTagging:     APINamespace + "GeneralServiceException",
	resource.Unknown:                 APINamespace + "ServiceInternalErrorException",
}

// serverFaults are the codes that are not the caller's doing.
var serverFaults = map[resource.Code]bool{
	resource.ConcurrentModification: true, resource.ServiceTimeout: true, resource.InternalFailure: true,
	resource.NetworkFailure: true, resource.ServiceInternalError: true, resource.Unknown: true,
}

// FailureOf replies with what the store refused.
func FailureOf(err error) Reply {
	code, message := resource.CodeOf(err), err.Error()
	var refusal *resource.Error
	if errors.As(err, &refusal) {
		message = refusal.Message
	}
	name, ok := exceptions[code]
	if !ok {
		name = APINamespace + string(code) + "Exception"
	}
	status := http.StatusBadRequest
	if serverFaults[code] {
		status = http.StatusInternalServerError
	}
	return Failure(status, name, message)
}
