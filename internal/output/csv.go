package output

import (
	"bufio"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// csvWriter writes comma-separated values with a header, each record ended by
// a line feed. NULL is nothing and the empty string is "", which most databases
// can tell apart; encoding/csv would write the two alike, so quoting is done
// here. In a result of one column NULL is "" as well, because readers pass over
// empty lines. Text is written byte for byte: nothing is put before "=" or "-"
// to keep a spreadsheet from calculating.
//
// https://www.rfc-editor.org/rfc/rfc4180
type csvWriter struct {
	out  *bufio.Writer
	flow flow

	columns []Column
	buf     []byte
}

func (w *csvWriter) Begin(columns []Column) error {
	w.columns = columns
	if len(columns) == 0 {
		return nil
	}
	b := w.buf[:0]
	for i, column := range columns {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendField(b, column.Name)
	}
	_, err := w.out.Write(append(b, '\n')) // goes with the first row
	return err
}

func (w *csvWriter) Row(values []any) error {
	if err := checkCount(w.columns, values); err != nil || len(values) == 0 {
		return err
	}
	b := w.buf[:0]
	for i, value := range values {
		if i > 0 {
			b = append(b, ',')
		}
		if isNull(value) && len(values) > 1 {
			continue
		}
		text, err := plainText(value, base64Text)
		if err != nil {
			return fmt.Errorf("column %q: %w", w.columns[i].Name, err)
		}
		b = appendField(b, text)
	}
	w.buf = append(b, '\n')
	return w.flow.write(w.out, w.buf)
}

func (w *csvWriter) End() error { return w.out.Flush() }

// appendField adds the text, in quotes where it needs them.
func appendField(b []byte, field string) []byte {
	if !needsQuotes(field) {
		return append(b, field...)
	}
	b = append(b, '"')
	b = append(b, strings.ReplaceAll(field, `"`, `""`)...)
	return append(b, '"')
}

// needsQuotes also holds for outer space, which some readers drop, and for \.,
// which ends the data for PostgreSQL.
func needsQuotes(field string) bool {
	if field == "" || field == `\.` || strings.ContainsAny(field, ",\"\r\n") {
		return true
	}
	first, _ := utf8.DecodeRuneInString(field)
	last, _ := utf8.DecodeLastRuneInString(field)
	return unicode.IsSpace(first) || unicode.IsSpace(last)
}
