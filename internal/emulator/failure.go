package emulator

import (
	"errors"
	"net/http"

	"skyql/internal/resource"
)

// Errors carry the namespace of the component of the service that found them.
const (
	apiNamespace          = "com.amazon.cloudapiservice#"
	serviceNamespace      = "com.amazon.coral.service#"
	validateNamespace     = "com.amazon.coral.validate#"
	availabilityNamespace = "com.amazon.coral.availability#"
)

// failureDocument is the body of an error.
type failureDocument struct {
	Type    string `json:"__type"`
	Message string `json:",omitempty"`
}

func failure(status int, name, message string) reply {
	return answer(status, failureDocument{name, message})
}

// exceptions names the errors that are not the code with "Exception" behind.
var exceptions = map[resource.Code]string{
	resource.Validation:              validateNamespace + "ValidationException",
	resource.AccessDenied:            serviceNamespace + "AccessDeniedException",
	resource.NotFound:                apiNamespace + "ResourceNotFoundException",
	resource.GeneralServiceException: apiNamespace + "GeneralServiceException",
	resource.ServiceTimeout:          apiNamespace + "HandlerFailureException",
	resource.InternalFailure:         apiNamespace + "HandlerInternalFailureException",
	resource.UnauthorizedTagging:     apiNamespace + "GeneralServiceException",
	resource.Unknown:                 apiNamespace + "ServiceInternalErrorException",
}

// serverFaults are the codes that are not the caller's doing.
var serverFaults = map[resource.Code]bool{
	resource.ConcurrentModification: true, resource.ServiceTimeout: true, resource.InternalFailure: true,
	resource.NetworkFailure: true, resource.ServiceInternalError: true, resource.Unknown: true,
}

// failureOf replies with what the store refused.
func failureOf(err error) reply {
	code, message := resource.CodeOf(err), err.Error()
	var refusal *resource.Error
	if errors.As(err, &refusal) {
		message = refusal.Message
	}
	name, ok := exceptions[code]
	if !ok {
		name = apiNamespace + string(code) + "Exception"
	}
	status := http.StatusBadRequest
	if serverFaults[code] {
		status = http.StatusInternalServerError
	}
	return failure(status, name, message)
}
