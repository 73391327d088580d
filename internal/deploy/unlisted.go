package deploy

import (
	"context"
	"errors"
	"fmt"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/apply"
	"skyql/internal/deploy/journal"
	"skyql/internal/resource"
)

// unlisted gives what the journal says was made of the resource a short time ago,
// and is there. AWS lists what is new, and finds it by its tags, only after a while:
// a query that does not find it yet must not leave it behind.
func (w *worker) unlisted(ctx context.Context) ([]journal.Entry, error) {
	if w.d.opts.Journal == nil || w.applies() != nil {
		return nil, nil
	}
	var there []journal.Entry
	for _, made := range w.d.opts.Journal.Recent(w.r.Name) {
		_, err := w.d.opts.Client.Get(ctx, cloudcontrol.GetInput{Call: callOf(made), Identifier: made.Identifier})
		switch {
		case errors.Is(err, resource.NotFound), errors.Is(err, resource.UnsupportedAction):
			continue
		case err != nil:
			return nil, fmt.Errorf("whether %s is there, which an earlier run made, could not be found out: %w", made.Identifier, err)
		}
		there = append(there, made)
	}
	return there, nil
}

// removeUnlisted deletes by its identifier what the author's statements do not find.
func (w *worker) removeUnlisted(ctx context.Context) error {
	there, err := w.unlisted(ctx)
	if err != nil {
		return err
	}
	for _, made := range there {
		w.d.tell(Event{Kind: Warning, Resource: w.r.Name, Message: fmt.Sprintf(
			"its query does not find it, but an earlier run made %s, which is there: it is deleted", made.Identifier)})
		change := apply.Change{Call: callOf(made), Operation: cloudcontrol.Delete, Identifier: made.Identifier}
		if _, err := w.d.carryOut(ctx, w.r.Name, change); err != nil {
			return err
		}
	}
	return nil
}

func callOf(e journal.Entry) cloudcontrol.Call {
	return cloudcontrol.Call{Scope: resource.Scope{Region: e.Region}, Type: e.Type}
}
