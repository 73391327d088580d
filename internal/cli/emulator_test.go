package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"skyql/internal/emulator"
	"skyql/internal/emulator/settings"
)

// runSkyql runs the program and gives what it writes and its exit code.
func runSkyql(ctx context.Context, args ...string) (stdout, stderr string, code int) {
	var out, failed strings.Builder
	code = Run(ctx, args, Streams{In: strings.NewReader(""), Out: &out, Err: &failed})
	return out.String(), failed.String(), code
}

func TestFaultFlagsThatAreRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		flags []string
		want  string
	}{
		"no probability":   {[]string{"--fault", "throttle"}, `error: --fault: fault "throttle" is not KIND=PROBABILITY`},
		"unknown kind":     {[]string{"--fault", "slow=0.5"}, `no kind of fault is called "slow"; kinds are throttle, error, unavailable, `},
		"too probable":     {[]string{"--fault", "lost=2"}, "from 0 to 1, not 2"},
		"no operation":     {[]string{"--fault", "lost=1:PutObject"}, `"PutObject" is no operation`},
		"second of two":    {[]string{"--fault", "lost=1", "--fault", "bad"}, `fault "bad"`},
		"seed of nothing":  {[]string{"--fault-seed", "3"}, "error: --fault-seed is for --fault"},
		"seed is a number": {[]string{"--fault", "lost=1", "--fault-seed", "x"}, `invalid argument "x" for "--fault-seed"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, code := runSkyql(t.Context(), append([]string{"emulator", "--listen", "127.0.0.1:0"}, test.flags...)...)
			if code != ExitUsage || stdout != "" || !strings.Contains(stderr, test.want) {
				t.Errorf("want exit code 2 with %q, have %d: %s%s", test.want, code, stdout, stderr)
			}
		})
	}
}

func TestFaultFlags(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out, in := io.Pipe()
	var notes strings.Builder
	ended := make(chan int, 1)
	go func() {
		ended <- Run(ctx, []string{
			"emulator", "--listen", "127.0.0.1:0", "--offline", "--fault", "error=1:ListResources", "--fault-seed", "11",
		}, Streams{In: strings.NewReader(""), Out: in, Err: &notes})
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	url, found := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if err != nil || !found {
		t.Fatalf("want where it listens, have %q, %v", line, err)
	}
	if have := fail(t, url); have != http.StatusInternalServerError {
		t.Errorf("want the call to fail, have %d", have)
	}
	if have := statsOf(t, url).Faults; have[settings.FaultError] != 1 {
		t.Errorf("want the fault counted, have %v", have)
	}
	cancel()
	if code := <-ended; code != ExitDone {
		t.Errorf("want exit code 0, have %d", code)
	}
	if want := "calls will go wrong on purpose; --fault-seed 11 repeats it\n"; notes.String() != want {
		t.Errorf("want the note %q, have %q", want, notes.String())
	}
}

// fail makes a call that is to fail, and gives its status.
func fail(t *testing.T, url string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(`{"TypeName":"AWS::S3::Bucket"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Amz-Target", "CloudApiService.ListResources")
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=any/20300101/us-east-1/cloudcontrolapi/aws4_request, SignedHeaders=host, Signature=00")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode
}

func statsOf(t *testing.T, url string) (stats emulator.Stats) {
	t.Helper()
	response, err := http.Get(url + "/_emulator/stats")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&stats); err != nil {
		t.Fatal(err)
	}
	return stats
}
