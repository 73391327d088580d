//go:build unix

package acceptance

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A build is killed at a moment that nobody chose, and run again: every resource
// is there once, although AWS makes their identifiers up.
func TestKilledBuildMakesNothingTwice(t *testing.T) {
	t.Parallel()
	kills, networks := 5, 30
	if text := os.Getenv(killsVariable); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		kills = 5 * n
	} else {
		t.Logf("%d kills; set %s=20 for 100", kills, killsVariable)
	}
	b, line, err := start(command(t, "emulator", "--listen", "127.0.0.1:0", "--stabilize", "40ms"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.stop(os.Interrupt) })
	url := strings.TrimPrefix(line, "listening on ")
	dir := networkStack(t, networks)

	whole := time.Now()
	if out, err := inAccount(t, 0, "deploy", "build", dir, "dev", "--endpoint", url, "--journal", filepath.Join(t.TempDir(), "journal")).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	typical := time.Since(whole)
	cut := 0
	for i := range kills {
		account, journal := i+1, filepath.Join(t.TempDir(), "journal")
		build := func() *exec.Cmd {
			return inAccount(t, account, "deploy", "build", dir, "dev", "--endpoint", url, "--journal", journal)
		}
		killed := build()
		if err := killed.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rand.Int64N(int64(typical)))) // the test is about a moment that nobody chose
		_ = killed.Process.Signal(syscall.SIGKILL)             // it may have ended
		if killed.Wait() != nil {
			cut++
		}
		if out, err := build().CombinedOutput(); err != nil {
			t.Errorf("the build after the kill: %v\n%s", err, out)
		}
		out, err := inAccount(t, account, "--endpoint", url, "--region", "us-east-1", "-o", "csv",
			"SELECT count(*), count(DISTINCT cidr_block) FROM awscc.ec2.vpcs").Output()
		if want := fmt.Sprintf("%d,%d", networks, networks); err != nil || !strings.HasSuffix(strings.TrimSpace(string(out)), want) {
			t.Errorf("want %s networks, have %s, %v", want, out, err)
		}
	}
	t.Logf("%d of %d builds were cut off; a whole one takes %v", cut, kills, typical.Round(time.Millisecond))
}

// inAccount is a command that acts in an account of its own.
func inAccount(t *testing.T, n int, args ...string) *exec.Cmd {
	t.Helper()
	cmd := command(t, args...)
	cmd.Dir = t.TempDir()
	cmd.Env = append(cmd.Env, fmt.Sprintf("AWS_ACCESS_KEY_ID=%012d", n+100), "AWS_SECRET_ACCESS_KEY=x")
	return cmd
}

// networkStack makes a stack of networks that are told apart by their addresses.
func networkStack(t *testing.T, n int) string {
	t.Helper()
	dir := t.TempDir()
	manifest := strings.Builder{}
	manifest.WriteString("name: networks\nproviders: [awscc]\nglobals:\n  - {name: region, value: us-east-1}\nresources:\n")
	for i := range n {
		fmt.Fprintf(&manifest, "  - name: network_%d\n    file: network.iql\n    props:\n      - {name: cidr, value: 10.%d.0.0/16}\n    exports: [vpc_id]\n", i, i)
	}
	const iql = `/*+ exists */
SELECT vpc_id FROM awscc.ec2.vpcs WHERE region = '{{ region }}' AND cidr_block = '{{ cidr }}'
/*+ create */
INSERT INTO awscc.ec2.vpcs (CidrBlock, region) SELECT '{{ cidr }}', '{{ region }}'
/*+ exports */
SELECT '{{ this.vpc_id }}' AS vpc_id
/*+ delete */
DELETE FROM awscc.ec2.vpcs WHERE region = '{{ region }}' AND Identifier = '{{ this.vpc_id }}'
`
	for name, text := range map[string]string{"stackql_manifest.yml": manifest.String(), "resources/network.iql": iql} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
