package folder

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// texts are files by their paths.
type texts map[string]string

func (t texts) Paths() []string { return slices.Sorted(maps.Keys(t)) }

func (t texts) File(path string) ([]byte, error) {
	if text := t[path]; text != "broken" {
		return []byte(text), nil
	}
	return nil, errors.New("it is broken")
}

// content reads a folder, without the record.
func content(t *testing.T, dir string) texts {
	t.Helper()
	found := texts{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == recordName {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		found[filepath.ToSlash(name)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestWriteKeepsAFolderTrue(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new", "site")
	told := 0
	for i, step := range []struct {
		files texts
		want  Result
	}{
		{texts{"index.html": "one", "s3/buckets.html": "two", "sqs/queues.html": "three"}, Result{Written: 3, Bytes: 11}},
		{texts{"index.html": "one", "s3/buckets.html": "two", "sqs/queues.html": "three"}, Result{Unchanged: 3, Bytes: 11}},
		{texts{"index.html": "1", "s3/buckets.html": "two"}, Result{Written: 1, Unchanged: 1, Removed: 1, Bytes: 4}},
	} {
		have, err := Write(t.Context(), dir, step.files, func(done, total int) { told = total })
		if err != nil {
			t.Fatal(err)
		}
		if have != step.want || told != len(step.files) {
			t.Errorf("step %d: want %+v, have %+v, told of %d", i, step.want, have, told)
		}
		if diff := cmp.Diff(step.files, content(t, dir)); diff != "" {
			t.Errorf("step %d: -want +have\n%s", i, diff)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "sqs")); !os.IsNotExist(err) {
		t.Errorf("the empty folder is still there: %v", err)
	}
}

func TestWriteLeavesOthersFilesAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mine := filepath.Join(dir, "mine.txt")
	if err := os.WriteFile(mine, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(t.Context(), dir, texts{"index.html": "x"}, nil); !errors.Is(err, ErrForeign) {
		t.Fatalf("want ErrForeign, have %v", err)
	}
	if diff := cmp.Diff(texts{"mine.txt": "mine"}, content(t, dir)); diff != "" {
		t.Errorf("-want +have\n%s", diff)
	}
	// In a folder of skyql's, what somebody added stays.
	if err := os.Remove(mine); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := Write(t.Context(), dir, texts{"index.html": "x"}, nil); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(mine, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(texts{"mine.txt": "mine", "index.html": "x"}, content(t, dir)); diff != "" {
		t.Errorf("-want +have\n%s", diff)
	}
}

func TestWriteFails(t *testing.T) {
	t.Parallel()
	t.Run("where a file cannot be made", func(t *testing.T) {
		t.Parallel()
		dir := filepath.Join(t.TempDir(), "site")
		_, err := Write(t.Context(), dir, texts{"a": "fine", "b": "broken"}, nil)
		if err == nil || !strings.Contains(err.Error(), "make b: it is broken") {
			t.Fatalf("have %v", err)
		}
		if _, err := Write(t.Context(), dir, texts{"a": "fine", "b": "now"}, nil); err != nil {
			t.Errorf("it cannot be finished: %v", err)
		}
	})
	t.Run("when it is interrupted", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := Write(ctx, filepath.Join(t.TempDir(), "site"), texts{"a": "x"}, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("have %v", err)
		}
	})
	for _, path := range []string{"../out", "/etc/out", "a/../../out", recordName} {
		t.Run("for the path "+path, func(t *testing.T) {
			t.Parallel()
			if _, err := Write(t.Context(), filepath.Join(t.TempDir(), "site"), texts{path: "x"}, nil); err == nil {
				t.Error("it is written")
			}
		})
	}
	t.Run("with a record that leads out of the folder, removes nothing there", func(t *testing.T) {
		t.Parallel()
		parent := t.TempDir()
		outside := filepath.Join(parent, "outside")
		if err := os.WriteFile(outside, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(parent, "site")
		if err := writeRecord(dir, []string{"../outside"}); err != nil {
			t.Fatal(err)
		}
		if _, err := Write(t.Context(), dir, texts{"a": "x"}, nil); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(outside); err != nil {
			t.Error(err)
		}
	})
	t.Run("with a record that cannot be read", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, recordName), []byte("{"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Write(t.Context(), dir, texts{"a": "x"}, nil); err == nil || !strings.Contains(err.Error(), recordName) {
			t.Errorf("have %v", err)
		}
	})
}
