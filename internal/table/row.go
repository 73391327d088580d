package table

import (
	"encoding/json"
	"strings"
	"time"

	"skyql/internal/resource"
)

// Row is one resource, as far as it is known. A Row is not safe for use by many
// goroutines: it keeps what it has decoded.
type Row struct {
	Scope      resource.Scope
	Identifier string
	Inputs     map[string]string // what was passed to the list handler that found it
	Model      json.RawMessage   // of the read handler if Complete, else of the list handler
	Complete   bool
	FetchedAt  time.Time

	fields map[string]json.RawMessage
}

// Value gives what the column shows: nil, string, int64, float64, bool, or
// json.RawMessage for an object or array. known is false if only the read
// handler could tell.
func (t *Table) Value(row *Row, column int) (value any, known bool) {
	c := &t.Columns[column]
	switch c.Origin {
	case FromRegion:
		return string(row.Scope.Region), true
	case FromIdentifier:
		return row.Identifier, true
	case FromAccount:
		return row.Scope.Account, true
	case FromClock:
		return row.FetchedAt.UTC().Format("2006-01-02T15:04:05.000Z"), true
	case FromModel:
		return orNull(row.Model), row.Complete || t.ListOnly
	}
	if raw, ok := row.field(c.Path); ok {
		value = convert(raw, c.Kind)
		return value, row.Complete || t.ListOnly || scalar(value)
	}
	if value, ok := t.implied(row, c); ok {
		return value, true
	}
	return nil, row.Complete || t.ListOnly
}

// Implied reports whether the column can be told from any list reply, without
// looking at one: it is in the identifier or is an input that is passed.
func (t *Table) Implied(column int, inputs map[string]string) bool {
	c := &t.Columns[column]
	if c.Origin == FromModel {
		return t.ListOnly
	}
	if c.Origin != FromProperty || t.ListOnly || c.Part >= 0 {
		return true
	}
	_, passed := inputs[c.Input]
	return passed && c.Required
}

// implied takes a value out of the identifier or the inputs of the list
// handler. It also stands in for a property that a read handler leaves out.
func (t *Table) implied(row *Row, c *Column) (any, bool) {
	if c.Part >= 0 && !strings.HasPrefix(row.Identifier, "{") {
		if parts, ok := resource.SplitIdentifier(row.Identifier, len(t.parts)); ok {
			return convert(quoted(parts[c.Part]), c.Kind), true
		}
	}
	if text, ok := row.Inputs[c.Input]; ok && c.Required {
		return convert(quoted(text), c.Kind), true
	}
	return nil, false
}

func quoted(text string) json.RawMessage {
	raw, _ := json.Marshal(text)
	return raw
}

// field finds a property in the model, by its path.
func (row *Row) field(path []string) (json.RawMessage, bool) {
	if row.fields == nil {
		row.fields = map[string]json.RawMessage{}
		if len(row.Model) > 0 {
			_ = json.Unmarshal(row.Model, &row.fields) // checked when the model came in
		}
	}
	raw, ok := row.fields[path[0]]
	for _, segment := range path[1:] {
		var object map[string]json.RawMessage
		if !ok || json.Unmarshal(raw, &object) != nil {
			return nil, false
		}
		raw, ok = object[segment]
	}
	return raw, ok && string(raw) != "null"
}

func orNull(model json.RawMessage) any {
	if len(model) == 0 {
		return nil
	}
	return model
}

func scalar(value any) bool {
	_, document := value.(json.RawMessage)
	return !document && value != nil
}
