package deploy

import (
	"context"
	"fmt"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/apply"
	"skyql/internal/deploy/journal"
)

// replace deletes a resource by the author's statement, after what is tied to it,
// and creates it again.
func (w *worker) replace(ctx context.Context) error {
	if err := w.clearWay(ctx); err != nil {
		return fmt.Errorf("replace: %w", err)
	}
	if err := w.remove(ctx); err != nil {
		return fmt.Errorf("replace: %w", err)
	}
	return w.apply(ctx, Create, w.query("create"))
}

// carryOut makes a change that no statement of the author makes. It gives what AWS
// calls the resource.
func (d *Deployment) carryOut(ctx context.Context, name string, c apply.Change) (identifier string, err error) {
	client := d.opts.Client
	if d.opts.Journal != nil {
		client = d.opts.Journal.Wrap(client, name, journal.LayerOptions{Unnoted: true})
	}
	out := apply.Run(ctx, client, c, apply.Options{OnEvent: func(_ apply.Change, e cloudcontrol.ProgressEvent) {
		if e.StatusMessage != "" {
			d.tell(Event{Kind: Progress, Resource: name, Message: e.StatusMessage})
		}
	}})
	return out.Event.Identifier, out.Err
}
