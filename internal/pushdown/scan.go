package pushdown

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"skyql/internal/resource"
	"skyql/internal/table"
)

// Scan is one walk over one table with all values known.
type Scan struct {
	Table   *table.Table
	Regions []resource.Region // nil: those of the session
	// Accounts restricts the accounts; nil: those of the session.
	Accounts []string
	// Identifiers to read; with Handler List, nil.
	Handler     Handler
	Identifiers []string
	// Inputs of the list handler; each combination of the values is listed.
	Inputs map[string][]string
	// Matches are values that a column must equal. Rows that are known to
	// differ need not be read, or returned.
	Matches map[int][]any
	Used    []int
	// Limit is how many rows will probably be looked at, -1 when all of them.
	Limit int64
	// Lazy is set when the statement may stop before it has seen all rows.
	Lazy bool
	// Empty is true when a value was NULL, which nothing equals.
	Empty bool
}

// Bind makes a scan of the plan and the values in the order of its arguments.
// An argument that is Many has a list of values, the others a list of one. A
// value is nil, string, int64, float64 or []byte.
func (p Plan) Bind(t *table.Table, values [][]any) (Scan, error) {
	s := Scan{Table: t, Handler: p.Handler, Used: p.Used, Limit: -1}
	if len(values) != len(p.Arguments) {
		return s, fmt.Errorf("plan has %d arguments, not %d", len(p.Arguments), len(values))
	}
	parts := make([][]string, len(t.Parts()))
	for i, argument := range p.Arguments {
		column := argument.Column
		given := slices.DeleteFunc(slices.Clone(values[i]), func(v any) bool { return v == nil })
		if len(given) == 0 && argument.Role != LimitRows && argument.Role != SkipRows {
			s.Empty = true
			return s, nil
		}
		switch argument.Role {
		case Region:
			for _, text := range texts(given) {
				s.Regions = append(s.Regions, resource.Region(text))
			}
		case Account:
			s.Accounts = texts(given)
		case Identifier:
			s.Identifiers = texts(given)
		case Part:
			parts[t.Columns[column].Part] = texts(given)
		case Input:
			s.setInput(t.Columns[column].Input, texts(given))
			s.setMatch(column, given)
		case Match:
			s.setMatch(column, given)
		case LimitRows:
			s.addLimit(values[i])
		case SkipRows:
			s.addOffset(values[i])
		}
	}
	if p.Handler == Get && s.Identifiers == nil {
		s.Identifiers = join(parts)
	}
	return s, nil
}

func (s *Scan) setInput(input string, values []string) {
	if s.Inputs == nil {
		s.Inputs = map[string][]string{}
	}
	s.Inputs[input] = values
}

func (s *Scan) setMatch(column int, values []any) {
	if s.Matches == nil {
		s.Matches = map[int][]any{}
	}
	s.Matches[column] = values
}

// addLimit and addOffset make Limit the number of rows that SQLite will take,
// those included that it skips. A negative LIMIT is none.
//
// https://sqlite.org/lang_select.html#the_limit_clause
func (s *Scan) addLimit(values []any) {
	if n, ok := values[0].(int64); ok && n >= 0 {
		s.Limit, s.Lazy = n, true
	}
}

func (s *Scan) addOffset(values []any) {
	if n, ok := values[0].(int64); ok && n > 0 && s.Limit >= 0 {
		s.Limit += n
	}
}

// texts gives the values as the API wants them, each once.
func texts(values []any) []string {
	list := make([]string, 0, len(values))
	for _, value := range values {
		if text := Text(value); !slices.Contains(list, text) || len(list) > 64 {
			list = append(list, text)
		}
	}
	if len(list) > 64 {
		slices.Sort(list)
		list = slices.Compact(list)
	}
	return list
}

// Text writes an SQL value as text, as CAST(value AS TEXT) does.
func Text(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', 15, 64)
	}
	return fmt.Sprint(value)
}

// join makes every identifier that has one value of each part.
func join(parts [][]string) []string {
	identifiers := []string{""}
	for i, values := range parts {
		longer := make([]string, 0, len(identifiers)*len(values))
		for _, head := range identifiers {
			for _, value := range values {
				if i > 0 {
					value = head + resource.IdentifierSeparator + value
				}
				longer = append(longer, value)
			}
		}
		identifiers = longer
	}
	return identifiers
}

// Key tells scans apart that return different rows. Limit is no part of it:
// scans that are kept have none.
func (s Scan) Key() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\x00%s\x00%q\x00%q\x00%q\x00%v\x00", s.Table.Name, s.Handler, s.Regions, s.Accounts, s.Identifiers, s.Used)
	inputs := make([]string, 0, len(s.Inputs))
	for input, values := range s.Inputs {
		inputs = append(inputs, fmt.Sprintf("%q%q", input, values))
	}
	slices.Sort(inputs)
	fmt.Fprintf(&b, "%q", inputs)
	return b.String()
}
