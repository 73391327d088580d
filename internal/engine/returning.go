package engine

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
	"skyql/internal/sqltext"
	"skyql/internal/table"
	"skyql/internal/vtable"
)

// returned is what RETURNING selects from: a row for each change.
type returned struct {
	columns  []returnedColumn
	outcomes []*outcome
}

// returnedColumn shows something of an outcome.
type returnedColumn struct {
	vtable.StaticColumn
	model bool // it wants the resource's model
	value func(o *outcome) any
}

// eventColumns are the members of a progress event.
//
// https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_ProgressEvent.html
var eventColumns = []struct {
	name  string
	kind  resource.Kind
	value func(o *outcome) any
}{
	{"Operation", resource.Text, func(o *outcome) any { return string(cmp.Or(o.Event.Operation, o.Operation)) }},
	{"OperationStatus", resource.Text, func(o *outcome) any { return o.status() }},
	{"RequestToken", resource.Text, func(o *outcome) any { return orNull(o.Event.RequestToken) }},
	{"EventTime", resource.Timestamp, func(o *outcome) any { return timestamp(o.Event.EventTime) }},
	{"ErrorCode", resource.Text, func(o *outcome) any { return orNull(string(o.errorCode())) }},
	{"StatusMessage", resource.Text, func(o *outcome) any { return orNull(o.statusMessage()) }},
	{"RetryAfter", resource.Timestamp, func(o *outcome) any { return timestamp(o.Event.RetryAfter) }},
	{"ResourceModel", resource.JSON, func(o *outcome) any { return orNull(string(o.resourceModel())) }},
	{"TypeName", resource.Text, func(o *outcome) any { return string(o.Type) }},
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func timestamp(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// status is the last known one. A change that AWS refused at once has failed.
func (o *outcome) status() any {
	switch {
	case o.Gone:
		return string(cloudcontrol.Success)
	case o.Event.Status != "" && (o.Err == nil || !o.Event.Status.Terminal() || o.Event.Status != cloudcontrol.Success):
		return string(o.Event.Status)
	case o.Err != nil && o.started:
		return string(cloudcontrol.Failed)
	}
	return nil
}

func (o *outcome) errorCode() resource.Code {
	switch {
	case o.Event.ErrorCode != "" || o.Err == nil:
		return o.Event.ErrorCode
	case resource.CodeOf(o.Err) != resource.Unknown:
		return resource.CodeOf(o.Err)
	}
	return ""
}

func (o *outcome) statusMessage() string {
	if o.Event.StatusMessage != "" || o.Err == nil {
		return o.Event.StatusMessage
	}
	return o.Err.Error()
}

func (o *outcome) resourceModel() []byte {
	if len(o.Event.ResourceModel) > 0 {
		return o.Event.ResourceModel
	}
	return o.model
}

// row is the resource after the change, as far as it is known.
func (o *outcome) row() *table.Row {
	return &table.Row{
		Scope: o.Scope, Identifier: o.identifier(), Model: o.model, Complete: true, FetchedAt: o.Event.EventTime,
	}
}

// returned puts first where the resource is and what became of the request, then
// the properties. A property that has the name of a member of the event gets
// "_property" behind its own.
func (t typedWrites) returned() []returnedColumn {
	var columns []returnedColumn
	taken := map[string]bool{}
	add := func(c returnedColumn) {
		if key := strings.ToLower(c.Name); !taken[key] {
			taken[key] = true
			columns = append(columns, c)
		}
	}
	for i, c := range t.Columns {
		if c.Origin == table.FromRegion || c.Origin == table.FromIdentifier {
			add(t.returnedColumn(i, c.Name))
		}
	}
	for _, c := range eventColumnsOf() {
		add(c)
	}
	for i, c := range t.Columns {
		if name := c.Name; taken[strings.ToLower(name)] && c.Origin == table.FromProperty && !c.Hidden {
			add(t.returnedColumn(i, name+"_property"))
		} else if c.Origin != table.FromClock {
			add(t.returnedColumn(i, name))
		}
	}
	for i, c := range t.Columns { // as an INSERT spells them
		if c.Origin == table.FromProperty && c.Same == i && len(c.Path) == 1 {
			spelled := t.returnedColumn(i, c.Path[0])
			spelled.Hidden = true
			add(spelled)
		}
	}
	return columns
}

// eventColumnsOf gives the columns of the progress event.
func eventColumnsOf() []returnedColumn {
	var columns []returnedColumn
	for _, event := range eventColumns {
		columns = append(columns, returnedColumn{
			vtable.StaticColumn{Name: event.name, Kind: event.kind}, event.name == "ResourceModel", event.value,
		})
	}
	return columns
}

func (t typedWrites) returnedColumn(i int, name string) returnedColumn {
	c := t.Columns[i]
	return returnedColumn{
		StaticColumn: vtable.StaticColumn{Name: name, Kind: c.Kind, Hidden: c.Hidden},
		model:        c.Origin == table.FromModel || c.Origin == table.FromProperty,
		value: func(o *outcome) any {
			if o.identifier() == "" && c.Origin != table.FromRegion {
				return nil
			}
			value, _ := t.Value(o.row(), i)
			return value
		},
	}
}

// rows gives the values of all columns.
func (r *returned) rows(string, bool) ([][]any, error) {
	rows := make([][]any, len(r.outcomes))
	for i, o := range r.outcomes {
		rows[i] = make([]any, len(r.columns))
		for j, column := range r.columns {
			rows[i][j] = column.value(o)
		}
	}
	return rows, nil
}

// returningPrefix stands before the name of a table in that of its outcomes,
// which no statement can name.
const returningPrefix = "returning "

// registerReturned makes the outcomes of writes to a table known to SQLite.
func (s *Session) registerReturned(table string, columns []returnedColumn) (name string, err error) {
	name = returningPrefix + table
	static := &vtable.Static{Name: name}
	for _, column := range columns {
		static.Columns = append(static.Columns, column.StaticColumn)
	}
	static.Rows = func(key string, keyed bool) ([][]any, error) { return s.outcomes.rows(key, keyed) }
	s.outcomes = &returned{columns: columns}
	if _, known := s.tables[name]; !known {
		if err := vtable.RegisterStatic(s.db, static, s.host); err != nil {
			return "", err
		}
		s.tables[name] = nil
	}
	return name, nil
}

// returningStatement makes the query of a RETURNING clause.
func (w *write) returningStatement() (*statement, error) {
	s := w.session
	composed := &sqltext.Composer{}
	w.begin(composed)
	composed.Add("SELECT ")
	composed.Clause(w.cut.Returning)
	composed.Add(" FROM ")
	from := len(composed.String())
	composed.Clause(w.cut.Target)
	outcomes, err := s.registerReturned(w.name, w.to.returned())
	if err != nil {
		return nil, err
	}
	rewritten, err := sqltext.Rewrite(composed.String(), func(parts []string, at sqltext.Place) (string, error) {
		name, err := s.resolve(w.ctx, parts)
		if err == nil && (at.Offset == from || at.Qualifier && name == w.name) {
			name = outcomes
		}
		return name, err
	})
	if err != nil {
		return nil, w.located(composed, err)
	}
	statement := s.newStatement(w.ctx, composed.String(), rewritten)
	statement.whole, statement.origin = w.source, composed.Original
	return statement, nil
}

// prepareReturning checks the RETURNING clause before anything is sent, and finds
// out whether it wants the resources read.
func (w *write) prepareReturning() error {
	if !w.cut.Returning.Given() {
		return nil
	}
	statement, err := w.returningStatement()
	if err != nil {
		return err
	}
	if err := statement.prepare(); err != nil {
		return err
	}
	for _, column := range w.session.outcomes.columns {
		w.wantsModel = w.wantsModel || column.model && statement.Reads(returningPrefix+w.name, column.Name)
	}
	return statement.finish()
}

// returning runs the RETURNING clause over the outcomes. Its error comes behind the
// rows: the changes are done.
func (w *write) returning(outcomes []*outcome) *Result {
	columns, rows, err := w.returningRows(outcomes)
	if err != nil {
		err = fmt.Errorf("RETURNING: %w", err)
	}
	result := fixed(columns, rows)
	next := result.next
	result.next = func() ([]any, error) {
		row, _ := next()
		if row == nil {
			return nil, err
		}
		return row, nil
	}
	return result
}

func (w *write) returningRows(outcomes []*outcome) (columns []Column, rows [][]any, err error) {
	statement, err := w.returningStatement()
	if err != nil {
		return nil, nil, err
	}
	w.session.outcomes.outcomes = outcomes
	result, err := w.session.run(statement)
	if err != nil {
		return nil, nil, err
	}
	defer result.Close()
	for {
		row, err := result.Next()
		if row == nil || err != nil {
			return result.Columns, rows, err
		}
		rows = append(rows, row)
	}
}
