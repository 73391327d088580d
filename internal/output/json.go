package output

import (
	"bufio"
	"fmt"
	"strconv"
	"strings"
)

// jsonWriter writes JSON, each row an object on a line of its own with the
// columns in their order. Columns of the same name get distinct keys.
type jsonWriter struct {
	out   *bufio.Writer
	lines bool // objects only, no array around them
	flow  flow

	columns []Column
	keys    [][]byte // quoted, with the colon
	buf     []byte
	any     bool // a row was written
}

func (w *jsonWriter) Begin(columns []Column) error {
	w.columns = columns
	for _, key := range uniqueKeys(columns) {
		w.keys = append(w.keys, append(appendJSONString(nil, key), ':'))
	}
	if w.lines {
		return nil
	}
	return w.out.WriteByte('[')
}

func (w *jsonWriter) Row(values []any) error {
	if err := checkCount(w.columns, values); err != nil {
		return err
	}
	b := w.buf[:0]
	if w.any && !w.lines {
		b = append(b, ',')
	}
	if !w.lines {
		b = append(b, '\n')
	}
	b = append(b, '{')
	for i, value := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, w.keys[i]...)
		var err error
		if b, err = appendJSON(b, value); err != nil {
			return fmt.Errorf("column %q: %w", w.columns[i].Name, err)
		}
	}
	b = append(b, '}')
	if w.lines {
		b = append(b, '\n')
	}
	w.buf, w.any = b, true
	return w.flow.write(w.out, b)
}

func (w *jsonWriter) End() error {
	tail := "]\n"
	switch {
	case w.lines:
		tail = ""
	case w.any:
		tail = "\n]\n"
	}
	if _, err := w.out.WriteString(tail); err != nil {
		return err
	}
	return w.out.Flush()
}

// uniqueKeys gives each column a key of its own, for readers of JSON keep only
// one of several equal keys. The first column of a name keeps it, the next is
// name_2, then name_3, and so on, past every name that another column has.
func uniqueKeys(columns []Column) []string {
	keys, taken := make([]string, len(columns)), make(map[string]bool, len(columns))
	for i, column := range columns {
		keys[i] = strings.ToValidUTF8(column.Name, "\ufffd")
		taken[keys[i]] = true
	}
	next := make(map[string]int, len(columns)) // number for the next column of the name
	for i, name := range keys {
		if next[name] == 0 {
			next[name] = 2
			continue
		}
		for taken[keys[i]] {
			keys[i] = name + "_" + strconv.Itoa(next[name])
			next[name]++
		}
		taken[keys[i]] = true
	}
	return keys
}
