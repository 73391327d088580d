package fetch

import (
	"errors"
	"fmt"
	"strings"

	"skyql/internal/resource"
	"skyql/internal/table"
)

// ErrNoRegion says that neither the statement nor the session names a region.
var ErrNoRegion = errors.New("no region is given")

// NeedsInputError says that a list handler wants values that nobody but the
// user can give.
type NeedsInputError struct {
	Table   *table.Table
	Inputs  []string
	Because string
}

// Error names the columns to put into the WHERE clause.
func (e *NeedsInputError) Error() string {
	columns := make([]string, len(e.Inputs))
	for i, input := range e.Inputs {
		columns[i] = input
		column, ok := e.Table.InputColumn(input)
		if !ok {
			column, ok = e.Table.Property(input) // an input that only the API's answer told of
		}
		if ok {
			columns[i] = e.Table.Columns[column].Name
		}
	}
	return fmt.Sprintf("%s is listed by %s, which AWS cannot enumerate%s; give it, as in WHERE %s = '…'",
		e.Table.Name, strings.Join(columns, " and "), e.Because, strings.Join(columns, " = '…' AND "))
}

// Problem is something that could not be fetched while the rest went on: the
// result is not complete.
type Problem struct {
	Table      string
	Scope      resource.Scope
	Identifier string // of the resource that could not be read, or ""
	Err        error
}

// tally counts how the calls of one operation on one type went.
type tally struct {
	ok     int
	failed map[resource.Scope]int
	first  error
}

// hopeless is how many such calls in one scope may fail before the first success
// anywhere until it is plain that the next ones will fail as well. That many
// scopes which fail once each say nothing of another one.
const hopeless = 16

// Problems lists what could not be fetched.
func (f *Fetcher) Problems() []Problem {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]Problem(nil), f.problems...)
}

// Succeeded notes a call that went well.
func (f *Fetcher) Succeeded(name resource.TypeName, operation string) {
	f.mu.Lock()
	f.tally(name, operation).ok++
	f.mu.Unlock()
}

// Tolerate notes a failure and gives nil if the rest can go on, else the error
// that ends the statement.
func (f *Fetcher) Tolerate(p Problem) error {
	var failed *resource.Error
	switch {
	case p.Err == nil:
		return nil
	case !errors.As(p.Err, &failed), f.opts.Strict, // not AWS's doing, or not to be tolerated
		errors.Is(p.Err, resource.MissingCredentials):
		return p.Err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.tally(failed.Type, failed.Operation)
	if t.first == nil {
		t.first = p.Err
	}
	f.note(problemKey{table: p.Table, failed: failed}, p)
	if t.failed[p.Scope]++; t.ok == 0 && t.failed[p.Scope] >= hopeless {
		return p.Err
	}
	return nil
}

// warn notes that a result may lack something although no call failed.
func (f *Fetcher) warn(p Problem) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.note(problemKey{table: p.Table, scope: p.Scope, text: p.Err.Error()}, p)
}

// problemKey tells problems apart: a failure that is remembered is met again by
// other scans of the statement, and a warning may come up more than once.
type problemKey struct {
	table  string
	failed *resource.Error
	scope  resource.Scope
	text   string
}

func (f *Fetcher) note(key problemKey, p Problem) {
	if !f.noted[key] {
		f.noted[key] = true
		f.problems = append(f.problems, p)
	}
}

// Operation is a handler that a statement ran.
type Operation struct {
	Type resource.TypeName
	Name string // of the API's operation
}

// Operations tells which handlers the statement ran.
func (f *Fetcher) Operations() []Operation {
	f.mu.Lock()
	defer f.mu.Unlock()
	var used []Operation
	for key := range f.tallies {
		name, operation, _ := strings.Cut(key, " ")
		used = append(used, Operation{resource.TypeName(name), operation})
	}
	return used
}

// Verdict is the error of a statement of which nothing came: where every call of
// an operation on a type failed, there is no partial result worth the name. It
// is asked when the statement has ended.
func (f *Fetcher) Verdict() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, t := range f.tallies {
		if t.first != nil && t.ok == 0 {
			return t.first
		}
	}
	return nil
}

func (f *Fetcher) tally(name resource.TypeName, operation string) *tally {
	key := string(name) + " " + operation
	if f.tallies[key] == nil {
		f.tallies[key] = &tally{failed: map[resource.Scope]int{}}
	}
	return f.tallies[key]
}
