//go:build unix

package wholefile_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"skyql/internal/wholefile"
)

func TestWrite(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		mode, folder fs.FileMode
	}{{wholefile.Private, 0o700}, {wholefile.Public, 0o755}} {
		path := filepath.Join(t.TempDir(), "a", "b")
		for _, content := range []string{"first", "second"} {
			if err := wholefile.WriteBytes(path, test.mode, []byte(content)); err != nil {
				t.Fatal(err)
			}
			if have, err := os.ReadFile(path); err != nil || string(have) != content {
				t.Errorf("want %s, have %s, %v", content, have, err)
			}
		}
		for name, want := range map[string]fs.FileMode{path: test.mode, filepath.Dir(path): test.folder} {
			if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
				t.Errorf("%s: want %o, have %o, %v", name, want, info.Mode().Perm(), err)
			}
		}
	}
}

// What fails leaves the old file, and nothing beside it.
func TestWriteFails(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	err := wholefile.Write(path, wholefile.Private, func(w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("have %v", err)
	}
	if err := wholefile.WriteBytes(filepath.Join(path, "below"), wholefile.Private, nil); err == nil {
		t.Error("a file is no folder")
	}
	entries, err := os.ReadDir(dir)
	if have, _ := os.ReadFile(path); err != nil || len(entries) != 1 || string(have) != "old" {
		t.Errorf("have %s in %v, %v", have, entries, err)
	}
}
