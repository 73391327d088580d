package awsclient

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/service/cloudcontrol"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

// Options says whose credentials to use and how to connect. The zero value
// works: everything then comes from the environment and the files that the AWS
// SDKs read.
type Options struct {
	// Profile names a profile of the shared config and credentials files;
	// default AWS_PROFILE, or "default".
	Profile string
	// Endpoint is the URL that all calls go to, those of STS included; default
	// AWS_ENDPOINT_URL_CLOUDCONTROL, AWS_ENDPOINT_URL, the profile's, or AWS's
	// own.
	Endpoint string
	// Emulator says that Endpoint is the built-in emulator: neither environment
	// nor files are read, and made-up credentials are used.
	Emulator bool
	// MaxConnections is how many idle connections to keep for each endpoint: as
	// many as there are calls in parallel; default 64.
	MaxConnections int
	// HTTPClient makes the requests; default one with this package's timeouts.
	HTTPClient *http.Client
	// MFAToken asks the user for the code that a profile with mfa_serial wants;
	// without it, such a profile cannot be used.
	MFAToken func() (string, error)
	// Logger gets debug records; default none.
	Logger *slog.Logger
}

// Client is the real API. All its methods may be called from many goroutines.
type Client struct {
	opts    Options
	session lazy[*session]
	account lazy[string]
}

var _ cloudcontrol.Client = (*Client)(nil)

// New returns a Client. It does nothing else: configuration is read when it is
// first needed, credentials are looked for with the first call.
func New(opts Options) *Client {
	if opts.MaxConnections <= 0 {
		opts.MaxConnections = 64
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	return &Client{opts: opts}
}

// DefaultRegion returns the region that the environment or the profile names,
// or "" if neither does. It reads files, but neither looks for credentials nor
// uses the network.
func (c *Client) DefaultRegion(ctx context.Context) (resource.Region, error) {
	session, err := c.session.get(ctx, c.load)
	if err != nil {
		return "", err
	}
	return session.region, nil
}

// call makes one call in the region of about.Scope. The fields of about
// describe the call, for the error.
func call[Out any](
	ctx context.Context, c *Client, about resource.Error,
	do func(ctx context.Context, api *sdk.Client) (*Out, error),
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
	out, err := do(ctx, session.api(about.Scope.Region))
	if err != nil {
		return nil, c.failure(ctx, about, err)
	}
	return out, nil
}

// checkRegion refuses what cannot be a region: it becomes part of a host name.
func checkRegion(about resource.Error) error {
	region := string(about.Scope.Region)
	outside := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-'
	}
	switch {
	case region == "":
		about.Message = "no region is given"
	case strings.ContainsFunc(region, outside), strings.HasPrefix(region, "-"), strings.HasSuffix(region, "-"):
		about.Message = fmt.Sprintf("%q is not the name of a region", region)
	default:
		return nil
	}
	about.Code = resource.Validation
	return &about
}

// describe says what a call on a resource is about.
func describe(operation string, in cloudcontrol.Call, identifier string) resource.Error {
	return resource.Error{Operation: operation, Type: in.Type, Identifier: identifier, Scope: in.Scope}
}
