package deploy

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"skyql/internal/change"
	"skyql/internal/cloudcontrol"
	"skyql/internal/engine"
	"skyql/internal/fetch"
	"skyql/internal/sqltext"
	"skyql/internal/stack"
)

// Session runs SQL. An *engine.Session does. It is used from one goroutine.
type Session interface {
	// Query starts one statement.
	Query(ctx context.Context, sql string) (*engine.Result, error)
	// Changes tells what an INSERT, UPDATE or DELETE would change.
	Changes(ctx context.Context, sql string) ([]change.Change, error)
	// Problems tells what the latest statement could not fetch.
	Problems() []fetch.Problem
	Close() error
}

// Open makes a session whose calls go through layer. A session that does not
// read everything fails.
type Open func(layer func(cloudcontrol.Client) cloudcontrol.Client) (Session, error)

// row is a row as texts. What is NULL or empty, or says "null", is not in it: the
// templates cannot tell these apart.
type row map[string]string

// discreet is the row without the values of columns that are called like secrets.
func (r row) discreet() row {
	shown := row{}
	for name, value := range r {
		if shown[name] = value; stack.SecretName(name) {
			shown[name] = Masked
		}
	}
	return shown
}

// rows runs a text of one or several statements and gives the rows of the last
// that has any. A statement that changes something gives its rows also if it
// fails: they name the requests. goOn runs the others after one has failed.
func rows(ctx context.Context, s Session, text string, goOn bool) (all []row, err error) {
	all, _, err = rowsAndColumns(ctx, s, text, goOn)
	return all, err
}

// rowsAndColumns is rows, and gives the names of the columns too.
func rowsAndColumns(ctx context.Context, s Session, text string, goOn bool) (all []row, selected []string, err error) {
	var failures []error
	var unread *unreadError
	for _, statement := range sqltext.Split(text) {
		found, columns, err := rowsOf(ctx, s, statement.Text)
		if err != nil && !errors.As(err, &unread) {
			if !goOn || ctx.Err() != nil {
				return found, nil, err
			}
			failures = append(failures, err)
			continue
		}
		if len(columns) > 0 {
			all, selected = found, columns
		}
	}
	if len(failures) == 0 && unread != nil {
		return all, selected, unread
	}
	return all, selected, errors.Join(failures...)
}

func rowsOf(ctx context.Context, s Session, sql string) (all []row, columns []string, err error) {
	result, err := s.Query(ctx, sql)
	if err != nil {
		return nil, nil, err
	}
	for _, column := range result.Columns {
		columns = append(columns, column.Name)
	}
	defer func() { err = errors.Join(err, result.Close()) }()
	for {
		values, err := result.Next()
		if err != nil {
			return all, nil, err
		}
		if values == nil {
			break
		}
		r := row{}
		for i, column := range result.Columns {
			if text, ok := cellText(values[i]); ok {
				r[column.Name] = text
			}
		}
		all = append(all, r)
	}
	if result.Failure != nil {
		return all, nil, result.Failure
	}
	if problems := s.Problems(); len(problems) > 0 {
		if _, err := sqltext.CutWrite(sql); err == nil { // the change is made, whatever is not known of it
			return all, columns, &unreadError{problems[0].Err}
		}
		return nil, nil, fmt.Errorf("the answer is not complete: %w", problems[0].Err) // what is not there may only not have been seen
	}
	return all, columns, nil
}

// unreadError says that a change was made, and that not all that RETURNING asks for
// could be read.
type unreadError struct{ err error }

// Error gives the reason.
func (e *unreadError) Error() string { return e.err.Error() }

// cellText is a cell as a template sees it; false for what counts as nothing.
func cellText(value any) (string, bool) {
	text := ""
	switch v := value.(type) {
	case nil:
		return "", false
	case string:
		text = v
	case json.RawMessage:
		text = compact(v)
	case []byte:
		text = string(v)
	case bool:
		text = strconv.FormatBool(v)
	case int64:
		text = strconv.FormatInt(v, 10)
	case float64:
		text = strconv.FormatFloat(v, 'f', -1, 64)
	default:
		text = fmt.Sprint(v)
	}
	return text, text != "" && !strings.EqualFold(text, "null")
}

func compact(document json.RawMessage) string {
	var b bytes.Buffer
	if json.Compact(&b, document) != nil {
		return string(document)
	}
	return b.String()
}

// jsonEscaped is a text as it stands inside of a JSON string.
func jsonEscaped(text string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a string always encodes
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(b.String()), `"`), `"`)
}
