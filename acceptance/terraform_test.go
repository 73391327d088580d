package acceptance

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudcontrol/types"
	"github.com/aws/smithy-go"
)

// clientResource is one of those that the scripts of other clients live through,
// too.
type clientResource struct {
	Type    string
	Desired map[string]any
	Parent  *struct {
		Type    string
		Desired map[string]any
		As      string
	}
	Names    []string
	ReadOnly map[string]string
	Patch    json.RawMessage
	Patched  map[string]any
}

func clientResources(t *testing.T) (all []clientResource) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(clientFolder, "resources.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// must gives a value that was to be had without an error.
func must[T any](t *testing.T) func(T, error) T {
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// asText writes a document that a test has made.
func asText(t *testing.T, document any) string {
	t.Helper()
	return string(must[[]byte](t)(json.Marshal(document)))
}

// wantCalls compares what was called since the last time.
func (p *provider) wantCalls(t *testing.T, step, want string) {
	t.Helper()
	if have := p.calls.operations(); have != want {
		t.Errorf("%s: want the calls %s, got %s", step, want, have)
	}
}

func TestTerraformLifeCycle(t *testing.T) {
	t.Parallel()
	for _, subject := range clientResources(t) {
		t.Run(subject.Type, func(t *testing.T) {
			t.Parallel()
			p := terraform(t)
			if account := must[string](t)(p.configure(t.Context())); account != "123456789012" {
				t.Errorf("want the account 123456789012, got %q", account)
			}
			p.wantCalls(t, "configure", "GetCallerIdentity GetCallerIdentity")
			if parent := subject.Parent; parent != nil {
				above, _, err := p.create(t.Context(), parent.Type, asText(t, parent.Desired))
				if err != nil {
					t.Fatal(err)
				}
				subject.Desired[parent.As] = above
				p.calls.operations()
			}
			p.live(t, subject)
		})
	}
}

// live leads a resource through apply, plan, another apply, and destroy. Each
// change has come to its end at the first poll: one more would take Terraform
// five seconds.
func (p *provider) live(t *testing.T, subject clientResource) {
	t.Helper()
	ctx := t.Context()
	identifier, created, err := p.create(ctx, subject.Type, asText(t, subject.Desired))
	if err != nil {
		t.Fatal(err)
	}
	p.wantCalls(t, "apply", "CreateResource GetResourceRequestStatus GetResource")
	var parts []string
	for _, name := range subject.Names {
		parts = append(parts, fmt.Sprint(created[name]))
	}
	if want := strings.Join(parts, "|"); identifier != want {
		t.Errorf("want the identifier %q, got %q", want, identifier)
	}
	for name, value := range subject.Desired {
		if !reflect.DeepEqual(created[name], value) {
			t.Errorf("want %s %v, got %v", name, value, created[name])
		}
	}
	for name, pattern := range subject.ReadOnly { // what is missing would stay null in Terraform
		if value, ok := created[name].(string); !ok || !regexp.MustCompile(pattern).MatchString(value) {
			t.Errorf("want %s like %s, got %v", name, pattern, created[name])
		}
	}

	if planned := must[map[string]any](t)(p.read(ctx, subject.Type, identifier)); !reflect.DeepEqual(planned, created) {
		t.Errorf("want no changes of %v, got %v", created, planned)
	}
	p.calls.operations()
	if err := p.update(ctx, subject.Type, identifier, string(subject.Patch)); err != nil {
		t.Fatal(err)
	}
	p.wantCalls(t, "another apply", "GetResource UpdateResource GetResourceRequestStatus")
	want := maps.Clone(created)
	maps.Copy(want, subject.Patched)
	if have := must[map[string]any](t)(p.read(ctx, subject.Type, identifier)); !reflect.DeepEqual(have, want) {
		t.Errorf("want %v, got %v", want, have)
	}
	if err := p.update(ctx, subject.Type, identifier, "[]"); err != nil { // which it sends now and then
		t.Errorf("an empty patch document: %v", err)
	}
	p.calls.operations()
	p.destroy(t, subject.Type, identifier)
}

// destroy deletes a resource, and once more what somebody else has deleted.
func (p *provider) destroy(t *testing.T, typeName, identifier string) {
	t.Helper()
	ctx := t.Context()
	must[map[string]any](t)(p.read(ctx, typeName, identifier))
	deleted := must[types.ProgressEvent](t)(p.remove(ctx, typeName, identifier))
	if deleted.OperationStatus != types.OperationStatusSuccess || aws.ToString(deleted.Identifier) != identifier ||
		deleted.ResourceModel != nil {
		t.Errorf("want SUCCESS for %s without a model, got %+v", identifier, deleted)
	}
	p.wantCalls(t, "destroy", "GetResource DeleteResource GetResourceRequestStatus")
	var gone *types.ResourceNotFoundException
	if _, err := p.read(ctx, typeName, identifier); !errors.As(err, &gone) {
		t.Errorf("want ResourceNotFoundException, got %v", err)
	}
	again := must[types.ProgressEvent](t)(p.remove(ctx, typeName, identifier))
	if again.ErrorCode != types.HandlerErrorCodeNotFound || aws.ToString(again.Identifier) != identifier ||
		aws.ToString(again.StatusMessage) == "" {
		t.Errorf("want NotFound for %s with a message, got %+v", identifier, again)
	}
	p.wantCalls(t, "destroy once more", "GetResource DeleteResource GetResourceRequestStatus")
}

// A create that fails late leaves its identifier, which Terraform taints.
func TestTerraformFailedCreate(t *testing.T) {
	t.Parallel()
	for code, flags := range map[string][]string{
		"AlreadyExists": {"--populate", "AWS::S3::Bucket=1"},
		"Throttling":    {"--fault", "late-throttle=1:CreateResource"},
	} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			p := terraform(t, flags...)
			identifier, _, err := p.create(t.Context(), "AWS::S3::Bucket", `{"BucketName":"bucket-1"}`)
			want := regexp.MustCompile(`^waiter state transitioned to FAILED\. StatusMessage: .+\. ErrorCode: ` + code + `$`)
			if err == nil || !want.MatchString(err.Error()) || identifier != "bucket-1" {
				t.Errorf("want %s for bucket-1, got %v for %q", want, err, identifier)
			}
			p.wantCalls(t, "apply", "CreateResource GetResourceRequestStatus")
		})
	}
}

func TestTerraformDataSource(t *testing.T) {
	t.Parallel()
	p := terraform(t, "--page-size", "3", "--populate", "AWS::S3::Bucket=7")
	have := must[[]string](t)(p.list(t.Context(), "AWS::S3::Bucket"))
	slices.Sort(have)
	if want := strings.Fields("bucket-1 bucket-2 bucket-3 bucket-4 bucket-5 bucket-6 bucket-7"); !slices.Equal(have, want) {
		t.Errorf("want %v, got %v", want, have)
	}
	p.wantCalls(t, "data source", "ListResources ListResources ListResources")
	if have := must[[]string](t)(p.list(t.Context(), "AWS::SQS::Queue")); len(have) > 0 {
		t.Errorf("want no queues, got %v", have)
	}
}

// refusedPatch is a patch document that the service refuses at once.
type refusedPatch struct{ patch, code, message string }

// Write-only values are in no answer. Terraform knows them from its own state,
// and adds them where it would replace others. Those that are required it adds
// to every patch document.
func TestTerraformWriteOnlyValues(t *testing.T) {
	t.Parallel()
	for typeName, test := range map[string]struct {
		desired, hidden, patch string
		refused                []refusedPatch
	}{
		"AWS::SecretsManager::Secret": {
			`{"Name":"door","Description":"old","SecretString":"sesame"}`, "SecretString",
			`[{"op":"add","path":"/SecretString","value":"sesame2"},{"op":"replace","path":"/Description","value":"new"}]`,
			[]refusedPatch{
				{`[{"op":"replace","path":"/SecretString","value":"sesame3"}]`, "ValidationException",
					"[REPLACE Operation] noSuchPath in source, path provided : //SecretString"},
				{`[{"op":"replace","path":"/Description","value":"newer"},{"op":"replace","path":"/Name","value":"gate"}]`, "NotUpdatableException",
					"Invalid patch update: createOnlyProperties [/properties/Name] cannot be updated"},
				{`[{"op":"replace","path":"/Description","value":"newer"},{"op":"replace","path":"/Id","value":"x"}]`, "ValidationException",
					"Invalid patch update: readOnlyProperties [/properties/Id] cannot be updated"},
			},
		},
		"AWS::Lambda::Function": {
			`{"Role":"arn:aws:iam::123456789012:role/any","Description":"old","Code":{"ZipFile":"sesame"}}`, "Code",
			`[{"op":"add","path":"/Code","value":{"ZipFile":"sesame"}},{"op":"replace","path":"/Description","value":"new"}]`,
			[]refusedPatch{
				{`[{"op":"replace","path":"/Description","value":"newer"}]`, "ValidationException",
					"Model validation failed (#: required key [Code] not found)"},
				{`[{"op":"replace","path":"/Code","value":{"ZipFile":"sesame"}}]`, "ValidationException",
					"[REPLACE Operation] noSuchPath in source, path provided : //Code"},
			},
		},
	} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			p := terraform(t)
			identifier, created, err := p.create(t.Context(), typeName, test.desired)
			if err != nil {
				t.Fatal(err)
			}
			if _, shown := created[test.hidden]; shown || created["Description"] != "old" {
				t.Errorf("want all but the write-only value, got %v", created)
			}
			if err := p.update(t.Context(), typeName, identifier, test.patch); err != nil {
				t.Fatal(err)
			}
			created["Description"] = "new"
			for _, refused := range test.refused {
				p.wantRefusal(t, typeName, identifier, refused)
				if have := must[map[string]any](t)(p.read(t.Context(), typeName, identifier)); !reflect.DeepEqual(have, created) {
					t.Errorf("%s: want %v as before, got %v", refused.patch, created, have)
				}
			}
		})
	}
}

// wantRefusal wants a patch document to fail without a request, and the error
// not to show what is write-only.
func (p *provider) wantRefusal(t *testing.T, typeName, identifier string, want refusedPatch) {
	t.Helper()
	p.calls.operations()
	err := p.update(t.Context(), typeName, identifier, want.patch)
	var refusal smithy.APIError
	if !errors.As(err, &refusal) || refusal.ErrorCode() != want.code || refusal.ErrorMessage() != want.message {
		t.Errorf("%s: want %s: %s, got %v", want.patch, want.code, want.message, err)
	}
	if err != nil && strings.Contains(err.Error(), "sesame") {
		t.Errorf("%s: the error shows a write-only value: %v", want.patch, err)
	}
	p.wantCalls(t, want.patch, "GetResource UpdateResource")
}
