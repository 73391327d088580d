package emulator

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"skyql/internal/resource"
	"skyql/internal/schema"
)

// Record is one call and its answer, as a Recorder writes it. The Authorization
// header is nowhere in it. Write-only properties, which hold passwords and the
// like, are masked, and so is whatever could be one: documents of types that are
// not known, properties that the type does not have, and what cannot be read.
type Record struct {
	Time      time.Time         `json:"time"`
	Account   string            `json:"account,omitempty"`
	Region    resource.Region   `json:"region,omitempty"`
	Operation string            `json:"operation,omitempty"`
	Type      resource.TypeName `json:"type,omitempty"`
	// Status is that of HTTP, 0 if no answer was given.
	Status int `json:"status"`
	// Milliseconds is how long the call took until its answer began.
	Milliseconds float64         `json:"duration_ms"`
	Error        string          `json:"error,omitempty"` // name of the error, without its namespace
	Faults       []FaultKind     `json:"faults,omitempty"`
	Request      json.RawMessage `json:"request,omitempty"`
	Answer       json.RawMessage `json:"answer,omitempty"`
}

// Recorder writes each call to a file, as a line of JSON.
type Recorder struct {
	types func(resource.TypeName) (*schema.ResourceType, error)

	mu     sync.Mutex // guards what follows
	out    io.Writer
	failed error // the first failure
}

// NewRecorder gives one that writes to out, each line at once. The types tell which
// properties are write-only.
func NewRecorder(out io.Writer, types func(resource.TypeName) (*schema.ResourceType, error)) *Recorder {
	return &Recorder{out: out, types: types}
}

// OpenRecorder gives one that appends to a file, which nobody else may read. It is
// to be closed.
func OpenRecorder(path string, types func(resource.TypeName) (*schema.ResourceType, error)) (*Recorder, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	if err := readyToAppend(file); err != nil {
		return nil, errors.Join(fmt.Errorf("record: %w", err), file.Close())
	}
	return NewRecorder(file, types), nil
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

// record keeps a call, before the caller is answered: what one has seen is in the
// file. An answer without a status was not given.
func (s *Server) record(c *pendingCall, r *http.Request, body []byte, out reply) {
	if s.opts.Recorder == nil {
		return
	}
	m := masker{types: s.opts.Recorder.types}
	if c.typeName == "" { // it was refused before anybody has read it
		c.typeName = typeIn(body)
	}
	record := Record{
		Time: c.start.UTC(), Account: c.scope.Account, Region: c.scope.Region, Operation: c.operation, Type: c.typeName,
		Status: out.status, Milliseconds: float64(time.Since(c.start).Microseconds()) / 1000, Faults: c.drawn.kinds(),
	}
	if isQuery(r) {
		record.Request = m.form(r, body)
		record.Answer, record.Error = m.xmlAnswer(c.operation, out)
	} else {
		record.Request = m.request(body, c.typeName)
		record.Answer, record.Error = m.answer(out, c.typeName)
	}
	if err := s.opts.Recorder.write(record); err != nil {
		s.opts.Logger.Error(err.Error())
	}
}

// typeIn gives the type that a call names.
func typeIn(body []byte) resource.TypeName {
	var in struct{ TypeName resource.TypeName }
	if json.Unmarshal(body, &in) != nil {
		return ""
	}
	return in.TypeName
}

// ReadRecords reads what a Recorder has written.
func ReadRecords(in io.Reader) ([]Record, error) {
	var all []Record
	lines := bufio.NewReader(in)
	for n := 1; ; n++ {
		line, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var record Record
			if err := json.Unmarshal(line, &record); err != nil {
				return all, fmt.Errorf("line %d is no record of a call: %w", n, err)
			}
			all = append(all, record)
		}
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
	}
}
