package catalog

import (
	"embed"
	"path"
	"strings"
	"sync"

	"skyql/internal/resource"
)

const starterSource = "starter"

//go:embed builtin/*.json
var builtin embed.FS

// starter is the source of the types inside the program. A file is named after
// its type, AWS-S3-Bucket.json, so that none has to be read to know what is there.
type starter struct{ files map[resource.TypeName]string }

// Starter gives the catalog of everyday types that is built into the program.
var Starter = sync.OnceValue(func() *Catalog {
	s := starter{files: map[resource.TypeName]string{}}
	entries, err := builtin.ReadDir("builtin")
	if err != nil {
		panic(err) // the folder is part of the program
	}
	for _, entry := range entries {
		name := strings.ReplaceAll(strings.TrimSuffix(entry.Name(), ".json"), "-", "::")
		s.files[resource.TypeName(name)] = path.Join("builtin", entry.Name())
	}
	return newCatalog(s)
})

func (s starter) names() []resource.TypeName {
	names := make([]resource.TypeName, 0, len(s.files))
	for name := range s.files {
		names = append(names, name)
	}
	return names
}

func (s starter) schema(name resource.TypeName) ([]byte, error) {
	return builtin.ReadFile(s.files[name])
}

func (starter) info() Info                    { return Info{Source: starterSource} }
func (starter) summaries() ([]Summary, error) { return nil, nil }
func (starter) Close() error                  { return nil }
