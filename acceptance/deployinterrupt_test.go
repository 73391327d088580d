//go:build unix

package acceptance

import (
	"bufio"
	"errors"
	"maps"
	"net/http"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A build that is interrupted or killed while AWS works leaves requests behind. The
// next one goes on with them, and makes nothing twice.
func TestCutOffBuildsAreGoneOnWith(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		signal syscall.Signal
		code   int
	}{
		{"interrupted", syscall.SIGINT, 130},
		{"killed", syscall.SIGKILL, -1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDeployed(t, "testdata/stacks/webserver", "dev", false, "--stabilize", "1h")
			d.vars = []string{"-e", "AWS_REGION=us-east-1"}
			cmd := d.command(append([]string{"deploy", "build", "stack", "dev"}, d.vars...)...)
			var stderr strings.Builder
			cmd.Stderr = &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			// Network, gateway and role need nothing; all else needs the network.
			waitFor(t, d.url, func(s stats) bool { return s.Calls["CreateResource"] == 3 })
			if _, said := d.run(1, "build"); !strings.Contains(said, "another build or teardown of this stack is running") {
				t.Errorf("want a second build refused, have\n%s", said)
			}
			if err := cmd.Process.Signal(test.signal); err != nil {
				t.Fatal(err)
			}
			if code := ends(t, cmd); code != test.code {
				t.Fatalf("want exit code %d, have %d\n%s", test.code, code, &stderr)
			}
			for _, looks := range [][]string{{"plan"}, {"teardown", "--dry-run"}} {
				want := "warning: page_vpc: a run before began to create AWS::EC2::VPC and did not see the end of it; it may not be there yet"
				if _, said := d.run(0, looks[0], looks[1:]...); !strings.Contains(said, want) {
					t.Errorf("%v: want %q in\n%s", looks, want, said)
				}
			}
			d.settle()
			_, said := d.run(0, "build")
			for _, name := range []string{"page_vpc", "page_gateway", "page_role"} {
				if want := "warning: " + name + ": a run before began to create AWS::"; !strings.Contains(said, want) {
					t.Errorf("want %q in\n%s", want, said)
				}
			}
			want := map[string]int{}
			for _, table := range webserverTables {
				want[table] = 1
			}
			if have := d.left("us-east-1", webserverTables...); !maps.Equal(have, want) {
				t.Errorf("want one of each, have %v", have)
			}
			d.writes()
			d.run(0, "build")
			d.wantWrites("the build after that", "")
		})
	}
}

// settle lets two hours pass, in which what is under way is done. From then on all
// is done at once, at the time of this machine, by which callers pace themselves.
func (d *deployed) settle() {
	d.t.Helper()
	later := time.Now().Add(2 * time.Hour).UTC().Format(time.RFC3339)
	d.setting(`{"stabilize": null, "clock": "` + later + `,frozen"}`)
	d.sql("SELECT count(*) FROM awscc.ec2.vpcs")
	d.setting(`{"clock": null}`)
}

func (d *deployed) setting(body string) {
	d.t.Helper()
	request, err := http.NewRequest(http.MethodPatch, d.url+"/_emulator/settings", strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := client.Do(request)
	if err != nil {
		d.t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		d.t.Fatalf("the emulator answers %s", response.Status)
	}
}

// An interrupted build with --on-failure rollback waits for AWS to undo what it
// did. Who does not want to wait interrupts it again.
func TestInterruptedTwice(t *testing.T) {
	t.Parallel()
	d := newDeployed(t, "testdata/stacks/webserver", "dev", false, "--stabilize", "1h")
	cmd := d.command("deploy", "build", "stack", "dev", "-e", "AWS_REGION=us-east-1", "--on-failure", "rollback")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, d.url, func(s stats) bool { return s.Calls["CreateResource"] == 3 })
	for lines, told := bufio.NewScanner(stderr), false; lines.Scan(); {
		switch line := lines.Text(); {
		case !told:
			told = true
			if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
		case strings.Contains(line, "which is waited for before it is undone"):
			if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
		}
	}
	err = cmd.Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGINT {
		t.Errorf("want it ended by the second interrupt, have %v", err)
	}
}

// When the disk is full, nothing is sent that cannot be noted, and what was sent is
// gone on with.
func TestBuildOnAFullDisk(t *testing.T) {
	t.Parallel()
	d := newDeployed(t, "../examples/pipeline", "dev", false)
	cmd := d.command("deploy", "build", "stack", "dev")
	cmd.Args = append([]string{"sh", "-c", `ulimit -f 2; exec "$0" "$@"`, cmd.Path}, cmd.Args[1:]...)
	cmd.Path = "/bin/sh"
	said, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Fatalf("want exit code 1, have %v\n%s", err, said)
	}
	if !strings.Contains(string(said), "file too large; the call was not made") || strings.Contains(string(said), "it is not known") {
		t.Errorf("have\n%s", said)
	}
	d.run(0, "build")
	d.run(0, "build")
	want := map[string]int{}
	for _, table := range pipelineTables {
		want[table] = 1
	}
	want["sqs.queues"] = 2
	if have := d.left("us-east-1", pipelineTables...); !maps.Equal(have, want) {
		t.Errorf("want %v, have %v", want, have)
	}
}
