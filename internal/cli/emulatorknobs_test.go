package cli

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"skyql/internal/emulator/recording"
	"skyql/internal/emulator/settings"
)

func TestKnobFlagsThatAreRefused(t *testing.T) {
	t.Parallel()
	for flags, want := range map[string]string{
		"--latency soon":                  `error: --latency: latency: "soon" is no time; times are as 50ms`,
		"--latency 1s --latency x=2s":     `error: --latency: latency "x=2s": "x" is no operation`,
		"--rate fast":                     `error: --rate: rate "fast" is not NUMBER or WHERE=NUMBER`,
		"--rate -1":                       `error: --rate: rate "-1" is not NUMBER`,
		"--burst 1.5":                     `error: --burst: burst "1.5" must be a whole number`,
		"--rate 5 --burst write=1":        "burst write=1 is for no rate",
		"--stabilize S3=2s":               `error: --stabilize: stabilization "S3=2s"`,
		"--page-size 0":                   "error: --page-size must be at least 1",
		"--page-size 1000000":             "page size 1000000 must be from 1 to 100000",
		"--hook-failure AWS::S3::Bucket":  "error: --hook-failure: hook failure",
		"--clock noon":                    `error: --clock: clock "noon" is not real or a time`,
		"--fault slow-body=1,1h":          "at most 10m0s",
		"--fault throttle=0.1@eu-west-11": `did you mean "eu-west-1"?`,
	} {
		t.Run(flags, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, code := runSkyql(t.Context(), append([]string{"emulator", "--listen", "127.0.0.1:0"}, strings.Fields(flags)...)...)
			if code != ExitUsage || stdout != "" || !strings.Contains(stderr, want) {
				t.Errorf("want exit code 2 with %q, have %d: %s%s", want, code, stdout, stderr)
			}
		})
	}
	for flags, want := range map[string]string{
		"--stabilize AWS::S3::Buket=1s":        "did you mean AWS::S3::Bucket?",
		"--hook-failure AWS::S3::Buket=1":      "did you mean AWS::S3::Bucket?",
		"--record " + t.TempDir() + "/no/such": "error: record: open ",
	} {
		t.Run(flags, func(t *testing.T) {
			t.Parallel()
			_, stderr, code := runSkyql(t.Context(), append([]string{"emulator", "--offline", "--listen", "127.0.0.1:0"}, strings.Fields(flags)...)...)
			if code != ExitFailed || !strings.Contains(stderr, want) {
				t.Errorf("want exit code 1 with %q, have %d: %s", want, code, stderr)
			}
		})
	}
}

// startEmulatorCommand runs skyql emulator until end is called, which gives its
// exit code.
func startEmulatorCommand(t *testing.T, flags ...string) (url string, end func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		args := append([]string{"emulator", "--listen", "127.0.0.1:0", "--offline"}, flags...)
		ended <- Run(ctx, args, Streams{In: strings.NewReader(""), Out: in, Err: io.Discard})
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	url, found := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if err != nil || !found {
		t.Fatalf("want where it listens, have %q, %v", line, err)
	}
	return url, func() int { cancel(); return <-ended }
}

// over makes a request and gives status and body.
func over(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text)
}

func TestKnobFlags(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "calls.jsonl")
	url, end := startEmulatorCommand(t,
		"--latency", "1ms", "--latency", "ListResources@us-west-2=2ms..3ms", "--rate", "1000", "--rate", "us-west-2=5", "--burst", "10",
		"--fault", "error=1:ListResources@us-east-1", "--fault-seed", "11", "--stabilize", "AWS::S3::Bucket=1h", "--page-size", "7",
		"--hook-failure", "*=0", "--clock", "2026-01-01T00:00:00Z,frozen", "--record", path, "--populate", "AWS::S3::Bucket=1",
	)
	_, have := over(t, http.MethodGet, url+"/_emulator/settings", "")
	want := `{"burst":["10"],"clock":{"frozen":true,"now":"2026-01-01T00:00:00Z"},"fault_seed":11,"faults":["error=1:ListResources@us-east-1"],` +
		`"hook_failures":["*=0"],"latency":["1ms","ListResources@us-west-2=2ms..3ms"],"page_size":7,"rate":["1000","@us-west-2=5"],"stabilize":["AWS::S3::Bucket=1h0m0s"]}`
	if have != want+"\n" {
		t.Errorf("want %s, have %s", want, have)
	}
	if have := fail(t, url); have != http.StatusInternalServerError {
		t.Errorf("want the fault, have %d", have)
	}
	if status, body := over(t, http.MethodPatch, url+"/_emulator/settings", `{"faults":null}`); status != http.StatusOK {
		t.Errorf("have %d: %s", status, body)
	}
	if status, body := over(t, http.MethodPost, url+"/_emulator/reset", ""); status != http.StatusNoContent {
		t.Errorf("have %d: %s", status, body)
	}
	if have := fail(t, url); have != http.StatusOK {
		t.Errorf("want no fault any more, have %d", have)
	}
	if code := end(); code != ExitDone {
		t.Errorf("want exit code 0, have %d", code)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	records, err := recording.Read(file)
	if err != nil || len(records) != 2 || records[0].Error != "ServiceInternalErrorException" || records[0].Faults[0] != settings.FaultError {
		t.Fatalf("want two calls recorded, have %+v, %v", records, err)
	}
	if answer := string(records[1].Answer); !strings.Contains(answer, "BucketName") {
		t.Errorf("want the bucket of the start back after the reset, have %s", answer)
	}
}
