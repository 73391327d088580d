package folder

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"skyql/internal/wholefile"

	"golang.org/x/sync/errgroup"
)

// Files are what is written. File is called from many goroutines, once for each
// path.
type Files interface {
	Paths() []string // with slashes, none of them twice
	File(path string) ([]byte, error)
}

// recordName is the file that remembers what was written.
const recordName = ".skyql-docs.json"

// record is what that file holds.
type record struct {
	Files []string `json:"files"`
}

// Result says what Write did.
type Result struct {
	Written, Unchanged, Removed int
	Bytes                       int64 // of all files
}

// ErrForeign says that a folder has files in it and was not written by Write.
var ErrForeign = errors.New("the folder is not empty and was not written by skyql docs generate; name a new one")

// Write makes the files in the folder, many at a time. A file that is as it
// should be is left alone. Progress, if not nil, is told how many are done, by one
// goroutine at a time.
func Write(ctx context.Context, dir string, files Files, progress func(done, total int)) (Result, error) {
	before, err := readRecord(dir)
	if err != nil {
		return Result{}, err
	}
	paths := files.Paths()
	for _, path := range paths {
		if !filepath.IsLocal(filepath.FromSlash(path)) || path == recordName {
			return Result{}, fmt.Errorf("%q is no path for a file of the folder", path)
		}
	}
	// From now on, what an interrupted run leaves is known to be skyql's.
	if err := writeRecord(dir, slices.Concat(before.Files, paths)); err != nil {
		return Result{}, err
	}
	result, err := writeAll(ctx, dir, files, paths, progress)
	if err != nil {
		return result, err
	}
	for _, old := range before.Files {
		if slices.Contains(paths, old) || !filepath.IsLocal(filepath.FromSlash(old)) {
			continue
		}
		switch err := os.Remove(filepath.Join(dir, filepath.FromSlash(old))); {
		case err == nil:
			result.Removed++
			_ = os.Remove(filepath.Dir(filepath.Join(dir, filepath.FromSlash(old)))) // if it is empty now
		case !errors.Is(err, fs.ErrNotExist):
			return result, err
		}
	}
	return result, writeRecord(dir, paths)
}

func writeAll(ctx context.Context, dir string, files Files, paths []string, progress func(done, total int)) (Result, error) {
	var result Result
	var mu sync.Mutex // guards result, and lets progress be told one by one
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, path := range paths {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			content, err := files.File(path)
			if err != nil {
				return fmt.Errorf("make %s: %w", path, err)
			}
			changed, err := writeFile(filepath.Join(dir, filepath.FromSlash(path)), content)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			if changed {
				result.Written++
			} else {
				result.Unchanged++
			}
			result.Bytes += int64(len(content))
			if progress != nil {
				progress(result.Written+result.Unchanged, len(paths))
			}
			return nil
		})
	}
	err := group.Wait()
	return result, err
}

// writeFile puts the content in place at once, so that nobody reads half of it.
func writeFile(path string, content []byte) (changed bool, err error) {
	if have, err := os.ReadFile(path); err == nil && bytes.Equal(have, content) {
		return false, nil
	}
	return true, wholefile.WriteBytes(path, wholefile.Public, content)
}

// readRecord tells what the folder has of an earlier run.
func readRecord(dir string) (record, error) {
	text, err := os.ReadFile(filepath.Join(dir, recordName))
	if err == nil {
		var known record
		if err := json.Unmarshal(text, &known); err != nil {
			return record{}, fmt.Errorf("%s: %w; remove the folder to begin anew", filepath.Join(dir, recordName), err)
		}
		return known, nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return record{}, err
	}
	entries, err := os.ReadDir(dir)
	switch {
	case err == nil && len(entries) > 0:
		return record{}, fmt.Errorf("%s: %w", dir, ErrForeign)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return record{}, err
	}
	return record{}, nil
}

func writeRecord(dir string, paths []string) error {
	paths = slices.Clone(paths)
	slices.Sort(paths)
	text, err := json.MarshalIndent(record{slices.Compact(paths)}, "", " ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	_, err = writeFile(filepath.Join(dir, recordName), append(text, '\n'))
	return err
}
