package engine

import (
	"context"
	"fmt"
	"strings"

	"skyql/internal/change"
	"skyql/internal/naming"
	"skyql/internal/resource"
	"skyql/internal/table"
	"skyql/internal/validate"
)

// ConvertProperty gives a value the JSON type that the schema of a property
// wants, as an INSERT does. The table is as a statement names it. Of a table
// that is not one of a resource type nothing is known: then text that is JSON is
// taken for what it writes.
func (s *Session) ConvertProperty(ctx context.Context, name, property string, value any) (any, error) {
	parts := strings.Split(strings.ToLower(name), ".")
	if len(parts) == 3 && parts[0] == naming.Provider {
		parts = parts[1:]
	}
	if len(parts) != 2 {
		return decodedText(value), nil
	}
	typeName, _, err := s.opts.Types.Find(ctx, parts[0], parts[1])
	if err != nil {
		return decodedText(value), nil // the statement itself will say so
	}
	t, err := s.opts.Types.Catalog().Type(typeName)
	if err != nil {
		return nil, err
	}
	found := t.Property(property)
	if found == nil {
		if i, ok := table.New(t).Lookup(property); ok && len(table.New(t).Columns[i].Path) == 1 {
			found = t.Property(table.New(t).Columns[i].Path[0])
		}
	}
	if found == nil {
		names := make([]string, len(t.Properties))
		for i, p := range t.Properties {
			names[i] = p.Name
		}
		if near := resource.Closest(property, names); near != "" {
			return nil, fmt.Errorf("%s has no property %q; did you mean %q?", typeName, property, near)
		}
		return nil, fmt.Errorf("%s has no property %q", typeName, property)
	}
	return change.Convert(t, found.Node, value)
}

// decodedText takes JSON text for what it writes.
func decodedText(value any) any {
	text, ok := value.(string)
	if !ok {
		return value
	}
	decoded, err := validate.Decode([]byte(text))
	if err != nil {
		return value
	}
	return decoded
}
