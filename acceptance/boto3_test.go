package acceptance

import (
	"os"
	"os/exec"
	"testing"
)

// boto3Switch turns the test on that runs Python with boto3.
const boto3Switch = "SKYQL_TEST_BOTO3"

func TestBoto3(t *testing.T) {
	t.Parallel()
	if os.Getenv(boto3Switch) == "" {
		t.Skipf("skipped: it runs the AWS SDK for Python; install that, as with Debian's package python3-boto3, and set %s=1",
			boto3Switch)
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Fatalf("%s is set, but there is no program python3: %v", boto3Switch, err)
	}
	if out, err := exec.Command(python, "-c", "import boto3").CombinedOutput(); err != nil {
		t.Fatalf("%s is set, but %s has no boto3: %v\n%s", boto3Switch, python, err, out)
	}
	stories := append(clientStories[:len(clientStories):len(clientStories)], story{
		"tags", nil,
		"CreateResource=3 GetResource=1 GetResourceRequestStatus=6 tagging:GetResources=4 tagging:TagResources=2 tagging:UntagResources=1",
	})
	tellStories(t, stories, python, "cloudcontrol.py")
}
