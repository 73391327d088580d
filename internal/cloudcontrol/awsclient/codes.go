package awsclient

import (
	"regexp"
	"strings"

	"skyql/internal/resource"
)

// codes classifies what the API answers in the type of an error, without the
// ending "Exception". The first block is the API's model, the others are what
// AWS's front door and STS answer for any service.
//
// https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/CommonErrors.html
var codes = map[string]resource.Code{
	"AlreadyExists":          resource.AlreadyExists,
	"ClientTokenConflict":    resource.ClientTokenConflict,
	"ConcurrentModification": resource.ConcurrentModification,
	"ConcurrentOperation":    resource.ConcurrentOperation,
	"GeneralService":         resource.GeneralServiceException,
	"HandlerFailure":         resource.InternalFailure,
	"HandlerInternalFailure": resource.InternalFailure,
	"InvalidCredentials":     resource.InvalidCredentials,
	"InvalidRequest":         resource.InvalidRequest,
	"NetworkFailure":         resource.NetworkFailure,
	"NotStabilized":          resource.NotStabilized,
	"NotUpdatable":           resource.NotUpdatable,
	"PrivateType":            resource.PrivateType,
	"RequestTokenNotFound":   resource.RequestTokenNotFound,
	"ResourceConflict":       resource.ResourceConflict,
	"ResourceNotFound":       resource.NotFound,
	"ServiceInternalError":   resource.ServiceInternalError,
	"ServiceLimitExceeded":   resource.ServiceLimitExceeded,
	"Throttling":             resource.Throttling,
	"TypeNotFound":           resource.TypeNotFound,
	"UnsupportedAction":      resource.UnsupportedAction,

	"Validation":    resource.Validation,
	"Serialization": resource.Validation,

	"Throttled":               resource.Throttling,
	"ThrottledRequest":        resource.Throttling,
	"RequestThrottled":        resource.Throttling,
	"RequestLimitExceeded":    resource.Throttling,
	"TooManyRequests":         resource.Throttling,
	"BandwidthLimitExceeded":  resource.Throttling,
	"PriorRequestNotComplete": resource.Throttling,
	"SlowDown":                resource.Throttling,

	"AccessDenied":          resource.AccessDenied,
	"UnauthorizedOperation": resource.AccessDenied,
	"NotAuthorized":         resource.AccessDenied,
	"OptInRequired":         resource.AccessDenied,

	"AuthFailure":                resource.InvalidCredentials,
	"ExpiredToken":               resource.InvalidCredentials,
	"IncompleteSignature":        resource.InvalidCredentials,
	"InvalidAccessKeyId":         resource.InvalidCredentials,
	"InvalidClientTokenId":       resource.InvalidCredentials,
	"InvalidSignature":           resource.InvalidCredentials,
	"InvalidToken":               resource.InvalidCredentials,
	"MissingAuthenticationToken": resource.InvalidCredentials,
	"RequestExpired":             resource.InvalidCredentials,
	"RequestTimeTooSkewed":       resource.InvalidCredentials,
	"SignatureDoesNotMatch":      resource.InvalidCredentials,
	"UnrecognizedClient":         resource.InvalidCredentials,
	"InvalidIdentityToken":       resource.InvalidCredentials,

	"InternalError":        resource.ServiceInternalError,
	"InternalFailure":      resource.InternalFailure,
	"InternalServer":       resource.ServiceInternalError,
	"InternalServerError":  resource.ServiceInternalError,
	"InternalServiceError": resource.ServiceInternalError,
	"RequestTimeout":       resource.NetworkFailure,
	"ServiceUnavailable":   resource.ServiceInternalError,
}

// codeOf classifies the code of an answer; Unknown if it is not in the table.
func codeOf(name string) resource.Code {
	if code, ok := codes[strings.TrimSuffix(name, "Exception")]; ok {
		return code
	}
	return resource.Unknown
}

// handlerVerdict is how the API ends the message of a handler that failed while
// the call was waiting for it.
var handlerVerdict = regexp.MustCompile(`\(HandlerErrorCode: ([A-Za-z]+)(?:, RequestToken: [^()]*)?\)\.?\s*$`)

// handlerCodes are those that a handler may give, and that say more than code
// of the answer around them.
var handlerCodes = map[string]resource.Code{
	"NotUpdatable":                 resource.NotUpdatable,
	"InvalidRequest":               resource.InvalidRequest,
	"AccessDenied":                 resource.AccessDenied,
	"UnauthorizedTaggingOperation": resource.UnauthorizedTagging,
	"InvalidCredentials":           resource.InvalidCredentials,
	"AlreadyExists":                resource.AlreadyExists,
	"NotFound":                     resource.NotFound,
	"ResourceConflict":             resource.ResourceConflict,
	"Throttling":                   resource.Throttling,
	"ServiceLimitExceeded":         resource.ServiceLimitExceeded,
	"NotStabilized":                resource.NotStabilized,
	"GeneralServiceException":      resource.GeneralServiceException,
	"ServiceInternalError":         resource.ServiceInternalError,
	"ServiceTimeout":               resource.ServiceTimeout,
	"NetworkFailure":               resource.NetworkFailure,
	"InternalFailure":              resource.InternalFailure,
}

// refine replaces a code that only says "the handler failed" by the handler's
// own, which the API puts nowhere but into the message.
func refine(code resource.Code, name, message string) resource.Code {
	switch strings.TrimSuffix(name, "Exception") {
	case "GeneralService", "HandlerFailure", "HandlerInternalFailure", "InvalidRequest":
	default:
		return code
	}
	if found := handlerVerdict.FindStringSubmatch(message); found != nil {
		if own, ok := handlerCodes[found[1]]; ok {
			return own
		}
	}
	return code
}

var requestTokenInText = regexp.MustCompile(`RequestToken ([0-9a-zA-Z-]+)`)

// conflictingToken returns the request that a conflict is about. It stands at
// the end of the message, after names that the user may have chosen.
func conflictingToken(code resource.Code, message string) string {
	if code != resource.ClientTokenConflict && code != resource.ConcurrentOperation {
		return ""
	}
	all := requestTokenInText.FindAllStringSubmatch(message, -1)
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1][1]
}
