//go:build unix

package acceptance

import (
	"bufio"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// atOnce is how long a program may take to end that was told to.
const atOnce = 2 * time.Second

// program builds skyql as it is shipped, once.
var program = sync.OnceValues(func() (string, error) {
	path := filepath.Join(programFolder, "skyql")
	out, err := exec.Command("go", "build", "-o", path, "skyql/cmd/skyql").CombinedOutput()
	if err != nil {
		return "", &buildError{string(out), err}
	}
	return path, nil
})

type buildError struct {
	output string
	err    error
}

func (e *buildError) Error() string { return "go build: " + e.err.Error() + "\n" + e.output }

// command makes a command of the shipped program, with nothing in its home.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Env = []string{"HOME=" + t.TempDir(), "SKYQL_OFFLINE=1", "AWS_REGION=us-east-1"}
	return cmd
}

// slowEmulator starts an emulator whose calls take longer than any test waits.
func slowEmulator(t *testing.T) (url string) {
	t.Helper()
	b, line, err := start(command(t, "emulator", "--listen", "127.0.0.1:0", "--latency", "5s", "--populate", "AWS::S3::Bucket=300"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.stop(syscall.SIGKILL) })
	url, ok := strings.CutPrefix(line, "listening on ")
	if !ok {
		t.Fatalf("the emulator says %q", line)
	}
	return url
}

// waitForCall waits until the emulator is answering a call.
func waitForCall(t *testing.T, url string) {
	t.Helper()
	waitFor(t, url, func(s stats) bool { return s.MaxInFlight > 0 })
}

// waitFor waits until the emulator's statistics show something.
func waitFor(t *testing.T, url string, shown func(stats) bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); ; {
		s, err := readStats(url)
		switch {
		case err != nil:
			t.Fatal(err)
		case shown(s):
			return
		case time.Now().After(deadline):
			t.Fatal("no call came")
		}
		<-time.After(5 * time.Millisecond)
	}
}

// ends waits for a program that was told to end, and gives its exit code.
func ends(t *testing.T, cmd *exec.Cmd) int {
	t.Helper()
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // the state has the exit code
		close(ended)
	}()
	told := time.Now()
	select {
	case <-ended:
	case <-time.After(patience):
		_ = cmd.Process.Kill()
		<-ended
	}
	if took := time.Since(told); took > atOnce {
		t.Errorf("it took %v to end", took.Round(time.Millisecond))
	}
	return cmd.ProcessState.ExitCode()
}

func TestInterruptWhileAWSIsAsked(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		signal syscall.Signal
		sql    string
	}{
		{"list", syscall.SIGINT, "SELECT bucket_name FROM awscc.s3.buckets"},
		{"join", syscall.SIGINT, "SELECT count(*) FROM awscc.s3.buckets a JOIN awscc.s3.buckets b ON a.arn = b.arn"},
		{"read", syscall.SIGTERM, "SELECT arn FROM awscc.s3.buckets WHERE Identifier = 'bucket-1'"},
		{"account", syscall.SIGINT, "SELECT account_id FROM awscc.s3.buckets"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			url := slowEmulator(t)
			cmd := command(t, "--endpoint", url, test.sql+"; SELECT 'next'")
			var stdout, stderr strings.Builder
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			waitForCall(t, url)
			if err := cmd.Process.Signal(test.signal); err != nil {
				t.Fatal(err)
			}
			if code := ends(t, cmd); code != 130 {
				t.Errorf("want exit code 130, got %d", code)
			}
			if stdout.String() != "" || stderr.String() != "interrupted\n" {
				t.Errorf("want nothing but %q on stderr, got %q and %q", "interrupted", stdout.String(), stderr.String())
			}
		})
	}
}

const endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT "

func TestInterruptWhileSQLiteComputes(t *testing.T) {
	t.Parallel()
	cmd := command(t, "-o", "csv", "SELECT 'begun' AS state; "+endless+"count(*) FROM n")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(stdout)
	for _, want := range []string{"state\n", "begun\n"} {
		if line, err := lines.ReadString('\n'); line != want {
			t.Fatalf("want %q, got %q (%v)", want, line, err)
		}
	}
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if rest, _ := io.ReadAll(lines); len(rest) > 0 {
		t.Errorf("want no more output, got %q", rest)
	}
	if code := ends(t, cmd); code != 130 || stderr.String() != "interrupted\n" {
		t.Errorf("want 130 and %q, got %d and %q", "interrupted", code, stderr.String())
	}
}

// Whoever reads may have enough, as head does: then the program ends quietly.
func TestReaderLeaves(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"csv", "json", "jsonl", "table"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			cmd := command(t, "-o", format, endless+"i FROM n")
			var stderr strings.Builder
			cmd.Stderr = &stderr
			stdout, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
				t.Fatal(err)
			}
			stdout.Close()
			ends(t, cmd)
			if stderr.String() != "" {
				t.Errorf("want no message, got %q", stderr.String())
			}
		})
	}
}

// Requests that go on are named, with the way to follow them.
func TestInterruptWhileAWSChanges(t *testing.T) {
	t.Parallel()
	b, line, err := start(command(t, "emulator", "--listen", "127.0.0.1:0", "--stabilize", "1h"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.stop(syscall.SIGKILL) })
	url := strings.TrimPrefix(line, "listening on ")
	cmd := command(t, "--endpoint", url, "INSERT INTO awscc.s3.buckets (BucketName) VALUES ('one'), ('two') RETURNING Identifier, OperationStatus")
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, url, func(s stats) bool { return s.Calls["GetResourceRequestStatus"] >= 2 })
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if code := ends(t, cmd); code != 130 {
		t.Errorf("want exit code 130, got %d", code)
	}
	want := regexp.MustCompile(`^interrupted: INSERT on awscc\.s3\.buckets: of 2 resources, 2 not known to have ended
  "one" in us-east-1: IN_PROGRESS, the request goes on \(request token [0-9a-f-]+\)
  "two" in us-east-1: IN_PROGRESS, the request goes on \(request token ([0-9a-f-]+)\)
       To follow a request: SELECT \* FROM awscc\.cloud_control\.resource_request WHERE region = 'us-east-1' AND RequestToken = '[0-9a-f-]+'
$`)
	match := want.FindStringSubmatch(stderr.String())
	if match == nil {
		t.Fatalf("have\n%s", stderr.String())
	}
	if rows := strings.Count(stdout.String(), "IN_PROGRESS"); rows != 2 {
		t.Errorf("want the outcome of both rows, have\n%s", stdout.String())
	}
	out, err := command(t, "--endpoint", url, "-o", "csv",
		"SELECT Identifier, OperationStatus FROM awscc.cloud_control.resource_request WHERE RequestToken = '"+match[1]+"'").CombinedOutput()
	if err != nil || string(out) != "Identifier,OperationStatus\ntwo,IN_PROGRESS\n" {
		t.Errorf("following it: %v\n%s", err, out)
	}
}
