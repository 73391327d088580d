package output

import (
	"bufio"
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"skyql/internal/resource"
)

const (
	chunkRows  = 1000
	chunkBytes = 4 << 20
)

// tableWriter draws a table for people. It holds rows back until it has a chunk
// of them to choose widths from. Later chunks continue the table; only when one
// has a value that does not fit, the table is closed and begun anew with other
// widths. A table that cannot be folded to the width of the terminal is written
// as records instead, a line for each value.
type tableWriter struct {
	out  *bufio.Writer
	opts Options

	columns  []Column
	names    []string // as shown
	measures []measure
	rows     [][]string // cells of the chunk under way
	bytes    int        // their size
	grid     *grid      // under way, or nil
	records  bool       // written as records from here on
	count    int64      // rows written
}

func newTableWriter(out *bufio.Writer, opts Options) *tableWriter {
	if opts.Width > 0 {
		opts.Width = max(opts.Width, leastWidth)
	}
	return &tableWriter{out: out, opts: opts}
}

func (w *tableWriter) Begin(columns []Column) error {
	w.columns = columns
	w.measures = make([]measure, len(columns))
	for i, column := range columns {
		name := visible(column.Name, false)
		w.names = append(w.names, name)
		w.measures[i].name = text.StringWidthWithoutEscSequences(name)
	}
	return nil
}

func (w *tableWriter) Row(values []any) error {
	if err := checkCount(w.columns, values); err != nil {
		return err
	}
	cells := make([]string, len(values))
	for i, value := range values {
		cell, err := w.cell(value)
		if err != nil {
			return fmt.Errorf("column %q: %w", w.columns[i].Name, err)
		}
		w.measures[i].add(value, text.LongestLineLen(cell))
		w.bytes += len(cell)
		cells[i] = cell
	}
	w.rows = append(w.rows, cells)
	if len(w.rows) < chunkRows && w.bytes < chunkBytes {
		return nil
	}
	return w.writeChunk()
}

func (w *tableWriter) End() error {
	if err := w.writeChunk(); err != nil {
		return err
	}
	if err := w.closeGrid(); err != nil {
		return err
	}
	plural := "s"
	if w.count == 1 {
		plural = ""
	}
	if _, err := fmt.Fprintf(w.out, "(%d row%s)\n", w.count, plural); err != nil {
		return err
	}
	return w.out.Flush()
}

// cell gives the text of a value; it has several lines only on a terminal.
func (w *tableWriter) cell(value any) (string, error) {
	if isNull(value) {
		return "NULL", nil
	}
	s, err := plainText(value, blobLiteral)
	return visible(s, w.opts.Width > 0), err
}

// writeChunk writes the rows that were held back. A result without rows is one
// empty chunk.
func (w *tableWriter) writeChunk() error {
	if len(w.columns) == 0 || len(w.rows) == 0 && w.count > 0 {
		w.count += int64(len(w.rows))
		w.rows = w.rows[:0]
		return nil
	}
	available := unlimited
	if w.opts.Width > 0 {
		available = w.opts.Width - 3*len(w.columns) - 1 // the frame takes the rest
	}
	widths, ok := arrange(w.measures, available)
	w.records = w.records || !ok
	var err error
	if w.records {
		err = w.writeRecords()
	} else {
		err = w.writeGrid(widths)
	}
	w.count += int64(len(w.rows))
	clear(w.rows)
	w.rows, w.bytes = w.rows[:0], 0
	if err != nil {
		return err
	}
	return w.out.Flush()
}

// rightAligned tells which columns hold numbers.
func (w *tableWriter) rightAligned() []bool {
	right := make([]bool, len(w.columns))
	for i, column := range w.columns {
		m := w.measures[i]
		right[i] = column.Kind == resource.Integer || column.Kind == resource.Number ||
			column.Kind == resource.Any && m.number > 0 && !m.texts
	}
	return right
}

func (w *tableWriter) writeGrid(widths []int) error {
	if w.grid != nil && slices.Equal(w.grid.widths, widths) {
		_, err := w.out.WriteString(w.grid.more(w.rows))
		return err
	}
	if err := w.closeGrid(); err != nil {
		return err
	}
	w.grid = newGrid(widths, w.rightAligned(), w.opts.Unicode)
	_, err := w.out.WriteString(w.grid.begin(w.names, w.rows))
	return err
}

func (w *tableWriter) closeGrid() error {
	if w.grid == nil {
		return nil
	}
	_, err := w.out.WriteString(w.grid.bottom + "\n")
	w.grid = nil
	return err
}

// writeRecords writes each row as a heading and a line for each column.
func (w *tableWriter) writeRecords() error {
	if err := w.closeGrid(); err != nil {
		return err
	}
	names, values := 0, 0
	for _, m := range w.measures {
		names, values = max(names, m.name), max(values, m.value)
	}
	names = min(names, (w.opts.Width-3)/2)
	values = min(values, w.opts.Width-3-names)
	dash, bar := "-", " | "
	if w.opts.Unicode {
		dash, bar = "─", " │ "
	}
	for n, row := range w.rows {
		title := fmt.Sprintf("[ row %d ]", w.count+int64(n)+1)
		rest := max(0, names+3+values-1-len(title))
		if _, err := fmt.Fprintf(w.out, "%s%s%s\n", dash, title, strings.Repeat(dash, rest)); err != nil {
			return err
		}
		for i, cell := range row {
			if err := w.writeField(fold(w.names[i], names), fold(cell, values), names, bar); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeField writes name and value side by side.
func (w *tableWriter) writeField(name, value string, names int, bar string) error {
	left, right := strings.Split(name, "\n"), strings.Split(value, "\n")
	for i := range max(len(left), len(right)) {
		var l, r string
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		line := strings.TrimRight(text.Pad(l, names, ' ')+bar+r, " ")
		if _, err := w.out.WriteString(line + "\n"); err != nil {
			return err
		}
	}
	return nil
}
