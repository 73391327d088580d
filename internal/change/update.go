package change

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"skyql/internal/cloudcontrol"
	"skyql/internal/diff"
	"skyql/internal/jsonpatch"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/table"
	"skyql/internal/validate"
)

// Update makes the changes of one UPDATE.
type Update struct {
	table     *table.Table
	columns   []column
	patches   bool // the statement gives a patch document
	validator *validate.Validator
	rows      int
	invalid   []RowFaults
}

// NewUpdate reads the columns that an UPDATE sets.
func NewUpdate(t *table.Table, names []string) (*Update, error) {
	found, err := columns(t, names)
	if err != nil {
		return nil, err
	}
	u := &Update{table: t, columns: found}
	for i, c := range found {
		switch {
		case c.role == patchDocument:
			u.patches = true
		case c.role == region:
			return nil, &ColumnError{i, errors.New("region cannot be set: a resource stays in its region")}
		case c.role != property:
		case readOnly(t.Type, c.path):
			return nil, &ColumnError{i, fmt.Errorf("%s is read-only: AWS sets it", c.name)}
		case len(c.path) > 1:
			return nil, &ColumnError{i, fmt.Errorf("%s is part of the identifier and cannot be changed", c.name)}
		}
	}
	if i := slices.IndexFunc(found, func(c column) bool { return c.role == property }); u.patches && i >= 0 {
		return nil, &ColumnError{i, fmt.Errorf("%s is set beside a PatchDocument: either say what to change by columns or by a patch document",
			found[i].name)}
	}
	if !u.patches && !slices.ContainsFunc(found, func(c column) bool { return c.role == property }) {
		return nil, &ColumnError{0, errors.New("no property is set")}
	}
	u.validator, err = validate.New(t.Type)
	return u, err
}

// NeedsModel reports whether Add wants the current model of each resource.
func (u *Update) NeedsModel() bool { return !u.patches }

// Add takes a resource with its current model, as the read handler gave it, and
// the values to set.
func (u *Update) Add(scope resource.Scope, identifier string, model json.RawMessage, values []any) Change {
	u.rows++
	c := Change{
		Operation: cloudcontrol.Update, Type: u.table.Type.Name, Scope: scope, Identifier: identifier, Model: model,
	}
	wanted := map[string]any{}
	var faults []validate.Fault
	blame := func(path, format string, args ...any) {
		faults = append(faults, validate.Fault{Path: path, Message: fmt.Sprintf(format, args...)})
	}
	for i, column := range u.columns {
		if taken, err := c.take(column.role, values[i]); taken {
			if err != nil {
				blame("/"+column.name, "%s", err)
			}
			continue
		}
		if column.role == patchDocument {
			document, err := CheckPatch(u.table.Type, values[i])
			if err != nil {
				blame("/PatchDocument", "%s", err)
			}
			c.Document = document
			continue
		}
		value, err := u.convert(column, values[i])
		if err != nil {
			blame("/"+column.path.String(), "%s", err)
			continue
		}
		wanted[column.path[0]] = value
	}
	if !u.patches && len(faults) == 0 {
		faults = u.compare(&c, wanted)
	}
	if len(faults) > 0 {
		u.invalid = append(u.invalid, RowFaults{u.rows, identifier, faults})
	}
	return c
}

func (u *Update) convert(column column, value any) (any, error) {
	if value == nil {
		return nil, nil // removes the property
	}
	return Convert(u.table.Type, column.node, value)
}

// compare makes the patch document that leads from the model to the wanted
// values.
func (u *Update) compare(c *Change, wanted map[string]any) []validate.Fault {
	current, err := decodeObject(c.Model)
	if err != nil {
		return []validate.Fault{{Message: "the model that AWS gave is not a JSON object: " + err.Error()}}
	}
	result, err := diff.Compare(diff.Input{Type: u.table.Type, Current: current, Wanted: wanted})
	if err != nil {
		return []validate.Fault{{Message: strings.ReplaceAll(err.Error(), string(u.table.Type.Name)+": ", "")}}
	}
	c.Differences = result.Changes
	if c.Document, err = result.Patch.Encode(); err != nil {
		return []validate.Fault{{Message: err.Error()}}
	}
	if len(result.Patch) == 0 {
		return nil
	}
	if len(c.Document) > maxDocument {
		return []validate.Fault{{Message: fmt.Sprintf(
			"the patch document would have %d bytes; AWS takes %d at most", len(c.Document), maxDocument)}}
	}
	return u.newFaults(current, result.Patch)
}

// newFaults checks the model that a patch leads to. What was not valid before is
// the service's own doing and no reason to refuse.
func (u *Update) newFaults(current map[string]any, patch jsonpatch.Patch) []validate.Fault {
	after, err := patch.Apply(current)
	if err != nil {
		return []validate.Fault{{Message: err.Error()}}
	}
	before := u.validator.Check(current)
	var faults []validate.Fault
	for _, fault := range u.validator.Check(after) {
		if !slices.Contains(before, fault) {
			faults = append(faults, hinted(u.table.Type, fault))
		}
	}
	return faults
}

// Check gives an *InvalidError if any row is not valid.
func (u *Update) Check() error {
	if len(u.invalid) == 0 {
		return nil
	}
	return &InvalidError{u.table.Name, "change", u.invalid, u.rows}
}

// Delete makes the change that deletes a resource.
func Delete(t *schema.ResourceType, scope resource.Scope, identifier string, model json.RawMessage) Change {
	return Change{
		Operation: cloudcontrol.Delete, Type: t.Name, Scope: scope, Identifier: identifier, Model: model,
	}
}

func decodeObject(source json.RawMessage) (map[string]any, error) {
	value, err := validate.Decode(source)
	if err != nil {
		return nil, err
	}
	members, ok := value.(map[string]any)
	if !ok {
		return nil, errors.New("not an object: " + strings.TrimSpace(string(source[:min(len(source), 20)])))
	}
	return members, nil
}
