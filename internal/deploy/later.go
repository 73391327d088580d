package deploy

import (
	"context"
	"slices"
	"strings"

	"skyql/internal/stack"
)

// laterMark begins and ends values that only the build itself will know. No
// statement with such a value is run.
const (
	laterMark = "\u2039later:"
	laterEnd  = "\u203a"
)

// exportsAfter publishes what the resource will export: what it has now, as far as
// the step does not change that, or that only the build will know.
func (w *worker) exportsAfter(ctx context.Context, s Step) error {
	q := w.query("exports")
	if q == nil || s.Action != Nothing && s.Action != Read && s.Action != Update {
		w.later()
		return nil
	}
	sql, ok, err := w.render(q)
	if !ok {
		return err
	}
	if strings.Contains(sql, laterMark) {
		w.later()
		return nil
	}
	if s.Action != Update {
		return w.export(ctx)
	}
	found, err := w.lookUp(ctx, sql, once(q))
	if err != nil || len(found) != 1 {
		w.later()
		return err
	}
	for _, export := range w.r.Exports {
		value, known := found[0][export.Column]
		if !known || s.touches(export.Column) {
			value = w.laterValue(export)
		}
		w.d.publish(w.r, export, value)
	}
	return nil
}

// touches reports whether the step changes the property that a column shows.
func (s Step) touches(column string) bool {
	plain := func(text string) string { return strings.ToLower(strings.ReplaceAll(text, "_", "")) }
	return slices.ContainsFunc(s.Changes, func(c PropertyChange) bool {
		property, _, _ := strings.Cut(c.Property, "/")
		return plain(property) == plain(column)
	})
}

func (w *worker) later() {
	for _, export := range w.r.Exports {
		w.d.vars.Export(w.r, export.Column, export.Alias, w.laterValue(export))
	}
}

func (w *worker) laterValue(export stack.Export) string { return later(w.r.Name + "." + export.Alias) }

// KnownLater is shown in the place of such values.
const KnownLater = "(known after apply)"

// later stands for a value that only the build itself will know.
func later(name string) string { return laterMark + name + laterEnd }

// Later puts words in the place of values that only the build itself will know.
func Later(text, words string) string {
	for {
		start := strings.Index(text, laterMark)
		if start < 0 {
			return text
		}
		end := strings.Index(text[start:], laterEnd)
		if end < 0 {
			return text
		}
		text = text[:start] + words + text[start+end+len(laterEnd):]
	}
}
