package output

import (
	"encoding/csv"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/resource"
)

func TestCSVFields(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		value any
		want  string
	}{
		{"null", nil, ``},
		{"empty text", "", `""`},
		{"plain", "a b", `a b`},
		{"comma", "a,b", `"a,b"`},
		{"quotes", `a"b`, `"a""b"`},
		{"line end", "a\r\nb", "\"a\r\nb\""},
		{"outer space", " a", `" a"`},
		{"trailing tab", "a\t", "\"a\t\""},
		{"end of data", `\.`, `"\."`},
		{"formula stays", "=1+1", `=1+1`},
		{"bytes stay", "\xff", "\xff"},
		{"integer", int64(-5), `-5`},
		{"float", 1e-9, `1e-9`},
		{"infinity", math.Inf(-1), `-Infinity`},
		{"not a number", math.NaN(), `NaN`},
		{"bool", true, `true`},
		{"empty blob", []byte{}, `""`},
		{"blob", []byte{1, 2}, `AQI=`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			columns := []Column{{"a", resource.Any}, {"b", resource.Any}}
			got := write(t, CSV, Options{}, columns, [][]any{{test.value, nil}})
			if diff := cmp.Diff("a,b\n"+test.want+",\n", got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// FuzzCSV checks that encoding/csv reads back the same texts.
func FuzzCSV(f *testing.F) {
	f.Add("name", "a,b", "\"\n", uint8(2))
	f.Add("", "", " ", uint8(1))
	f.Fuzz(func(t *testing.T, name, a, b string, n uint8) {
		record := []string{name, a, b}
		for i := range record { // the reader takes \r\n for \n
			record[i] = strings.ReplaceAll(record[i], "\r", "")
		}
		record = record[:1+n%3]
		var columns []Column
		var row []any
		for _, s := range record {
			columns = append(columns, Column{s, resource.Text})
			row = append(row, s)
		}
		got, err := csv.NewReader(strings.NewReader(write(t, CSV, Options{}, columns, [][]any{row}))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([][]string{record, record}, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
