package pushdown

import (
	"errors"
	"strconv"
	"strings"

	"skyql/internal/table"
)

// HashKey gives equal keys to all values that SQL may hold equal, whatever the
// affinities on either side: "5", 5 and 5.0 share one. Unequal values may share
// a key too, as SQLite compares again.
//
// https://sqlite.org/datatype3.html#comparison_expressions
func HashKey(value any) string {
	switch v := value.(type) {
	case nil:
		return "\x00"
	case bool:
		if v {
			return "1"
		}
		return "0"
	case int64:
		return number(float64(v))
	case float64:
		return number(v)
	case string:
		return textKey(v)
	case []byte:
		return textKey(string(v))
	}
	if text, ok := value.(interface{ MarshalJSON() ([]byte, error) }); ok {
		raw, _ := text.MarshalJSON()
		return string(raw)
	}
	return Text(value)
}

func textKey(text string) string {
	start, _, _ := strings.Cut(text, "\x00") // SQLite reads a number up to there
	trimmed := strings.TrimSpace(start)
	if trimmed != "" && strings.IndexByte("+-.0123456789", trimmed[0]) >= 0 {
		// A number out of range is infinite, for SQLite as well.
		if float, err := strconv.ParseFloat(trimmed, 64); err == nil || errors.Is(err, strconv.ErrRange) {
			return number(float)
		}
	}
	return text
}

func number(float float64) string {
	if float == 0 {
		return "0" // of either sign
	}
	return strconv.FormatFloat(float, 'g', -1, 64)
}

// Excludes reports whether what is known of the row already shows that SQLite
// would drop it.
func (s Scan) Excludes(row *table.Row) bool {
	for column, values := range s.Matches {
		have, known := s.Table.Value(row, column)
		if !known {
			continue
		}
		key, found := HashKey(have), false
		for _, value := range values {
			found = found || HashKey(value) == key
		}
		if !found || have == nil {
			return true
		}
	}
	return false
}
