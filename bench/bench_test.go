//go:build unix

// Package bench measures the whole program, as a process, against the emulator.
// It prints figures beside what is ideal and judges nothing but the answer:
// machines differ. docs/performance.md has figures with the machine that they
// were measured on.
package bench

import (
	"bufio"
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
	"time"

	"skyql/internal/schema/schematest"
)

// folder is where the program is built; see TestMain.
var folder string

func TestMain(m *testing.M) {
	var err error
	if folder, err = os.MkdirTemp("", "skyql-bench"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(folder)
	os.Exit(code)
}

// program is the binary, built when the first benchmark wants it.
var program = sync.OnceValue(func() string {
	path := filepath.Join(folder, "skyql")
	build := exec.Command("go", "build", "-trimpath", "-o", path, "skyql/cmd/skyql")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		panic(err)
	}
	return path
})

// outcome is what a run of the program came to.
type outcome struct {
	wall   time.Duration
	peakMB float64
	out    string // standard output
	exit   int
}

// skyql runs the program in an empty home.
func skyql(b *testing.B, cache string, args ...string) outcome {
	b.Helper()
	cmd := exec.Command(program(), args...)
	cmd.Env = []string{"HOME=" + b.TempDir(), "XDG_CACHE_HOME=" + cache, "SKYQL_OFFLINE=1", "PATH=" + os.Getenv("PATH")}
	start := time.Now()
	out, err := cmd.Output()
	o := outcome{wall: time.Since(start), out: string(out)}
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() == 3: // a partial result
		o.exit = 3
	case errors.As(err, &exit):
		b.Fatalf("skyql %s: %v\n%s%s", strings.Join(args, " "), err, out, exit.Stderr)
	case err != nil:
		b.Fatal(err)
	}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		o.peakMB = float64(usage.Maxrss) / 1024
	}
	return o
}

// fullCatalog pulls the full bundle into a cache folder.
func fullCatalog(b *testing.B) string {
	b.Helper()
	cache := b.TempDir()
	skyql(b, cache, "catalog", "pull", "--from", schematest.Path(b))
	return cache
}

// emulator starts one and gives its address.
func emulator(b *testing.B, args ...string) string {
	b.Helper()
	cmd := exec.Command(program(), append([]string{"emulator", "--listen", "127.0.0.1:0"}, args...)...)
	cmd.Env = []string{"HOME=" + b.TempDir(), "SKYQL_OFFLINE=1"}
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(strings.TrimPrefix(line, "listening on "))
}

// ask is the arguments that put a query to an emulator.
func ask(url, regions, sql string) []string {
	return []string{"--endpoint", url, "--regions", regions, "-o", "csv", sql}
}

// measure runs the program after one run that is not counted, and reports the
// median. The last line of the output has to be want, unless that is empty.
func measure(b *testing.B, cache string, ideal time.Duration, want string, args ...string) time.Duration {
	b.Helper()
	skyql(b, cache, args...)
	var all []outcome
	for b.Loop() {
		all = append(all, skyql(b, cache, args...))
	}
	return report(b, all, ideal, want)
}

// report prints the figures of some runs, and gives the median of their times.
func report(b *testing.B, all []outcome, ideal time.Duration, want string) time.Duration {
	b.Helper()
	walls, peak := make([]time.Duration, len(all)), 0.0
	for i, o := range all {
		lines := strings.Split(strings.TrimSpace(o.out), "\n")
		if last := lines[len(lines)-1]; want != "" && last != want {
			b.Errorf("want %q at the end, have %q", want, last)
		}
		walls[i], peak = o.wall, max(peak, o.peakMB)
	}
	slices.Sort(walls)
	median := walls[len(walls)/2]
	b.ReportMetric(float64(median.Microseconds())/1000, "ms")
	b.ReportMetric(peak, "MB-peak")
	if ideal > 0 {
		b.ReportMetric(float64(median)/float64(ideal), "of-ideal")
	}
	b.ReportMetric(0, "ns/op") // said in ms
	return median
}

// atOnce is how many calls skyql has in flight in a region, unless told otherwise.
const atOnce = 64

// latency of each call of the emulator where nothing else is said.
const latency = 50 * time.Millisecond

// ideal is a time that nobody can beat who has atOnce calls in flight: a page can
// be asked for when the one before is there, a resource can be read when its page
// is there. Either the pages take longest, and the reads of the last one; or all
// calls after the first page, atOnce at a time.
func ideal(pages, reads int, latency time.Duration) time.Duration {
	rounds := func(calls int) int { return (calls + atOnce - 1) / atOnce }
	return time.Duration(max(pages+rounds(reads/pages), 1+rounds(pages-1+reads))) * latency
}

// seed writes resources into a file for an emulator to begin with.
func seed(b *testing.B, write func(put func(resourceType, properties string, args ...any))) string {
	b.Helper()
	var text strings.Builder
	write(func(resourceType, properties string, args ...any) {
		fmt.Fprintf(&text, `{"region": "us-east-1", "type": %q, "properties": %s}`+"\n", resourceType, fmt.Sprintf(properties, args...))
	})
	path := filepath.Join(b.TempDir(), "seed.jsonl")
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}
