package awsclient

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/ec2rolecreds"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	sdk "github.com/aws/aws-sdk-go-v2/service/cloudcontrol"
	tags "github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/smithy-go/middleware"

	"skyql/internal/resource"
)

// session is the SDK's configuration and the clients made from it.
type session struct {
	config   aws.Config
	region   resource.Region // as configured, may be empty
	endpoint string          // empty for AWS's own endpoints
	loopback bool            // the endpoint is on this machine

	mu      sync.Mutex
	regions map[resource.Region]*sdk.Client  // guarded by mu
	taggers map[resource.Region]*tags.Client // guarded by mu
}

// load reads the environment and the shared files.
func (c *Client) load(ctx context.Context) (*session, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if c.opts.Emulator {
		return c.emulatorSession(), nil
	}
	metadata := &instanceMetadata{}
	loaded, err := config.LoadDefaultConfig(ctx, c.loadOptions(metadata)...)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, loadError(err)
	}
	endpoint := c.opts.Endpoint
	if endpoint == "" {
		// Only the service's client knows its own variable and profile section.
		endpoint = aws.ToString(sdk.NewFromConfig(loaded).Options().BaseEndpoint)
	}
	if err := checkEndpoint(endpoint); err != nil {
		return nil, err
	}
	s := &session{
		config: loaded, region: configuredRegion(loaded),
		endpoint: endpoint, loopback: isLoopback(endpoint),
		regions: make(map[resource.Region]*sdk.Client),
	}
	if !s.loopback {
		metadata.use(loaded)
	}
	s.config.Credentials = &credentialChain{
		chain: loaded.Credentials, profile: c.opts.Profile, acceptsAny: s.loopback,
	}
	s.config.HTTPClient = freeze(loaded.HTTPClient)
	return s, nil
}

// emulatorSession is one that does not depend on how the user has set up AWS.
func (c *Client) emulatorSession() *session {
	return &session{
		config: aws.Config{
			Region: fallbackRegion, Credentials: anyCredentials, HTTPClient: freeze(c.httpClient()),
			APIOptions: []func(*middleware.Stack) error{awsmiddleware.AddUserAgentKey("skyql")},
		},
		endpoint: c.opts.Endpoint, loopback: true, regions: make(map[resource.Region]*sdk.Client),
	}
}

func (c *Client) loadOptions(metadata *instanceMetadata) []func(*config.LoadOptions) error {
	options := []func(*config.LoadOptions) error{
		config.WithHTTPClient(c.httpClient()),
		config.WithDefaultRegion(fallbackRegion),
		config.WithLogger(sdkLogger(c.opts.Logger)),
		// The mode "auto" would ask the instance metadata service while loading,
		// and the modes differ only in timeouts and retries, which are set here.
		config.WithDefaultsMode(aws.DefaultsModeLegacy),
		config.WithEC2RoleCredentialOptions(func(o *ec2rolecreds.Options) { o.Client = metadata }),
		config.WithAPIOptions([]func(*middleware.Stack) error{awsmiddleware.AddUserAgentKey("skyql")}),
	}
	if c.opts.Profile != "" {
		options = append(options, config.WithSharedConfigProfile(c.opts.Profile))
	}
	if c.opts.MFAToken != nil {
		options = append(options, config.WithAssumeRoleCredentialOptions(
			func(o *stscreds.AssumeRoleOptions) { o.TokenProvider = c.opts.MFAToken }))
	}
	return options
}

// fallbackRegion is where STS and other sources of credentials are asked when
// no region is configured: calls name their own, so that is no mistake.
const fallbackRegion = "us-east-1"

// configuredRegion returns the region of the environment or the profile.
func configuredRegion(loaded aws.Config) resource.Region {
	for _, source := range loaded.ConfigSources {
		region := ""
		switch source := source.(type) {
		case config.EnvConfig:
			region = source.Region
		case config.SharedConfig:
			region = source.Region
		}
		if region != "" {
			return resource.Region(region)
		}
	}
	return ""
}

// api returns the client for a region.
func (s *session) api(region resource.Region) *sdk.Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	if api, ok := s.regions[region]; ok {
		return api
	}
	api := sdk.NewFromConfig(s.config, func(o *sdk.Options) {
		o.Region = string(region)
		o.Retryer, o.RetryMaxAttempts = clockRetryer{}, 0
		if s.endpoint != "" {
			o.BaseEndpoint = aws.String(s.endpoint)
		}
	})
	s.regions[region] = api
	return api
}

// checkEndpoint refuses what is certainly not a URL of a server.
func checkEndpoint(endpoint string) error {
	if endpoint == "" {
		return nil
	}
	u, err := url.Parse(endpoint)
	if err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" {
		return nil
	}
	return &resource.Error{
		Operation: "connect", Code: resource.Validation,
		Message: fmt.Sprintf("endpoint %q is not a URL such as http://127.0.0.1:4566", endpoint),
	}
}

// loadError says what is wrong with the shared files.
func loadError(err error) error {
	failure := &resource.Error{Operation: "read AWS configuration", Code: resource.MissingCredentials, Err: err}
	var missing config.SharedConfigProfileNotExistError
	var mfa config.AssumeRoleTokenProviderNotSetError
	switch {
	case errors.As(err, &missing):
		failure.Message = fmt.Sprintf("profile %q is neither in %s nor in %s",
			missing.Profile, configFile(), credentialsFile())
	case errors.As(err, &mfa):
		failure.Message = "the profile wants an MFA code, which cannot be asked for here"
	default:
		failure.Message = err.Error()
	}
	return failure
}
