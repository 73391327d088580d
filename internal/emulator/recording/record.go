package recording

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"skyql/internal/emulator/settings"
	"skyql/internal/resource"
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
	Milliseconds float64              `json:"duration_ms"`
	Error        string               `json:"error,omitempty"` // name of the error, without its namespace
	Faults       []settings.FaultKind `json:"faults,omitempty"`
	Request      json.RawMessage      `json:"request,omitempty"`
	Answer       json.RawMessage      `json:"answer,omitempty"`
}

// Read reads what a Recorder has written.
func Read(in io.Reader) ([]Record, error) {
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
