package awsclient

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/smithy-go"
)

// metadataTimeout bounds the answer of the EC2 instance metadata service. It is
// the last place where credentials are looked for, so on all other machines
// every user without credentials waits for it.
const metadataTimeout = 2 * time.Second

// instanceMetadata asks the EC2 instance metadata service for the credentials
// of the instance role. It exists before the configuration is loaded, because
// the loader wants it, and gets its client from it.
type instanceMetadata struct {
	client *imds.Client // nil: never ask
}

// use makes the service be asked, once and without repeating.
func (m *instanceMetadata) use(loaded aws.Config) {
	m.client = imds.NewFromConfig(loaded, func(o *imds.Options) { o.Retryer = aws.NopRetryer{} })
}

// GetMetadata implements ec2rolecreds.GetMetadataAPIClient.
func (m *instanceMetadata) GetMetadata(
	ctx context.Context, in *imds.GetMetadataInput, options ...func(*imds.Options),
) (*imds.GetMetadataOutput, error) {
	if m.client == nil {
		return nil, &noInstanceRole{errors.New("not asked")}
	}
	// The SDK reads the answer to its end before it returns, so cancelling
	// afterwards cuts nothing off.
	ctx, cancel := context.WithTimeout(ctx, metadataTimeout)
	defer cancel()
	out, err := m.client.GetMetadata(ctx, in, options...)
	if err != nil {
		return nil, &noInstanceRole{err}
	}
	return out, nil
}

// noInstanceRole tells that the chain of providers came to its end, as no other
// provider tells.
type noInstanceRole struct{ error }

// credentialChain is the SDK's chain of providers, with errors that say whose
// they are.
type credentialChain struct {
	chain      aws.CredentialsProvider
	profile    string // as asked for by an option
	acceptsAny bool   // the endpoint is a local emulator
}

// Retrieve implements aws.CredentialsProvider.
func (p *credentialChain) Retrieve(ctx context.Context) (aws.Credentials, error) {
	found, err := p.chain.Retrieve(ctx)
	if err == nil {
		return found, nil
	}
	if ctx.Err() != nil {
		return aws.Credentials{}, ctx.Err()
	}
	var absent *noInstanceRole
	switch {
	case !errors.As(err, &absent):
		return aws.Credentials{}, &credentialsError{message: p.failed(err), err: err}
	case p.acceptsAny:
		// A request must be signed with something, and an emulator on this
		// machine, such as skyql's own, takes anything: it must work for somebody
		// who has no AWS account.
		return anyCredentials.Retrieve(ctx)
	default:
		return aws.Credentials{}, &credentialsError{message: p.notFound()}
	}
}

// anyCredentials sign what goes to an emulator.
var anyCredentials = credentials.NewStaticCredentialsProvider("emulator", "emulator", "")

// credentialsError says why there are no credentials to sign a call with.
type credentialsError struct {
	message string
	err     error // of the provider that failed; nil if there is none
}

func (e *credentialsError) Error() string { return e.message }
func (e *credentialsError) Unwrap() error { return e.err }

// notFound lists where credentials were looked for.
func (p *credentialChain) notFound() string {
	places := []string{
		fmt.Sprintf("profile %q in %s and %s", p.profileName(), configFile(), credentialsFile()),
		"container credentials", "EC2 instance role",
	}
	if p.profile == "" { // a profile that was asked for by name comes before the environment
		places = append([]string{"AWS_ACCESS_KEY_ID in the environment", "web identity"}, places...)
	}
	return "no AWS credentials were found; looked for: " + strings.Join(places, ", ")
}

// failed tells the reason of a provider that is configured but has failed.
func (p *credentialChain) failed(err error) string {
	reason := strings.TrimPrefix(err.Error(), "failed to refresh cached credentials, ")
	var answer smithy.APIError
	if errors.As(err, &answer) {
		reason = answer.ErrorCode() + ": " + answer.ErrorMessage()
	}
	if p.signsIn() {
		reason += "; sign in with: aws sso login --profile " + p.profileName()
	}
	return fmt.Sprintf("the configured credentials (profile %q) cannot be used: %s", p.profileName(), reason)
}

// signsIn reports whether the profile gets its credentials from IAM Identity
// Center, where a session ends every few hours.
func (p *credentialChain) signsIn() bool {
	chain, ok := p.chain.(aws.CredentialProviderSource)
	return ok && slices.ContainsFunc(chain.ProviderSources(), func(source aws.CredentialSource) bool {
		return source == aws.CredentialSourceSSO || source == aws.CredentialSourceSSOLegacy
	})
}

func (p *credentialChain) profileName() string {
	return firstOf(p.profile, os.Getenv("AWS_PROFILE"), os.Getenv("AWS_DEFAULT_PROFILE"), "default")
}

func configFile() string { return firstOf(os.Getenv("AWS_CONFIG_FILE"), "~/.aws/config") }

func credentialsFile() string {
	return firstOf(os.Getenv("AWS_SHARED_CREDENTIALS_FILE"), "~/.aws/credentials")
}

func firstOf(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}
