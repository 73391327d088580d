package template

import (
	"strings"

	"github.com/nikolalohinski/gonja/v2/nodes"
)

// opaque gives the mark of a value that an expression uses and that is not known
// yet; "" if there is none.
func (r *run) opaque(e nodes.Node) string {
	if r.opts.Opaque == nil || e == nil {
		return ""
	}
	w := &walk{}
	w.expression(e, names{}, false)
	for _, ref := range w.found {
		root, _, _ := strings.Cut(ref.Name, ".")
		if mark := r.marks[root]; mark != "" {
			return mark
		}
		if mark := r.opts.Opaque(ref.Name); mark != "" {
			return mark
		}
	}
	return ""
}

// unknown gives the mark where a value was made of it in which it cannot be seen any
// more, or none could be made: filters do not know that it stands for something
// else.
func (r *run) unknown(e nodes.Node, v any, err error) (string, bool) {
	mark := r.opaque(e)
	if mark == "" {
		return "", false
	}
	if err == nil {
		if text, textErr := r.text(v); textErr == nil && strings.Contains(text, mark) {
			return "", false
		}
	}
	return mark, true
}

// keepMark notes that a name of the template has a value that is not known yet.
func (r *run) keepMark(name, mark string) {
	if r.marks == nil {
		r.marks = map[string]string{}
	}
	r.marks[name] = mark
}
