package awsclient

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"skyql/internal/resource"
)

// getCallerIdentity is the operation's name in errors.
const getCallerIdentity = "GetCallerIdentity"

// Account asks STS for the account of the credentials, in the given region or
// else in the default one. The first answer is kept. The SDK repeats the call after a passing fault, as no
// layer of this program stands around it.
func (c *Client) Account(ctx context.Context, region resource.Region) (string, error) {
	return c.account.get(ctx, func(ctx context.Context) (string, error) {
		about := resource.Error{Operation: getCallerIdentity}
		session, err := c.session.get(ctx, c.load)
		if err != nil {
			return "", c.failure(ctx, about, err)
		}
		region := resource.Region(firstOf(string(region), session.config.Region))
		about.Scope.Region = region
		if err := checkRegion(about); err != nil {
			return "", err
		}
		out, err := session.tokenService(region, c.opts.Endpoint).
			GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		if err != nil {
			return "", c.failure(ctx, about, err)
		}
		account := aws.ToString(out.Account)
		if account == "" {
			return "", incomplete(about)
		}
		return account, nil
	})
}

// tokenService returns a client of STS. An endpoint that was asked for serves
// STS too, as an emulator does; so does one on this machine, unless the
// environment names another for STS.
func (s *session) tokenService(region resource.Region, endpoint string) *sts.Client {
	return sts.NewFromConfig(s.config, func(o *sts.Options) {
		o.Region = string(region)
		switch {
		case endpoint != "":
			o.BaseEndpoint = aws.String(endpoint)
		case o.BaseEndpoint == nil && s.loopback:
			o.BaseEndpoint = aws.String(s.endpoint)
		}
	})
}
