package store

import (
	"fmt"
	"slices"
	"strings"

	"skyql/internal/resource"
	"skyql/internal/schema"
)

// onShelf is a resource with where it is kept.
type onShelf struct {
	*shelf
	item
}

func (o onShelf) target() target { return target{o.kind.Name, o.identifier} }

// destroy is the delete handler: it takes the resource away and with it what the
// service does not leave without a parent, to any depth; or nothing at all, if
// something stands against it.
func (v *visit) destroy(t target) outcome {
	if ties().parents[t.name] == nil {
		return v.done(t, v.shelf.remove(t.identifier, v.request))
	}
	lineage := &v.world.owner(v.kind).lineage
	lineage.Lock() // so that no child comes in between
	defer lineage.Unlock()
	it, ok := v.shelf.get(t.identifier)
	if !ok {
		return v.done(t, false)
	}
	doomed := v.dependents(onShelf{v.shelf, it})
	if code, message := v.mayDelete(doomed); code != "" {
		return outcome{identifier: t.identifier, code: code, message: message}
	}
	// The resource goes last: a request that is broken off by the end of the program
	// is carried out again, and finds from there what is left.
	for _, child := range slices.Backward(doomed[1:]) {
		child.remove(child.identifier, nil)
	}
	return v.done(t, v.shelf.remove(t.identifier, v.request))
}

// dependents lists the resource, first, and all that goes when it goes, in the
// order in which it is found below what goes before.
func (v *visit) dependents(top onShelf) []onShelf {
	all, seen := []onShelf{top}, map[target]bool{top.target(): true}
	for i := 0; i < len(all); i++ {
		rule := ties().parents[all[i].kind.Name]
		if rule == nil {
			continue
		}
		for _, t := range rule.below {
			if t.fate != cascades {
				continue
			}
			for child := range v.children(t, all[i].item) {
				if !seen[child.target()] {
					seen[child.target()] = true
					all = append(all, child)
				}
			}
		}
	}
	return all
}

// mayDelete says why the resources cannot be deleted together: there is one that
// names one of them and stays. The code is "" if there is none.
func (v *visit) mayDelete(doomed []onShelf) (resource.Code, string) {
	goes := map[target]bool{}
	for _, it := range doomed {
		goes[it.target()] = true
	}
	for _, it := range doomed {
		rule := ties().parents[it.kind.Name]
		if rule == nil {
			continue
		}
		for _, t := range rule.below {
			if t.fate != refuses {
				continue
			}
			for child := range v.children(t, it.item) {
				if !goes[child.target()] {
					return v.inUse(t, it, child)
				}
			}
		}
	}
	return "", ""
}

// children walks the resources that name the parent by the tie.
func (v *visit) children(t *tie, parent item) func(yield func(onShelf) bool) {
	return func(yield func(onShelf) bool) {
		shelf := v.world.owner(v.kind).shelfIfAny(t.child)
		if shelf == nil {
			return
		}
		for _, key := range t.parent.keys {
			values, ok := parent.model.textsAt(key)
			if !ok || len(key) != len(t.from) {
				continue
			}
			for after, more := uint64(0), true; more; {
				var items []item
				items, more = shelf.page(filter{slices.Clone(t.from), values}, after, chunkSize)
				for _, it := range items {
					if after = it.number; !yield(onShelf{shelf, it}) {
						return
					}
				}
			}
		}
	}
}

// textsAt gives the values at the paths, or false if one is missing.
func (m model) textsAt(paths []schema.Path) ([]string, bool) {
	values := make([]string, len(paths))
	for i, path := range paths {
		var ok bool
		if values[i], ok = m.textAt(path); !ok || values[i] == "" {
			return nil, false
		}
	}
	return values, true
}

// eachText finds the different values at a path that may lead through arrays.
func (m model) eachText(path schema.Path) []string {
	source := m.visible
	if m.hidden != "" {
		if _, hides := memberOf(m.hidden, path[0]); hides {
			source = m.hidden
		}
	}
	member, ok := memberOf(source, path[0])
	if !ok {
		return nil
	}
	var texts []string
	path[1:].Each(decodeValue(member), func(_ []string, value any) { texts = append(texts, schema.KeyText(value)) })
	slices.Sort(texts)
	return slices.Compact(texts)
}

// shelfIfAny gives the resources of a type that this world owns, nil if there
// have been none.
func (w *world) shelfIfAny(name resource.TypeName) *shelf {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.shelves[name]
}

// inUse words that a child stands against a delete.
func (v *visit) inUse(t *tie, parent, child onShelf) (resource.Code, string) {
	r := t.inUse
	if r.code == "" {
		r = t.parent.inUse
	}
	if r.code == "" {
		return resource.ResourceConflict, fmt.Sprintf(
			"Resource of type '%s' with identifier '%s' cannot be deleted: resource of type '%s' with identifier '%s' depends on it.",
			parent.kind.Name, parent.identifier, t.child, child.identifier)
	}
	return r.code, v.world.placeIn(r.text, "{id}", parent.identifier, "{child}", child.identifier)
}

// placeIn fills in a text of the table: what is given, and where the call is.
func (w *world) placeIn(text string, with ...string) string {
	with = append(with, "{partition}", resource.PartitionOf(w.scope.Region).Name,
		"{region}", string(w.scope.Region), "{account}", w.scope.Account)
	return strings.NewReplacer(with...).Replace(text)
}

// ownsARN reports whether an ARN names nothing outside of the account and region.
func (w *world) ownsARN(arn string) bool {
	const fieldCount = 6
	fields := strings.SplitN(arn, ":", fieldCount)
	return len(fields) == fieldCount && fields[1] == resource.PartitionOf(w.scope.Region).Name &&
		(fields[3] == "" || fields[3] == string(w.scope.Region)) && (fields[4] == "" || fields[4] == w.scope.Account)
}
