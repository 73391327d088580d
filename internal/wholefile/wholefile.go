// Package wholefile writes files in one step: whoever reads sees the file before
// or after, never half of it, also after a crash.
//
// github.com/google/renameio does the same, but not on Windows.
package wholefile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// The permissions that files here have.
const (
	Private fs.FileMode = 0o600 // for the owner
	Public  fs.FileMode = 0o644
)

// Write fills a file beside path and moves it there when it is complete and on
// the disk. Folders that are missing are made, for those who may read the file.
// After an error there is what was there before.
func Write(path string, mode fs.FileMode, fill func(io.Writer) error) (err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, mode|mode>>2&0o111); err != nil {
		return err
	}
	file, err := os.CreateTemp(dir, ".skyql-*") // has mode 0600
	if err != nil {
		return named(err, path)
	}
	err = fill(file)
	if err == nil {
		err = errors.Join(file.Chmod(mode), file.Sync())
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return errors.Join(named(err, path), os.Remove(file.Name()))
	}
	return nil
}

// named puts the name that the caller knows in the place of the temporary one.
func named(err error, path string) error {
	var failed *fs.PathError
	var moved *os.LinkError
	switch {
	case errors.As(err, &failed):
		return &fs.PathError{Op: "write", Path: path, Err: failed.Err}
	case errors.As(err, &moved):
		return &fs.PathError{Op: "write", Path: path, Err: moved.Err}
	}
	return err
}

// WriteBytes is Write for content that is there already.
func WriteBytes(path string, mode fs.FileMode, content []byte) error {
	return Write(path, mode, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}
