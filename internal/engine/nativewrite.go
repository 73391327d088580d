package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"skyql/internal/change"
	"skyql/internal/cloudcontrol"
	"skyql/internal/native"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/sqltext"
	"skyql/internal/table"
	"skyql/internal/validate"
	"skyql/internal/vtable"
)

// resourceWrites writes resources of any type, in the words of the API: whole
// desired states and patch documents.
type resourceWrites struct{}

func (resourceWrites) words(verb sqltext.Verb) (done, thing string, err error) {
	return pastTense[verb], "resource", nil
}

func (resourceWrites) atOnce() int { return 1 }

func (resourceWrites) carryOut(w *write, unit []*outcome) { w.change(unit[0]) }

func (resourceWrites) writes() []string { return nativeColumns(native.Resources) }

func (resourceWrites) has(column string) bool { return false } // its inputs are the call's

// nativeColumns names the columns of a table and those of the call.
func nativeColumns(t *native.Table) []string {
	var names []string
	for _, c := range t.Columns {
		names = append(names, c.Name)
	}
	return append(names, change.CallColumns()...)
}

func (resourceWrites) returned() []returnedColumn {
	return slices.Concat(placeColumns(), eventColumnsOf(), []returnedColumn{{
		vtable.StaticColumn{Name: "Properties", Kind: resource.JSON}, true,
		func(o *outcome) any { return orNull(string(o.model)) },
	}})
}

// placeColumns tell which thing an outcome is about.
func placeColumns() []returnedColumn {
	return []returnedColumn{
		{vtable.StaticColumn{Name: "region", Kind: resource.Text}, false, func(o *outcome) any { return string(o.Scope.Region) }},
		{vtable.StaticColumn{Name: "Identifier", Kind: resource.Text}, false, func(o *outcome) any { return orNull(o.identifier()) }},
	}
}

// The columns that say what to write.
var (
	insertedColumns = []string{"TypeName", "DesiredState", "region", "ClientToken", "RoleArn", "TypeVersionId"}
	updatedColumns  = []string{"PatchDocument", "ClientToken", "RoleArn", "TypeVersionId"}
)

func (resourceWrites) plan(w *write) error {
	if w.cut.Verb == sqltext.Insert {
		return w.planStates()
	}
	if err := w.refuseWithoutWhere(); err != nil {
		return err
	}
	set, err := w.setColumns(updatedColumns)
	if err != nil {
		return err
	}
	names := []string{table.RegionColumn, "TypeName", table.IdentifierColumn}
	if w.wantsModel && w.cut.Verb == sqltext.Delete {
		names = append(names, "Properties")
	}
	composed := w.targets(names...)
	for _, assignment := range w.cut.Set {
		composed.Add(", (")
		composed.Clause(assignment.Value)
		composed.Add(")")
	}
	w.where(composed)
	rows := w.namedRows(append(slices.Clone(names[3:]), set...))
	_, err = w.each(composed, len(names)+len(set), func(row []any) error {
		if _, _, err := target([]any{row[0], row[2]}); err != nil {
			return err
		}
		rows.add(row)
		return nil
	})
	if err != nil {
		return err
	}
	return rows.check(w.session.opts.Write.MaxChanges)
}

// columnsOf finds the canonical spelling of columns that a statement names.
func (w *write) columnsOf(names []sqltext.Name, known []string) ([]string, error) {
	found := make([]string, len(names))
	for i, name := range names {
		at := slices.IndexFunc(known, func(k string) bool {
			return strings.EqualFold(k, strings.ReplaceAll(name.Text, "_", ""))
		})
		if at < 0 {
			err := fmt.Errorf("%s cannot be set in %s; there is: %s", name.Text, w.name, strings.Join(known, ", "))
			return nil, located(w.source, &sqltext.NameError{Offset: name.Start, Err: err})
		}
		if found[i] = known[at]; slices.Contains(found[:i], known[at]) {
			return nil, located(w.source, &sqltext.NameError{Offset: name.Start, Err: fmt.Errorf("%s is named twice", known[at])})
		}
	}
	return found, nil
}

func (w *write) setColumns(known []string) ([]string, error) {
	names := make([]sqltext.Name, len(w.cut.Set))
	for i, assignment := range w.cut.Set {
		names[i] = assignment.Column
	}
	set, err := w.columnsOf(names, known)
	if err == nil && w.cut.Verb == sqltext.Update && !slices.Contains(set, known[0]) {
		err = fmt.Errorf("an UPDATE of %s sets %s", w.name, known[0])
	}
	return set, err
}

// planStates reads the rows of an INSERT.
func (w *write) planStates() error {
	columns, err := w.columnsOf(w.cut.Columns, insertedColumns)
	if err != nil {
		return err
	}
	for _, needed := range insertedColumns[:2] {
		if !slices.Contains(columns, needed) {
			return fmt.Errorf("an INSERT into %s names the columns TypeName and DesiredState", w.name)
		}
	}
	composed := &sqltext.Composer{}
	w.begin(composed)
	composed.Clause(w.cut.Source)
	rows := w.namedRows(columns)
	_, err = w.each(composed, len(columns), func(row []any) error {
		rows.add(append([]any{nil, nil, nil}, row...))
		return nil
	})
	if err != nil {
		return err
	}
	return rows.check(w.mostInserted())
}

// mostInserted bounds the rows of an INSERT. One whose rows somebody wrote has no
// bound.
func (w *write) mostInserted() int {
	if w.cut.Listed {
		return -1
	}
	return w.session.opts.Write.MaxChanges
}

// namedRows makes changes of rows that name the type.
type namedRows struct {
	w       *write
	columns []string // of the values behind region, type and identifier
	rows    int
	made    map[string]int // rows by the resources that they are about
	invalid []change.RowFaults
}

func (w *write) namedRows(columns []string) *namedRows {
	return &namedRows{w: w, columns: columns, made: map[string]int{}}
}

func (n *namedRows) check(most int) error {
	if err := n.w.refuseTooMany(n.rows, most); err != nil {
		return err
	}
	if len(n.invalid) == 0 {
		return nil
	}
	return &change.InvalidError{Table: n.w.name, What: "statement", Rows: n.invalid, Total: n.rows}
}

// add takes region, type and identifier, which an INSERT gives by columns, and
// the values of the columns.
func (n *namedRows) add(row []any) {
	n.rows++
	var faults []validate.Fault
	text := func(value any) string {
		s, ok := value.(string)
		if !ok && value != nil {
			faults = append(faults, validate.Fault{Message: fmt.Sprintf("text is wanted, not %v", value)})
		}
		return s
	}
	c := change.Change{
		Operation: operations[n.w.cut.Verb], Type: resource.TypeName(text(row[1])), Identifier: text(row[2]),
		Scope: resource.Scope{Region: resource.Region(text(row[0]))},
	}
	var document any
	for i, column := range n.columns {
		switch value := row[3+i]; column {
		case "TypeName":
			c.Type = resource.TypeName(text(value))
		case "region":
			c.Scope.Region = resource.Region(text(value))
		case "ClientToken":
			c.ClientToken = text(value)
		case "RoleArn":
			c.RoleARN = text(value)
		case "TypeVersionId":
			c.TypeVersionID = text(value)
		case "Properties":
			c.Model, _ = value.(json.RawMessage)
		default:
			document = value
		}
	}
	if n.w.cut.Verb == sqltext.Delete {
		c = n.w.withCall(c)
	}
	if regions := n.w.session.opts.Regions; c.Scope.Region == "" && len(regions) == 1 {
		c.Scope.Region = regions[0]
	}
	faults = append(faults, n.w.completeNamed(&c, document)...)
	if c.Identifier != "" {
		key := fmt.Sprintf("%s\x00%s\x00%s", c.Scope, c.Type, c.Identifier)
		if before, again := n.made[key]; again {
			faults = append(faults, validate.Fault{Message: fmt.Sprintf("row %d is about %q as well", before, c.Identifier)})
		}
		n.made[key] = n.rows
	}
	if len(faults) > 0 {
		n.invalid = append(n.invalid, change.RowFaults{Row: n.rows, Identifier: c.Identifier, Faults: faults})
	}
	n.w.changes = append(n.w.changes, c)
}

// completeNamed checks a change and its document.
func (w *write) completeNamed(c *change.Change, document any) []validate.Fault {
	var faults []validate.Fault
	blame := func(path string, err error) {
		if err != nil {
			faults = append(faults, validate.Fault{Path: path, Message: err.Error()})
		}
	}
	blame("/region", change.CheckRegion(c.Scope.Region))
	_, err := resource.ParseTypeName(string(c.Type))
	blame("/TypeName", err)
	t := w.schemaOf(c.Type)
	switch c.Operation {
	case cloudcontrol.Create:
		switch v := document.(type) {
		case string:
			c.Document = json.RawMessage(v)
		case json.RawMessage:
			c.Document = v
		default:
			blame("/DesiredState", errors.New("a JSON object is wanted"))
			return faults
		}
		found, identifier := change.CheckState(t, c.Document)
		faults, c.Identifier = append(faults, found...), identifier
	case cloudcontrol.Update:
		c.Document, err = change.CheckPatch(t, document)
		blame("/PatchDocument", err)
	}
	return faults
}

// schemaOf gives the schema of a type, nil if it is not in the catalog.
func (w *write) schemaOf(name resource.TypeName) *schema.ResourceType {
	t, err := w.session.opts.Types.Catalog().Type(name)
	if err != nil {
		return nil
	}
	return t
}

// requestWrites cancels requests: to delete one is to cancel it.
//
// https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_CancelResourceRequest.html
type requestWrites struct{}

func (requestWrites) words(verb sqltext.Verb) (done, thing string, err error) {
	if verb != sqltext.Delete {
		return "", "", errors.New("requests are made by writing to the tables of resources; DELETE cancels one")
	}
	return "cancelled", "request", nil
}

func (requestWrites) atOnce() int { return 1 }

func (requestWrites) writes() []string { return nativeColumns(native.Requests) }

func (requestWrites) has(column string) bool { return true } // no call takes more

func (requestWrites) returned() []returnedColumn {
	return slices.Concat(placeColumns(), eventColumnsOf())
}

func (requestWrites) plan(w *write) error {
	w.noWait = false // there is nothing to wait for
	if err := w.refuseWithoutWhere(); err != nil {
		return err
	}
	names := []string{table.RegionColumn, table.IdentifierColumn, "RequestToken", "TypeName"}
	composed := w.targets(names...)
	w.where(composed)
	_, err := w.each(composed, len(names), func(row []any) error {
		region, _ := row[0].(string)
		identifier, _ := row[1].(string) // a request may not have one yet
		token, _ := row[2].(string)
		typeName, _ := row[3].(string)
		w.changes = append(w.changes, change.Change{
			Operation: cloudcontrol.Delete, Scope: resource.Scope{Region: resource.Region(region)}, Identifier: identifier,
			Type: resource.TypeName(typeName), RequestToken: token,
		})
		return nil
	})
	if err != nil {
		return err
	}
	return w.refuseTooMany(len(w.changes), w.session.opts.Write.MaxChanges)
}

func (requestWrites) carryOut(w *write, unit []*outcome) {
	o := unit[0]
	o.Event, o.Err = w.session.opts.Client.CancelRequest(w.ctx,
		cloudcontrol.RequestInput{Scope: o.Scope, RequestToken: o.Change.RequestToken})
	if o.Err == nil {
		return
	}
	o.Event = cloudcontrol.ProgressEvent{RequestToken: o.Change.RequestToken}
	if errors.Is(o.Err, resource.RequestTokenNotFound) {
		o.Gone, o.Err = true, nil
	}
}
