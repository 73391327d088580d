//go:build unix

package deploy_test

import (
	"bufio"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"skyql/internal/deploy"
)

// An interrupt ends a script with all that it has started, even what does not mind
// being asked.
func TestScriptsEndWithTheirChildren(t *testing.T) {
	t.Parallel()
	w := newWorld(t, `-- stackql_manifest.yml --
name: scripts
providers: [awscc]
resources:
  - {name: long, type: script, run: "exec 3>alive; (trap '' TERM; sleep 300) & echo ready >&3; sleep 300"}
`)
	alive := filepath.Join(w.dir, "alive")
	if err := syscall.Mkfifo(alive, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan deploy.Summary, 1)
	d := w.deployment(deploy.Options{})
	go func() { ended <- d.Build(ctx) }()
	file, err := os.Open(alive) // waits for the script
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewReader(file)
	if line, err := lines.ReadString('\n'); err != nil || line != "ready\n" {
		t.Fatalf("have %q, %v", line, err)
	}
	cancel()
	if err := (<-ended).Err(); err == nil || !strings.Contains(w.said(deploy.Ended), "long: interrupted") {
		t.Errorf("have %v, %s", err, w.said(deploy.Ended))
	}
	if rest, err := io.ReadAll(lines); err != nil || len(rest) > 0 { // the end comes when nobody holds it open
		t.Errorf("have %q, %v", rest, err)
	}
}
