package acceptance

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// A call that went well is never made again, however many there are and however
// fast the answers come. What a single statement hides shows in a thousand.
func TestNoCallIsMadeTwice(t *testing.T) {
	t.Parallel()
	skyql, err := exec.LookPath("skyql") // the one that TestMain has put into the PATH
	if err != nil {
		t.Fatal(err)
	}
	env := []string{"HOME=" + t.TempDir(), "SKYQL_OFFLINE=1"}
	cmd := exec.Command(skyql, "emulator", "--listen", "127.0.0.1:0", "--populate", "AWS::S3::Bucket=300")
	cmd.Env = env
	b, line, err := start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.stop(os.Interrupt) })
	url, _ := strings.CutPrefix(line, "listening on ")

	const statements, pages = 400, 3
	ask := exec.Command(skyql, "--endpoint", url, "--region", "us-east-1", "-o", "csv", "-i", "-")
	ask.Env = env
	ask.Stdin = strings.NewReader(strings.Repeat("SELECT count(*) FROM awscc.s3.buckets;\n", statements))
	out, err := ask.Output()
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Repeat("count(*)\n300\n", statements); string(out) != want {
		t.Errorf("want 300 buckets %d times, got %d bytes that begin with %.200q", statements, len(out), out)
	}
	s, err := readStats(url)
	if err != nil {
		t.Fatal(err)
	}
	if s.Calls["ListResources"] != statements*pages || len(s.Calls) != 1 {
		t.Errorf("want %d calls of ListResources and no other, got %v", statements*pages, s.Calls)
	}
}
