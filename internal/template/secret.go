package template

import (
	"strings"

	"github.com/nikolalohinski/gonja/v2/nodes"
)

// secret reports whether an expression has a secret in it: a variable that is one,
// or what the template made of one.
func (r *run) secret(e nodes.Node) bool {
	if r.opts.Secret == nil || e == nil {
		return false
	}
	w := &walk{}
	w.expression(e, names{}, false)
	for _, ref := range w.found {
		root, _, _ := strings.Cut(ref.Name, ".")
		if r.secrets[root] || r.opts.Secret(ref.Name) {
			return true
		}
	}
	return false
}

// taint notes that a name of the template is made of a secret.
func (r *run) taint(name string) {
	if r.secrets == nil {
		r.secrets = map[string]bool{}
	}
	r.secrets[name] = true
}
