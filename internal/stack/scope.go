package stack

import (
	"errors"
	"maps"
	"strings"
	"sync"

	"skyql/internal/template"
)

// Scope is what the templates of one resource may use. Its methods may be called
// from many goroutines.
type Scope struct {
	variables  *Variables
	resource   *Resource
	shared     map[string]string // what Variables had when the scope was made
	properties []Property

	mu       sync.Mutex // guards what follows, and shared
	wide     bool       // shared has what no template of the resource asks for, too
	owned    map[string]string
	captured map[string]string
	callback map[string]string
	names    map[string]string // all together; nil if they have to be put together anew
}

// Property is an evaluated prop.
type Property struct {
	Name string
	Text string // as templates see it
}

// Scope evaluates the props of a resource with the exports that are known now.
// Everything that is missing is told at once.
func (v *Variables) Scope(r *Resource) (*Scope, error) {
	c := &Scope{variables: v, resource: r, shared: v.names(r, r.asksFor), captured: map[string]string{}}
	names := maps.Clone(c.shared)
	own(names, r.Name)
	var all []error
	for i := range r.Props {
		p := &r.Props[i]
		text, err := v.property(r, p, names)
		if err != nil {
			all = append(all, err)
			text = "-" // what uses it has no fault for that reason
		}
		names[p.Name] = text
		c.properties = append(c.properties, Property{p.Name, text})
	}
	if err := errors.Join(all...); err != nil {
		return nil, err
	}
	return c, nil
}

// Resource is the one whose scope this is.
func (c *Scope) Resource() *Resource { return c.resource }

// Properties gives the evaluated props in the order of the manifest; of two with
// one name the later counts.
func (c *Scope) Properties() []Property { return append([]Property{}, c.properties...) }

// Capture keeps columns that a query of the resource gave: templates find them as
// this.column, and behind the name of the resource.
func (c *Scope) Capture(fields map[string]string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	maps.Copy(c.captured, fields)
	c.names = nil
}

// Callback keeps the row that RETURNING gave, in place of the one before: for
// this resource, and for those that follow.
func (c *Scope) Callback(row map[string]string) {
	flat := flatten(row)
	c.mu.Lock()
	c.callback, c.names = flat, nil
	c.mu.Unlock()
	v := c.variables
	v.mu.Lock()
	defer v.mu.Unlock()
	v.callbacks[c.resource] = flat
}

// Render renders text of the manifest, such as a script. Lines in the error count
// from the text's first.
func (c *Scope) Render(text string) (string, error) {
	return c.render(text, true)
}

// RenderQuery renders a query. The error is a *Fault with the place in the file;
// errors.As finds the *template.UndefinedError of a variable without a value in
// it.
func (c *Scope) RenderQuery(q *Query) (string, error) {
	text, err := c.render(q.Text, false)
	if err != nil {
		return "", c.fault(q.File, q.Line, "query "+q.Anchor+" of "+c.resource.Name, err)
	}
	return text, nil
}

func (c *Scope) render(text string, plain bool) (string, error) {
	references, err := template.References(text, template.Options{Plain: plain})
	if err != nil {
		return "", err
	}
	for _, ref := range references {
		if root, _, _ := strings.Cut(withoutPrefix(ref.Name), "."); !c.resource.asksFor(root) {
			c.widen()
		}
	}
	return c.variables.renderWith(references, text, plain, c.visible())
}

// widen adds what others hand on that the resource's own templates do not ask for: a
// text that is none of them may.
func (c *Scope) widen() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.wide {
		return
	}
	c.wide, c.names = true, nil
	for name, value := range c.variables.names(c.resource, everything) {
		if root, _, _ := strings.Cut(name, "."); !c.resource.asksFor(root) {
			c.shared[name] = value
		}
	}
}

// visible gives everything that templates of the resource may use, in the order
// of precedence from the bottom up.
func (c *Scope) visible() map[string]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.names != nil {
		return c.names
	}
	names := maps.Clone(c.shared)
	maps.Copy(names, c.owned)
	for _, p := range c.properties {
		names[p.Name] = p.Text
	}
	for name, value := range c.callback {
		names["callback."+name] = value
		names[c.resource.Name+".callback."+name] = value
	}
	for name, value := range c.captured {
		names[c.resource.Name+"."+name] = value
	}
	own(names, c.resource.Name)
	c.names = names
	return c.names
}

// own makes what a resource has under its name its own as well: this.x is what
// name.x is, and no other x.
func own(names map[string]string, resource string) {
	prefix := resource + "."
	mine := map[string]string{}
	for name, value := range names {
		if len(name) > len(prefix) && name[:len(prefix)] == prefix {
			mine["this."+name[len(prefix):]] = value
		}
	}
	maps.Copy(names, mine)
}
