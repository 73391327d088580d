package stack

import (
	"crypto/rand"
	"fmt"
	"maps"
	"strings"
	"sync"
)

// VariableOptions say how strict templates are.
type VariableOptions struct {
	// Lenient makes variables without a value empty text, as old stacks expect it.
	Lenient bool
	// Convert, if set, gives a property of a patch document the type of its schema,
	// as template.Options has it.
	Convert func(table, property string, value any) (any, error)
	// Secret, if set, tells which variables must not be seen, by name and value;
	// OnSecret hears of every text that is made of one.
	Secret   func(name, value string) bool
	OnSecret func(text string)
	// Mark, if set, gives what in a value says that it is not known yet; see
	// template.Options.Opaque.
	Mark func(value string) string
	// Later, if set, stands for what is another one in each run: idempotency tokens,
	// uuid() and now().
	Later func(name string) string
}

// Variables are the values that all resources of a stack share, for one
// environment. Its methods may be called from many goroutines.
//
// What resources hand on is kept by resource, so that which value a name has for
// a resource depends on the order of the manifest, not on which of two resources
// was ready first.
type Variables struct {
	stack    *Stack
	env      string
	opts     VariableOptions
	external map[string]string
	globals  map[string]string
	deferred map[*Resource]map[string]string // globals that differ between resources
	tokens   map[*Resource]string            // idempotency tokens

	mu        sync.RWMutex // guards what follows
	exports   map[*Resource]map[string]exported
	columns   map[*Resource]map[string]string // by column, where the alias is another
	callbacks map[*Resource]map[string]string
}

// exported is a value of an export: res.col is set once, col each time.
type exported struct{ first, last string }

// NewVariables evaluates the globals for an environment. External are the
// variables of the env file and of the command line; only globals see them.
// Everything that the globals lack is told at once.
func NewVariables(s *Stack, env string, external map[string]string, opts VariableOptions) (*Variables, error) {
	v := &Variables{
		stack: s, env: env, opts: opts, external: external,
		globals: map[string]string{}, deferred: map[*Resource]map[string]string{}, tokens: map[*Resource]string{},
		exports: map[*Resource]map[string]exported{}, columns: map[*Resource]map[string]string{},
		callbacks: map[*Resource]map[string]string{},
	}
	for _, r := range s.Resources {
		if v.tokens[r] = newUUID(); opts.Later != nil {
			v.tokens[r] = opts.Later(r.Name + ".idempotency_token")
		}
	}
	if err := v.evaluateGlobals(); err != nil {
		return nil, err
	}
	return v, nil
}

// Planned gives the variables of a run that may come: nothing is handed on yet, later
// stands for what is another one in each run, and mark finds it in a value.
func (v *Variables) Planned(later, mark func(string) string) (*Variables, error) {
	opts := v.opts
	opts.Later, opts.Mark = later, mark
	return NewVariables(v.stack, v.env, v.external, opts)
}

// Fresh gives the variables as they were at first: nothing is handed on yet.
func (v *Variables) Fresh() (*Variables, error) {
	return NewVariables(v.stack, v.env, v.external, v.opts)
}

// Present gives the variables of the world as it is: nothing is handed on yet, and
// nothing is only planned. mark finds in a value what is not known.
func (v *Variables) Present(mark func(string) string) (*Variables, error) {
	opts := v.opts
	opts.Later, opts.Mark = nil, mark
	c, err := NewVariables(v.stack, v.env, v.external, opts)
	if err == nil && v.opts.Later == nil {
		c.globals, c.deferred, c.tokens = v.globals, v.deferred, v.tokens // which never change
	}
	return c, err
}

// Environment is the one that the variables are for.
func (v *Variables) Environment() string { return v.env }

// Export gives a value to the resources that follow: as alias, and as alias
// behind the name of the resource, where the first value stays. An empty alias is
// the column. The resource itself also finds it as column, which the delete of a
// file that several resources share asks for.
func (v *Variables) Export(r *Resource, column, alias, value string) {
	if alias == "" {
		alias = column
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.exports[r] == nil {
		v.exports[r], v.columns[r] = map[string]exported{}, map[string]string{}
	}
	e, again := v.exports[r][alias]
	if !again {
		e.first = value
	}
	e.last = value
	v.exports[r][alias] = e
	if alias != column {
		v.columns[r][column] = value
	}
}

// Value gives what a name has in the end, for the exports of the stack: an export
// of a resource, alone or behind its name, or a global.
func (v *Variables) Value(name string) (any, bool) {
	names := map[string]string{"stack_name": v.stack.Name, "stack_env": v.env}
	maps.Copy(names, v.globals)
	v.mu.RLock()
	defer v.mu.RUnlock()
	for _, r := range v.stack.Resources {
		v.handedOn(names, r, everything)
	}
	value, ok := names[name]
	if !ok {
		value, ok = names[withoutPrefix(name)]
	}
	return value, ok
}

// everything is what those want who may ask for any name.
func everything(string) bool { return true }

// handedOn adds what a resource gives to others, as far as it is wanted: of a large
// stack there are thousands of names, and a resource needs a few. The caller holds
// the lock.
func (v *Variables) handedOn(names map[string]string, r *Resource, wanted func(root string) bool) {
	root, _, _ := strings.Cut(r.Name, ".")
	byName, callback := wanted(root), wanted("callback")
	for name, value := range v.callbacks[r] {
		if callback {
			names["callback."+name] = value
		}
		if byName {
			names[r.Name+".callback."+name] = value
		}
	}
	for name, e := range v.exports[r] {
		if root, _, _ := strings.Cut(name, "."); wanted(root) {
			names[name] = e.last
		}
		if byName {
			names[r.Name+"."+name] = e.first
		}
	}
	if byName {
		names[r.Name+".idempotency_token"] = v.tokens[r]
	}
}

// names gives what the templates of a resource find before its own props. Of
// several exports of one name the nearest one counts that comes before the
// resource; its own comes first of all.
func (v *Variables) names(r *Resource, wanted func(root string) bool) map[string]string {
	names := map[string]string{"stack_name": v.stack.Name, "stack_env": v.env}
	maps.Copy(names, v.globals)
	maps.Copy(names, v.deferred[r])
	v.mu.RLock()
	defer v.mu.RUnlock()
	all := v.stack.Resources
	for i := len(all) - 1; i > r.order; i-- {
		v.handedOn(names, all[i], wanted)
	}
	for _, q := range all[:r.order] {
		v.handedOn(names, q, wanted)
	}
	maps.Copy(names, v.columns[r])
	v.handedOn(names, r, everything)
	names["resource_name"], names["idempotency_token"] = r.Name, v.tokens[r]
	return names
}

// newUUID makes a random one, of version 4.
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
