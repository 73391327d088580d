package awsclient

import (
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
)

// clockRetryer turns the SDK's own retries off, but for one case: a call that
// was refused because this machine's clock is wrong. The SDK has learnt the
// right time from the refusal, and nothing was done, so the call is made once
// more at once. Otherwise the first call in each region would fail.
type clockRetryer struct{ aws.NopRetryer }

// IsErrorRetryable implements aws.Retryer. The SDK marks an error of a signature
// as retryable only when it found the clocks to differ.
func (clockRetryer) IsErrorRetryable(err error) bool {
	var marked interface{ RetryableError() bool }
	var answer smithy.APIError
	return errors.As(err, &marked) && marked.RetryableError() &&
		errors.As(err, &answer) && codeOf(answer.ErrorCode()) == codeOf("InvalidSignatureException")
}

// MaxAttempts implements aws.Retryer.
func (clockRetryer) MaxAttempts() int { return 2 }

// RetryDelay implements aws.Retryer.
func (clockRetryer) RetryDelay(int, error) (time.Duration, error) { return 0, nil }
