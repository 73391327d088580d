package awsclient_test

import (
	"errors"
	"strings"
	"testing"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

const modelled = "com.amazon.cloudapiservice#"

func TestAnswersBecomeCodes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		status  int
		error   string
		message string
		want    resource.Code
	}{
		{"not found", 400, modelled + "ResourceNotFoundException", "Bucket not found", resource.NotFound},
		{"without Exception", 400, "ResourceNotFound", "Bucket not found", resource.NotFound},
		{"type", 400, modelled + "TypeNotFoundException", "The type 'X' cannot be found.", resource.TypeNotFound},
		{"unsupported", 400, modelled + "UnsupportedActionException", "no LIST", resource.UnsupportedAction},
		{"not updatable", 400, modelled + "NotUpdatableException", "create-only", resource.NotUpdatable},
		{"validation", 400, "com.amazon.coral.validate#ValidationException", "Model validation failed", resource.Validation},
		{"throttling", 400, "com.amazon.coral.availability#ThrottlingException", "Rate exceeded", resource.Throttling},
		{"too many requests", 429, "TooManyRequestsException", "slow", resource.Throttling},
		{"request limit", 503, "RequestLimitExceeded", "slow", resource.Throttling},
		{"access", 400, "com.amazon.coral.service#AccessDeniedException", "not authorized", resource.AccessDenied},
		{"unknown client", 400, "com.amazon.coral.service#UnrecognizedClientException", "token", resource.InvalidCredentials},
		{"expired", 400, "com.amazon.coral.service#ExpiredTokenException", "expired", resource.InvalidCredentials},
		{"signature", 403, "com.amazon.coral.service#InvalidSignatureException", "wrong", resource.InvalidCredentials},
		{"no token", 403, "com.amazon.coral.service#MissingAuthenticationTokenException", "none", resource.InvalidCredentials},
		{"handler failure", 500, modelled + "HandlerFailureException", "failed", resource.InternalFailure},
		{"handler internal failure", 500, modelled + "HandlerInternalFailureException", "failed", resource.InternalFailure},
		{"network", 500, modelled + "NetworkFailureException", "failed", resource.NetworkFailure},
		{"internal", 500, modelled + "ServiceInternalErrorException", "failed", resource.ServiceInternalError},
		{"unknown with 500", 500, "com.example#SurpriseException", "oh", resource.ServiceInternalError},
		{"unknown with 400", 400, "com.example#SurpriseException", "oh", resource.Unknown},
		{
			"handler's own code", 400, modelled + "GeneralServiceException",
			"AWS::X::Y Handler returned status FAILED: gone (HandlerErrorCode: NotFound, RequestToken: 7f0c)", resource.NotFound,
		},
		{
			"handler's own throttle", 500, modelled + "HandlerFailureException",
			"AWS::X::Y Handler returned status FAILED: slow (HandlerErrorCode: Throttling, RequestToken: 7f0c)", resource.Throttling,
		},
		{
			"handler's own refusal", 400, modelled + "InvalidRequestException",
			"no (HandlerErrorCode: AccessDenied, RequestToken: 7f0c)", resource.AccessDenied,
		},
		{
			"handler's unheard-of code", 400, modelled + "GeneralServiceException",
			"no (HandlerErrorCode: Whatever, RequestToken: 7f0c)", resource.GeneralServiceException,
		},
		{
			"code of a message where the outer one is definite", 400, modelled + "AccessDeniedException",
			"no (HandlerErrorCode: NotFound, RequestToken: 7f0c)", resource.AccessDenied,
		},
		{
			"code in the middle of a message", 400, modelled + "InvalidRequestException",
			"value '(HandlerErrorCode: NotFound, RequestToken: 7f0c)' is wrong", resource.InvalidRequest,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := newAPI(t, refuse(test.status, test.error, test.message)).client(t).Get(t.Context(), bucket())
			got := failureOf(t, err)
			if got.Code != test.want {
				t.Errorf("want code %s, got %s", test.want, got.Code)
			}
			if !strings.HasSuffix(got.Message, test.message) {
				t.Errorf("want message %q, got %q", test.message, got.Message)
			}
			if got.Operation != "GetResource" || got.Type != "AWS::S3::Bucket" || got.Identifier != "photos" ||
				got.Scope.Region != ireland {
				t.Errorf("want the call to be named, got %+v", got)
			}
		})
	}
}

func failureOf(t *testing.T, err error) *resource.Error {
	t.Helper()
	var failure *resource.Error
	if !errors.As(err, &failure) {
		t.Fatalf("want a *resource.Error, got %T: %v", err, err)
	}
	return failure
}

func TestConflictsNameTheirRequest(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, error, message, want string }{
		{
			"client token", "ClientTokenConflictException",
			"ClientToken RequestToken-1 is already associated with an existing operation with RequestToken 0b1c-9f", "0b1c-9f",
		},
		{
			"concurrent operation", "ConcurrentOperationException",
			"Concurrent operation found for resource my RequestToken abc with RequestToken 77-aa", "77-aa",
		},
		{"no token in the text", "ConcurrentOperationException", "Concurrent operation found", ""},
		{"another error", "InvalidRequestException", "with RequestToken 77-aa", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			client := newAPI(t, refuse(400, modelled+test.error, test.message)).client(t)
			_, err := client.Delete(t.Context(), cloudcontrol.DeleteInput{Call: bucket().Call, Identifier: "photos"})
			if got := failureOf(t, err).RequestToken; got != test.want {
				t.Errorf("want %q, got %q", test.want, got)
			}
		})
	}
}
