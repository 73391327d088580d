package pushdown

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"skyql/internal/resource"
	"skyql/internal/schema"
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
	// Order is how the rows have to come; nil for any order.
	Order []OrderTerm
	// Limit is how many rows will probably be looked at, -1 when all of them.
	Limit int64
	// Lazy is set when the statement may stop before it has seen all rows.
	Lazy bool
	// Apart is set when its lists may stop half-way for a long time, so that nothing
	// else of the statement may wait for them.
	Apart bool
	// Trusted is set when it need not be known whether the identifiers name
	// resources: a row that lacks nothing is not read.
	Trusted bool
	// Empty is true when a value was NULL, which nothing equals.
	Empty bool
}

// mostJoined is how many identifiers may be made out of several lists of parts.
// More are not worth a read each.
const mostJoined = 4096

// Bind makes a scan of the plan and the values in the order of its arguments.
// An argument that is Many has a list of values, the others a list of one. A
// value is nil, string, int64, float64 or []byte.
func (p Plan) Bind(t *table.Table, values [][]any) (Scan, error) {
	s := Scan{Table: t, Handler: p.Handler, Used: p.Used, Order: p.Order, Limit: -1}
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
		role := argument.Role
		if p.vague(t, argument, given) {
			role = Match
		}
		switch role {
		case Region:
			for _, text := range texts(given, resource.Text) {
				s.Regions = append(s.Regions, resource.Region(text))
			}
		case Account:
			s.Accounts = texts(given, resource.Text)
		case Identifier:
			s.Identifiers = texts(given, resource.Text)
		case Part:
			parts[t.Columns[column].Part] = texts(given, t.Columns[column].Kind)
		case Input:
			s.setInput(t.Columns[column].Input, texts(given, t.Columns[column].Kind))
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
		s.identify(p, parts, values)
	}
	return s, nil
}

// vague reports whether the values are equal to more texts than one. A number
// out of a numeric column is: 5 equals '5', '05' and '5.0'. Such a value finds
// nothing by its text, so the rows are listed and matched, if they can be.
//
// https://sqlite.org/datatype3.html#type_conversions_prior_to_comparison
func (p Plan) vague(t *table.Table, argument Argument, given []any) bool {
	if p.Handler == Get && !t.Type.Has(schema.List) {
		return false
	}
	switch argument.Role {
	case Account, Identifier, Part, Input:
		return !argument.AsText && !numeric(t.Columns[argument.Column].Kind) && slices.ContainsFunc(given, isNumber)
	}
	return false
}

func numeric(kind resource.Kind) bool {
	return kind == resource.Integer || kind == resource.Number || kind == resource.Boolean
}

func isNumber(value any) bool {
	switch value.(type) {
	case int64, float64:
		return true
	}
	return false
}

// identify makes every identifier that has one value of each part. Where that is
// not possible, or would make too many, the scan lists instead.
func (s *Scan) identify(p Plan, parts [][]string, values [][]any) {
	product, lists := 1, 0
	for _, part := range parts {
		product = min(product*len(part), mostJoined+1)
		if len(part) > 1 {
			lists++
		}
	}
	if product > 0 && len(parts) > 0 && (lists < 2 || product <= mostJoined || !s.Table.Type.Has(schema.List)) {
		s.Identifiers = join(parts)
		return
	}
	s.Handler = List
	for i, argument := range p.Arguments {
		if argument.Role != Part {
			continue
		}
		column := s.Table.Columns[argument.Column]
		if part := parts[column.Part]; part != nil && column.Input != "" {
			s.setInput(column.Input, part)
		}
		s.setMatch(argument.Column, slices.DeleteFunc(slices.Clone(values[i]), func(v any) bool { return v == nil }))
	}
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
func texts(values []any, kind resource.Kind) []string {
	list := make([]string, len(values))
	seen := make(map[string]bool, len(values))
	n := 0
	for _, value := range values {
		if text := keyText(value, kind); !seen[text] {
			seen[text] = true
			list[n] = text
			n++
		}
	}
	return list[:n]
}

// keyText writes a value as it stands in an identifier or a list handler's
// input: a number always in the same way.
func keyText(value any, kind resource.Kind) string {
	if text, ok := value.(string); ok && (kind == resource.Integer || kind == resource.Number) {
		trimmed := strings.TrimSpace(text)
		if integer, err := strconv.ParseInt(trimmed, 10, 64); err == nil {
			return Text(integer)
		}
		if float, err := strconv.ParseFloat(trimmed, 64); err == nil {
			return Text(float)
		}
	}
	return Text(value)
}

// Text writes an SQL value as text. A float that is whole has no fraction.
func Text(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
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

// Key tells scans apart that return different rows, or in another order. Limit is no part of it:
// scans that are kept have none.
func (s Scan) Key() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\x00%s\x00%q\x00%q\x00%q\x00%v\x00", s.Table.Name, s.Handler, s.Regions, s.Accounts, s.Identifiers, s.Used)
	inputs := make([]string, 0, len(s.Inputs))
	for input, values := range s.Inputs {
		inputs = append(inputs, fmt.Sprintf("%q%q", input, values))
	}
	slices.Sort(inputs)
	fmt.Fprintf(&b, "%q%v", inputs, s.Order)
	return b.String()
}
