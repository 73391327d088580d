package docgen

import (
	"slices"

	"skyql/internal/naming"
	"skyql/internal/schema"
	"skyql/internal/table"
)

// fielder makes the fields of one type.
type fielder struct {
	t      *schema.ResourceType
	shape  *table.Table
	around []enclosing // the objects that the place is in, to notice recursion
}

// enclosing is an object whose fields are being listed.
type enclosing struct {
	node *schema.Node
	id   string
}

// fields lists the table's columns with all that is inside of them.
func (f *fielder) fields() []Field {
	var fields []Field
	for i := range f.t.Properties {
		property := &f.t.Properties[i]
		column, _ := f.shape.Property(property.Name)
		name := f.shape.Columns[column].Name
		field := f.field(property, name, name, schema.Path{property.Name}, f.t.Required)
		field.Also = f.spellings(column)
		fields = append(fields, field)
	}
	return append(fields, regionField)
}

// regionField is the same in every table.
var regionField = Field{
	ID: table.RegionColumn, Name: table.RegionColumn, Type: "string",
	Description: "The AWS region that the resource is in.",
}

// listFields lists the columns that a list gives, in the order of the schema.
func (f *fielder) listFields(list *table.Table) []Field {
	var fields []Field
	for _, property := range f.t.Properties {
		for _, column := range list.Columns {
			if column.Origin != table.FromProperty || column.Hidden || column.Path[0] != property.Name {
				continue
			}
			node := f.t.At(column.Path)
			fields = append(fields, Field{
				ID: column.Name, Name: column.Name, Property: column.Path.String(), Type: f.t.TypeOf(node),
				Description: Clean(f.t.DescriptionOf(node)), Marks: []Mark{Identifying},
			})
		}
	}
	return append(fields, regionField)
}

// added tells of the columns that skyql adds to the table, the hidden ones too.
func (f *fielder) added() []Field {
	about := map[table.Origin]string{
		table.FromIdentifier: "The primary identifier as one string.",
		table.FromAccount:    "The account that the resource is in. Not in SELECT *.",
		table.FromModel:      "All properties as one JSON object. Not in SELECT *.",
		table.FromClock:      "When the resource was listed or read. Not in SELECT *.",
	}
	var fields []Field
	for _, column := range f.shape.Columns {
		if text, ok := about[column.Origin]; ok {
			fields = append(fields, Field{ID: column.Name, Name: column.Name, Type: column.Kind.String(), Description: text})
		}
	}
	return fields
}

// spellings lists the other names of a column.
func (f *fielder) spellings(of int) []string {
	var names []string
	for i, column := range f.shape.Columns {
		if column.Same == of && i != of {
			names = append(names, column.Name)
		}
	}
	return names
}

func (f *fielder) field(property *schema.Property, name, id string, path schema.Path, required []string) Field {
	node := f.t.Resolve(property.Node)
	field := Field{
		ID: id, Name: name, Property: property.Name, Type: f.t.TypeOf(property.Node), Format: node.Format,
		Description: Clean(f.t.DescriptionOf(property.Node)), Constraints: f.constraints(property.Node),
		Marks: f.marks(path, slices.Contains(required, property.Name)),
	}
	content, path := node, slices.Clip(path)
	for content.Items != nil { // an array of arrays has what the innermost has
		content, path = f.t.Resolve(content.Items), append(path, "*")
		field.Items = f.t.TypeOf(content)
	}
	field.Children, field.Like = f.children(content, id, path)
	return field
}

// marks tells who may set the property at the path.
func (f *fielder) marks(path schema.Path, required bool) []Mark {
	var marks []Mark
	add := func(mark Mark, applies bool) {
		if applies {
			marks = append(marks, mark)
		}
	}
	names := func(paths []schema.Path) bool {
		return slices.ContainsFunc(paths, func(p schema.Path) bool { return slices.Equal(plain(p), plain(path)) })
	}
	add(Identifying, names(f.t.PrimaryIdentifier))
	add(Required, required)
	add(ReadOnly, names(f.t.ReadOnly))
	add(WriteOnly, names(f.t.WriteOnly))
	add(CreateOnly, names(f.t.CreateOnly))
	add(MaybeCreateOnly, names(f.t.ConditionalCreateOnly))
	add(Deprecated, names(f.t.Deprecated))
	return marks
}

// plain leaves out the segments that stand for elements. Schemas differ in
// whether they write them.
func plain(path schema.Path) schema.Path {
	return slices.DeleteFunc(slices.Clone(path), func(segment string) bool { return segment == "*" })
}

// children lists the fields of an object. One that is inside itself is not
// listed again: like names the field that shows it.
func (f *fielder) children(n *schema.Node, id string, path schema.Path) (fields []Field, like string) {
	for _, outer := range f.around {
		if outer.node == n {
			return nil, outer.id
		}
	}
	f.around = append(f.around, enclosing{n, id})
	defer func() { f.around = f.around[:len(f.around)-1] }()
	seen := map[string]bool{}
	for _, branch := range f.branches(n) {
		for i := range branch.Properties {
			property := &branch.Properties[i]
			if seen[property.Name] {
				continue
			}
			seen[property.Name] = true
			name := naming.Column(property.Name)
			fields = append(fields, f.field(property, name, id+"."+name, append(path[:len(path):len(path)], property.Name), n.Required))
		}
		for i := range branch.PatternProperties {
			if !seen["*"] { // of several patterns the first one tells
				seen["*"] = true
				fields = append(fields, f.keyed(&branch.PatternProperties[i], id, path))
			}
		}
	}
	return distinct(fields), ""
}

// keyed tells of the values of a map, whose keys match a pattern. Marks are of the
// map as a whole.
func (f *fielder) keyed(property *schema.Property, id string, path schema.Path) Field {
	field := f.field(&schema.Property{Name: "*", Node: property.Node}, "*", id+".*", append(path[:len(path):len(path)], "*"), nil)
	field.Marks = nil
	key := Constraint{What: "key matches", Text: Clean(property.Name), Code: true}
	field.Constraints = append([]Constraint{key}, field.Constraints...)
	return field
}

// distinct tells fields apart whose names in snake case are the same.
func distinct(fields []Field) []Field {
	count := map[string]int{}
	for _, field := range fields {
		count[field.ID]++
	}
	for i := range fields {
		if count[fields[i].ID] > 1 {
			rename(&fields[i], fields[i].ID, fields[i].ID+"-"+fields[i].Property)
		}
	}
	return fields
}

func rename(field *Field, from, to string) {
	field.ID = to + field.ID[len(from):]
	for i := range field.Children {
		rename(&field.Children[i], from, to)
	}
}

// branches gives an object's schema and those of its choices.
func (f *fielder) branches(n *schema.Node) []*schema.Node {
	all := []*schema.Node{n}
	for i := 0; i < len(all); i++ {
		for _, choice := range slices.Concat(all[i].AllOf, all[i].AnyOf, all[i].OneOf) {
			if resolved := f.t.Resolve(choice); resolved != nil && !slices.Contains(all, resolved) {
				all = append(all, resolved)
			}
		}
	}
	return all
}
