package change

import (
	"fmt"
	"slices"
	"strings"

	"skyql/internal/naming"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/table"
)

// role is what a column of a write stands for.
type role uint8

const (
	property role = iota
	region
	patchDocument
	clientToken
	roleARN
	typeVersionID
)

// column is a column that a statement writes.
type column struct {
	role role
	name string // as the table has it
	path schema.Path
	node *schema.Node
}

// ColumnError says what is wrong with one of the columns that a statement names.
type ColumnError struct {
	Index int // of the column in the statement's list
	Err   error
}

// Error gives the reason.
func (e *ColumnError) Error() string { return e.Err.Error() }

// Unwrap gives the reason.
func (e *ColumnError) Unwrap() error { return e.Err }

// callColumns are the columns that every write takes besides those of the table.
// Where the type has a property of that name, an underscore in front tells them
// apart.
var callColumns = map[string]role{
	"clienttoken": clientToken, "client_token": clientToken,
	"rolearn": roleARN, "role_arn": roleARN,
	"typeversionid": typeVersionID, "type_version_id": typeVersionID,
}

// CallColumns names the columns that every write takes besides those of the
// table, in all their spellings.
func CallColumns() []string {
	names := []string{"PatchDocument", "patch_document"}
	for _, name := range []string{"ClientToken", "RoleArn", "TypeVersionId", "client_token", "role_arn", "type_version_id"} {
		names = append(names, name, "_"+name)
	}
	return names
}

// columns finds what the names stand for. Each may be named once.
func columns(t *table.Table, names []string) ([]column, error) {
	found := make([]column, len(names))
	seen := map[string]string{}
	for i, name := range names {
		c, err := columnOf(t, name)
		if err != nil {
			return nil, &ColumnError{i, err}
		}
		if c.role == region && seen[c.key()] != "" { // a property called Region beside the region
			if other := t.Type.Property(name); other != nil {
				c = column{property, name, schema.Path{name}, other.Node}
			}
		}
		if before := seen[c.key()]; before != "" {
			return nil, &ColumnError{i, fmt.Errorf("%s and %s are the same column of %s", before, name, t.Name)}
		}
		seen[c.key()] = name
		found[i] = c
	}
	return found, nil
}

func (c column) key() string { return fmt.Sprint(c.role, c.path) }

func columnOf(t *table.Table, name string) (column, error) {
	if p := t.Type.Property(name); p != nil && !strings.EqualFold(name, table.RegionColumn) {
		return column{property, name, schema.Path{name}, p.Node}, nil // as CloudFormation spells it
	}
	if strings.EqualFold(name, "PatchDocument") || strings.EqualFold(name, "patch_document") {
		return column{role: patchDocument, name: "PatchDocument"}, nil
	}
	if i, ok := t.Lookup(name); ok {
		switch c := t.Columns[i]; c.Origin {
		case table.FromRegion:
			return column{role: region, name: c.Name}, nil
		case table.FromProperty:
			return column{property, t.Columns[c.Same].Name, c.Path, t.Type.At(c.Path)}, nil
		case table.FromIdentifier:
			return column{}, fmt.Errorf("the column Identifier is not set: AWS makes it from %s", strings.Join(t.Identifiers(), ", "))
		default:
			return column{}, fmt.Errorf("%s is added by skyql and cannot be set", c.Name)
		}
	}
	for _, p := range t.Type.Properties {
		if strings.EqualFold(p.Name, name) {
			return column{property, p.Name, schema.Path{p.Name}, p.Node}, nil
		}
	}
	if r, ok := callColumns[strings.ToLower(strings.TrimPrefix(name, "_"))]; ok {
		return column{role: r, name: name}, nil
	}
	return column{}, unknownColumn(t, name)
}

func unknownColumn(t *table.Table, name string) error {
	text := fmt.Sprintf("no column %q in %s", name, t.Name)
	var names []string
	for _, c := range t.Columns {
		if c.Origin == table.FromProperty && !c.Hidden || c.Origin == table.FromRegion {
			names = append(names, c.Name)
		}
	}
	slices.Sort(names)
	if near := resource.Closest(strings.ToLower(name), names); near != "" {
		return fmt.Errorf("%s; did you mean %q?", text, near)
	}
	for _, p := range t.Type.Properties {
		if near := resource.Closest(name, []string{p.Name}); near != "" {
			return fmt.Errorf("%s; did you mean %q?", text, naming.Column(near))
		}
	}
	return fmt.Errorf("%s; see DESCRIBE %s", text, t.Name)
}

// readOnly reports whether the schema says that only the service sets the
// property. One that is also create-only is one the schema contradicts itself
// about: callers may set it.
func readOnly(t *schema.ResourceType, path schema.Path) bool {
	same := func(p schema.Path) bool { return slices.Equal(p, path) }
	return slices.ContainsFunc(t.ReadOnly, same) && !slices.ContainsFunc(t.CreateOnly, same)
}

// take reads a value that is no property's into the call. The second result is
// false if the column is a property or the region.
func (c *Call) take(r role, value any) (taken bool, err error) {
	var target *string
	switch r {
	case clientToken:
		target = &c.ClientToken
	case roleARN:
		target = &c.RoleARN
	case typeVersionID:
		target = &c.TypeVersionID
	default:
		return false, nil
	}
	text, ok := value.(string)
	if !ok && value != nil {
		return true, fmt.Errorf("text is wanted")
	}
	*target = text
	return true, nil
}
