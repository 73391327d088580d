package acceptance

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// awsSwitch turns the tests on that run the AWS CLI.
const awsSwitch = "SKYQL_TEST_AWSCLI"

// awsCLI runs the program aws against an emulator. It has no other configuration.
type awsCLI struct {
	path, url, home string
}

// newAWSCLI starts an emulator for the AWS CLI, or skips the test and says why.
func newAWSCLI(t *testing.T, flags ...string) *awsCLI {
	t.Helper()
	if os.Getenv(awsSwitch) == "" {
		t.Skipf("skipped: it runs the AWS CLI; install that, as with Debian's package awscli, and set %s=1", awsSwitch)
	}
	path, err := exec.LookPath("aws")
	if err != nil {
		t.Fatalf("%s is set, but there is no program aws: %v", awsSwitch, err)
	}
	return &awsCLI{path, emulatorFor(t, flags...), t.TempDir()}
}

// run runs aws and gives what it writes.
func (a *awsCLI) run(args ...string) (stdout, stderr string, err error) {
	cmd := exec.Command(a.path, append(args, "--endpoint-url", a.url, "--region", "us-east-1", "--output", "json")...)
	cmd.Env = append(clientEnvironment(a.home), "AWS_PAGER=")
	var out, failed bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &failed
	err = cmd.Run()
	return out.String(), failed.String(), err
}

// reply runs an operation of Cloud Control and decodes its answer.
func reply[T any](t *testing.T, a *awsCLI, args ...string) (answer T) {
	t.Helper()
	stdout, stderr, err := a.run(append([]string{"cloudcontrol"}, args...)...)
	if err != nil {
		t.Fatalf("aws cloudcontrol %s: %v\n%s", strings.Join(args, " "), err, stderr)
	}
	if stdout == "" { // the waiters say nothing
		return answer
	}
	if err := json.Unmarshal([]byte(stdout), &answer); err != nil {
		t.Fatalf("aws cloudcontrol %s: %v\n%s", strings.Join(args, " "), err, stdout)
	}
	return answer
}

// refused runs an operation of Cloud Control and wants that error.
func refused(t *testing.T, a *awsCLI, want string, args ...string) {
	t.Helper()
	stdout, stderr, err := a.run(append([]string{"cloudcontrol"}, args...)...)
	var failed *exec.ExitError
	if !errors.As(err, &failed) || !strings.Contains(stderr, "An error occurred ("+want+")") {
		t.Errorf("aws cloudcontrol %s: want %s, got %v\n%s%s", strings.Join(args, " "), want, err, stdout, stderr)
	}
}

type progress struct {
	ProgressEvent struct {
		TypeName, Identifier, RequestToken, Operation, OperationStatus, ErrorCode, StatusMessage string
		EventTime                                                                                any
	}
}

type description struct {
	TypeName            string
	ResourceDescription struct{ Identifier, Properties string }
}

// change starts a change, waits for its success, and gives the final event.
func change(t *testing.T, a *awsCLI, args ...string) progress {
	t.Helper()
	begun := reply[progress](t, a, args...).ProgressEvent
	if begun.RequestToken == "" || begun.EventTime == nil {
		t.Fatalf("aws cloudcontrol %s: want a request token and a time, got %+v", args[0], begun)
	}
	reply[struct{}](t, a, "wait", "resource-request-success", "--request-token", begun.RequestToken)
	return reply[progress](t, a, "get-resource-request-status", "--request-token", begun.RequestToken)
}

// bucket reads a bucket's properties.
func bucket(t *testing.T, a *awsCLI, name string) (properties map[string]any) {
	t.Helper()
	found := reply[description](t, a, "get-resource", "--type-name", "AWS::S3::Bucket", "--identifier", name)
	if found.TypeName != "AWS::S3::Bucket" || found.ResourceDescription.Identifier != name {
		t.Errorf("want the bucket %s, got %+v", name, found)
	}
	if err := json.Unmarshal([]byte(found.ResourceDescription.Properties), &properties); err != nil {
		t.Fatal(err)
	}
	return properties
}

func TestAWSCLIChangesAResource(t *testing.T) {
	t.Parallel()
	a := newAWSCLI(t)
	const typeName = "AWS::S3::Bucket"

	created := change(t, a, "create-resource", "--type-name", typeName, "--desired-state", `{"BucketName":"crate"}`).ProgressEvent
	if created.Operation != "CREATE" || created.OperationStatus != "SUCCESS" || created.Identifier != "crate" {
		t.Errorf("want CREATE, SUCCESS and crate, got %+v", created)
	}
	if have := bucket(t, a, "crate"); have["BucketName"] != "crate" || have["Arn"] != "arn:aws:s3:::crate" {
		t.Errorf("want the name and the ARN that the handler gives, got %v", have)
	}

	updated := change(t, a, "update-resource", "--type-name", typeName, "--identifier", "crate", "--patch-document",
		`[{"op":"add","path":"/Tags","value":[{"Key":"colour","Value":"blue"}]}]`).ProgressEvent
	if updated.Operation != "UPDATE" || updated.OperationStatus != "SUCCESS" {
		t.Errorf("want UPDATE and SUCCESS, got %+v", updated)
	}
	if tags, _ := json.Marshal(bucket(t, a, "crate")["Tags"]); string(tags) != `[{"Key":"colour","Value":"blue"}]` {
		t.Errorf("want the tag that was added, got %s", tags)
	}

	deleted := change(t, a, "delete-resource", "--type-name", typeName, "--identifier", "crate").ProgressEvent
	if deleted.Operation != "DELETE" || deleted.OperationStatus != "SUCCESS" || deleted.Identifier != "crate" {
		t.Errorf("want DELETE, SUCCESS and crate, got %+v", deleted)
	}
	refused(t, a, "ResourceNotFoundException", "get-resource", "--type-name", typeName, "--identifier", "crate")

	requests := reply[struct {
		ResourceRequestStatusSummaries []struct{ Operation, OperationStatus, RequestToken string }
	}](t, a, "list-resource-requests").ResourceRequestStatusSummaries
	var operations []string
	for _, request := range requests {
		operations = append(operations, request.Operation)
	}
	if want := []string{"DELETE", "UPDATE", "CREATE"}; !slices.Equal(operations, want) {
		t.Errorf("want the requests %v, the newest first, got %v", want, operations)
	}
	filtered := reply[struct{ ResourceRequestStatusSummaries []any }](t, a, "list-resource-requests",
		"--resource-request-status-filter", "Operations=CREATE,OperationStatuses=SUCCESS").ResourceRequestStatusSummaries
	if len(filtered) != 1 {
		t.Errorf("want one request that has created something, got %v", filtered)
	}
	refused(t, a, "ValidationException", "cancel-resource-request", "--request-token", deleted.RequestToken)
}

func TestAWSCLILists(t *testing.T) {
	t.Parallel()
	a := newAWSCLI(t, "--populate", "AWS::S3::Bucket=250", "--populate", "AWS::Cognito::UserPoolClient=3")
	type list struct {
		TypeName, NextToken  string
		ResourceDescriptions []struct{ Identifier, Properties string }
	}
	all := reply[list](t, a, "list-resources", "--type-name", "AWS::S3::Bucket")
	if len(all.ResourceDescriptions) != 250 || all.TypeName != "AWS::S3::Bucket" {
		t.Errorf("want 250 buckets, got %d of %s", len(all.ResourceDescriptions), all.TypeName)
	}
	few := reply[list](t, a, "list-resources", "--type-name", "AWS::S3::Bucket", "--max-items", "3")
	if len(few.ResourceDescriptions) != 3 || few.NextToken == "" {
		t.Errorf("want 3 buckets and a way to go on, got %+v", few)
	}
	pools := reply[list](t, a, "list-resources", "--type-name", "AWS::Cognito::UserPool").ResourceDescriptions
	if len(pools) != 1 {
		t.Fatalf("want one pool, got %v", pools)
	}
	clients := reply[list](t, a, "list-resources", "--type-name", "AWS::Cognito::UserPoolClient",
		"--resource-model", `{"UserPoolId":"`+pools[0].Identifier+`"}`).ResourceDescriptions
	if len(clients) != 3 || !strings.HasPrefix(clients[0].Identifier, pools[0].Identifier+"|") {
		t.Errorf("want 3 clients of the pool %s, got %v", pools[0].Identifier, clients)
	}
}

func TestAWSCLIErrors(t *testing.T) {
	t.Parallel()
	a := newAWSCLI(t, "--populate", "AWS::S3::Bucket=1", "--populate", "AWS::Cognito::UserPoolClient=1")
	for _, test := range []struct {
		want string
		args []string
	}{
		{"TypeNotFoundException", []string{"list-resources", "--type-name", "AWS::S3::Nosuch"}},
		{"ResourceNotFoundException", []string{"get-resource", "--type-name", "AWS::S3::Bucket", "--identifier", "nosuch"}},
		{"UnsupportedActionException", []string{"list-resources", "--type-name", "AWS::Cognito::UserPoolDomain"}},
		{"InvalidRequestException", []string{"list-resources", "--type-name", "AWS::Cognito::UserPoolClient"}},
		{"ValidationException", []string{
			"create-resource", "--type-name", "AWS::S3::Bucket", "--desired-state", `{"BucketName":7}`}},
		{"ValidationException", []string{
			"create-resource", "--type-name", "AWS::S3::Bucket", "--desired-state", `{"Nosuch":"x"}`}},
		{"NotUpdatableException", []string{
			"update-resource", "--type-name", "AWS::S3::Bucket", "--identifier", "bucket-1",
			"--patch-document", `[{"op":"replace","path":"/BucketName","value":"other"}]`}},
		{"RequestTokenNotFoundException", []string{
			"get-resource-request-status", "--request-token", "00000000-0000-4000-8000-000000000000"}},
	} {
		t.Run(test.want, func(t *testing.T) {
			t.Parallel()
			refused(t, a, test.want, test.args...)
		})
	}
	t.Run("ClientTokenConflictException", func(t *testing.T) {
		t.Parallel()
		create := []string{"create-resource", "--type-name", "AWS::S3::Bucket", "--client-token", "once", "--desired-state"}
		reply[progress](t, a, append(slices.Clone(create), `{"BucketName":"first"}`)...)
		refused(t, a, "ClientTokenConflictException", append(slices.Clone(create), `{"BucketName":"second"}`)...)
	})
}

// What fails later than the call is told by the progress event.
func TestAWSCLIFailedRequests(t *testing.T) {
	t.Parallel()
	a := newAWSCLI(t, "--populate", "AWS::S3::Bucket=1")
	for _, test := range []struct {
		want string
		args []string
	}{
		{"AlreadyExists", []string{
			"create-resource", "--type-name", "AWS::S3::Bucket", "--desired-state", `{"BucketName":"bucket-1"}`}},
		{"NotFound", []string{"delete-resource", "--type-name", "AWS::S3::Bucket", "--identifier", "nosuch"}},
	} {
		t.Run(test.want, func(t *testing.T) {
			t.Parallel()
			token := reply[progress](t, a, test.args...).ProgressEvent.RequestToken
			_, stderr, err := a.run("cloudcontrol", "wait", "resource-request-success", "--request-token", token)
			if err == nil || !strings.Contains(stderr, "terminal failure state") {
				t.Errorf("want the waiter to fail, got %v\n%s", err, stderr)
			}
			event := reply[progress](t, a, "get-resource-request-status", "--request-token", token).ProgressEvent
			if event.OperationStatus != "FAILED" || event.ErrorCode != test.want || event.StatusMessage == "" {
				t.Errorf("want FAILED and %s with a message, got %+v", test.want, event)
			}
		})
	}
}

func TestAWSCLIAsksWhoItIs(t *testing.T) {
	t.Parallel()
	a := newAWSCLI(t)
	stdout, stderr, err := a.run("sts", "get-caller-identity")
	var identity struct{ Account, Arn, UserId string }
	if err != nil || json.Unmarshal([]byte(stdout), &identity) != nil {
		t.Fatalf("aws sts get-caller-identity: %v\n%s%s", err, stdout, stderr)
	}
	if identity.Account != "123456789012" || identity.Arn == "" || identity.UserId == "" {
		t.Errorf("want the account 123456789012, got %+v", identity)
	}
}
