package deploy

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"skyql/internal/stack"
)

// export asks for the variables that the resource gives to others.
func (w *worker) export(ctx context.Context) error {
	q := w.query("exports")
	if len(w.r.Exports) == 0 && w.r.Type != stack.TypeQuery {
		return nil
	}
	if q == nil {
		return errors.New("the manifest lists exports, and the file has no /*+ exports */")
	}
	if w.output == nil || w.lacks(w.output) != "" {
		sql, err := w.scope.RenderQuery(q)
		if err != nil {
			return err
		}
		found, err := w.lookUpAll(ctx, sql, morePatient(q))
		switch {
		case err != nil:
			return fmt.Errorf("exports: %w", err)
		case len(w.r.Exports) == 0:
			return nil
		case len(found) == 0:
			return &unmetError{"exports: the query gave no row"}
		case len(found) > 1:
			return fmt.Errorf("exports: the query gave %d rows where one is wanted", len(found))
		}
		w.output = found[0]
	}
	return w.publish(w.output)
}

// publish gives the variables their values. One that the row lacks is an error: it
// would be empty text in every statement that uses it.
func (w *worker) publish(output row) error {
	for _, export := range w.r.Exports {
		value, ok := output[export.Column]
		if !ok {
			return fmt.Errorf("exports: the query gives no value for %s: it does not select it, or it is NULL; it gives %s",
				export.Column, list(slices.Sorted(maps.Keys(output))))
		}
		w.d.publish(w.r, export, value)
	}
	return nil
}

// lacks gives the first column of the exports that a row has no value for, or "".
func (w *worker) lacks(output row) string {
	for _, export := range w.r.Exports {
		if _, ok := output[export.Column]; !ok {
			return export.Column
		}
	}
	return ""
}

func (d *Deployment) publish(r *stack.Resource, export stack.Export, value string) {
	d.keepSecret(r, export, value)
	d.vars.Export(r, export.Column, export.Alias, value)
	shown := value
	if d.stack.Protected(export.Alias) {
		shown = Masked
	}
	d.tell(Event{Kind: Exported, Resource: r.Name, Name: export.Alias, Message: shown})
}

func (d *Deployment) keepSecret(r *stack.Resource, export stack.Export, value string) {
	if slices.Contains(r.Protected, export.Alias) || stack.SecretName(export.Alias) {
		d.secrets.add(value)
	}
}

func list(names []string) string {
	if len(names) == 0 {
		return "no values"
	}
	return strings.Join(names, ", ")
}
