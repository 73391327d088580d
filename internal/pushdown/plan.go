package pushdown

import (
	"encoding/json"
	"fmt"

	"skyql/internal/schema"
	"skyql/internal/table"
)

// Op is the operator of a constraint.
type Op uint8

// The operators that matter here; Other stands for all the rest.
const (
	Equal Op = iota
	Limit
	Offset
	Other
)

// Constraint is one "column op value" of a WHERE clause, as SQLite offers it.
//
// https://sqlite.org/vtab.html#xbestindex
type Constraint struct {
	Column int
	Op     Op
	Usable bool   // the value is known when the scan starts
	Many   bool   // an IN list, whose values may be taken all at once
	Exact  bool   // compared byte by byte: no collation is involved
	Word   string // the operator as SQL writes it, for people
	Rows   int64  // what a LIMIT or OFFSET says; -1 if that is not known yet
	AsText bool   // a whole number in the statement's text, which a text column equals as it is written
}

// Query is what SQLite asks of a table.
type Query struct {
	Constraints []Constraint
	Used        []int // columns that the statement looks at
	// Order is how the rows have to come. SQLite sorts them, before it applies a
	// LIMIT, unless the plan takes that over.
	Order []OrderTerm
	Size  Size
}

// Role is what the value of a constraint is used for.
type Role string

// The roles.
const (
	Region     Role = "region"
	Account    Role = "account"
	Identifier Role = "identifier"
	Part       Role = "part"  // of a compound identifier
	Input      Role = "input" // of the list handler
	Match      Role = "match" // rows are kept if the column equals it
	LimitRows  Role = "limit"
	SkipRows   Role = "offset"
)

// Argument says what one value that SQLite will hand over is for.
type Argument struct {
	Role       Role `json:"role"`
	Column     int  `json:"column,omitempty"`
	Constraint int  `json:"-"` // its index in the Query
	Many       bool `json:"many,omitempty"`
	AsText     bool `json:"as_text,omitempty"`
}

// Handler is the API operation by which a scan begins.
type Handler string

// The handlers.
const (
	Get  Handler = "get"
	List Handler = "list"
)

// Plan is how a table will be scanned once the values are known.
type Plan struct {
	Table     string     `json:"table"`
	Handler   Handler    `json:"handler"`
	Arguments []Argument `json:"arguments,omitempty"`
	Used      []int      `json:"used,omitempty"`
	// Order is how the rows will come; nil for any order.
	Order []OrderTerm `json:"order,omitempty"`

	Cost float64 `json:"-"` // in API calls, about
	Rows int64   `json:"-"` // estimated
	// Unique is set when there can be one row at most: one identifier, in one region.
	Unique bool `json:"-"`
	// Blind is set when the region has to equal one that is not known yet, as it
	// would be if the tables of the join came in another order. That order has to
	// be taken: this one would look in the session's regions only.
	Blind bool `json:"-"`
}

// ErrNoHandler says that the type cannot answer the query in that form.
type ErrNoHandler struct {
	Table   *table.Table
	Missing schema.HandlerName
}

// Error tells which handler is missing and what could be asked instead.
func (e *ErrNoHandler) Error() string {
	t := e.Table.Type
	if e.Missing == schema.List && t.Has(schema.Read) {
		return fmt.Sprintf("%s cannot be listed: AWS has no list handler for %s; give the resource, as in WHERE Identifier = '%s'",
			e.Table.Name, t.Name, identifierExample(e.Table))
	}
	if e.Missing == schema.Read && t.Has(schema.List) {
		return fmt.Sprintf("%s cannot be read: AWS has no read handler for %s; %s_list_only has what a list gives",
			e.Table.Name, t.Name, e.Table.Name)
	}
	return fmt.Sprintf("%s cannot be queried: AWS has neither a read nor a list handler for %s", e.Table.Name, t.Name)
}

func identifierExample(t *table.Table) string {
	text := ""
	for i, name := range t.Identifiers() {
		if i > 0 {
			text += "|"
		}
		text += "<" + name + ">"
	}
	return text
}

// Choose makes the plan with the fewest API calls.
func Choose(t *table.Table, q Query) (Plan, error) {
	c := chooser{table: t, query: q, byColumn: map[int]int{}}
	for i, constraint := range q.Constraints {
		if constraint.Op == Equal && constraint.Usable && constraint.Exact {
			column := t.Columns[constraint.Column].Same
			if _, have := c.byColumn[column]; !have {
				c.byColumn[column] = i
			}
		}
	}
	return c.choose()
}

// Encode writes the plan as the index string that SQLite keeps for a scan.
func (p Plan) Encode() string {
	text, err := json.Marshal(p)
	if err != nil {
		panic(err) // a plan has no value that JSON lacks
	}
	return string(text)
}

// Decode reads what Encode wrote.
func Decode(text string) (Plan, error) {
	var p Plan
	err := json.Unmarshal([]byte(text), &p)
	return p, err
}
