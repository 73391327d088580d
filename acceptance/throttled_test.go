package acceptance

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudcontrol/types"
)

// Terraform polls at once, and again after five seconds, whatever RetryAfter
// says.
func TestTerraformPolls(t *testing.T) {
	t.Parallel()
	p := terraform(t, "--stabilize", "4s")
	identifier, properties, err := p.create(t.Context(), "AWS::S3::Bucket", `{}`)
	if err != nil || identifier == "" || properties["BucketName"] != identifier {
		t.Errorf("want a bucket with a name that was made up, got %q, %v: %v", identifier, properties, err)
	}
	p.wantCalls(t, "apply", "CreateResource GetResourceRequestStatus GetResourceRequestStatus GetResource")
}

// Any call may be throttled, twice in a row: the SDK repeats it, and one that
// changes something keeps its client token.
func TestTerraformIsThrottled(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{
		"CreateResource", "GetResourceRequestStatus", "GetResource", "UpdateResource", "DeleteResource", "ListResources",
	} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			p := terraform(t, "--fault", "throttle=0.5:"+operation, "--fault-seed", twoThrottles)
			p.everything(t)
			attempts := p.calls.since(operation)
			if len(attempts) < 3 {
				t.Fatalf("want three attempts at least, got %v", attempts)
			}
			for i, want := range []int{400, 400, 200} {
				if attempts[i].status != want || attempts[i].body != attempts[0].body {
					t.Errorf("attempt %d: want status %d for %s, got %d for %s",
						i+1, want, attempts[0].body, attempts[i].status, attempts[i].body)
				}
			}
			if clientToken := `"ClientToken":"terraform-`; changes(operation) != strings.Contains(attempts[0].body, clientToken) {
				t.Errorf("want a client token only if it changes something, got %s", attempts[0].body)
			}
		})
	}
}

func changes(operation string) bool {
	return slices.Contains([]string{"CreateResource", "UpdateResource", "DeleteResource"}, operation)
}

// everything makes a bucket, lists it, changes it and deletes it, each once.
func (p *provider) everything(t *testing.T) {
	t.Helper()
	const typeName, name = "AWS::S3::Bucket", "crate"
	ctx := t.Context()
	if identifier, _, err := p.create(ctx, typeName, `{"BucketName":"crate"}`); err != nil || identifier != name {
		t.Fatalf("want %s, got %q: %v", name, identifier, err)
	}
	if have := must[[]string](t)(p.list(ctx, typeName)); !slices.Equal(have, []string{name}) {
		t.Errorf("want %s alone, got %v", name, have)
	}
	if err := p.update(ctx, typeName, name, `[{"op":"add","path":"/Tags","value":[{"Key":"a","Value":"b"}]}]`); err != nil {
		t.Fatal(err)
	}
	tags := must[map[string]any](t)(p.read(ctx, typeName, name))["Tags"]
	if want := []any{map[string]any{"Key": "a", "Value": "b"}}; !reflect.DeepEqual(tags, want) {
		t.Errorf("want the tags %v, got %v", want, tags)
	}
	if event := must[types.ProgressEvent](t)(p.remove(ctx, typeName, name)); event.OperationStatus != types.OperationStatusSuccess {
		t.Errorf("want SUCCESS, got %+v", event)
	}
}
