package catalog

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"skyql/internal/resource"
)

// A catalog file is a ZIP archive: index.json, then the schema of each type
// under its name, as AWS/S3/Bucket.json. Opening it reads the directory at its
// end and nothing else.
const (
	indexEntry    = "index.json"
	formatVersion = 1
)

// index is the content of index.json.
type index struct {
	Format    int       `json:"format"`
	Source    string    `json:"source"`
	PulledAt  time.Time `json:"pulled_at"`
	Summaries []Summary `json:"summaries"`
}

// file is the source behind a catalog file.
type file struct {
	path    string
	archive *zip.ReadCloser
	entries map[resource.TypeName]*zip.File
	index   *zip.File
}

// Open opens a catalog file that Pull made.
func Open(path string) (*Catalog, error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return nil, fmt.Errorf("catalog %s: %w", path, err)
	}
	f := &file{path: path, archive: archive, entries: make(map[resource.TypeName]*zip.File, len(archive.File))}
	for _, entry := range archive.File {
		if entry.Name == indexEntry {
			f.index = entry
			continue
		}
		f.entries[entryType(entry.Name)] = entry
	}
	if f.index == nil {
		archive.Close()
		return nil, fmt.Errorf("catalog %s: not made by `skyql catalog pull` (no %s); "+
			"a schema bundle is read with `skyql catalog pull --from %s`", path, indexEntry, path)
	}
	return newCatalog(f), nil
}

func entryName(name resource.TypeName) string {
	return strings.ReplaceAll(string(name), "::", "/") + ".json"
}

func entryType(entry string) resource.TypeName {
	return resource.TypeName(strings.ReplaceAll(strings.TrimSuffix(entry, ".json"), "/", "::"))
}

func (f *file) names() []resource.TypeName {
	names := make([]resource.TypeName, 0, len(f.entries))
	for name := range f.entries {
		names = append(names, name)
	}
	return names
}

func (f *file) schema(name resource.TypeName) ([]byte, error) { return readEntry(f.entries[name]) }

func (f *file) info() Info {
	idx, err := f.readIndex()
	if err != nil {
		return Info{Source: "unreadable: " + err.Error(), Path: f.path}
	}
	return Info{Source: idx.Source, PulledAt: idx.PulledAt, Path: f.path}
}

func (f *file) summaries() ([]Summary, error) {
	idx, err := f.readIndex()
	return idx.Summaries, err
}

func (f *file) readIndex() (index, error) {
	var idx index
	text, err := readEntry(f.index)
	if err == nil {
		err = json.Unmarshal(text, &idx)
	}
	if err == nil && idx.Format != formatVersion {
		err = fmt.Errorf("format %d is not known to this program: pull the catalog again", idx.Format)
	}
	if err != nil {
		return idx, fmt.Errorf("catalog %s: %w", f.path, err)
	}
	return idx, nil
}

func (f *file) Close() error { return f.archive.Close() }

func readEntry(entry *zip.File) ([]byte, error) {
	r, err := entry.Open()
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(r)
	return text, errors.Join(err, r.Close())
}

// DefaultPath is where a pulled catalog is kept: skyql/catalog.zip under the
// user's cache folder. It fails where no such folder is known, as without HOME.
func DefaultPath() (string, error) {
	cache := os.Getenv("XDG_CACHE_HOME")
	if !filepath.IsAbs(cache) { // a relative one is to be ignored, says the specification
		var err error
		if cache, err = os.UserCacheDir(); err != nil {
			return "", err
		}
	}
	return filepath.Join(cache, "skyql", "catalog.zip"), nil
}
