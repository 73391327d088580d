//go:build unix

package acceptance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"skyql/internal/schema/schematest"
)

var (
	pulling  sync.Once
	pulled   string
	pullFail error
)

// fullCatalog gives AWS's types, pulled once for all tests that want more than the
// starter has. Without the bundle the test is skipped.
func fullCatalog(t *testing.T) string {
	t.Helper()
	bundle := schematest.Path(t)
	pulling.Do(func() {
		cmd := command(t, "catalog", "pull", "--from", bundle)
		cmd.Env = append(cmd.Env, "XDG_CACHE_HOME="+filepath.Join(programFolder, "cache"))
		if out, err := cmd.CombinedOutput(); err != nil {
			pullFail = fmt.Errorf("%w\n%s", err, out)
		}
		pulled = filepath.Join(programFolder, "cache", "skyql", "catalog.zip")
	})
	if pullFail != nil {
		t.Fatal(pullFail)
	}
	return pulled
}

// deployed is a copy of a stack directory, with an emulator to build it in.
type deployed struct {
	t       *testing.T
	url     string
	folder  string // where commands run; the stack is in stack, below
	env     string
	catalog []string // flags
	vars    []string // flags
	seen    stats
}

// newDeployed copies a stack directory and starts an emulator with the flags.
func newDeployed(t *testing.T, dir, env string, full bool, flags ...string) *deployed {
	t.Helper()
	d := &deployed{t: t, folder: t.TempDir(), env: env}
	if full {
		d.catalog = []string{"--catalog", fullCatalog(t)}
	}
	if err := os.CopyFS(filepath.Join(d.folder, "stack"), os.DirFS(filepath.FromSlash(dir))); err != nil {
		t.Fatal(err)
	}
	b, line, err := start(command(t, slices.Concat([]string{"emulator", "--listen", "127.0.0.1:0"}, d.catalog, flags)...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.stop(syscall.SIGKILL) })
	url, ok := strings.CutPrefix(line, "listening on ")
	if !ok {
		t.Fatalf("the emulator says %q", line)
	}
	d.url = url
	return d
}

// command makes a command of the program on the emulator.
func (d *deployed) command(args ...string) *exec.Cmd {
	d.t.Helper()
	cmd := command(d.t, slices.Concat(args, []string{"--endpoint", d.url}, d.catalog)...)
	cmd.Dir = d.folder
	return cmd
}

// run runs a command of deploy on the stack, and wants it to end with the code.
func (d *deployed) run(code int, name string, args ...string) (stdout, stderr string) {
	d.t.Helper()
	return d.wants(code, d.command(slices.Concat([]string{"deploy", name, "stack", d.env}, d.vars, args)...))
}

func (d *deployed) wants(code int, cmd *exec.Cmd) (stdout, stderr string) {
	d.t.Helper()
	var out, problems strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &problems
	var failed *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &failed) {
		d.t.Fatal(err)
	}
	if have := cmd.ProcessState.ExitCode(); have != code {
		d.t.Fatalf("%v: want exit code %d, have %d\n%s%s", cmd.Args[1:], code, have, &out, &problems)
	}
	return out.String(), problems.String()
}

// sql runs statements and gives their answers as CSV.
func (d *deployed) sql(text string) string {
	d.t.Helper()
	out, _ := d.wants(0, d.command("--region", "us-east-1", "-o", "csv", text))
	return out
}

// writes are the changes that were asked for since the last time.
func (d *deployed) writes() string {
	d.t.Helper()
	now, err := readStats(d.url)
	if err != nil {
		d.t.Fatal(err)
	}
	var parts []string
	for _, operation := range []string{"CreateResource", "UpdateResource", "DeleteResource", "tagging:TagResources", "tagging:UntagResources"} {
		if n := now.Calls[operation] - d.seen.Calls[operation]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s=%d", operation, n))
		}
	}
	d.seen = now
	return strings.Join(parts, " ")
}

// wantWrites wants these changes since the last time.
func (d *deployed) wantWrites(when, want string) {
	d.t.Helper()
	if have := d.writes(); have != want {
		d.t.Fatalf("%s: want the writes %q, have %q", when, want, have)
	}
}

// left counts what there is of the tables in a region.
func (d *deployed) left(region string, tables ...string) map[string]int {
	d.t.Helper()
	var parts []string
	for _, table := range tables {
		parts = append(parts, fmt.Sprintf("SELECT '%s' AS name, count(*) AS n FROM awscc.%s WHERE region = '%s'", table, table, region))
	}
	out, _ := d.wants(0, d.command("--region", region, "-o", "jsonl", strings.Join(parts, " UNION ALL ")))
	counts := map[string]int{}
	for line := range strings.Lines(out) {
		var row struct {
			Name string
			N    int
		}
		decode(d.t, line, &row)
		if row.N > 0 {
			counts[row.Name] = row.N
		}
	}
	return counts
}

// edit replaces a text that is in a file of the stack once.
func (d *deployed) edit(file, old, text string) {
	d.t.Helper()
	path := filepath.Join(d.folder, "stack", file)
	whole, err := os.ReadFile(path)
	if err != nil {
		d.t.Fatal(err)
	}
	if n := strings.Count(string(whole), old); n != 1 {
		d.t.Fatalf("%s has %q %d times, not once", file, old, n)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(whole), old, text, 1)), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

// read gives what is in a file below the folder.
func (d *deployed) read(name string) string {
	d.t.Helper()
	text, err := os.ReadFile(filepath.Join(d.folder, name))
	if err != nil {
		d.t.Fatal(err)
	}
	return string(text)
}

// planned is a plan as JSON has it.
type planned struct {
	Steps []struct {
		Resource, Action, Type, Identifier, Reason, Error string
		Changes                                           []plannedChange
	}
	Orphans []struct{ ARN, Resource, Type, Identifier string }
}

type plannedChange struct {
	Property      string
	Before, After json.RawMessage
}

// plan gives what a build would change, a line for each property, as
// "RESOURCE ACTION PROPERTY: BEFORE -> AFTER".
func (d *deployed) plan(code int, args ...string) string {
	d.t.Helper()
	out, _ := d.run(code, "plan", append(args, "-o", "json")...)
	var p planned
	decode(d.t, out, &p)
	var lines []string
	for _, s := range p.Steps {
		if s.Action == "none" || s.Action == "read" {
			continue
		}
		for _, c := range s.Changes {
			lines = append(lines, fmt.Sprintf("%s %s %s: %s -> %s", s.Resource, s.Action, c.Property, compactJSON(c.Before), compactJSON(c.After)))
		}
		if len(s.Changes) == 0 {
			lines = append(lines, s.Resource+" "+s.Action)
		}
	}
	return strings.Join(lines, "\n")
}

func compactJSON(document json.RawMessage) string {
	var b bytes.Buffer
	if len(document) == 0 || json.Compact(&b, document) != nil {
		return string(document)
	}
	return b.String()
}

// found is a report as JSON has it.
type found struct {
	Findings []struct {
		Resource, Status, Message string
		Changes                   []plannedChange
	}
}

// report runs test or drift and gives what is not as it should be.
func (d *deployed) report(code int, name string, args ...string) string {
	d.t.Helper()
	out, _ := d.run(code, name, append(args, "-o", "json")...)
	var r found
	decode(d.t, out, &r)
	var lines []string
	for _, f := range r.Findings {
		if f.Status == "ok" || f.Status == "skipped" {
			continue
		}
		line := f.Resource + " " + f.Status
		for _, c := range f.Changes {
			line += " " + c.Property
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	if err := decoder.Decode(into); err != nil {
		t.Fatalf("no JSON: %v\n%s", err, text)
	}
	if decoder.More() {
		t.Fatalf("more than one JSON document:\n%s", text)
	}
}
