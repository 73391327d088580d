package awsclient

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	tags "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"skyql/internal/resource"
	"skyql/internal/tagging"
)

var _ tagging.Client = (*Client)(nil)

// callTagging makes one call of the Tagging API in the region of about.Scope.
func callTagging[Out any](
	ctx context.Context, c *Client, about resource.Error,
	do func(ctx context.Context, api *tags.Client) (*Out, error),
) (*Out, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := checkRegion(about); err != nil {
		return nil, err
	}
	session, err := c.session.get(ctx, c.load)
	if err != nil {
		return nil, c.failure(ctx, about, err)
	}
	api := session.tagging(about.Scope.Region, c.opts.Endpoint)
	if err := checkEndpoint(aws.ToString(api.Options().BaseEndpoint)); err != nil {
		return nil, c.failure(ctx, about, err)
	}
	out, err := do(ctx, api)
	if err != nil {
		return nil, taggingFailure(c.failure(ctx, about, err), err)
	}
	return out, nil
}

// tagging returns the client of the Tagging API for a region. As with STS, an
// endpoint that was asked for serves it too, and so does one on this machine,
// unless the environment names another.
func (s *session) tagging(region resource.Region, endpoint string) *tags.Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	if api, ok := s.taggers[region]; ok {
		return api
	}
	api := tags.NewFromConfig(s.config, func(o *tags.Options) {
		o.Region = string(region)
		o.Retryer, o.RetryMaxAttempts = clockRetryer{}, 0
		switch {
		case endpoint != "":
			o.BaseEndpoint = aws.String(endpoint)
		case o.BaseEndpoint == nil && s.loopback:
			o.BaseEndpoint = aws.String(s.endpoint)
		}
	})
	if s.taggers == nil {
		s.taggers = make(map[resource.Region]*tags.Client)
	}
	s.taggers[region] = api
	return api
}

// taggingCodes classifies the errors that only the Tagging API answers.
//
// https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/CommonErrors.html
var taggingCodes = map[string]resource.Code{
	"InvalidParameter":       resource.Validation,
	"PaginationTokenExpired": tagging.TokenExpired,
	"ConstraintViolation":    tagging.ConstraintViolation,
	"InternalService":        resource.ServiceInternalError,
}

// taggingFailure puts the code of an answer that is in taggingCodes into failed,
// which is what was made of err.
func taggingFailure(failed, err error) error {
	var own *resource.Error
	var answer smithy.APIError
	if !errors.As(failed, &own) || !errors.As(err, &answer) {
		return failed
	}
	if code, ok := taggingCodes[strings.TrimSuffix(answer.ErrorCode(), "Exception")]; ok {
		own.Code, own.Message = code, answer.ErrorMessage()
	}
	return failed
}

// empty reports whether a successful answer has no body, as when a proxy dropped
// it. What the API answers is a JSON object at least.
func empty(metadata middleware.Metadata) bool {
	response, ok := awsmiddleware.GetRawResponse(metadata).(*smithyhttp.Response)
	return ok && response.ContentLength == 0
}
