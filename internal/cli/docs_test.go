package cli

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
)

// getPage asks for an address and gives the status and the body.
func getPage(t *testing.T, url string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func TestDocsServe(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out, in := io.Pipe()
	var notes strings.Builder
	ended := make(chan int, 1)
	go func() {
		ended <- Run(ctx, []string{"docs", "serve", "--listen", "127.0.0.1:0", "--offline"}, Streams{In: strings.NewReader(""), Out: in, Err: &notes})
	}()
	line, err := bufio.NewReader(out).ReadString('\n')
	url, found := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if err != nil || !found {
		t.Fatalf("%q, %v", line, err)
	}
	for path, want := range map[string]struct {
		status int
		text   string
	}{
		"/": {200, "Tables of AWS"}, "/cognito/user_pool_clients.html": {200, "<h1>awscc.cognito.user_pool_clients</h1>"},
		"/assets/search.js": {200, "explicit_auth_flows"}, "/nosuch.html": {404, "No such page"},
	} {
		if status, body := getPage(t, url+path); status != want.status || !strings.Contains(body, want.text) {
			t.Errorf("%s: want %d with %q, have %d: %.200s", path, want.status, want.text, status, body)
		}
	}
	_, stderr, code := runSkyql(t.Context(), "docs", "serve", "--offline", "--listen", strings.TrimPrefix(url, "http://"))
	if code != ExitFailed || !strings.Contains(stderr, "address already in use; name another address with --listen") {
		t.Errorf("the address taken: exit code %d, %s", code, stderr)
	}
	cancel()
	if code := <-ended; code != ExitDone || notes.String() != "" {
		t.Errorf("exit code %d, %s", code, notes.String())
	}
}

func TestPageThroughAPager(t *testing.T) {
	for _, test := range []struct{ name, pager, out, err string }{
		{"a pager", "cat", "the page\n", ""},
		{"a pager that is not there", "no-such-pager -x", "the page\n", "warning: the pager no-such-pager cannot be run"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("PAGER", test.pager)
			var out, failed strings.Builder
			a := &app{streams: Streams{Out: &out, Err: &failed}}
			if err := a.pageThrough(t.Context(), "the page\n"); err != nil {
				t.Fatal(err)
			}
			if out.String() != test.out || !strings.HasPrefix(failed.String(), test.err) {
				t.Errorf("have %q and %q", out.String(), failed.String())
			}
		})
	}
}
