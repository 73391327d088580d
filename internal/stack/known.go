package stack

import "maps"

// Known is Scope for a resource that is to be looked for or taken down: a prop that
// cannot be evaluated, because what it needs is gone, has no value, and is no fault
// as long as no query asks for it.
func (v *Variables) Known(r *Resource) *Scope {
	c := &Scope{variables: v, resource: r, shared: v.names(r, r.asksFor), captured: map[string]string{}}
	names := maps.Clone(c.shared)
	own(names, r.Name)
	for i := range r.Props {
		p := &r.Props[i]
		text, err := v.property(r, p, names)
		if err != nil {
			delete(names, p.Name) // a global of this name is something else
			delete(c.shared, p.Name)
			continue
		}
		names[p.Name] = text
		c.properties = append(c.properties, Property{p.Name, text})
	}
	return c
}

// Own gives the resource itself what it exports, by column and by alias, before
// others get it: deletes ask for it, and so whoever wants to know what they are
// about.
func (c *Scope) Own(column, alias, value string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.owned == nil {
		c.owned = map[string]string{}
	}
	c.owned[column], c.owned[alias] = value, value
	c.owned[c.resource.Name+"."+alias] = value
	c.names = nil
}
