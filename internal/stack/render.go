package stack

import (
	"maps"
	"strings"

	"skyql/internal/template"
)

// prefixes may stand before the name of any variable; the pages of providers have
// them.
var prefixes = []string{"vars.", "globals."}

func withoutPrefix(name string) string {
	for _, prefix := range prefixes {
		if bare, ok := strings.CutPrefix(name, prefix); ok {
			return bare
		}
	}
	return name
}

// render renders text; plain says that it is not SQL.
func (v *Variables) render(text string, plain bool, names map[string]string) (string, error) {
	references, err := template.References(text, template.Options{Plain: plain})
	if err != nil {
		return "", err
	}
	return v.renderWith(references, text, plain, names)
}

// renderWith is render where the references in the text are known already.
func (v *Variables) renderWith(references []template.Reference, text string, plain bool, names map[string]string) (string, error) {
	opts := template.Options{
		Variables: forTemplates(chosen(names, references)), Lenient: v.opts.Lenient, Plain: plain, Convert: v.opts.Convert, Later: v.opts.Later,
		OnSecret: v.opts.OnSecret,
	}
	value := func(name string) string {
		value, ok := names[name]
		if root, _, dotted := strings.Cut(name, "."); dotted && !ok {
			value = names[root]
		}
		return value
	}
	if v.opts.Secret != nil {
		opts.Secret = func(name string) bool {
			name = withoutPrefix(name)
			return v.opts.Secret(name, value(name))
		}
	}
	if v.opts.Mark != nil {
		opts.Opaque = func(name string) string { return v.opts.Mark(value(withoutPrefix(name))) }
	}
	return template.Render(text, opts)
}

// maxMissing bounds how many variables of one text are told to be missing.
const maxMissing = 50

// renderAll renders text that is not SQL. If it cannot, tell gets the reason: each
// variable that is missing, not only the first.
func (v *Variables) renderAll(text string, names map[string]string, tell func(err error)) (string, bool) {
	rendered, err := v.render(text, true, names)
	if err == nil {
		return rendered, true
	}
	tell(err)
	names = maps.Clone(names)
	for range maxMissing {
		missing, ok := err.(*template.UndefinedError)
		if !ok || strings.Contains(missing.Name, "[") {
			break
		}
		names[withoutPrefix(missing.Name)] = "-"
		if _, err = v.render(text, true, names); err == nil {
			break
		}
		if next, ok := err.(*template.UndefinedError); !ok || next.Name == missing.Name {
			break // what stands in for the missing one does not fit
		}
		tell(err)
	}
	return "", false
}

// chosen gives the names that a template asks for: of a large stack there are
// thousands, and a template needs a few.
func chosen(names map[string]string, references []template.Reference) map[string]string {
	few := map[string]string{}
	roots := map[string]bool{}
	for _, ref := range references {
		name := withoutPrefix(ref.Name)
		root, _, dotted := strings.Cut(name, ".")
		value, plain := names[root]
		if plain {
			few[root] = value
		}
		if dotted || !plain {
			roots[root] = true
		}
	}
	if len(roots) == 0 {
		return few
	}
	if roots["vars"] || roots["globals"] {
		return names // vars[x] may be any of them
	}
	for name, value := range names {
		if root, _, dotted := strings.Cut(name, "."); dotted && roots[root] {
			few[name] = value
		}
	}
	return few
}

// forTemplates makes variables of names: each is also found with a prefix, and
// those with dots also as members of a map, unless a plain name takes its place.
func forTemplates(names map[string]string) map[string]any {
	all := make(map[string]any, 3*len(names))
	for name, value := range names {
		value = canonical(value)
		all[name] = value
		for _, prefix := range prefixes {
			if _, taken := names[prefix+name]; !taken {
				all[prefix+name] = value
			}
		}
	}
	for _, name := range sortedKeys(names) {
		if root, rest, dotted := strings.Cut(name, "."); dotted {
			nest(all, root, rest, all[name])
		}
		for _, prefix := range prefixes {
			nest(all, strings.TrimSuffix(prefix, "."), name, all[name])
		}
	}
	return all
}

// nest puts the value into the map at the root, and leaves alone what is no map.
func nest(into map[string]any, root, rest string, value any) {
	if _, taken := into[root]; !taken {
		into[root] = map[string]any{}
	}
	inner, ok := into[root].(map[string]any)
	if !ok {
		return
	}
	if next, more, dotted := strings.Cut(rest, "."); dotted {
		nest(inner, next, more, value)
		return
	}
	if _, taken := inner[rest]; !taken {
		inner[rest] = value
	}
}
