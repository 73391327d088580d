package docgen

import (
	"strings"

	"skyql/internal/resource"
	"skyql/internal/schema"
)

// Page is what there is to say of one resource type.
type Page struct {
	Type      resource.TypeName
	Service   string // second part of the table's name
	Table     string // third part
	Singular  string // what one resource is called
	FullName  string // awscc.<service>.<table>
	ListTable string // full name of the table that only lists, "" without a list handler

	Description string
	AWSLink     string // AWS's own page of the type
	Taggable    bool
	Identifier  []string // columns of the primary identifier, in its order

	Fields     []Field // of the table, in the order of the schema, region last
	ListFields []Field // of the table that only lists
	Added      []Field // what skyql adds to every table besides the region

	Methods     []Method
	Groups      []Group // examples by verb
	Stack       Stack
	Permissions []Permission
	Parents     []Parent
	Children    []Related
}

// Field is one column of a table, or a part of one.
type Field struct {
	ID       string // path of names, joined by dots
	Name     string // in snake case: of a column, the column
	Property string // as CloudFormation spells it, "" for what skyql adds
	Type     string // JSON type
	Items    string // JSON type of the elements of an array, or ""
	Format   string

	Description string
	Constraints []Constraint
	Marks       []Mark
	Also        []string // other spellings that are accepted
	Like        string   // ID of the field around it that it repeats, or ""
	Children    []Field
}

// Mark says who may set a property, and when.
type Mark string

// The marks.
const (
	Required        Mark = "required"
	ReadOnly        Mark = "read-only"
	WriteOnly       Mark = "write-only"
	CreateOnly      Mark = "create-only"
	MaybeCreateOnly Mark = "may need replacement"
	Identifying     Mark = "identifier"
	Deprecated      Mark = "deprecated"
)

// Constraint is one limit of a value.
type Constraint struct {
	What   string   // what the limit is on, "values" for a choice
	Text   string   // the limit in words, "" if Values has it
	Values []string // of a choice
	Code   bool     // Text is no prose
}

// Method is one of the things that can be done.
type Method struct {
	Name     string
	Handler  schema.HandlerName
	Table    string
	Verb     string
	Required []string   // that the statement must give
	Instead  [][]string // what may be given instead of all of those
	Found    []string   // of those, what skyql finds out where the statement does not tell
	Minutes  int        // that AWS lets it take, 0 if the schema does not tell
}

// Group holds the examples of one verb.
type Group struct {
	ID       string
	Title    string
	Examples []Example
	Missing  []string // which examples there are not, and why
}

// Example is one statement.
type Example struct {
	ID        string // within the group
	Label     string
	About     string
	SQL       string
	Variables []Variable // in the statement, to be given with --var
}

// Variable is a {{ name }} of an example.
type Variable struct {
	Name  string
	About string
	Try   string // a value with which the example is valid, for tests; never shown
}

// Stack is a stack that deploys one resource of the type.
type Stack struct {
	Manifest string // stackql_manifest.yml
	Query    string // resources/<singular>.iql
	Secrets  []Variable
	Missing  string // why there is none
}

// Permission is what one handler needs.
type Permission struct {
	Handler schema.HandlerName
	Actions []string // in the order of the schema
	Policy  string   // an IAM policy document that also allows the API's own calls
}

// Related is another table.
type Related struct {
	Type     resource.TypeName
	FullName string
	Service  string
	Table    string
}

// Parent says where a list finds what it demands.
type Parent struct {
	Column  string   // that takes the value
	Related          // zero if the value is of no other type
	Source  string   // column of the parent that has the value
	Values  []string // of a fixed choice
	About   string
	Partial string // what else resources may lie below
}

// StackAbout says what the two files of the stack are for.
func (p *Page) StackAbout() string {
	return "The two files of a stack that deploys one " + p.Singular + ". In a folder of their own, skyql deploy build makes it and skyql deploy teardown deletes it."
}

// TypeText words the type of a field's values.
func (f Field) TypeText() string {
	if f.Items != "" {
		return f.Type + " of " + f.Items
	}
	return f.Type
}

// RequiredText words what a method wants.
func (m Method) RequiredText() string {
	text := strings.Join(m.Required, ", ")
	for _, other := range m.Instead {
		text += " or " + strings.Join(other, ", ")
	}
	return text
}
