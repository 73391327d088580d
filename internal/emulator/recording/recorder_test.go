package recording

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRecorderFiles(t *testing.T) {
	t.Parallel()
	if _, err := Open(filepath.Join(t.TempDir(), "no", "such"), nil); !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "record: ") {
		t.Errorf("want the failure told, have %v", err)
	}
	path := filepath.Join(t.TempDir(), "calls")
	for range 2 {
		r, err := Open(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(r.write(Record{Operation: "GetResource"}), r.Close()); err != nil {
			t.Error(err)
		}
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if have, err := Read(file); err != nil || len(have) != 2 || have[1].Operation != "GetResource" {
		t.Errorf("want both records, have %v, %v", have, err)
	}
}
