package acceptance

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// patience bounds every wait for another process.
const patience = 10 * time.Second

// client is what the tests themselves call servers with.
var client = &http.Client{Timeout: patience}

// background is a program that runs beside a script until it is stopped.
type background struct {
	cmd    *exec.Cmd
	ended  chan struct{}    // closed when it has
	stderr *strings.Builder // to be read when it has ended
	once   sync.Once        // signals it
}

// start runs a program and waits for its first line of output.
func start(cmd *exec.Cmd) (b *background, line string, err error) {
	lines := make(chan string, 1)
	b = &background{cmd: cmd, ended: make(chan struct{}), stderr: &strings.Builder{}}
	cmd.Stderr = b.stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, "", err
	}
	if err := cmd.Start(); err != nil {
		return nil, "", err
	}
	go func() {
		defer close(b.ended)
		text, _ := bufio.NewReader(stdout).ReadString('\n')
		lines <- strings.TrimSuffix(text, "\n")
		_, _ = io.Copy(io.Discard, stdout)
		_ = cmd.Wait() // the state has the exit code
	}()
	select {
	case line = <-lines:
		return b, line, nil
	case <-time.After(patience):
		b.stop(os.Kill)
		return nil, "", fmt.Errorf("no line from %s in %v", cmd.Args, patience)
	}
}

// stop ends the program, once, and gives its exit code.
func (b *background) stop(signal os.Signal) int {
	b.once.Do(func() { _ = b.cmd.Process.Signal(signal) })
	select {
	case <-b.ended:
	case <-time.After(patience):
		_ = b.cmd.Process.Kill()
		<-b.ended
	}
	return b.cmd.ProcessState.ExitCode()
}

// runningKey is under what a script's values keep its emulators, by name.
type runningKey struct{}

// emulator NAME FLAG… starts skyql emulator on a free port and puts its address
// into $NAME. It ends with the script.
func startEmulator(ts *testscript.TestScript, neg bool, args []string) {
	refuseNegation(ts, neg, "emulator")
	if len(args) == 0 {
		ts.Fatalf("usage: emulator NAME FLAG…")
	}
	cmd := exec.Command(lookPath(ts, "skyql"), append([]string{"emulator", "--listen", "127.0.0.1:0"}, args[1:]...)...)
	cmd.Dir, cmd.Env = ts.MkAbs("."), environment(ts)
	b, line, err := start(cmd)
	ts.Check(err)
	ts.Defer(func() { b.stop(os.Interrupt) })
	url, ok := strings.CutPrefix(line, "listening on ")
	if !ok {
		b.stop(os.Interrupt)
		ts.Fatalf("the emulator says %q\n%s", line, b.stderr)
	}
	ts.Setenv(args[0], url)
	ts.Value(runningKey{}).(map[string]*background)[args[0]] = b
}

// lookPath finds a program as the script would.
func lookPath(ts *testscript.TestScript, name string) string {
	for _, folder := range filepath.SplitList(ts.Getenv("PATH")) {
		if path := filepath.Join(folder, name); isFile(path) {
			return path
		}
	}
	ts.Fatalf("%s is not in the PATH", name)
	return ""
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// interrupt NAME CODE interrupts an emulator as Ctrl-C does and wants that exit code.
func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	refuseNegation(ts, neg, "interrupt")
	if len(args) != 2 {
		ts.Fatalf("usage: interrupt NAME CODE")
	}
	b := ts.Value(runningKey{}).(map[string]*background)[args[0]]
	if b == nil {
		ts.Fatalf("no emulator %s is running", args[0])
	}
	if code := fmt.Sprint(b.stop(os.Interrupt)); code != args[1] {
		ts.Fatalf("want exit code %s, got %s\n%s", args[1], code, b.stderr)
	}
}

// taken URL NAME puts the host and port of an address into $NAME.
func takenAddress(ts *testscript.TestScript, neg bool, args []string) {
	refuseNegation(ts, neg, "taken")
	if len(args) != 2 {
		ts.Fatalf("usage: taken URL NAME")
	}
	ts.Setenv(args[1], strings.TrimPrefix(args[0], "http://"))
}

// stats is what an emulator tells of itself.
type stats struct {
	Calls       map[string]int `json:"calls"`
	MaxInFlight int            `json:"max_in_flight"`
	Throttled   int            `json:"throttled"`
}

func readStats(url string) (s stats, err error) {
	response, err := client.Get(url + "/_emulator/stats")
	if err != nil {
		return s, err
	}
	defer response.Body.Close()
	return s, json.NewDecoder(response.Body).Decode(&s)
}

// calls NAME 'OPERATION=N …' wants exactly these API calls since the last time,
// and starts to count anew. Nothing behind the name means no call at all.
func calls(ts *testscript.TestScript, neg bool, args []string) {
	refuseNegation(ts, neg, "calls")
	if len(args) != 1 && len(args) != 2 {
		ts.Fatalf("usage: calls NAME ['OPERATION=N …']")
	}
	url := ts.Getenv(args[0])
	s, err := readStats(url)
	ts.Check(err)
	response, err := client.Post(url+"/_emulator/reset-stats", "", nil)
	ts.Check(err)
	response.Body.Close()
	var have []string
	for _, operation := range slices.Sorted(maps.Keys(s.Calls)) {
		have = append(have, fmt.Sprintf("%s=%d", operation, s.Calls[operation]))
	}
	want := strings.Fields(strings.Join(args[1:], ""))
	slices.Sort(want)
	if !slices.Equal(have, want) {
		ts.Fatalf("want the calls %v, got %v", want, have)
	}
}

// get URL and post URL make a call; its answer is the output.
func get(ts *testscript.TestScript, neg bool, args []string)  { call(ts, neg, http.MethodGet, args) }
func post(ts *testscript.TestScript, neg bool, args []string) { call(ts, neg, http.MethodPost, args) }

func call(ts *testscript.TestScript, neg bool, method string, args []string) {
	refuseNegation(ts, neg, strings.ToLower(method))
	if len(args) != 1 {
		ts.Fatalf("usage: %s URL", strings.ToLower(method))
	}
	request, err := http.NewRequest(method, args[0], nil)
	ts.Check(err)
	response, err := client.Do(request)
	ts.Check(err)
	defer response.Body.Close()
	_, err = io.Copy(ts.Stdout(), response.Body)
	ts.Check(err)
	if response.StatusCode >= http.StatusMultipleChoices {
		ts.Fatalf("the server answered %s", response.Status)
	}
}
