package deploy

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"skyql/internal/change"
	"skyql/internal/schema"
	"skyql/internal/sqltext"
)

// columns shows what an INSERT says of its columns, some of which are not known
// yet: the values are what its SELECT or VALUES gives, as it stands. It gives nothing
// for several resources, or if the statement does not run, which it will say itself.
func (w *worker) columns(ctx context.Context, sql string) (*schema.ResourceType, []PropertyChange, error) {
	cut, err := sqltext.CutWrite(sql)
	if err != nil || cut.Verb != sqltext.Insert || !cut.Source.Given() {
		return nil, nil, err
	}
	query := strings.TrimSpace(cut.With.Text + " " + cut.Source.Text)
	if found, err := rows(ctx, w.session, query, false); err != nil || len(found) != 1 {
		return nil, nil, ctx.Err()
	}
	result, err := w.session.Query(ctx, query)
	if err != nil {
		return nil, nil, ctx.Err()
	}
	values, err := result.Next()
	if err := errors.Join(err, result.Close()); err != nil || len(values) < len(cut.Columns) {
		return nil, nil, ctx.Err()
	}
	t := w.typeOf(cut)
	var changes []PropertyChange
	for i, column := range cut.Columns {
		if _, ok := cellText(values[i]); !ok || strings.EqualFold(column.Text, "region") {
			continue
		}
		changes = append(changes, w.column(t, column.Text, values[i]))
	}
	return t, changes, nil
}

// typeOf gives the type whose table a statement writes, nil if that is none.
func (w *worker) typeOf(cut sqltext.Write) *schema.ResourceType {
	parts := strings.Split(strings.NewReplacer(`"`, "", " ", "").Replace(cut.Target.Text), ".")
	if len(parts) != 3 {
		return nil
	}
	name, _, err := w.d.opts.Types.Lookup(parts[1], parts[2])
	if err != nil {
		return nil // the statement will say so
	}
	t, err := w.d.opts.Types.Type(name)
	if err != nil {
		return nil
	}
	return t
}

// column shows the value of a column as that of its property.
func (w *worker) column(t *schema.ResourceType, column string, cell any) PropertyChange {
	value := cellValue(cell)
	if t == nil {
		return w.d.property(column, nil, value)
	}
	for _, property := range t.Properties {
		if plainName(property.Name) != plainName(column) {
			continue
		}
		if n, ok := value.(int64); ok && t.TypeOf(property.Node) == "boolean" {
			value = n != 0
		}
		w.d.hideWriteOnlyOf(t, map[string]any{property.Name: value})
		if schema.HasTop(t.WriteOnly, property.Name) && !strings.Contains(encode(value), laterMark) {
			p := w.d.property(property.Name, nil, Masked)
			p.Secret = true
			return p
		}
		return w.d.property(property.Name, nil, maskedInside(t, property.Name, value))
	}
	return w.d.property(column, nil, value)
}

// maskedInside hides what is write-only inside of a property.
func maskedInside(t *schema.ResourceType, name string, value any) any {
	masked, err := object(change.Masked(t, json.RawMessage(encode(map[string]any{name: value})), Masked))
	if err != nil {
		return value
	}
	return masked[name]
}

// cellValue is a cell as a property would have it, as far as that can be told
// without its schema.
func cellValue(cell any) any {
	switch cell.(type) {
	case bool, int64, float64:
		return cell
	}
	text, _ := cellText(cell)
	if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		var value any
		if json.Unmarshal([]byte(text), &value) == nil {
			return value
		}
	}
	return text
}
