package catalog

import (
	"runtime"

	"golang.org/x/sync/errgroup"

	"skyql/internal/resource"
	"skyql/internal/schema"
)

// Summary is what one line about a type says. A catalog file keeps all of them
// together, so that a listing of all types decodes no schema.
type Summary struct {
	Type        resource.TypeName    `json:"type"`
	Description string               `json:"description,omitempty"`
	Identifier  []string             `json:"identifier"`
	Handlers    []schema.HandlerName `json:"handlers"`             // those that AWS runs
	ListInput   []string             `json:"list_input,omitempty"` // what the list handler demands
	Properties  int                  `json:"properties"`
	Taggable    bool                 `json:"taggable,omitempty"`
}

func summarize(t *schema.ResourceType) Summary {
	s := Summary{
		Type: t.Name, Description: t.Description, Identifier: t.IdentifierNames(),
		ListInput:  t.Handlers[schema.List].Input.Alternatives()[0],
		Properties: len(t.Properties), Taggable: t.Tagging.Taggable,
	}
	for _, name := range schema.HandlerNames {
		if t.Has(name) {
			s.Handlers = append(s.Handlers, name)
		}
	}
	return s
}

// Summaries describes all types, in order of their names.
func (c *Catalog) Summaries() ([]Summary, error) {
	if kept, err := c.source.summaries(); kept != nil || err != nil {
		return kept, err
	}
	all := make([]Summary, len(c.names))
	return all, c.each(func(i int, t *schema.ResourceType) { all[i] = summarize(t) })
}

// each decodes all types, some at a time.
func (c *Catalog) each(visit func(i int, t *schema.ResourceType)) error {
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, name := range c.names {
		group.Go(func() error {
			t, err := c.Type(name)
			if err == nil {
				visit(i, t)
			}
			return err
		})
	}
	return group.Wait()
}
