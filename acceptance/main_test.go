// Package acceptance runs skyql as its users do, one script for each story: see
// testdata. Every script has a home and a cache of its own, no AWS settings, and
// an emulator where it wants one. Its statements and what they must show are
// plain text, so a story is read from top to bottom.
//
// Besides testscript's commands, scripts have those of the map commands. Run one
// of them with go test ./acceptance -run Stories/NAME.
package acceptance

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"skyql/internal/cli"
	"skyql/internal/schema/schematest"
)

// programFolder is where tests put the program that they build.
var programFolder string

// runner runs the tests and removes the folder behind them.
type runner struct{ *testing.M }

func (r runner) Run() int {
	folder, err := os.MkdirTemp("", "skyql-acceptance-*")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	programFolder = folder
	return r.M.Run()
}

func TestMain(m *testing.M) {
	testscript.Main(runner{m}, map[string]func(){
		"skyql": func() {
			os.Exit(cli.Main(os.Args[1:], cli.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
		},
	})
}

func TestStories(t *testing.T) {
	t.Parallel()
	bundle := ""
	if os.Getenv(schematest.Variable) != "" {
		bundle = schematest.Path(t)
	}
	testscript.Run(t, testscript.Params{
		Dir:                "testdata",
		RequireUniqueNames: true,
		ContinueOnError:    true,
		Cmds:               commands,
		Condition: func(name string) (bool, error) {
			if name == "schemas" { // the full bundle is there, at $SCHEMAS
				return bundle != "", nil
			}
			return false, fmt.Errorf("no condition %q", name)
		},
		Setup: func(env *testscript.Env) error {
			home, cache := filepath.Join(env.WorkDir, ".home"), filepath.Join(env.WorkDir, ".cache")
			env.Setenv("HOME", home)
			env.Setenv("XDG_CACHE_HOME", cache)
			env.Setenv("SKYQL_OFFLINE", "1")
			env.Setenv("SCHEMAS", bundle)
			env.Setenv("FAULTY", cmp.Or(os.Getenv("SKYQL_TEST_FAULTY"), "60")) // changes under faults, which take long
			env.Values[runningKey{}] = map[string]*background{}
			return os.Mkdir(home, 0o755)
		},
	})
}

// commands are what scripts can do beyond testscript's own commands.
var commands = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	"ask":       ask,
	"exits":     exits,
	"within":    within,
	"rows":      rows,
	"keep":      keep,
	"emulator":  startEmulator,
	"interrupt": interrupt,
	"taken":     takenAddress,
	"calls":     calls,
	"get":       get,
	"post":      post,
	"proxy":     startProxy,
	"files":     serveFiles,
	"zip":       makeZip,
	"cut":       cutFile,
	"text":      readText,
	"crlf":      endLines,
	"bom":       addMark,
}

// ask ARGUMENT… runs a statement on the emulator $EMU in us-east-1 and wants it
// to succeed. The answer is CSV, unless the arguments say otherwise.
func ask(ts *testscript.TestScript, neg bool, args []string) {
	refuseNegation(ts, neg, "ask")
	flags := []string{"--endpoint", ts.Getenv("EMU"), "--region", "us-east-1", "-o", "csv"}
	ts.Check(ts.Exec("skyql", append(flags, args...)...))
}

// exits CODE PROGRAM ARGUMENT… runs a program, without input, and wants that exit
// code. A program that does not end by itself is killed.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	refuseNegation(ts, neg, "exits")
	if len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGUMENT…")
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, lookPath(ts, args[1]), args[2:]...)
	cmd.Dir, cmd.Env = ts.MkAbs("."), environment(ts)
	cmd.Stdout, cmd.Stderr = ts.Stdout(), ts.Stderr()
	err := cmd.Run()
	var failed *exec.ExitError
	switch {
	case ctx.Err() != nil:
		ts.Fatalf("it did not end within %v", patience)
	case err != nil && !errors.As(err, &failed):
		ts.Check(err)
	}
	if got := strconv.Itoa(cmd.ProcessState.ExitCode()); got != args[0] {
		ts.Fatalf("want exit code %s, got %s", args[0], got)
	}
}

// environment is that of the script, as far as skyql may look at it.
func environment(ts *testscript.TestScript) []string {
	var env []string
	for _, name := range []string{
		"HOME", "XDG_CACHE_HOME", "SKYQL_OFFLINE", "SKYQL_CATALOG", "AWS_REGION", "AWS_PROFILE", "AWS_ENDPOINT_URL",
		"AWS_ENDPOINT_URL_CLOUDCONTROL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "HTTPS_PROXY", "PATH", "TMPDIR", "GOCOVERDIR",
	} {
		if value := ts.Getenv(name); value != "" {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// within DURATION COMMAND ARGUMENT… runs ask or exits and wants it to end soon.
func within(ts *testscript.TestScript, neg bool, args []string) {
	refuseNegation(ts, neg, "within")
	if len(args) < 2 || args[1] != "ask" && args[1] != "exits" {
		ts.Fatalf("usage: within DURATION ask|exits ARGUMENT…")
	}
	limit, err := time.ParseDuration(args[0])
	ts.Check(err)
	run := ask
	if args[1] == "exits" {
		run = exits
	}
	start := time.Now()
	run(ts, false, args[2:])
	if took := time.Since(start); took > limit {
		ts.Fatalf("it took %v, more than %v", took.Round(time.Millisecond), limit)
	}
}

// rows N wants that many lines of CSV behind the head in the latest output.
func rows(ts *testscript.TestScript, neg bool, args []string) {
	refuseNegation(ts, neg, "rows")
	if len(args) != 1 {
		ts.Fatalf("usage: rows N")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if got := strings.Count(ts.ReadFile("stdout"), "\n") - 1; got != want {
		ts.Fatalf("want %d rows, got %d", want, got)
	}
}

// keep NAME puts the last line of the latest output into a variable.
func keep(ts *testscript.TestScript, neg bool, args []string) {
	refuseNegation(ts, neg, "keep")
	lines := strings.Split(strings.TrimSpace(ts.ReadFile("stdout")), "\n")
	if last := lines[len(lines)-1]; len(args) != 1 || last == "" {
		ts.Fatalf("usage: keep NAME, behind an output that is not empty")
	} else {
		ts.Setenv(args[0], last)
	}
}

func refuseNegation(ts *testscript.TestScript, neg bool, name string) {
	if neg {
		ts.Fatalf("! %s has no meaning", name)
	}
}
