package stack

import (
	"slices"
	"strings"
	"time"
)

// ManifestName is the file that makes a directory a stack.
const ManifestName = "stackql_manifest.yml"

// Stack is a stack directory as its files have it.
type Stack struct {
	Dir         string
	Name        string
	Description string
	Providers   []Provider
	Globals     []Global
	Resources   []*Resource // in the order of the manifest
	Exports     []string    // what the stack as a whole gives out
	Warnings    []string    // what was ignored, and why; each names file and line

	exportLines map[string]int
}

// Resource gives the resource with the name, or nil.
func (s *Stack) Resource(name string) *Resource {
	for _, r := range s.Resources {
		if r.Name == name {
			return r
		}
	}
	return nil
}

// Before reports whether the resource stands before another in the manifest.
func (r *Resource) Before(other *Resource) bool { return r.order < other.order }

// Protected reports whether a variable must not be shown: a resource protects it,
// or it is called like a secret. The name may be that of an export alone or
// behind that of its resource.
func (s *Stack) Protected(name string) bool {
	if SecretName(name) {
		return true
	}
	for _, r := range s.Resources {
		bare, _ := strings.CutPrefix(name, r.Name+".")
		if slices.Contains(r.Protected, bare) {
			return true
		}
	}
	return false
}

// Provider is an entry of providers.
type Provider struct {
	Name    string
	Version string // as written, v26.03.00379, or ""
	Line    int
}

// Global is a variable of the whole stack. Its value is text once an environment
// is known.
type Global struct {
	Name        string
	Description string
	Line        int

	value *node
}

// Type tells what a resource is.
type Type string

// The types of resources.
const (
	TypeResource Type = "resource"
	TypeQuery    Type = "query"
	TypeMulti    Type = "multi"
	TypeScript   Type = "script"
	TypeCommand  Type = "command"
)

// Resource is an entry of the manifest's resources.
type Resource struct {
	Name        string
	Type        Type
	Line        int    // in the manifest
	File        string // the .iql file, relative to the stack directory; "" if the resource needs none
	SQL         string // template of a query or command that stands in the manifest
	Run         string // template of a script
	If          string // template of the condition; "" if there is none
	Description string

	Props     []Prop
	Exports   []Export
	Protected []string // names of exports that are not to be shown

	SkipValidation bool
	Protect        bool // never delete; a key of skyql's own
	AllowReplace   bool // may be deleted and created again; a key of skyql's own

	// ReturnVals names what to keep of the row that RETURNING gives, by create,
	// update and delete.
	ReturnVals map[string][]Export
	// Queries are the templates by anchor: exists, statecheck, create, update,
	// createorupdate, exports, delete, command, callback and troubleshoot, the last
	// two also with :create, :update and :delete. SQL in the manifest is here too, as
	// exports of a query and as command of a command.
	Queries map[string]*Query

	order           int // place in the manifest
	sqlLine         int
	runLine, ifLine int
	references      []reference     // of all its templates
	wants           map[string]bool // the names in them, up to the first dot
	wantsAll        bool            // any name may be meant
}

// Prop is an entry of a resource's props.
type Prop struct {
	Name        string
	Description string
	Line        int
	Merge       []string // variables that are merged into the value

	value  *node            // nil if there is none for all environments
	values map[string]*node // by environment
}

// Environments are those that the prop has values of its own for, sorted; none if
// one value serves all.
func (p *Prop) Environments() []string {
	if p.value != nil {
		return nil
	}
	return sortedKeys(p.values)
}

// Export is a column that a resource gives to others, and the name under which it
// does; without an alias the two are the same.
type Export struct{ Column, Alias string }

// Query is a template of SQL behind an anchor.
type Query struct {
	Anchor string // without the alias: exists, not preflight
	Text   string
	File   string // relative to the stack directory
	Line   int    // of the text's first line in the file

	Retries         int
	RetriesGiven    bool
	RetryDelay      time.Duration
	RetryDelayGiven bool

	PostDeleteRetries         int
	PostDeleteRetriesGiven    bool
	PostDeleteRetryDelay      time.Duration
	PostDeleteRetryDelayGiven bool

	// Strings are the options that are no numbers: short_circuit_field and
	// short_circuit_value.
	Strings map[string]string
}

// What holds where an anchor says nothing.
const (
	DefaultRetries              = 1
	DefaultPostDeleteRetries    = 10
	DefaultPostDeleteRetryDelay = 5 * time.Second
)
