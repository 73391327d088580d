package recording

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"skyql/internal/emulator/protocol"
	"skyql/internal/emulator/settings"
	"skyql/internal/resource"
	"skyql/internal/schema"
)

// Recorder writes each call to a file, as a line of JSON.
type Recorder struct {
	types func(resource.TypeName) (*schema.ResourceType, error)

	mu     sync.Mutex // guards what follows
	out    io.Writer
	failed error // the first failure
}

// New gives one that writes to out, each line at once. The types tell which
// properties are write-only.
func New(out io.Writer, types func(resource.TypeName) (*schema.ResourceType, error)) *Recorder {
	return &Recorder{out: out, types: types}
}

// Open gives one that appends to a file, which nobody else may read. It is
// to be closed.
func Open(path string, types func(resource.TypeName) (*schema.ResourceType, error)) (*Recorder, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	if err := readyToAppend(file); err != nil {
		return nil, errors.Join(fmt.Errorf("record: %w", err), file.Close())
	}
	return New(file, types), nil
}

// readyToAppend makes a file private, and ends a line that was cut off.
func readyToAppend(file *os.File) error {
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return err
	}
	if err := file.Chmod(0o600); err != nil || info.Size() == 0 {
		return err
	}
	var last [1]byte
	if _, err := file.ReadAt(last[:], info.Size()-1); err != nil || last[0] == '\n' {
		return err
	}
	_, err = file.WriteString("\n")
	return err
}

// Close closes the file, and tells of the first line that could not be written.
func (r *Recorder) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if closer, ok := r.out.(io.Closer); ok {
		return errors.Join(r.failed, closer.Close())
	}
	return r.failed
}

// Call is what a Recorder is told of a call whose answer begins now.
type Call struct {
	Start     time.Time
	Scope     resource.Scope
	Operation string
	Type      resource.TypeName // "" if nobody has read it
	Faults    []settings.FaultKind
	Request   *http.Request
	Body      []byte
	Answer    protocol.Reply // without a status if none is given
}

// Record writes a call. The error tells of the first line that could not be
// written; of further ones there is none.
func (r *Recorder) Record(c Call) error {
	m := masker{types: r.types}
	if c.Type == "" { // it was refused before anybody has read it
		c.Type = typeIn(c.Body)
	}
	record := Record{
		Time: c.Start.UTC(), Account: c.Scope.Account, Region: c.Scope.Region, Operation: c.Operation, Type: c.Type,
		Status: c.Answer.Status, Milliseconds: float64(time.Since(c.Start).Microseconds()) / 1000, Faults: c.Faults,
	}
	if protocol.IsQuery(c.Request) {
		record.Request = m.form(c.Request, c.Body)
		record.Answer, record.Error = m.xmlAnswer(c.Operation, c.Answer)
	} else {
		record.Request = m.request(c.Body, c.Type)
		record.Answer, record.Error = m.answer(c.Answer, c.Type)
	}
	return r.write(record)
}

// write writes one record; it tells only of the first failure.
func (r *Recorder) write(record Record) error {
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(record)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		_, err = r.out.Write(line.Bytes())
	}
	if err == nil || r.failed != nil {
		return nil
	}
	r.failed = fmt.Errorf("record of calls is incomplete: %w", err)
	return r.failed
}

// typeIn gives the type that a call names.
func typeIn(body []byte) resource.TypeName {
	var in struct{ TypeName resource.TypeName }
	if json.Unmarshal(body, &in) != nil {
		return ""
	}
	return in.TypeName
}
