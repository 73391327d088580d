package acceptance

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// javascriptSwitch turns the test on that runs Node.js with the AWS SDK. It names
// the folder whose node_modules has the packages of testdata/clients/package.json.
const javascriptSwitch = "SKYQL_TEST_JAVASCRIPT"

func TestJavaScript(t *testing.T) {
	t.Parallel()
	folder := os.Getenv(javascriptSwitch)
	if folder == "" {
		t.Skipf("skipped: it runs the AWS SDK for JavaScript; copy %s/package*.json into a folder, run npm ci there, and set %s to its path",
			clientFolder, javascriptSwitch)
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatalf("%s is set, but there is no program node: %v", javascriptSwitch, err)
	}
	packages := filepath.Join(folder, "node_modules")
	if !filepath.IsAbs(folder) || !isFile(filepath.Join(packages, "@aws-sdk/client-cloudcontrol/package.json")) {
		t.Fatalf("%s is %s, which is not the absolute path of a folder with the packages; run npm ci there", javascriptSwitch, folder)
	}
	tellStories(t, clientStories, node, "cloudcontrol.js", "NODE_PATH="+packages)
}
