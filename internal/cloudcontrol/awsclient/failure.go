package awsclient

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"skyql/internal/resource"
)

// failure turns what the SDK returned into the error of this package's
// contract. The SDK's own error is not kept: it holds the request, with its
// signature and the desired state. What is kept of it is its cause.
func (c *Client) failure(ctx context.Context, about resource.Error, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	requestID := ""
	var response *awshttp.ResponseError
	if errors.As(err, &response) {
		requestID = response.ServiceRequestID()
	}
	failed := explain(about, err)
	c.opts.Logger.LogAttrs(ctx, slog.LevelDebug, "call failed",
		slog.String("operation", failed.Operation), slog.String("resource_type", string(failed.Type)),
		slog.String("region", string(failed.Scope.Region)), slog.String("code", string(failed.Code)),
		slog.String("aws_request_id", requestID))
	return failed
}

// explain finds out which kind of failure err is. The order matters: a provider
// of credentials makes calls too, so its failure holds others.
func explain(about resource.Error, err error) *resource.Error {
	var own *resource.Error
	var credentials *credentialsError
	var params smithy.InvalidParamsError
	var answer smithy.APIError
	var response *awshttp.ResponseError
	var send *smithyhttp.RequestSendError
	switch {
	case errors.As(err, &own):
		about.Code, about.Message, about.Err = own.Code, own.Message, own
	case errors.As(err, &credentials):
		about.Code, about.Message = resource.MissingCredentials, credentials.message
		if errors.As(credentials.err, &send) {
			unreachable(&about, credentials.err)
			about.Message = "getting credentials: " + about.Message
		}
	case errors.As(err, &params):
		about.Code, about.Message = resource.Validation, strings.Join(strings.Fields(params.Error()), " ")
	case errors.As(err, &answer):
		answered(&about, answer, httpResponse(err))
	case errors.As(err, &response) && response.HTTPStatusCode() >= http.StatusMultipleChoices && !cutOff(err):
		unreadable(&about, httpResponse(err))
	case errors.As(err, &response), errors.As(err, &send), cutOff(err):
		unreachable(&about, err)
	default:
		about.Code, about.Message, about.Err = resource.Unknown, withoutOperation(err).Error(), err
	}
	return &about
}

// withoutOperation takes off the SDK's "operation error …": the error that it
// goes into names the operation itself.
func withoutOperation(err error) error {
	var operation *smithy.OperationError
	if errors.As(err, &operation) {
		return operation.Err
	}
	return err
}

// answered explains an error that the service answered with.
func answered(about *resource.Error, answer smithy.APIError, response *http.Response) {
	name, message := answer.ErrorCode(), answer.ErrorMessage()
	about.Code, about.Message = refine(codeOf(name), name, message), message
	about.Err = &smithy.GenericAPIError{Code: name, Message: message, Fault: answer.ErrorFault()}
	if token := conflictingToken(about.Code, message); token != "" {
		about.RequestToken = token
	}
	if response == nil {
		return
	}
	about.RetryAfter = retryAfter(response.Header)
	if about.Code == resource.Unknown {
		about.Code = codeOfStatus(response.StatusCode)
		switch {
		case name == "UnknownError" && (message == name || message == ""): // the SDK's words for an empty answer
			about.Message = httpStatus(response)
		case about.Code == resource.Unknown:
			about.Message = name + ": " + message
		}
	}
}

// unreadable explains an answer that is an error, but not one of the API: what
// a load balancer, a proxy or another kind of server answers.
func unreadable(about *resource.Error, response *http.Response) {
	about.Code = codeOfStatus(response.StatusCode)
	about.Message = fmt.Sprintf("%s answered %s, not as AWS does",
		hostOf(response.Request), httpStatus(response))
	about.RetryAfter = retryAfter(response.Header)
}

func httpStatus(response *http.Response) string {
	return strings.TrimSpace(fmt.Sprintf("HTTP %d %s", response.StatusCode, http.StatusText(response.StatusCode)))
}

func codeOfStatus(status int) resource.Code {
	switch {
	case status == http.StatusTooManyRequests:
		return resource.Throttling
	case status >= http.StatusInternalServerError:
		return resource.ServiceInternalError
	}
	return resource.Unknown
}

// httpResponse returns the answer that err is about, or nil.
func httpResponse(err error) *http.Response {
	var response *awshttp.ResponseError
	if !errors.As(err, &response) || response.Response == nil {
		return nil
	}
	return response.Response.Response
}

// retryAfter reads the header in both its forms: seconds, and a date.
//
// https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
func retryAfter(header http.Header) time.Duration {
	value := header.Get("Retry-After")
	if seconds, err := strconv.ParseFloat(value, 64); err == nil && seconds > 0 && seconds < 1e9 {
		return time.Duration(seconds * float64(time.Second))
	}
	if date, err := http.ParseTime(value); err == nil {
		return max(0, time.Until(date))
	}
	return 0
}
