package stack

import (
	"maps"
	"strings"

	"skyql/internal/template"
)

// evaluateGlobals evaluates them in order. What depends on the name or the token
// of a resource is evaluated for each of them; nothing else waits, so that what
// is missing is found before anything is done.
func (v *Variables) evaluateGlobals() error {
	var all faults
	deferred := map[string]bool{"resource_name": true, "idempotency_token": true}
	names := map[string]string{}
	maps.Copy(names, v.external)
	names["stack_name"], names["stack_env"] = v.stack.Name, v.env
	for i := range v.stack.Globals {
		g := &v.stack.Globals[i]
		if g.value.asksFor(deferred) {
			deferred[g.Name] = true
			delete(names, g.Name)
			delete(v.globals, g.Name)
			v.evaluateDeferred(&all, g, names)
			continue
		}
		delete(deferred, g.Name)
		v.globals[g.Name] = v.global(&all, g, names)
		names[g.Name] = v.globals[g.Name]
		for _, own := range v.deferred {
			delete(own, g.Name)
		}
	}
	for _, name := range v.stack.Exports {
		if deferred[name] {
			all.add(ManifestName, v.stack.exportLines[name], "export what a resource exports instead",
				"the stack exports %s, which has no one value: it depends on the resource", name)
		}
	}
	return all.err()
}

// evaluateDeferred evaluates a global for each resource, and tells what is wrong
// with it once.
func (v *Variables) evaluateDeferred(all *faults, g *Global, shared map[string]string) {
	var told bool
	for _, r := range v.stack.Resources {
		names := maps.Clone(shared)
		maps.Copy(names, v.deferred[r])
		names["resource_name"], names["idempotency_token"] = r.Name, v.tokens[r]
		var own faults
		text := v.global(&own, g, names)
		if v.deferred[r] == nil {
			v.deferred[r] = map[string]string{}
		}
		v.deferred[r][g.Name] = text
		if len(own) > 0 && !told {
			*all, told = append(*all, own...), true
		}
	}
}

// global evaluates one. A global with a fault gives text, so that those that use
// it have no fault for that reason.
func (v *Variables) global(all *faults, g *Global, names map[string]string) string {
	before := len(*all)
	value, _ := g.value.evaluated(func(text string, line int) (string, error) {
		rendered, ok := v.renderAll(text, names, func(err error) { *all = append(*all, v.globalFault(g, line, err)) })
		if !ok {
			rendered = "-"
		}
		return rendered, nil
	})
	text := contextText(value)
	if text == "" && len(*all) == before {
		all.add(ManifestName, g.Line, "give its value, or the variables in it, some text", "global %s is empty", g.Name)
	}
	return text
}

// globalFault says what a global lacks, and how to give it.
func (v *Variables) globalFault(g *Global, line int, err error) *Fault {
	missing, ok := err.(*template.UndefinedError)
	if !ok {
		return templateFault(ManifestName, line, "global "+g.Name, err)
	}
	missing = &template.UndefinedError{Name: missing.Name, Line: line + missing.Line - 1}
	name := withoutPrefix(missing.Name)
	f := &Fault{
		File: ManifestName, Line: missing.Line, Err: missing,
		What:   "global " + g.Name + " wants the variable " + name + ", which has no value",
		Remedy: "give it with -e " + name + "=… or in the env file",
	}
	for i := range v.stack.Globals {
		if other := &v.stack.Globals[i]; other.Name == name {
			f.Remedy = "put the global " + name + " before " + g.Name
		}
	}
	for _, r := range v.stack.Resources {
		if r.exports(name) {
			f.Remedy = "move the value to a prop of a resource: globals are evaluated before " + r.Name + " exports it"
		}
	}
	return f
}

// asksFor reports whether a text in the value refers to one of the names.
func (n *node) asksFor(names map[string]bool) bool {
	if n.kind == textKind {
		references, err := template.References(n.text, template.Options{Plain: true})
		if err != nil {
			return false // evaluating it will tell
		}
		for _, ref := range references {
			root, _, _ := strings.Cut(withoutPrefix(ref.Name), ".")
			if names[root] {
				return true
			}
		}
	}
	for _, item := range n.items {
		if item.asksFor(names) {
			return true
		}
	}
	for _, p := range n.pairs {
		if p.value.asksFor(names) {
			return true
		}
	}
	return false
}
