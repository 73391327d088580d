package acceptance

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Whichever form a command has an identifier in, answers have it as a string,
// which the next command takes again. Documents come from files.
func TestAWSCLICompoundIdentifier(t *testing.T) {
	t.Parallel()
	a := newAWSCLI(t)
	pool := change(t, a, "create-resource", "--type-name", "AWS::Cognito::UserPool", "--desired-state",
		`{"UserPoolName":"guests"}`).ProgressEvent.Identifier
	const typeName = "AWS::Cognito::UserPoolClient"
	desired, patch := filepath.Join(a.home, "desired.json"), filepath.Join(a.home, "patch.json")
	for name, text := range map[string]string{
		desired: `{"UserPoolId":"` + pool + `","ClientName":"phone"}`,
		patch:   `[{"op":"replace","path":"/ClientName","value":"tablet"}]`,
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	identifier := change(t, a, "create-resource", "--type-name", typeName, "--desired-state", "file://"+desired).ProgressEvent.Identifier
	first, second, compound := strings.Cut(identifier, "|")
	if !compound || first != pool || second == "" {
		t.Fatalf("want the pool %s and the client's own identifier, got %q", pool, identifier)
	}
	asJSON := `{"ClientId":"` + second + `","UserPoolId":"` + first + `"}`

	updated := change(t, a, "update-resource", "--type-name", typeName, "--identifier", asJSON, "--patch-document", "file://"+patch)
	if updated.ProgressEvent.Identifier != identifier {
		t.Errorf("want the identifier %s, got %+v", identifier, updated)
	}
	for _, form := range []string{identifier, asJSON} {
		found := reply[description](t, a, "get-resource", "--type-name", typeName, "--identifier", form).ResourceDescription
		type names struct{ UserPoolId, ClientId, ClientName string }
		var have names
		if err := json.Unmarshal([]byte(found.Properties), &have); err != nil {
			t.Fatal(err)
		}
		if want := (names{pool, second, "tablet"}); found.Identifier != identifier || have != want {
			t.Errorf("%s: want %s with %+v, got %s with %+v", form, identifier, want, found.Identifier, have)
		}
	}
	change(t, a, "delete-resource", "--type-name", typeName, "--identifier", asJSON)
	refused(t, a, "ResourceNotFoundException", "get-resource", "--type-name", typeName, "--identifier", identifier)
	want := "CreateResource=2 DeleteResource=1 GetResource=3 GetResourceRequestStatus=8 UpdateResource=1"
	if have := callsTo(t, a.url); have != want {
		t.Errorf("want the calls %s, got %s", want, have)
	}
}

// The waiter asks again after five seconds.
func TestAWSCLIWaits(t *testing.T) {
	t.Parallel()
	a := newAWSCLI(t, "--stabilize", "3s")
	begun := reply[progress](t, a, "create-resource", "--type-name", "AWS::S3::Bucket", "--desired-state",
		`{"BucketName":"crate"}`).ProgressEvent
	if begun.OperationStatus != "IN_PROGRESS" || begun.Identifier != "crate" {
		t.Errorf("want IN_PROGRESS and crate, got %+v", begun)
	}
	reply[struct{}](t, a, "wait", "resource-request-success", "--request-token", begun.RequestToken)
	ended := reply[progress](t, a, "get-resource-request-status", "--request-token", begun.RequestToken).ProgressEvent
	if ended.OperationStatus != "SUCCESS" || ended.Identifier != "crate" || ended.RequestToken != begun.RequestToken {
		t.Errorf("want SUCCESS of the same request, got %+v", ended)
	}
}

func TestAWSCLIRequestsInProgress(t *testing.T) {
	t.Parallel()
	a := newAWSCLI(t, "--stabilize", "1h", "--populate", "AWS::S3::Bucket=1")
	begun := reply[progress](t, a, "create-resource", "--type-name", "AWS::S3::Bucket", "--desired-state",
		`{"BucketName":"crate"}`).ProgressEvent
	refused(t, a, "ConcurrentOperationException", "delete-resource", "--type-name", "AWS::S3::Bucket", "--identifier", "crate")
	refused(t, a, "ResourceNotFoundException", "get-resource", "--type-name", "AWS::S3::Bucket", "--identifier", "crate")
	cancelled := reply[progress](t, a, "cancel-resource-request", "--request-token", begun.RequestToken).ProgressEvent
	if cancelled.OperationStatus != "CANCEL_COMPLETE" || cancelled.Operation != "CREATE" || cancelled.Identifier != "crate" {
		t.Errorf("want CREATE of crate and CANCEL_COMPLETE, got %+v", cancelled)
	}
	_, stderr, err := a.run("cloudcontrol", "wait", "resource-request-success", "--request-token", begun.RequestToken)
	if err == nil || !strings.Contains(stderr, "terminal failure state") {
		t.Errorf("want the waiter to fail, got %v\n%s", err, stderr)
	}
	// What goes on is listed as such, beside what has been cancelled.
	deleted := reply[progress](t, a, "delete-resource", "--type-name", "AWS::S3::Bucket", "--identifier", "bucket-1").ProgressEvent
	for status, want := range map[string]string{"IN_PROGRESS": deleted.RequestToken, "CANCEL_COMPLETE": begun.RequestToken} {
		found := reply[struct {
			ResourceRequestStatusSummaries []struct{ RequestToken string }
		}](t, a, "list-resource-requests", "--resource-request-status-filter", "OperationStatuses="+status).ResourceRequestStatusSummaries
		if len(found) != 1 || found[0].RequestToken != want {
			t.Errorf("want the request %s alone in %s, got %v", want, status, found)
		}
	}
	bucket(t, a, "bucket-1") // is still there
}

// The CLI walks the pages by itself, and waits throttles out unless it is told
// not to.
func TestAWSCLIPages(t *testing.T) {
	t.Parallel()
	a := newAWSCLI(t, "--page-size", "3", "--populate", "AWS::S3::Bucket=7", "--fault", "throttle=0.5:GetResource", "--fault-seed", twoThrottles)
	stdout, stderr, err := a.run("cloudcontrol", "list-resources", "--type-name", "AWS::S3::Bucket",
		"--query", "length(ResourceDescriptions[].Identifier)")
	if err != nil || strings.TrimSpace(stdout) != "7" {
		t.Errorf("want 7 buckets, got %s: %v\n%s", stdout, err, stderr)
	}
	for range 3 {
		reply[progress](t, a, "delete-resource", "--type-name", "AWS::S3::Bucket", "--identifier", "nosuch")
	}
	requests := reply[struct{ ResourceRequestStatusSummaries []any }](t, a, "list-resource-requests", "--page-size", "1")
	if len(requests.ResourceRequestStatusSummaries) != 3 {
		t.Errorf("want 3 requests, got %v", requests)
	}
	bucket(t, a, "bucket-1")
	if have, want := callsTo(t, a.url), "DeleteResource=3 GetResource=1 ListResourceRequests=3 ListResources=3 throttled=2"; have != want {
		t.Errorf("want the calls %s, got %s", want, have)
	}
}

func TestAWSCLIThrottled(t *testing.T) {
	t.Parallel()
	a := newAWSCLI(t, "--populate", "AWS::S3::Bucket=1", "--rate", "0.001", "--burst", "1")
	bucket(t, a, "bucket-1")
	cmd := exec.Command(a.path, "cloudcontrol", "get-resource", "--type-name", "AWS::S3::Bucket", "--identifier", "bucket-1",
		"--endpoint-url", a.url)
	cmd.Env = append(clientEnvironment(a.home), "AWS_MAX_ATTEMPTS=1")
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "An error occurred (ThrottlingException)") {
		t.Errorf("want ThrottlingException, got %v\n%s", err, out)
	}
}
