package catalog

import (
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"skyql/internal/naming"
	"skyql/internal/resource"
	"skyql/internal/schema"
)

// Catalog is a set of resource types. Its methods may be called from many
// goroutines.
type Catalog struct {
	source source
	names  []resource.TypeName // sorted

	mu      sync.Mutex // guards decoded and services
	decoded map[resource.TypeName]func() (*schema.ResourceType, error)
	tables  map[string]map[string]resource.TypeName // service, then table name
}

// source is where a catalog's schemas lie.
type source interface {
	names() []resource.TypeName
	schema(resource.TypeName) ([]byte, error)
	info() Info
	summaries() ([]Summary, error) // nil if the source keeps none
	io.Closer
}

// Info says what a catalog is.
type Info struct {
	Types    int       `json:"types"`
	Services int       `json:"services"`
	Source   string    `json:"source"` // "starter", or the address the schemas came from
	PulledAt time.Time `json:"pulled_at,omitzero"`
	Path     string    `json:"path,omitempty"` // of the catalog file
}

func newCatalog(s source) *Catalog {
	names := s.names()
	slices.Sort(names)
	return &Catalog{
		source: s, names: names,
		decoded: map[resource.TypeName]func() (*schema.ResourceType, error){},
		tables:  map[string]map[string]resource.TypeName{},
	}
}

// Close frees the catalog file. Types that were decoded stay usable.
func (c *Catalog) Close() error { return c.source.Close() }

// Types lists all resource types in order of their names. The caller must not
// change the list.
func (c *Catalog) Types() []resource.TypeName { return c.names }

// Starter reports whether this is the catalog inside the program, which has
// everyday types only.
func (c *Catalog) Starter() bool {
	_, inside := c.source.(starter)
	return inside
}

// Info says what the catalog holds and where it came from.
func (c *Catalog) Info() Info {
	info := c.source.info()
	info.Types, info.Services = len(c.names), len(c.Services())
	return info
}

// Services lists the services, as the second part of a table name has them.
func (c *Catalog) Services() []string {
	var services []string
	for _, name := range c.names {
		services = append(services, naming.Service(name))
	}
	slices.Sort(services)
	return slices.Compact(services)
}

// Has reports whether the type is in the catalog.
func (c *Catalog) Has(name resource.TypeName) bool {
	_, found := slices.BinarySearch(c.names, name)
	return found
}

// Type decodes a type, once. An unknown type gives an *UnknownError.
func (c *Catalog) Type(name resource.TypeName) (*schema.ResourceType, error) {
	if !c.Has(name) {
		return nil, c.unknownType(name)
	}
	c.mu.Lock()
	decode, ok := c.decoded[name]
	if !ok {
		decode = sync.OnceValues(func() (*schema.ResourceType, error) {
			text, err := c.source.schema(name)
			if err != nil {
				return nil, fmt.Errorf("catalog: %s: %w", name, err)
			}
			return schema.Parse(text)
		})
		c.decoded[name] = decode
	}
	c.mu.Unlock()
	return decode()
}

// InService lists the types whose table names have that second part.
func (c *Catalog) InService(service string) []resource.TypeName {
	var types []resource.TypeName
	for _, name := range c.names {
		if naming.Service(name) == service {
			types = append(types, name)
		}
	}
	return types
}
