package output

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/jedib0t/go-pretty/v6/text"

	"skyql/internal/resource"
)

func TestTableChunks(t *testing.T) {
	t.Parallel()
	short, long := "short", "a value that does not fit"
	tests := []struct {
		name    string
		opts    Options
		value   func(row int) string
		headers []int // lines of the output that start a table
		lines   int
	}{
		{
			name:    "one chunk",
			value:   func(int) string { return short },
			headers: []int{0}, lines: 2500 + 5,
		},
		{
			name: "the widths last",
			value: func(row int) string {
				if row == 10 {
					return long
				}
				return short
			},
			headers: []int{0}, lines: 2500 + 5,
		},
		{
			name: "a late value begins the table anew",
			value: func(row int) string {
				if row == 1999 {
					return long
				}
				return short
			},
			headers: []int{0, 1004}, lines: 2500 + 9,
		},
		{
			name: "folded rows at the seam are kept apart",
			opts: Options{Width: 20},
			value: func(row int) string {
				if row == 999 || row == 1000 {
					return long
				}
				return short
			},
			headers: []int{0}, lines: 2500 + 5 + 2 + 3,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var rows [][]any
			for i := range 2500 {
				rows = append(rows, []any{test.value(i)})
			}
			out := write(t, Table, test.opts, []Column{{"name", resource.Text}}, rows)
			lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
			var headers []int
			for i, line := range lines {
				if strings.HasPrefix(line, "| name") {
					headers = append(headers, i-1)
				}
			}
			if diff := cmp.Diff(test.headers, headers); diff != "" {
				t.Errorf("tables begin at (-want +got):\n%s", diff)
			}
			if len(lines) != test.lines || lines[len(lines)-1] != "(2500 rows)" {
				t.Errorf("want %d lines and (2500 rows), got %d and %s", test.lines, len(lines), lines[len(lines)-1])
			}
		})
	}
}

func TestTableTurnsIntoRecords(t *testing.T) {
	t.Parallel()
	columns := []Column{{"a", resource.Any}, {"b", resource.Any}}
	var rows [][]any
	for range 1000 {
		rows = append(rows, []any{int64(1), int64(2)})
	}
	rows = append(rows, []any{int64(1_000_000_000_000), int64(2_000_000_000_000)})
	lines := strings.Split(write(t, Table, Options{Width: 20}, columns, rows), "\n")
	want := []string{"+---+---+", "-[ row 1001 ]----", "a | 1000000000000", "b | 2000000000000", "(1001 rows)", ""}
	if diff := cmp.Diff(want, lines[len(lines)-6:]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTableHoldsFewRows(t *testing.T) {
	t.Parallel()
	for size, rows := range map[int]int{1: 1500, 1 << 20: 6} {
		w := New(Table, io.Discard, Options{Width: 80}).(*tableWriter)
		if err := w.Begin([]Column{{"a", resource.Text}}); err != nil {
			t.Fatal(err)
		}
		value := strings.Repeat("x", size)
		for range rows {
			if err := w.Row([]any{value}); err != nil {
				t.Fatal(err)
			}
			if len(w.rows) >= chunkRows || len(w.rows)*size > chunkBytes {
				t.Fatalf("%d rows of %d bytes are held back", len(w.rows), size)
			}
		}
	}
}

func TestTableKeepsNothingOfTheRow(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	w := New(Table, &out, Options{})
	if err := w.Begin([]Column{{"a", resource.Any}, {"b", resource.Any}}); err != nil {
		t.Fatal(err)
	}
	row := []any{[]byte("a"), json.RawMessage(`[1]`)}
	if err := w.Row(row); err != nil {
		t.Fatal(err)
	}
	row[0].([]byte)[0], row[1].(json.RawMessage)[1] = 'b', '2'
	row[0], row[1] = nil, nil
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "| x'61' | [1] |") {
		t.Errorf("the row changed after it was written:\n%s", out.String())
	}
}

// FuzzTable checks that a table is a rectangle that fits the terminal, and that
// nothing in it is obeyed by the terminal.
func FuzzTable(f *testing.F) {
	f.Add("name", "value", "日本語 🎉 text of many words", []byte(`{"a":1}`), int64(5), 0.5, uint8(40), 3)
	f.Add("", "\x1b[31m\u009b\r\n\t\u202e\xff", "👨‍👩‍👧👍🏽e\u0301", []byte("\x00"), int64(-1<<63), 1e300, uint8(0), 2)
	f.Add("a\nb", "  two  spaces  ", "", []byte{}, int64(0), math.Copysign(0, -1), uint8(1), 30)
	f.Fuzz(func(t *testing.T, name, a, b string, c []byte, i int64, x float64, width uint8, repeat int) {
		columns, row, other := []Column{}, []any{}, []any{}
		for n := range 1 + (repeat&31)/6 {
			columns = append(columns, Column{fmt.Sprint(name, n), resource.Kind(n)}, Column{a, resource.Text},
				Column{"i", resource.Any}, Column{b, resource.Any}, Column{"c", resource.JSON}, Column{"x", resource.Any})
			row = append(row, a, b, i, c, json.RawMessage(c), x)
			other = append(other, b, nil, i+1, a, nil, true)
		}
		columns, row, other = columns[:1+repeat&31], row[:1+repeat&31], other[:1+repeat&31]
		out := write(t, Table, Options{Width: int(width), Unicode: i > 0}, columns, [][]any{row, other, row})
		body, ok := strings.CutSuffix(out, "\n(3 rows)\n")
		if !ok {
			t.Fatalf("no row count: %q", out)
		}
		checkPicture(t, body, max(int(width), leastWidth), width == 0)
	})
}

// checkPicture looks at each line of a table or of records.
func checkPicture(t *testing.T, body string, width int, unlimited bool) {
	t.Helper()
	lines := strings.Split(body, "\n")
	isGrid := !strings.Contains(lines[0], "[ row 1 ]")
	if unlimited && len(lines) != 3+3+1 {
		t.Errorf("rows have several lines:\n%s", body)
	}
	for _, line := range lines {
		got := text.StringWidthWithoutEscSequences(line)
		if isGrid && got != text.StringWidthWithoutEscSequences(lines[0]) {
			t.Errorf("lines differ in width:\n%s", body)
		}
		if !unlimited && got > width {
			t.Errorf("a line of %d in a terminal of %d:\n%s", got, width, body)
		}
		if i := strings.IndexFunc(line, unicode.IsControl); i >= 0 {
			t.Errorf("control character in %q", line)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	for _, format := range Formats() {
		b.Run(string(format), func(b *testing.B) {
			b.ReportAllocs()
			w := New(format, io.Discard, Options{Width: 200})
			if err := w.Begin(clientColumns); err != nil {
				b.Fatal(err)
			}
			for n := range b.N {
				if err := w.Row(clientRows[n%len(clientRows)]); err != nil {
					b.Fatal(err)
				}
			}
			if err := w.End(); err != nil {
				b.Fatal(err)
			}
		})
	}
}
