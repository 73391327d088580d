package docgen

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"skyql/internal/catalog"
	"skyql/internal/docgen/sample"
	"skyql/internal/naming"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/table"
)

// Library makes the pages of a catalog. Its methods may be called from many
// goroutines.
type Library struct {
	types    *catalog.Catalog
	children func() (map[resource.TypeName][]Related, error)
}

// New makes the library of a catalog, which must stay open as long.
func New(types *catalog.Catalog) *Library {
	l := &Library{types: types}
	l.children = sync.OnceValues(l.findChildren)
	return l
}

// Entry is a page in a list of pages.
type Entry struct {
	Related
	Description string
}

// Info says what the catalog is.
func (l *Library) Info() catalog.Info { return l.types.Info() }

// Types lists the types that have pages.
func (l *Library) Types() []resource.TypeName { return l.types.Types() }

// Columns names the columns of a type's properties.
func (l *Library) Columns(name resource.TypeName) ([]string, error) {
	t, err := l.types.Type(name)
	if err != nil {
		return nil, err
	}
	var columns []string
	for _, column := range table.New(t).Columns {
		if column.Origin == table.FromProperty && !column.Hidden {
			columns = append(columns, column.Name)
		}
	}
	return columns, nil
}

// Lookup finds the type of a table by any of its names: in three parts, in two
// without the provider, and of the table that only lists. A resource type's own
// name is one, too.
func (l *Library) Lookup(name string) (resource.TypeName, error) {
	service, tableName, ok := SplitName(name)
	if ok && strings.Contains(name, "::") {
		_, err := l.types.Type(resource.TypeName(name))
		return resource.TypeName(name), err
	}
	if !ok {
		return "", fmt.Errorf("%q is not a table: want a name such as %s.s3.buckets, or a type such as AWS::S3::Bucket", name, naming.Provider)
	}
	found, _, err := l.types.Lookup(service, tableName)
	return found, err
}

// SplitName cuts the name of a table into its last two parts. A resource type's
// own name stands for that of its table.
func SplitName(name string) (service, tableName string, ok bool) {
	if strings.Contains(name, "::") {
		t, err := resource.ParseTypeName(name)
		return naming.Service(t), naming.Table(t), err == nil
	}
	parts := strings.Split(name, ".")
	if len(parts) == 3 && strings.EqualFold(parts[0], naming.Provider) {
		parts = parts[1:]
	}
	if len(parts) != 2 {
		return "", "", false
	}
	return parts[0], parts[1], true
}

// Page makes the page of a type.
func (l *Library) Page(name resource.TypeName) (*Page, error) {
	t, err := l.types.Type(name)
	if err != nil {
		return nil, err
	}
	children, err := l.children()
	if err != nil {
		return nil, err
	}
	values, err := sample.New(t)
	if err != nil {
		return nil, err
	}
	m := &maker{t: t, shape: table.New(t), list: table.NewListOnly(t), values: values, types: l.types}
	if err := m.findParents(); err != nil {
		return nil, err
	}
	page := m.page()
	page.Children = children[name]
	return page, nil
}

// findChildren tells of every type which others are listed below it.
func (l *Library) findChildren() (map[resource.TypeName][]Related, error) {
	summaries, err := l.types.Summaries()
	if err != nil {
		return nil, err
	}
	children := map[resource.TypeName][]Related{}
	for _, summary := range summaries {
		// What is known of parents goes by the type's name alone.
		for _, parent := range l.types.Parents(&schema.ResourceType{Name: summary.Type}, summary.ListInput) {
			child := related(summary.Type)
			if parent.Origin == catalog.FromParent && !slices.Contains(children[parent.Type], child) {
				children[parent.Type] = append(children[parent.Type], child)
			}
		}
	}
	return children, nil
}

func related(name resource.TypeName) Related {
	return Related{Type: name, FullName: naming.FullName(name), Service: naming.Service(name), Table: naming.Table(name)}
}

// described cleans a type's description. One that only repeats the name says
// nothing.
func described(name resource.TypeName, description string) string {
	text := Clean(description)
	if text == string(name) {
		return ""
	}
	return text
}

// awsLink is where AWS documents the type.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-template-resource-type-ref.html
func awsLink(name resource.TypeName) string {
	return "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-" +
		strings.ToLower(name.Service()) + "-" + strings.ToLower(name.Thing()) + ".html"
}
