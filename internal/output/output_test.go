package output

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jedib0t/go-pretty/v6/text"
	"go.uber.org/goleak"

	"skyql/internal/resource"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestMain(m *testing.M) {
	text.OverrideRuneWidthEastAsianWidth(false) // it depends on the locale otherwise
	goleak.VerifyTestMain(m)
}

// write gives what the writer of the format makes of the rows.
func write(t testing.TB, format Format, opts Options, columns []Column, rows [][]any) string {
	t.Helper()
	var out bytes.Buffer
	w := New(format, &out, opts)
	if err := w.Begin(columns); err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := w.Row(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// golden compares got with the file, or writes the file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

var (
	clientColumns = []Column{
		{"region", resource.Text}, {"client_name", resource.Text}, {"client_id", resource.Text},
		{"access_token_validity", resource.Integer}, {"enabled", resource.Boolean},
		{"allowed_o_auth_flows", resource.JSON},
	}
	clientRows = [][]any{
		{"us-east-1", "web app", "7k2j3h4g5f6d7s8a9", int64(60), true, json.RawMessage(`[ "code", "implicit" ]`)},
		{"eu-central-1", "Müller & Söhne 日本語 🎉", "1a2b3c4d5e6f7g8h9i", int64(123456789012), false, nil},
		{
			"us-east-1", "red \x1b[31m\ttab\nnew line \u202eexe \x9b", "", nil, nil,
			json.RawMessage(`{"a": {"b": [1, 2, 3], "c": "a text of several words"}, "d": null}`),
		},
	}
	oddColumns = []Column{
		{"a", resource.Any}, {"a", resource.Any}, {"b, \"c\"", resource.Any}, {"a_2", resource.Any},
		{"", resource.Any}, {"<é>", resource.Any}, {"a", resource.Any},
	}
	oddRows = [][]any{
		{int64(1), 1.5, "", nil, true, []byte{0, 255}, json.RawMessage(`{"x":"<&>"}`)},
		{int64(9007199254740993), 1e21, "a,\"b\"\nc", "NULL", false, []byte{}, json.RawMessage(`{oops`)},
		{int64(-9223372036854775808), 3.0, " x", "<&>\u2028", nil, nil, json.RawMessage(`1.50`)},
	}
)

func manyColumns(n int) (columns []Column, rows [][]any) {
	rows = [][]any{nil, nil}
	for i := range n {
		columns = append(columns, Column{fmt.Sprintf("property_%d", i), resource.Text})
		rows[0] = append(rows[0], fmt.Sprintf("value %d", i))
		rows[1] = append(rows[1], nil)
	}
	rows[1][3] = "first line\nsecond line"
	rows[1][5] = clientRows[2][5]
	rows[1][7] = strings.Repeat("0123456789", 8)
	return columns, rows
}

func TestGolden(t *testing.T) {
	t.Parallel()
	wide, wideRows := manyColumns(40)
	emoji := []Column{{"tag", resource.Text}, {"n", resource.Any}, {"x", resource.Any}}
	emojiRows := [][]any{{"🎉🎉", 1.5, "a"}, {"한국어", -2.0, int64(1)}, {"🇩🇪 flag", nil, []byte("ab")}, {"e\u0301", 0.0, 1.0}}
	tests := []struct {
		name    string
		format  Format
		opts    Options
		columns []Column
		rows    [][]any
	}{
		{"pipe.txt", Table, Options{}, clientColumns, clientRows},
		{"terminal-200.txt", Table, Options{Width: 200, Unicode: true}, clientColumns, clientRows},
		{"terminal-100.txt", Table, Options{Width: 100, Unicode: true}, clientColumns, clientRows},
		{"terminal-80.txt", Table, Options{Width: 80}, clientColumns, clientRows},
		{"terminal-60.txt", Table, Options{Width: 60, Unicode: true}, clientColumns, clientRows},
		{"terminal-40.txt", Table, Options{Width: 40}, clientColumns, clientRows},
		{"many-columns-60.txt", Table, Options{Width: 60, Unicode: true}, wide, wideRows},
		{"emoji.txt", Table, Options{Width: 60, Unicode: true}, emoji, emojiRows},
		{"odd.txt", Table, Options{}, oddColumns, oddRows},
		{"empty-pipe.txt", Table, Options{}, clientColumns, nil},
		{"empty-terminal.txt", Table, Options{Width: 120, Unicode: true}, clientColumns, nil},
		{"clients.json", JSON, Options{}, clientColumns, clientRows},
		{"clients.jsonl", JSONLines, Options{}, clientColumns, clientRows},
		{"clients.csv", CSV, Options{}, clientColumns, clientRows},
		{"odd.json", JSON, Options{}, oddColumns, oddRows},
		{"odd.jsonl", JSONLines, Options{}, oddColumns, oddRows},
		{"odd.csv", CSV, Options{}, oddColumns, oddRows},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			golden(t, test.name, write(t, test.format, test.opts, test.columns, test.rows))
		})
	}
}

func TestSmallResults(t *testing.T) {
	t.Parallel()
	one := []Column{{"a", resource.Any}}
	tests := []struct {
		name    string
		format  Format
		columns []Column
		rows    [][]any
		want    string
	}{
		{"json, no rows", JSON, one, nil, "[]\n"},
		{"json, two rows", JSON, one, [][]any{{int64(1)}, {int64(2)}}, "[\n{\"a\":1},\n{\"a\":2}\n]\n"},
		{"jsonl, no rows", JSONLines, one, nil, ""},
		{"jsonl, two rows", JSONLines, one, [][]any{{int64(1)}, {nil}}, "{\"a\":1}\n{\"a\":null}\n"},
		{"csv, no rows", CSV, one, nil, "a\n"},
		{"csv, one column keeps its rows", CSV, one, [][]any{{nil}, {""}, {"x"}}, "a\n\"\"\n\"\"\nx\n"},
		{"table, one row", Table, one, [][]any{{"x"}}, "+---+\n| a |\n+---+\n| x |\n+---+\n(1 row)\n"},
		{"table, no columns", Table, nil, [][]any{{}, {}}, "(2 rows)\n"},
		{"json, no columns", JSON, nil, [][]any{{}}, "[\n{}\n]\n"},
		{"csv, no columns", CSV, nil, [][]any{{}}, ""},
		{"no such format", "", one, nil, "+---+\n| a |\n+---+\n(0 rows)\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, write(t, test.format, Options{}, test.columns, test.rows)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseFormat(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in      string
		want    Format
		wantErr string
	}{
		{in: "table", want: Table},
		{in: "JSON", want: JSON},
		{in: "jsonl", want: JSONLines},
		{in: "Csv", want: CSV},
		{in: "jsn", wantErr: `no output format "jsn": there are table, json, jsonl and csv; did you mean "json"?`},
		{in: "yaml", wantErr: `no output format "yaml": there are table, json, jsonl and csv`},
		{in: "", wantErr: `no output format "": there are table, json, jsonl and csv`},
	}
	for _, test := range tests {
		t.Run(test.in, func(t *testing.T) {
			t.Parallel()
			got, err := ParseFormat(test.in)
			message := ""
			if err != nil {
				message = err.Error()
			}
			if diff := cmp.Diff([]string{string(test.want), test.wantErr}, []string{string(got), message}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
