package engine

import (
	"encoding/json"
	"errors"
	"fmt"

	"skyql/internal/catalog"
	"skyql/internal/change"
	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/sqltext"
	"skyql/internal/table"
)

// typedWrites writes the resources of one type.
type typedWrites struct{ *table.Table }

var handlers = map[sqltext.Verb]schema.HandlerName{
	sqltext.Insert: schema.Create, sqltext.Update: schema.Update, sqltext.Delete: schema.Delete,
}

// operations names the verbs as the API does.
var operations = map[sqltext.Verb]cloudcontrol.Operation{
	sqltext.Insert: cloudcontrol.Create, sqltext.Update: cloudcontrol.Update, sqltext.Delete: cloudcontrol.Delete,
}

var pastTense = map[sqltext.Verb]string{
	sqltext.Insert: "created", sqltext.Update: "updated", sqltext.Delete: "deleted",
}

// words refuses tables that only list, and types without the handler.
func (t typedWrites) words(verb sqltext.Verb) (done, thing string, err error) {
	if t.ListOnly {
		return "", "", fmt.Errorf("%s lists only; write to %s", t.Name, table.New(t.Type).Name)
	}
	if handler := handlers[verb]; !t.Type.Has(handler) {
		text := fmt.Sprintf("resources of %s cannot be %s: AWS has no %s handler for %s",
			t.Name, pastTense[verb], handler, t.Type.Name)
		if verb == sqltext.Update && t.Type.Has(schema.Create) && t.Type.Has(schema.Delete) {
			text += "; delete and create it anew"
		}
		return "", "", errors.New(text)
	}
	return pastTense[verb], "resource", nil
}

func (t typedWrites) plan(w *write) error {
	switch w.cut.Verb {
	case sqltext.Insert:
		return t.insert(w)
	case sqltext.Update:
		return t.update(w)
	}
	return t.delete(w)
}

func (t typedWrites) atOnce() int { return 1 }

// writes gives the columns of the table, also as CloudFormation spells them, and
// those of the call.
func (t typedWrites) writes() []string {
	var names []string
	for _, c := range t.Columns {
		names = append(names, c.Name)
	}
	for _, p := range t.Type.Properties {
		names = append(names, p.Name)
	}
	return append(names, change.CallColumns()...)
}

func (t typedWrites) has(column string) bool {
	_, ok := t.Lookup(column)
	return ok || t.Type.Property(column) != nil
}

func (t typedWrites) carryOut(w *write, unit []*outcome) { w.change(unit[0]) }

func (t typedWrites) insert(w *write) error {
	if len(w.cut.Columns) == 0 {
		return fmt.Errorf("an INSERT into %s names its columns: INSERT INTO %s (…) VALUES (…)", t.Name, t.Name)
	}
	var region resource.Region
	if regions := w.session.opts.Regions; len(regions) == 1 {
		region = regions[0]
	}
	insert, err := change.NewInsert(t.Table, texts(w.cut.Columns), region)
	if err != nil {
		return w.blameColumn(err, w.cut.Columns)
	}
	composed := &sqltext.Composer{}
	w.begin(composed)
	composed.Clause(w.cut.Source)
	most := w.mostInserted()
	n, err := w.each(composed, len(w.cut.Columns), func(row []any) error {
		if most < 0 || len(w.changes) < most { // the others are only counted
			w.changes = append(w.changes, insert.Add(row))
		}
		return nil
	})
	if err == nil {
		err = w.refuseTooMany(n, most)
	}
	if err != nil {
		return err
	}
	return insert.Check()
}

func (t typedWrites) update(w *write) error {
	columns := make([]sqltext.Name, len(w.cut.Set))
	for i, assignment := range w.cut.Set {
		columns[i] = assignment.Column
	}
	update, err := change.NewUpdate(t.Table, texts(columns))
	if err != nil {
		return w.blameColumn(err, columns)
	}
	if err := w.refuseWithoutWhere(); err != nil {
		return err
	}
	names := targetColumns(update.NeedsModel() || w.wantsModel)
	composed, fixed := w.targets(names...), len(names)
	for _, assignment := range w.cut.Set {
		composed.Add(", (")
		composed.Clause(assignment.Value)
		composed.Add(")")
	}
	w.where(composed)
	seen, most := map[resourceName]string{}, w.session.opts.Write.MaxChanges // by what is the same resource
	_, err = w.each(composed, fixed+len(columns), func(row []any) error {
		name, model, err := target(row[:fixed])
		if err != nil {
			return err
		}
		same := t.same(name)
		before, again := seen[same]
		if !again && len(seen) >= most { // it is only counted
			seen[same] = ""
			return nil
		}
		if again && len(seen) > most {
			return nil
		}
		c := update.Add(name.scope, name.identifier, model, row[fixed:])
		switch {
		case again && before != string(c.Document):
			return fmt.Errorf("%s %q in %s gets several values: the FROM clause joins it with more than one row",
				t.Type.Name, name.identifier, name.scope)
		case !again:
			seen[same] = string(c.Document)
			w.changes = append(w.changes, c)
		}
		return nil
	})
	if err == nil {
		err = w.refuseTooMany(len(seen), most)
	}
	if err != nil {
		return err
	}
	return update.Check()
}

func (t typedWrites) delete(w *write) error {
	if err := w.refuseWithoutWhere(); err != nil {
		return err
	}
	names := targetColumns(w.wantsModel)
	composed := w.targets(names...)
	w.where(composed)
	seen := map[resourceName]bool{}
	_, err := w.each(composed, len(names), func(row []any) error {
		name, model, err := target(row)
		if err != nil {
			return err
		}
		if same := t.same(name); !seen[same] {
			seen[same] = true
			w.changes = append(w.changes, w.withCall(change.Delete(t.Type, name.scope, name.identifier, model)))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return w.refuseTooMany(len(w.changes), w.session.opts.Write.MaxChanges)
}

// resourceName tells resources of one type apart.
type resourceName struct {
	scope      resource.Scope
	identifier string
}

// same names a resource alike in all regions that show it: those of a global service
// are in each, and changed once.
func (t typedWrites) same(name resourceName) resourceName {
	if home := catalog.Homes(t.Type.Name).In(name.scope.Region); home != "" {
		name.scope.Region = home
	}
	return name
}

// targetColumns tell which resource to change, and how it is at present.
func targetColumns(model bool) []string {
	names := []string{table.RegionColumn, table.IdentifierColumn}
	if model {
		names = append(names, table.ModelColumn)
	}
	return names
}

// target reads the values of targetColumns.
func target(row []any) (name resourceName, model json.RawMessage, err error) {
	region, inRegion := row[0].(string)
	identifier, named := row[1].(string)
	if !inRegion || !named { // an outer join made the row up
		return name, nil, errors.New("the FROM clause gives a row without a resource to change")
	}
	name = resourceName{resource.Scope{Region: resource.Region(region)}, identifier}
	if len(row) < 3 {
		return name, nil, nil
	}
	switch model := row[2].(type) {
	case json.RawMessage:
		return name, model, nil
	case string:
		return name, json.RawMessage(model), nil
	}
	return name, nil, nil
}
