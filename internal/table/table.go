package table

import (
	"fmt"
	"strings"

	"skyql/internal/naming"
	"skyql/internal/resource"
	"skyql/internal/schema"
)

// Table is the SQL shape of a resource type.
type Table struct {
	Name     string // "awscc.s3.buckets", or "awscc.s3.buckets_list_only"
	Type     *schema.ResourceType
	ListOnly bool
	Columns  []Column

	byName map[string]int
	byPath map[string]int
	parts  []int          // the column of each part of the primary identifier
	inputs map[string]int // the column of each input of the list handler
}

// Origin says what a column shows.
type Origin uint8

// The origins. All but FromProperty are added by skyql.
const (
	FromProperty   Origin = iota
	FromRegion            // where the resource lives
	FromIdentifier        // its primary identifier as one string
	FromAccount           // the account it lives in
	FromModel             // the whole model
	FromClock             // when it was read
)

// Names of the columns that skyql adds to every table.
const (
	RegionColumn     = "region"
	IdentifierColumn = "Identifier"
	AccountColumn    = "account_id"
	ModelColumn      = "_properties"
	ClockColumn      = "_fetched_at"
)

// Column is one column of a table.
type Column struct {
	Name   string
	Kind   resource.Kind
	Origin Origin
	Path   schema.Path // of a FromProperty column
	Hidden bool        // not in SELECT *
	// Same is the column of which this one is another spelling; its own index
	// for a canonical column.
	Same int
	// Part is the position in the primary identifier, -1 if it is not in it.
	Part int
	// Input is the property of the list handler that takes the value, or "".
	Input string
	// Required is true for an Input without which the list handler refuses.
	Required bool
}

// New shapes the table of a type that reads.
func New(t *schema.ResourceType) *Table {
	b := newBuilder(t, naming.FullName(t.Name))
	b.add(Column{Name: RegionColumn, Kind: resource.Text, Origin: FromRegion})
	b.add(Column{Name: IdentifierColumn, Kind: resource.Text, Origin: FromIdentifier})
	for i := range t.Properties {
		property := &t.Properties[i]
		b.property(schema.Path{property.Name}, property.Node, false)
	}
	for _, path := range t.PrimaryIdentifier {
		if len(path) > 1 {
			b.property(path, t.At(path), true)
		}
	}
	return b.finish()
}

// NewListOnly shapes the table of a type that lists and never reads. It has the
// identifier's properties, and hidden ones that the list handler takes.
func NewListOnly(t *schema.ResourceType) *Table {
	b := newBuilder(t, naming.FullName(t.Name)+naming.ListOnlySuffix)
	b.table.ListOnly = true
	b.add(Column{Name: RegionColumn, Kind: resource.Text, Origin: FromRegion})
	for _, path := range t.PrimaryIdentifier {
		b.property(path, t.At(path), false)
	}
	b.add(Column{Name: IdentifierColumn, Kind: resource.Text, Origin: FromIdentifier, Hidden: true})
	for _, in := range t.Handlers[schema.List].Input.Properties {
		if property := t.Property(inputProperty(in)); property != nil {
			b.property(schema.Path{property.Name}, property.Node, true)
		}
	}
	return b.finish()
}

// Lookup finds a column by any of its names.
func (t *Table) Lookup(name string) (int, bool) {
	i, ok := t.byName[strings.ToLower(name)]
	return i, ok
}

// Property finds the column of a property by its path, "A" or "A/B".
func (t *Table) Property(path string) (int, bool) {
	i, ok := t.byPath[path]
	return i, ok
}

// Parts gives the column of each part of the primary identifier.
func (t *Table) Parts() []int { return t.parts }

// InputColumn gives the column whose value the list handler takes as input.
func (t *Table) InputColumn(input string) (int, bool) {
	i, ok := t.inputs[input]
	return i, ok
}

// Identifiers names the columns of the primary identifier.
func (t *Table) Identifiers() []string {
	names := make([]string, len(t.parts))
	for i, column := range t.parts {
		names[i] = t.Columns[column].Name
	}
	return names
}

// Declaration is the CREATE TABLE statement that declares the virtual table.
//
// https://sqlite.org/c3ref/declare_vtab.html
func (t *Table) Declaration() string {
	var b strings.Builder
	b.WriteString("CREATE TABLE t(")
	for i, column := range t.Columns {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s %s", Quote(column.Name), DeclaredType(column.Kind))
		if column.Hidden {
			b.WriteString(" HIDDEN")
		}
	}
	b.WriteString(")")
	return b.String()
}

// Quote makes an SQL identifier of a name.
func Quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

var declared = map[resource.Kind]string{
	resource.Text: "TEXT", resource.Integer: "INTEGER", resource.Number: "NUMERIC", resource.Boolean: "BOOLEAN",
	resource.JSON: "JSON TEXT", resource.Timestamp: "TIMESTAMP TEXT", resource.Any: "",
}

// DeclaredType gives the type by which a column is declared. It carries the
// kind through SQLite to the result, and the word TEXT in it keeps SQLite from
// comparing such values as numbers.
//
// https://sqlite.org/datatype3.html#determination_of_column_affinity
func DeclaredType(kind resource.Kind) string { return declared[kind] }

// KindOf is the reverse of DeclaredType. Other types give Any.
func KindOf(declaredType string) resource.Kind {
	for kind, name := range declared {
		if name != "" && strings.EqualFold(name, declaredType) {
			return kind
		}
	}
	return resource.Any
}
