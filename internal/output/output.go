package output

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"

	"skyql/internal/resource"
)

// Format is how a result set is written.
type Format string

// The formats.
const (
	Table     Format = "table"
	JSON      Format = "json"  // one array of objects
	JSONLines Format = "jsonl" // one object on each line
	CSV       Format = "csv"
)

// Formats lists the formats in the order in which help texts name them.
func Formats() []Format { return []Format{Table, JSON, JSONLines, CSV} }

// ParseFormat reads the name of a format; case does not matter.
func ParseFormat(s string) (Format, error) {
	var names []string
	for _, format := range Formats() {
		if strings.EqualFold(s, string(format)) {
			return format, nil
		}
		names = append(names, string(format))
	}
	hint := ""
	if closest := resource.Closest(strings.ToLower(s), names); closest != "" {
		hint = fmt.Sprintf("; did you mean %q?", closest)
	}
	last := len(names) - 1
	return "", fmt.Errorf("no output format %q: there are %s and %s%s",
		s, strings.Join(names[:last], ", "), names[last], hint)
}

// Column is one column of a result set.
type Column struct {
	Name string
	Kind resource.Kind // decides on alignment only; values are written as what they are
}

// Writer writes one result set: Begin once, Row for each row, End once, all
// from one goroutine. After an error of a write, which is returned as it is, no
// further call makes sense. When the rows themselves cannot all be had, End
// still finishes what was written so far; without End the last rows may be
// missing and JSON is not closed.
type Writer interface {
	// Begin takes the columns and keeps them.
	Begin(columns []Column) error
	// Row takes one value for each column and does not keep them.
	Row(values []any) error
	// End writes what is still held back. It does not close anything.
	End() error
}

// Options are how to write. The zero value is right for a file or a pipe.
type Options struct {
	// Width is how many characters a line of the terminal has. A table is
	// folded to fit; less than 20 counts as 20. Zero means that lines may be of
	// any length, and that each row of a table is one line.
	Width int
	// Unicode draws tables with lines instead of "|", "-" and "+".
	Unicode bool
	// FlushEach hands each row on at once, and not only those that come in slowly. A
	// table cannot: it needs rows to choose its widths from.
	FlushEach bool
}

// New returns the writer of the format, of Table if there is no such format.
func New(format Format, w io.Writer, opts Options) Writer {
	out := bufio.NewWriterSize(w, 64<<10)
	switch format {
	case JSON, JSONLines:
		return &jsonWriter{out: out, lines: format == JSONLines, flow: flow{each: opts.FlushEach}}
	case CSV:
		return &csvWriter{out: out, flow: flow{each: opts.FlushEach}}
	default:
		return newTableWriter(out, opts)
	}
}

// flow hands rows on: each at once, or, where many come in quick succession, not
// each, but none late. Who reads from a pipe sees the first row when it is there, and
// ends the query early by closing it.
type flow struct {
	each bool
	last time.Time // when rows were handed on
}

// latest is how long a row is held back while others come.
const latest = 100 * time.Millisecond

// write writes a finished row of a format that needs no other rows.
func (f *flow) write(out *bufio.Writer, row []byte) error {
	if _, err := out.Write(row); err != nil {
		return err
	}
	if now := time.Now(); f.each || now.Sub(f.last) >= latest {
		f.last = now
		return out.Flush()
	}
	return nil
}

func checkCount(columns []Column, values []any) error {
	if len(columns) != len(values) {
		return fmt.Errorf("a row of %d values for %d columns", len(values), len(columns))
	}
	return nil
}
