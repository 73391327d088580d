//go:build unix

// Package bench measures the whole program, as a process, against the emulator.
// It prints figures beside what is ideal and judges nothing: machines differ.
// docs/performance.md has figures with the machine that they were measured on.
package bench

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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

// skyql runs the program in an empty home and reports how long it took and how
// much memory it had.
func skyql(b *testing.B, cache string, args ...string) (wall time.Duration, peakMB float64) {
	b.Helper()
	cmd := exec.Command(program(), args...)
	cmd.Env = []string{"HOME=" + b.TempDir(), "XDG_CACHE_HOME=" + cache, "SKYQL_OFFLINE=1", "PATH=" + os.Getenv("PATH")}
	start := time.Now()
	out, err := cmd.CombinedOutput()
	wall = time.Since(start)
	if err != nil {
		b.Fatalf("skyql %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		peakMB = float64(usage.Maxrss) / 1024
	}
	return wall, peakMB
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

// measure runs the program b.N times after one run that is not counted.
func measure(b *testing.B, cache string, ideal time.Duration, args ...string) {
	b.Helper()
	skyql(b, cache, args...)
	var total time.Duration
	var peak float64
	b.ResetTimer()
	for range b.N {
		wall, mb := skyql(b, cache, args...)
		total += wall
		peak = max(peak, mb)
	}
	mean := total / time.Duration(b.N)
	b.ReportMetric(float64(mean.Microseconds())/1000, "ms")
	b.ReportMetric(peak, "MB-peak")
	if ideal > 0 {
		b.ReportMetric(float64(mean)/float64(ideal), "of-ideal")
	}
	b.ReportMetric(0, "ns/op") // said in ms
}

func BenchmarkStart(b *testing.B) {
	for name, sql := range map[string]string{
		"select-1":       "SELECT 1",
		"describe":       "DESCRIBE awscc.ec2.instances",
		"show-resources": "SHOW RESOURCES IN awscc.ec2",
	} {
		b.Run(name, func(b *testing.B) { measure(b, fullCatalog(b), 0, sql) })
	}
}

// latency of each call of the emulator in the benchmarks below.
const latency = 50 * time.Millisecond

// ideal is the time of pages one after the other and reads 64 at a time.
func ideal(pages, reads int) time.Duration {
	return time.Duration(pages)*latency + time.Duration((reads+63)/64)*latency
}

func BenchmarkListAndRead(b *testing.B) {
	url := emulator(b, "--populate", "AWS::S3::Bucket=1000", "--latency", latency.String())
	at := []string{"--endpoint", url, "--region", "us-east-1"}
	for _, c := range []struct {
		name, sql    string
		pages, reads int
	}{
		{"1000-buckets-listed", `SELECT count(*) FROM awscc.s3.buckets`, 10, 0},
		{"1000-buckets-read", `SELECT count(arn) FROM awscc.s3.buckets`, 10, 1000},
		{"1000-buckets-joined", `SELECT count(b.arn) FROM awscc.s3.buckets_list_only l JOIN awscc.s3.buckets b ON b.bucket_name = l.bucket_name`, 10, 1000},
	} {
		b.Run(c.name, func(b *testing.B) { measure(b, b.TempDir(), ideal(c.pages, c.reads), append(at, c.sql)...) })
	}
}

// Each insert is a call that creates and one that finds it created.
func BenchmarkInsert(b *testing.B) {
	url := emulator(b, "--latency", latency.String())
	const insert = `INSERT INTO awscc.s3.buckets (BucketName)
		SELECT 'b-' || lower(hex(randomblob(8))) FROM generate_series(1, 100)`
	for _, concurrency := range []int{16, 64} {
		b.Run(fmt.Sprintf("100-rows-%d-at-once", concurrency), func(b *testing.B) {
			ideal := time.Duration((200+concurrency-1)/concurrency) * latency
			measure(b, b.TempDir(), ideal, "--endpoint", url, "--region", "us-east-1", "--concurrency", fmt.Sprint(concurrency), insert)
		})
	}
}

func BenchmarkMillionIdentifiers(b *testing.B) {
	if testing.Short() {
		b.Skip("skipped: a million resources take a while")
	}
	url := emulator(b, "--populate", "AWS::S3::Bucket=1000000", "--page-size", "1000")
	for _, sql := range []string{`SELECT count(*) FROM awscc.s3.buckets`, `SELECT region, count(*) FROM awscc.s3.buckets GROUP BY region`} {
		b.Run(fmt.Sprintf("%.24s", sql), func(b *testing.B) {
			measure(b, b.TempDir(), 0, "--endpoint", url, "--region", "us-east-1", sql)
		})
	}
}
