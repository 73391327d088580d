package store

import (
	"fmt"
	"slices"

	"skyql/internal/catalog"
	"skyql/internal/emulator/generate"
	"skyql/internal/resource"
	"skyql/internal/schema"
)

// Populate adds n plausible resources of a type. Where the type lies below
// others, they are spread evenly over the parents that exist; only where there
// is none, one is made.
func (s *Store) Populate(scope resource.Scope, name resource.TypeName, n int) error {
	return s.populate(s.world(scope), name, n, nil)
}

func (s *Store) populate(w *world, name resource.TypeName, n int, below []resource.TypeName) error {
	k, err := s.kind(name)
	if err != nil {
		return err
	}
	links, err := s.links(w, k, append(below, name))
	if err != nil {
		return err
	}
	v := &visit{store: s, kind: k, world: w, shelf: w.shelf(k)}
	for i, failed := 0, 0; i < n; {
		number := int(v.shelf.seeds.Add(1))
		state, err := k.generator.Desired(number, generate.Options{Rich: true, Scope: w.scope})
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for _, link := range links {
			link.set(state, i)
		}
		if _, ok := v.add(state, s.opts.Now()); ok {
			i++
		} else if failed++; failed > seedsToTry {
			return fmt.Errorf("%s: after %d resources no free identifier was found", name, i)
		}
	}
	return nil
}

// link is where the values of some properties of generated resources come from:
// the i-th resource takes the i-th row, and so on around.
type link struct {
	properties []string
	rows       [][]any
}

func (l link) set(state map[string]any, i int) {
	for j, value := range l.rows[i%len(l.rows)] {
		if value != nil {
			state[l.properties[j]] = value
		}
	}
}

// reference is a property whose value the catalog can place.
type reference struct {
	property string
	catalog.Parent
}

// references lists the properties that the list handler or the schema demands,
// as far as it is known where their values come from.
func (s *Store) references(k *kind) []reference {
	names := slices.Clone(k.Required)
	if len(k.demands) > 0 {
		names = append(slices.Clone(k.demands[0]), names...)
	}
	var found []reference
	for i, parent := range s.opts.Catalog.Parents(k.ResourceType, names) {
		r := reference{names[i], parent}
		if path := k.inputs[names[i]].path; path != nil {
			r.property = path[0]
		}
		property := k.Property(r.property)
		seen := slices.ContainsFunc(found, func(f reference) bool { return f.property == r.property })
		if property != nil && !seen && k.TypeOf(property.Node) == "string" {
			found = append(found, r)
		}
	}
	return found
}

// links makes sure that there are parents and gives what their children take
// from them. Types that are being populated already are left out, so that two
// which refer to each other come to an end.
func (s *Store) links(w *world, k *kind, below []resource.TypeName) ([]link, error) {
	references := s.references(k)
	var links []link
	for _, r := range references {
		switch {
		case r.Origin == catalog.FromAccount:
			links = append(links, link{[]string{r.property}, [][]any{{w.scope.Account}}})
		case r.Origin == catalog.FromEnum:
			links = append(links, enumLink(r))
		case r.Origin == catalog.FromParent && !slices.Contains(below, r.Type):
			l, err := s.parentLink(w, r, references, below)
			if err != nil {
				return nil, err
			}
			links = append(links, l)
		}
	}
	// A parent that says more decides: it comes last and sets its grandparents' too.
	slices.SortStableFunc(links, func(a, b link) int { return len(a.properties) - len(b.properties) })
	return links, nil
}

func enumLink(r reference) link {
	l := link{properties: []string{r.property}}
	for _, value := range r.Values {
		l.rows = append(l.rows, []any{value})
	}
	return l
}

// parentLink takes the referenced property from the parents, and with it what
// else they have in common with their children, such as a grandparent.
func (s *Store) parentLink(w *world, r reference, all []reference, below []resource.TypeName) (link, error) {
	parent, err := s.kind(r.Type)
	if err != nil {
		return link{}, err
	}
	shelf := w.shelf(parent)
	if shelf.size() == 0 {
		if err := s.populate(w, r.Type, 1, below); err != nil {
			return link{}, fmt.Errorf("parent of %s: %w", below[len(below)-1], err)
		}
	}
	l := link{properties: []string{r.property}}
	sources := []schema.Path{schema.ParsePath(r.Property)}
	for _, other := range all {
		if other.property != r.property && other.Origin == catalog.FromParent && parent.Property(other.property) != nil {
			l.properties = append(l.properties, other.property)
			sources = append(sources, schema.Path{other.property})
		}
	}
	items, _ := shelf.page(filter{}, 0, shelf.size())
	for _, it := range items {
		state, row := decodeKept(it.model.visible), make([]any, len(sources))
		for i, source := range sources {
			row[i], _ = valueAt(state, source)
		}
		l.rows = append(l.rows, row)
	}
	return l, nil
}
