package engine

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ncruces/go-sqlite3"

	"skyql/internal/naming"
	"skyql/internal/resource"
	"skyql/internal/sqltext"
)

// IdentifierError says that an identifier in a statement has the wrong form.
type IdentifierError struct {
	Table string
	Err   error
}

// Error names the table.
func (e *IdentifierError) Error() string { return e.Table + ": " + e.Err.Error() }

// Unwrap gives the reason.
func (e *IdentifierError) Unwrap() error { return e.Err }

// SQLError is a statement that SQLite refused.
type SQLError struct {
	Message string
	Line    int // from 1; 0 if the place is not known
	Column  int // from 1, in characters
	Source  string
	Hint    string
	Err     error
	// NoColumn is the name that no table of the statement has as a column; "" if
	// something else is wrong.
	NoColumn string
}

// Error gives the message, the hint and the place in one line.
func (e *SQLError) Error() string {
	text := e.Message
	if e.Hint != "" {
		text += "; " + e.Hint
	}
	if e.Line > 0 {
		text += fmt.Sprintf(" (line %d, column %d)", e.Line, e.Column)
	}
	return text
}

// Unwrap gives SQLite's error.
func (e *SQLError) Unwrap() error { return e.Err }

// located adds the place to an error about a name.
func located(source string, err error) error {
	var name *sqltext.NameError
	if !errors.As(err, &name) {
		return err
	}
	line, column := position(source, name.Offset)
	return &SQLError{Message: name.Err.Error(), Line: line, Column: column, Source: source, Err: err}
}

// position turns a byte offset into line and column.
func position(source string, offset int) (line, column int) {
	before := source[:min(offset, len(source))]
	line = strings.Count(before, "\n") + 1
	column = len([]rune(before[strings.LastIndexByte(before, '\n')+1:])) + 1
	return line, column
}

// explainFailure gives the error that the user should see: the one a callback
// failed with rather than SQLite's text of it, and SQLite's own errors with
// their place and a hint.
func (s *statement) explainFailure(err error) error {
	if s.ctx.Err() != nil {
		return s.ctx.Err()
	}
	if s.kept != nil && !errors.Is(s.kept, errLacking) {
		return s.kept
	}
	var failed *sqlite3.Error
	var code sqlite3.ExtendedErrorCode
	switch {
	case errors.As(err, &failed):
	case errors.As(err, &code):
		return &SQLError{Message: strings.TrimPrefix(err.Error(), "sqlite3: "), Source: s.source, Err: err}
	default:
		return err
	}
	message := strings.TrimPrefix(failed.Error(), "sqlite3: ")
	message = strings.TrimPrefix(message, "SQL logic error: ")
	out := &SQLError{Message: message, Source: s.source, Err: err}
	s.enrich(out)
	if rest := failed.SQL(); rest != "" {
		source, offset := s.place(s.sql.Original(len(s.sql.Text) - len(rest)))
		out.Line, out.Column = position(source, offset)
	}
	return out
}

// place tells where the user wrote what stands at an offset of the source.
func (s *statement) place(offset int) (source string, at int) {
	if s.origin == nil {
		return s.source, offset
	}
	return s.whole, s.origin(offset)
}

var (
	noColumn = regexp.MustCompile(`no such column: "?([^"\s]+)"?`)
	noTable  = regexp.MustCompile(`no such table: (\S+)`)
	nearWord = regexp.MustCompile(`near "([A-Za-z_]+)": syntax error`)
)

// enrich reads SQLite's message, the only thing it gives, for what could help.
func (s *statement) enrich(out *SQLError) {
	if out.Message == "incomplete input" {
		out.Message = "the statement ends too early"
	}
	if out.Hint = dialectHint(out.Message, s.source); out.Hint != "" {
		return
	}
	if match := noColumn.FindStringSubmatch(out.Message); match != nil {
		s.missingColumn(out, match[1])
		return
	}
	if match := noTable.FindStringSubmatch(out.Message); match != nil {
		out.Hint = s.tableHint(match[1])
		return
	}
	if match := nearWord.FindStringSubmatch(out.Message); match != nil && naming.Keyword(match[1]) {
		word := strings.ToLower(match[1])
		if s.closestColumn("_"+word) == "_"+word {
			out.Hint = fmt.Sprintf("as a column it is written %q or _%s", word, word)
		}
	}
}

func (s *statement) missingColumn(out *SQLError, column string) {
	if strings.Contains(out.Message, "single-quotes") {
		return // a string in double quotes: SQLite says so
	}
	bare := column[strings.LastIndexByte(column, '.')+1:]
	out.NoColumn = bare
	if len(s.sql.Tables) == 1 {
		out.Message = fmt.Sprintf("no column %q in %s", bare, shownName(s.sql.Tables[0]))
	}
	if near := s.closestColumn(bare); near != "" {
		out.Hint = fmt.Sprintf("did you mean %q?", near)
	} else if len(s.sql.Tables) == 1 {
		out.Hint = "see DESCRIBE " + shownName(s.sql.Tables[0])
	}
}

// shownName gives the name of a table without what only skyql puts before it.
func shownName(name string) string {
	return strings.TrimPrefix(strings.TrimPrefix(name, returningPrefix), shadowPrefix)
}

// closestColumn looks through the columns of the tables in the statement.
func (s *statement) closestColumn(column string) string {
	var names []string
	for _, name := range s.sql.Tables {
		name, returning := strings.CutPrefix(strings.TrimPrefix(name, shadowPrefix), returningPrefix)
		if returning {
			for _, event := range eventColumns {
				names = append(names, strings.ToLower(event.name))
			}
		}
		parts := strings.Split(name, ".")
		if len(parts) != 3 {
			continue
		}
		found, listOnly, err := s.session.opts.Types.Catalog().Lookup(parts[1], parts[2])
		if err != nil {
			continue
		}
		shape, err := s.session.table(found, listOnly)
		if err != nil {
			continue
		}
		for _, c := range shape.Columns {
			names = append(names, strings.ToLower(c.Name))
		}
		slices.Sort(names)
	}
	near := resource.Closest(strings.ToLower(column), names)
	if near == strings.ToLower(column) && !strings.HasPrefix(column, "_") {
		return "" // it is there, but not in this place
	}
	return near
}

// tableHint looks for a table of that name in all services.
func (s *statement) tableHint(name string) string {
	if near := s.session.inAnyService(name); near != "" {
		return "did you mean " + near + "?"
	}
	if near := resource.Closest(strings.ToLower(name), s.session.localTables()); near != "" {
		return "did you mean " + near + "?"
	}
	return "tables of AWS are written " + naming.Provider + ".<service>.<resource>; see SHOW SERVICES"
}

// inAnyService gives the full name of the first table whose last part is that,
// or "".
func (s *Session) inAnyService(name string) string {
	lower := strings.ToLower(name)
	for _, t := range s.opts.Types.Catalog().Types() {
		for _, table := range naming.Tables(t) {
			if table == lower || table == strings.TrimSuffix(lower, naming.ListOnlySuffix) {
				return naming.Provider + "." + naming.Service(t) + "." + lower
			}
		}
	}
	return ""
}
