package markup

import (
	"fmt"
	"io/fs"
	"path"
	"slices"

	"skyql/internal/docgen"
	"skyql/internal/resource"
)

// Tree makes the files of a folder of pages. Its methods may be called from many
// goroutines.
type Tree struct {
	library  *docgen.Library
	dialect  Dialect
	services []docgen.Service
	types    map[string]resource.TypeName // by the path of the page
}

// NewTree makes the tree of the types.
func NewTree(library *docgen.Library, types []resource.TypeName, dialect Dialect) (*Tree, error) {
	services, err := library.Services(types)
	if err != nil {
		return nil, err
	}
	t := &Tree{library: library, dialect: dialect, services: services, types: map[string]resource.TypeName{}}
	has := map[resource.TypeName]bool{}
	for _, service := range services {
		for _, entry := range service.Entries {
			has[entry.Type] = true
			t.types[service.Name+"/"+entry.Table+dialect.Extension()] = entry.Type
		}
	}
	t.dialect.Has = func(r docgen.Related) bool { return has[r.Type] }
	return t, nil
}

// Paths lists all files.
func (t *Tree) Paths() []string {
	paths := []string{"index" + t.dialect.Extension()}
	for _, service := range t.services {
		paths = append(paths, service.Name+"/index"+t.dialect.Extension())
		for _, entry := range service.Entries {
			paths = append(paths, service.Name+"/"+entry.Table+t.dialect.Extension())
		}
	}
	slices.Sort(paths)
	return paths
}

// File makes one file. There is none at a path that Paths does not list, and the
// error is fs.ErrNotExist then.
func (t *Tree) File(name string) ([]byte, error) {
	if resourceType, ok := t.types[name]; ok {
		page, err := t.library.Page(resourceType)
		if err != nil {
			return nil, err
		}
		return []byte(t.dialect.Page(page)), nil
	}
	index := "index" + t.dialect.Extension()
	if name == index {
		return []byte(t.dialect.Index(t.services)), nil
	}
	for _, service := range t.services {
		if name == path.Join(service.Name, index) {
			return []byte(t.dialect.Service(service)), nil
		}
	}
	return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
}
