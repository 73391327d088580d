package deploy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/apply"
	"skyql/internal/deploy/journal"
	"skyql/internal/resource"
	"skyql/internal/stack"
)

// soon is how long a build waits for AWS to list what was made of a resource before:
// longer ago, and the author's query means another one.
const soon = 5 * time.Minute

// existsByNow looks again, as often as the author lets it, for what is there and AWS
// does not list yet. Else an edit right after a failed build would make a second one.
func (w *worker) existsByNow(ctx context.Context, exists *stack.Query, sql string) (bool, error) {
	if exists.Retries <= 1 || w.d.reads || makesSeveral(w.r) {
		return false, nil
	}
	made, err := w.unlisted(ctx, soon)
	if err != nil || len(made) == 0 {
		return false, err
	}
	w.d.tell(Event{Kind: Progress, Resource: w.r.Name, Message: fmt.Sprintf(
		"%s was made a short time ago, and its query does not find it yet", made[0].Identifier)})
	rest := patient(exists)
	rest.most--
	return w.check(ctx, exists, sql, rest)
}

// unlisted gives what the journal says was made of the resource within a time, and
// is there. AWS lists what is new, and finds it by its tags, only after a while: a
// query that does not find it yet must not leave it behind.
func (w *worker) unlisted(ctx context.Context, within time.Duration) ([]journal.Entry, error) {
	if w.d.opts.Journal == nil || w.applies() != nil {
		return nil, nil
	}
	var there []journal.Entry
	for _, made := range w.d.opts.Journal.Recent(w.r.Name, within) {
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
	there, err := w.unlisted(ctx, journal.Lag)
	if err != nil {
		return err
	}
	if len(there) == 0 { // it went with something else
		return &skipError{why: "it is gone already", gone: true}
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
