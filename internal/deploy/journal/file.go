package journal

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// ErrBusy says that another program has the journal.
var ErrBusy = errors.New("another build or teardown of this stack is running")

// lock opens the file and keeps others from it, by whatever name they know it,
// without waiting for them.
func lock(path string) (*lockedfile.File, error) {
	type locked struct {
		file *lockedfile.File
		err  error
	}
	got := make(chan locked, 1)
	go func() {
		file, err := lockedfile.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
		got <- locked{file, err}
	}()
	select {
	case l := <-got:
		if l.err != nil {
			return nil, fmt.Errorf("journal: %w", l.err)
		}
		return l.file, nil
	case <-time.After(lockPatience):
		go func() { // whenever the lock is got after all
			if l := <-got; l.err == nil {
				l.file.Close()
			}
		}()
		return nil, fmt.Errorf("%w (%s is locked)", ErrBusy, path)
	}
}

const lockPatience = 200 * time.Millisecond

// Peek gives the unfinished changes of a journal without opening it: nothing is
// made, cut or locked. A journal that is not there has none.
func Peek(path, stack string) ([]Entry, error) {
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(err, fmt.Errorf("journal %s: it is no regular file", path))
	}
	j := &Journal{stack: stack, latest: map[string]*Entry{}, requests: map[string]string{}}
	if _, err := j.read(file); err != nil {
		return nil, fmt.Errorf("journal %s: %w", path, err)
	}
	return j.Unfinished(), nil
}

// load reads the entries and cuts off a last line that was not written whole.
func (j *Journal) load() (err error) {
	if j.size, err = j.read(j.file); err == nil {
		err = j.file.Truncate(j.size)
	}
	return err
}

// read gives the length of the whole lines.
func (j *Journal) read(file io.Reader) (whole int64, err error) {
	lines := bufio.NewReader(file)
	for number := 1; ; number++ {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			if n := min(len(line), len(beginning)); string(line[:n]) != beginning[:n] {
				err = fmt.Errorf("line %d is no entry: the file is something else", number)
			} else {
				err = nil
			}
			return whole, err
		}
		if err != nil {
			return whole, err
		}
		whole += int64(len(line))
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		var e Entry
		if err := json.Unmarshal(line, &e); err != nil || e.ClientToken == "" {
			return whole, fmt.Errorf("line %d is no entry: move the file away if nothing is under way", number)
		}
		if e.Stack != j.stack && e.Stack != "" && j.stack != "" {
			return whole, fmt.Errorf("it is that of %s, not of %s", e.Stack, j.stack)
		}
		j.note(&e)
	}
}

// beginning is how every line begins.
const beginning = `{"time":"`

// write adds a line to the file, whole or not at all.
func (j *Journal) write(line []byte) error {
	_, err := j.file.Write(line)
	if err == nil {
		err = j.file.Sync()
	}
	if err != nil {
		return errors.Join(err, j.file.Truncate(j.size))
	}
	j.size += int64(len(line))
	return nil
}
