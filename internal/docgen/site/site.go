package site

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"skyql/internal/docgen"
	"skyql/internal/resource"
)

//go:embed assets
var assets embed.FS

// indexFile is what a folder's address stands for.
const indexFile = "index.html"

// searchFile is the search index, which is made and not kept.
const searchFile = "assets/search.js"

// Site makes the files of a web site. Its methods may be called from many
// goroutines.
type Site struct {
	library  *docgen.Library
	services []docgen.Service
	has      map[resource.TypeName]bool
	types    map[string]resource.TypeName // by the path of the page
	note     string
	search   func() ([]byte, error)
}

// New makes the site of the types.
func New(library *docgen.Library, types []resource.TypeName) (*Site, error) {
	services, err := library.Services(types)
	if err != nil {
		return nil, err
	}
	s := &Site{
		library: library, services: services, note: note(library),
		has: map[resource.TypeName]bool{}, types: map[string]resource.TypeName{},
	}
	for _, service := range services {
		for _, entry := range service.Entries {
			s.has[entry.Type] = true
			s.types[service.Name+"/"+entry.Table+".html"] = entry.Type
		}
	}
	s.search = sync.OnceValues(s.searchIndex)
	return s, nil
}

// note says what the pages were made from.
func note(library *docgen.Library) string {
	info := library.Info()
	if info.PulledAt.IsZero() {
		return "Made by skyql from the catalog inside the program."
	}
	return "Made by skyql from AWS's resource types as of " + info.PulledAt.UTC().Format("2006-01-02") + "."
}

// Prepare makes what takes longest before it is asked for: the search index.
func (s *Site) Prepare() error {
	_, err := s.search()
	return err
}

// Paths lists all files.
func (s *Site) Paths() []string {
	paths := []string{indexFile, searchFile}
	for _, service := range s.services {
		paths = append(paths, service.Name+"/"+indexFile)
		for _, entry := range service.Entries {
			paths = append(paths, service.Name+"/"+entry.Table+".html")
		}
	}
	entries, err := assets.ReadDir("assets")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	for _, entry := range entries {
		paths = append(paths, "assets/"+entry.Name())
	}
	slices.Sort(paths)
	return paths
}

// File makes one file. There is none at a path that Paths does not list, and the
// error is fs.ErrNotExist then.
func (s *Site) File(name string) ([]byte, error) {
	if name == indexFile {
		return s.index(), nil
	}
	if name == searchFile {
		return s.search()
	}
	if t, ok := s.types[name]; ok {
		page, err := s.library.Page(t)
		if err != nil {
			return nil, err
		}
		return s.typePage(page), nil
	}
	folder, base := path.Split(name)
	if strings.TrimSuffix(folder, "/") == "assets" {
		return assets.ReadFile(name)
	}
	for _, service := range s.services {
		if base == indexFile && folder == service.Name+"/" {
			return s.servicePage(service), nil
		}
	}
	return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
}
