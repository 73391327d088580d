package output

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/resource"
)

func TestAppendJSON(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		value any
		want  string
	}{
		{"null", nil, `null`},
		{"largest integer", int64(math.MaxInt64), `9223372036854775807`},
		{"integral float", 5.0, `5`},
		{"fraction", 0.1, `0.1`},
		{"large float", 1e300, `1e+300`},
		{"tiny float", math.SmallestNonzeroFloat64, `5e-324`},
		{"not a number", math.NaN(), `null`},
		{"infinity", math.Inf(-1), `null`},
		{"html", `<a href="x">&</a>`, `"<a href=\"x\">&</a>"`},
		{"controls", "\x00\x1b\n", `"\u0000\u001b\n"`},
		{"invalid UTF-8", "a\xffb", `"a\ufffdb"`},
		{"blob", []byte{1, 2, 3}, `"AQID"`},
		{"nil blob", []byte(nil), `""`},
		{"document", json.RawMessage("{\n  \"a\": [1, 2.50, 12345678901234567890]\n}"), `{"a":[1,2.50,12345678901234567890]}`},
		{"document with html", json.RawMessage(`"<&>"`), `"<&>"`},
		{"document with invalid UTF-8", json.RawMessage("\"a\xffb\""), "\"a\ufffdb\""},
		{"no document", json.RawMessage(nil), `null`},
		{"empty document", json.RawMessage(""), `""`},
		{"invalid document", json.RawMessage(`{"a":`), `"{\"a\":"`},
		{"two documents", json.RawMessage(`1 2`), `"1 2"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := appendJSON(nil, test.value)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestUniqueKeys(t *testing.T) {
	t.Parallel()
	tests := []struct{ names, want string }{
		{"", ""},
		{"a b c", "a b c"},
		{"a a", "a a_2"},
		{"a a a", "a a_2 a_3"},
		{"a a a_2", "a a_3 a_2"},
		{"a_2 a a", "a_2 a a_3"},
		{"a a a_2 a_2 a", "a a_3 a_2 a_2_2 a_4"},
		{"a A", "a A"},
		{"\xff \xfe", "\ufffd \ufffd_2"},
	}
	for _, test := range tests {
		t.Run(test.names, func(t *testing.T) {
			t.Parallel()
			var columns []Column
			for _, name := range strings.Fields(test.names) {
				columns = append(columns, Column{Name: name})
			}
			if diff := cmp.Diff(test.want, strings.Join(uniqueKeys(columns), " ")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzJSON checks that reading back what was written gives the same values.
func FuzzJSON(f *testing.F) {
	f.Add("a", "text", int64(1), 1.5, true, []byte("blob"), []byte(`{"a":[1]}`))
	f.Add("b", "\xff<\u2028\x1b\"\\", int64(-1<<63), math.Inf(1), false, []byte{}, []byte(`{`))
	f.Add("c", "日本語 🎉", int64(1<<62), 1e21, false, []byte{0xff}, []byte(" \"\xff\" "))
	f.Fuzz(func(t *testing.T, name, s string, i int64, x float64, flag bool, blob, document []byte) {
		columns := []Column{
			{name, resource.Text}, {name, resource.Integer}, {"x", resource.Number}, {"flag", resource.Boolean},
			{"blob", resource.Any}, {"document", resource.JSON}, {"nothing", resource.Any},
		}
		row := []any{s, i, x, flag, blob, json.RawMessage(document), nil}
		array, lines := write(t, JSON, Options{}, columns, [][]any{row, row}), write(t, JSONLines, Options{}, columns, [][]any{row, row})
		if !utf8.ValidString(array) || strings.Count(array, "\n") != 4 || strings.Count(lines, "\n") != 2 {
			t.Fatalf("not UTF-8 or not one line for each row: %q", array)
		}
		var got []map[string]json.RawMessage
		if err := json.Unmarshal([]byte(array), &got); err != nil || len(got) != 2 {
			t.Fatalf("%d objects, %v: %s", len(got), err, array)
		}
		decoder := json.NewDecoder(strings.NewReader(lines))
		for n := range got {
			var line map[string]json.RawMessage
			if err := decoder.Decode(&line); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got[n], line); diff != "" {
				t.Errorf("json and jsonl differ:\n%s", diff)
			}
			checkDecoded(t, columns, row, line)
		}
		if _, err := decoder.Token(); err != io.EOF {
			t.Errorf("more than the rows: %v", err)
		}
	})
}

func checkDecoded(t *testing.T, columns []Column, row []any, got map[string]json.RawMessage) {
	t.Helper()
	if len(got) != len(columns) {
		t.Fatalf("%d members for %d columns: %v", len(got), len(columns), got)
	}
	for n, key := range uniqueKeys(columns) {
		value := got[key]
		if want := reference(row[n]); !bytes.Equal(canonical(t, want), canonical(t, value)) {
			t.Errorf("%s: want %s, got %s", key, want, value)
		}
	}
}

// reference is what encoding/json makes of the value.
func reference(value any) []byte {
	switch v := value.(type) {
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return []byte("null")
		}
	case []byte:
		if v == nil {
			return []byte(`""`)
		}
	case json.RawMessage:
		if v != nil && !json.Valid(v) {
			value = string(v)
		}
	}
	b, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return b
}

// canonical reads and writes the document; numbers keep their digits.
func canonical(t *testing.T, document []byte) []byte {
	t.Helper()
	var value any
	decoder := json.NewDecoder(bytes.NewReader(bytes.ToValidUTF8(document, []byte("\ufffd"))))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%v: %q", err, document)
	}
	b, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
