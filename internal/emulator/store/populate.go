package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"skyql/internal/catalog"
	"skyql/internal/emulator/generate"
	"skyql/internal/resource"
	"skyql/internal/schema"
	"skyql/internal/validate"
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
	for i := range n {
		if err := v.populateOne(i, links); err != nil {
			return fmt.Errorf("%s: resource %d: %w", name, i+1, err)
		}
	}
	return nil
}

// populateOne adds the i-th resource. Where the parents' values are all that
// identifies a child, as with the policy of a bucket, those beyond the number
// of parents get values of their own.
func (v *visit) populateOne(i int, links []link) error {
	alike := v.kind.identifiedBy(links)
	for try := range seedsToTry {
		seed := v.shelf.nextSeed()
		state, err := v.kind.generator.Desired(int(seed), generate.Options{Rich: true, Scope: v.world.scope})
		if err != nil {
			return err
		}
		if try == 0 || !alike {
			for _, link := range links {
				link.set(state, i)
			}
		}
		if _, ok := v.add(state, seed, v.store.now()); ok {
			return nil
		}
	}
	return errors.New("no free identifier was found")
}

// identifiedBy reports whether the links set all parts of the identifier.
func (k *kind) identifiedBy(links []link) bool {
	return !slices.ContainsFunc(k.PrimaryIdentifier, func(path schema.Path) bool {
		return !slices.ContainsFunc(links, func(l link) bool { return slices.Contains(l.properties, path[0]) })
	})
}

// link is where the values of some properties of generated resources come from:
// the i-th resource takes the i-th row, and so on around.
type link struct {
	properties []string
	rows       [][]any
}

func (l link) set(state map[string]any, i int) {
	if len(l.rows) == 0 {
		return // the parents were deleted meanwhile
	}
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
	for i, parent := range s.types.Load().Parents(k.ResourceType, names) {
		if parent.Origin == catalog.FromUser {
			parent = s.likeNamed(k, names[i])
		}
		r := reference{names[i], parent}
		if path := k.inputs[names[i]].path; path != nil {
			r.property = path[0]
		}
		property := k.Property(r.property)
		seen := slices.ContainsFunc(found, func(f reference) bool { return f.property == r.property })
		if property != nil && !seen && (parent.Member != "" || k.TypeOf(property.Node) == "string") {
			found = append(found, r)
		}
	}
	return found
}

// likeNamed finds a type of the same service whose identifier is called like
// the property, in any case of its letters: VPC for VpcId.
func (s *Store) likeNamed(k *kind, property string) catalog.Parent {
	thing, ok := strings.CutSuffix(property, "Id")
	for _, name := range s.types.Load().Types() {
		if !ok || name.Service() != k.Name.Service() || !strings.EqualFold(name.Thing(), thing) {
			continue
		}
		parent, err := s.kind(name)
		if err == nil && len(parent.PrimaryIdentifier) == 1 && parent.PrimaryIdentifier[0].String() == property {
			return catalog.Parent{Input: property, Origin: catalog.FromParent, Type: name, Property: property}
		}
	}
	return catalog.Parent{Input: property}
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
			if k.takes(l) {
				links = append(links, l)
			}
		}
	}
	// A parent that says more decides: it comes last and sets its grandparents' too.
	slices.SortStableFunc(links, func(a, b link) int { return len(a.properties) - len(b.properties) })
	return links, nil
}

// takes reports whether the schema allows what the link sets. Which parent a
// property refers to is partly guessed.
func (k *kind) takes(l link) bool {
	state := map[string]any{}
	l.set(state, 0)
	return !slices.ContainsFunc(k.validator.Check(state), func(fault validate.Fault) bool {
		return slices.Contains(l.properties, strings.TrimPrefix(fault.Path, "/"))
	})
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
			row[i], _ = source.Value(state)
		}
		if r.Member != "" {
			row[0] = map[string]any{r.Member: row[0]}
		}
		l.rows = append(l.rows, row)
	}
	return l, nil
}
