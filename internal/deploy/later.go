package deploy

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
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
		w.later(ctx)
		return nil
	}
	sql, ok, err := w.render(q)
	if !ok {
		return err
	}
	if strings.Contains(sql, laterMark) {
		w.later(ctx)
		return nil
	}
	if s.Action != Update {
		return w.export(ctx)
	}
	found, err := w.lookUp(ctx, sql, once(q))
	if err != nil || len(found) != 1 {
		w.later(ctx)
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
	return slices.ContainsFunc(s.Changes, func(c PropertyChange) bool {
		property, _, _ := strings.Cut(c.Property, "/")
		return plainName(property) == plainName(column)
	})
}

func (w *worker) later(ctx context.Context) {
	known := w.foreseen(ctx)
	for _, export := range w.r.Exports {
		value, ok := known[export.Column]
		if !ok {
			value = w.laterValue(export)
		}
		w.d.keepSecret(w.r, export, value)
		w.d.vars.Export(w.r, export.Column, export.Alias, value)
	}
}

// foreseen gives what the resource will export, by column, as far as its own
// statement says it: the name of a bucket is known before there is the bucket.
func (w *worker) foreseen(ctx context.Context) map[string]string {
	q := w.query("exports")
	if q == nil || len(w.r.Exports) == 0 {
		return nil
	}
	made, err := w.planned(ctx, "createorupdate", "create")
	if err != nil || made == nil {
		return nil
	}
	state, err := object(made.Document)
	if err != nil {
		return nil
	}
	known, values := map[string]string{}, texts(state)
	for _, export := range w.r.Exports {
		value, ok := values[plainName(export.Column)]
		if ok && !strings.Contains(value, laterMark) && !renamed(q.Text, export.Column) { // else it is something else
			known[export.Column] = value
		}
	}
	return known
}

// texts gives the properties of a model that are texts, numbers or truth values, by
// plain name.
func texts(model map[string]any) map[string]string {
	all := map[string]string{}
	for name, value := range model {
		switch value.(type) {
		case string, json.Number, bool:
			all[plainName(name)] = fmt.Sprint(value)
		}
	}
	return all
}

// renamed reports whether a query gives something else the name of a column.
func renamed(sql, column string) bool {
	return regexp.MustCompile(`(?i)\bas\s+["'` + "`" + `]?` + regexp.QuoteMeta(column) + `\b`).MatchString(sql)
}

func (w *worker) laterValue(export stack.Export) string { return later(w.r.Name + "." + export.Alias) }

// KnownLater is shown in the place of such values.
const KnownLater = "(known after apply)"

// later stands for a value that only the build itself will know.
func later(name string) string { return laterMark + name + laterEnd }

// markIn gives the first such value in a text, or "".
func markIn(text string) string {
	_, rest, found := strings.Cut(text, laterMark)
	name, _, whole := strings.Cut(rest, laterEnd)
	if !found || !whole {
		return ""
	}
	return later(name)
}

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
