package acceptance

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudcontrol"
	"github.com/aws/aws-sdk-go-v2/service/cloudcontrol/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// provider calls Cloud Control as Terraform's provider awscc does: the same
// operations in the same order, with as many attempts and the waiter's own
// delays.
type provider struct {
	calls *recorder
	api   *cloudcontrol.Client
	who   *sts.Client
	made  int // client tokens
}

// terraform gives a provider for an emulator that it starts.
func terraform(t *testing.T, flags ...string) *provider {
	t.Helper()
	address, transport := emulatorFor(t, flags...), &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	p := &provider{calls: &recorder{next: transport}}
	config := aws.Config{
		Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("any", "any", ""),
		HTTPClient: &http.Client{Transport: p.calls}, BaseEndpoint: &address,
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.MaxAttempts, o.RateLimiter = 25, ratelimit.None
				o.MaxBackoff = 10 * time.Millisecond // Terraform is more patient
			})
		},
	}
	p.api, p.who = cloudcontrol.NewFromConfig(config), sts.NewFromConfig(config)
	return p
}

// configure asks whose account it is, as the provider does twice before all
// else.
func (p *provider) configure(ctx context.Context) (account string, err error) {
	for range 2 {
		identity, err := p.who.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		if err != nil {
			return "", err
		}
		account = aws.ToString(identity.Account)
	}
	return account, nil
}

// create makes a resource and reads what the service has added. If that fails
// late, there may be an identifier, which Terraform keeps as tainted.
func (p *provider) create(ctx context.Context, typeName, desired string) (identifier string, properties map[string]any, err error) {
	out, err := p.api.CreateResource(ctx, &cloudcontrol.CreateResourceInput{
		TypeName: &typeName, DesiredState: &desired, ClientToken: p.token(),
	})
	if err != nil {
		return "", nil, err
	}
	event, err := p.wait(ctx, out.ProgressEvent)
	identifier = aws.ToString(event.Identifier)
	if err != nil {
		return identifier, nil, err
	}
	properties, err = p.read(ctx, typeName, identifier)
	return identifier, properties, err
}

func (p *provider) read(ctx context.Context, typeName, identifier string) (properties map[string]any, err error) {
	out, err := p.api.GetResource(ctx, &cloudcontrol.GetResourceInput{TypeName: &typeName, Identifier: &identifier})
	if err != nil {
		return nil, err
	}
	if have := aws.ToString(out.ResourceDescription.Identifier); have != identifier {
		return nil, fmt.Errorf("want the resource %q, got %q", identifier, have)
	}
	return properties, json.Unmarshal([]byte(aws.ToString(out.ResourceDescription.Properties)), &properties)
}

func (p *provider) update(ctx context.Context, typeName, identifier, patch string) error {
	if _, err := p.read(ctx, typeName, identifier); err != nil {
		return err
	}
	out, err := p.api.UpdateResource(ctx, &cloudcontrol.UpdateResourceInput{
		TypeName: &typeName, Identifier: &identifier, PatchDocument: &patch, ClientToken: p.token(),
	})
	if err != nil {
		return err
	}
	_, err = p.wait(ctx, out.ProgressEvent)
	return err
}

// remove deletes a resource. That there is none must show in the progress event
// alone, which is success here; an error of the call itself is none.
func (p *provider) remove(ctx context.Context, typeName, identifier string) (types.ProgressEvent, error) {
	out, err := p.api.DeleteResource(ctx, &cloudcontrol.DeleteResourceInput{
		TypeName: &typeName, Identifier: &identifier, ClientToken: p.token(),
	})
	if err != nil {
		return types.ProgressEvent{}, err
	}
	event, err := p.wait(ctx, out.ProgressEvent)
	if event.OperationStatus == types.OperationStatusFailed && event.ErrorCode == types.HandlerErrorCodeNotFound {
		err = nil
	}
	return event, err
}

// list is the plural data source.
func (p *provider) list(ctx context.Context, typeName string) (identifiers []string, err error) {
	pages := cloudcontrol.NewListResourcesPaginator(p.api, &cloudcontrol.ListResourcesInput{TypeName: &typeName})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, found := range page.ResourceDescriptions {
			identifiers = append(identifiers, aws.ToString(found.Identifier))
		}
	}
	return identifiers, nil
}

// wait polls at once, then after five seconds, then ever more seldom, and gives
// the last event, also with an error. A cancelled request is no failure.
func (p *provider) wait(ctx context.Context, begun *types.ProgressEvent) (last types.ProgressEvent, err error) {
	waiter := cloudcontrol.NewResourceRequestSuccessWaiter(p.api, func(o *cloudcontrol.ResourceRequestSuccessWaiterOptions) {
		o.Retryable = func(_ context.Context, _ *cloudcontrol.GetResourceRequestStatusInput,
			out *cloudcontrol.GetResourceRequestStatusOutput, err error,
		) (bool, error) {
			if err != nil {
				return false, err
			}
			last = *out.ProgressEvent
			switch last.OperationStatus {
			case types.OperationStatusSuccess, types.OperationStatusCancelComplete:
				return false, nil
			case types.OperationStatusFailed:
				return false, fmt.Errorf("waiter state transitioned to %s. StatusMessage: %s. ErrorCode: %s",
					last.OperationStatus, aws.ToString(last.StatusMessage), last.ErrorCode)
			}
			return true, nil
		}
	})
	in := &cloudcontrol.GetResourceRequestStatusInput{RequestToken: begun.RequestToken}
	return last, waiter.Wait(ctx, in, 2*time.Hour)
}

// token makes up a client token; each call has another.
func (p *provider) token() *string {
	p.made++
	return aws.String(fmt.Sprintf("terraform-%d-%d", time.Now().UnixNano(), p.made))
}
