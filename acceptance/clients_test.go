package acceptance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// clientFolder has the scripts by which clients in other languages check the
// emulator. Each of them tells the same stories.
const clientFolder = "testdata/clients"

// story is a part of such a script, named alike in all of them. It has an
// emulator of its own. What it asks of it is counted there, so that a script
// cannot pass by doing nothing.
type story struct {
	name  string
	flags []string // of the emulator
	calls string   // OPERATION=N …, by name; empty if it depends on the time
}

// twoThrottles is a seed with which a fault of probability 0.5 happens to the
// first two calls, and not to the third.
const twoThrottles = "17"

var clientStories = []story{
	{
		"life_cycle", nil,
		"CreateResource=14 DeleteResource=18 GetResource=32 GetResourceRequestStatus=68 ListResources=16 UpdateResource=8",
	},
	{
		"pages", []string{"--page-size", "3", "--populate", "AWS::S3::Bucket=7", "--populate", "AWS::Cognito::UserPoolClient=4"},
		"CreateResource=2 DeleteResource=3 GetResourceRequestStatus=9 ListResourceRequests=4 ListResources=9",
	},
	{
		"errors", []string{"--populate", "AWS::S3::Bucket=1"},
		"CancelResourceRequest=1 CreateResource=5 GetResource=4 GetResourceRequestStatus=1 ListResources=3 UpdateResource=2",
	},
	{
		"in_progress", []string{"--stabilize", "1h"},
		"CancelResourceRequest=1 CreateResource=3 DeleteResource=2 GetResource=1 GetResourceRequestStatus=2",
	},
	{"polls", []string{"--stabilize", "4s"}, ""},
	{
		"throttled", []string{"--populate", "AWS::S3::Bucket=1", "--rate", "0.001", "--burst", "1"},
		"GetCallerIdentity=1 ListResources=1 throttled=1",
	},
	{
		"repeats", []string{"--populate", "AWS::S3::Bucket=1", "--fault", "throttle=0.5:GetResource", "--fault-seed", twoThrottles},
		"GetResource=1 throttled=2",
	},
	{"identity", nil, "GetCallerIdentity=1"},
}

// tellStories has a program run a script once for each of the stories, at the
// same time.
func tellStories(t *testing.T, stories []story, program, script string, env ...string) {
	t.Helper()
	path, err := filepath.Abs(filepath.Join(clientFolder, script))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, filepath.Join(clientFolder, "resources.json")} {
		if !isFile(name) { // asking makes the test's cached result depend on the file
			t.Fatalf("there is no file %s", name)
		}
	}
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			url := emulatorFor(t, s.flags...)
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, program, path, s.name)
			cmd.Env = append(append(clientEnvironment(t.TempDir()), "EMULATOR_URL="+url), env...)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s %s: %v\n%s", script, s.name, errors.Join(err, ctx.Err()), out)
			}
			if have := callsTo(t, url); s.calls != "" && have != s.calls {
				t.Errorf("want the calls %s, got %s", s.calls, have)
			}
		})
	}
}

// callsTo lists what an emulator has been asked, and behind it how often it
// has refused to be asked more.
func callsTo(t *testing.T, url string) string {
	t.Helper()
	response, err := client.Get(url + "/_emulator/stats")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var s struct {
		stats
		Faults map[string]int `json:"faults"`
	}
	if err := json.NewDecoder(response.Body).Decode(&s); err != nil {
		t.Fatal(err)
	}
	var counts []string
	for _, operation := range slices.Sorted(maps.Keys(s.Calls)) {
		counts = append(counts, fmt.Sprintf("%s=%d", operation, s.Calls[operation]))
	}
	if refused := s.Throttled + s.Faults["throttle"]; refused > 0 {
		counts = append(counts, fmt.Sprintf("throttled=%d", refused))
	}
	return strings.Join(counts, " ")
}

// emulatorFor starts an emulator that ends with the test.
func emulatorFor(t *testing.T, flags ...string) (url string) {
	t.Helper()
	skyql, err := exec.LookPath("skyql") // the one that TestMain has put into the PATH
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(skyql, append([]string{"emulator", "--listen", "127.0.0.1:0"}, flags...)...)
	cmd.Env = []string{"HOME=" + t.TempDir(), "SKYQL_OFFLINE=1"}
	b, line, err := start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.stop(os.Interrupt) })
	url, ok := strings.CutPrefix(line, "listening on ")
	if !ok {
		b.stop(os.Interrupt)
		t.Fatalf("the emulator says %q\n%s", line, b.stderr)
	}
	return url
}

// clientEnvironment is the test's own, without what it says of AWS and of
// proxies, and with any credentials.
func clientEnvironment(home string) []string {
	env := slices.DeleteFunc(os.Environ(), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return strings.HasPrefix(name, "AWS_") || name == "HOME" || strings.HasSuffix(strings.ToLower(name), "_proxy")
	})
	return append(env, "HOME="+home, "AWS_ACCESS_KEY_ID=any", "AWS_SECRET_ACCESS_KEY=any",
		"AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1")
}
