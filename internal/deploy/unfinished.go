package deploy

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/await"
	"skyql/internal/deploy/journal"
	"skyql/internal/resource"
	"skyql/internal/stack"
)

// settle waits for what earlier runs began and did not see the end of: what is
// still being made cannot be found, and would be left behind by a teardown. It
// gives, by resource, why that could not be waited for.
func (d *Deployment) settle(ctx context.Context) map[string]error {
	if d.opts.Journal == nil {
		return nil
	}
	failed := map[string]error{}
	for _, e := range d.opts.Journal.Unfinished() {
		if d.stack.Resource(e.Resource) == nil {
			continue
		}
		if err := d.follow(ctx, e); err != nil {
			failed[e.Resource] = fmt.Errorf("an earlier run began to %s it, and how that ended could not be found out: %w", strings.ToLower(string(e.Operation)), err)
		}
	}
	for _, e := range d.opts.Journal.Unfinished() {
		if d.stack.Resource(e.Resource) != nil && failed[e.Resource] == nil {
			failed[e.Resource] = d.opts.Journal.Settle(e.Resource)
		}
	}
	return failed
}

// settle waits for what earlier runs began to do with the resource, before it is
// looked for. A create of which no request is known is gone on with instead, if the
// resource is not found.
func (w *worker) settle(ctx context.Context) error {
	return w.d.settleOf(ctx, w.r, func(e journal.Entry) bool { return e.Operation == cloudcontrol.Create && e.RequestToken == "" })
}

// settleHanging waits for what earlier runs began to do with what hangs on the
// resource, before that is looked for.
func (w *worker) settleHanging(ctx context.Context) error {
	touched := map[*stack.Resource]bool{w.r: true}
	for _, r := range w.d.stack.Resources {
		if touched[r] || !w.d.hangs(r, touched) {
			continue
		}
		touched[r] = true
		if err := w.d.settleOf(ctx, r, func(journal.Entry) bool { return false }); err != nil {
			return fmt.Errorf("%s, which hangs on it: %w", r.Name, err)
		}
	}
	return nil
}

func (d *Deployment) settleOf(ctx context.Context, r *stack.Resource, leave func(journal.Entry) bool) error {
	if d.opts.Journal == nil {
		return nil
	}
	for _, e := range d.opts.Journal.Unfinished() {
		if e.Resource != r.Name || leave(e) {
			continue
		}
		d.tell(Event{Kind: Progress, Resource: r.Name, Message: "waiting for what an earlier run began"})
		err := d.follow(ctx, e)
		if errors.Is(err, resource.AccessDenied) && e.RequestToken == "" { // nobody may look for it: what is there tells
			d.tell(Event{Kind: Warning, Resource: r.Name, Message: fmt.Sprintf(
				"whether AWS is still at work to %s it could not be found out: %v", strings.ToLower(string(e.Operation)), err)})
			continue
		}
		if err != nil {
			return fmt.Errorf("an earlier run began to %s it, and how that ended could not be found out: %w", strings.ToLower(string(e.Operation)), err)
		}
	}
	return nil
}

// settleDropped waits for what earlier runs began with resources that the manifest no
// longer has, and tells what became of it, once: nothing else would.
func (d *Deployment) settleDropped(ctx context.Context) {
	if d.opts.Journal == nil || ctx.Err() != nil {
		return
	}
	for _, e := range d.opts.Journal.Unfinished() {
		if d.stack.Resource(e.Resource) != nil {
			continue
		}
		err := d.follow(ctx, e)
		if err == nil {
			err = d.opts.Journal.Settle(e.Resource)
		}
		message := fmt.Sprintf("an earlier run began to %s %s, which the manifest no longer has", strings.ToLower(string(e.Operation)), e.Type)
		for _, made := range d.opts.Journal.Recent(e.Resource, journal.Lag) {
			if made.ClientToken == e.ClientToken {
				message += "; it is there, as " + made.Identifier + ", and stays until somebody deletes it"
			}
		}
		if err != nil {
			message += fmt.Sprintf("; how that ended could not be found out: %v", err)
		}
		d.tell(Event{Kind: Warning, Resource: e.Resource, Message: message})
	}
}

// settled closes the journal's entries of the resource, which is as it should be.
func (w *worker) settled() error {
	if w.d.opts.Journal == nil {
		return nil
	}
	return w.d.opts.Journal.Settle(w.r.Name)
}

// overtake waits for what this run began and did not see the end of, before it is
// undone. It gives what cannot be undone because nobody knows what became of it.
func (d *Deployment) overtake(ctx context.Context) []Undo {
	unknown := []Undo{}
	for _, e := range d.opts.Journal.Underway() {
		d.tell(Event{Kind: Warning, Resource: e.Resource, Message: fmt.Sprintf(
			"AWS is still at work to %s it, which is waited for before it is undone", strings.ToLower(string(e.Operation)))})
		err := d.follow(ctx, e)
		if err == nil && e.RequestToken == "" {
			err = errors.New("no answer came, so that it is not known whether it was done; the next build finds out")
		}
		if err != nil {
			u := Undo{Resource: e.Resource, Action: undoing[e.Operation], Type: e.Type, Identifier: e.Identifier, Err: err}
			unknown = append(unknown, u)
			d.tellUndo(u)
		}
	}
	return unknown
}

// follow waits until an unfinished change has ended, which the journal notes then.
func (d *Deployment) follow(ctx context.Context, e journal.Entry) error {
	client := d.opts.Journal.Wrap(d.opts.Client, e.Resource, journal.LayerOptions{})
	requests, err := d.requestsOf(ctx, client, e)
	for _, request := range requests {
		_, ended := await.Wait(ctx, client, resource.Scope{Region: e.Region}, request, await.Options{})
		var unfinished *await.UnfinishedError
		if errors.As(ended, &unfinished) && !errors.Is(ended, resource.RequestTokenNotFound) { // which AWS has forgotten
			err = errors.Join(err, ended)
		}
	}
	return err
}

// requestsOf gives the requests that an unfinished change may be. Where no answer
// gave its token, any of the same kind that is under way may be the one.
func (d *Deployment) requestsOf(ctx context.Context, client cloudcontrol.Client, e journal.Entry) (found []cloudcontrol.ProgressEvent, err error) {
	if e.RequestToken != "" {
		return []cloudcontrol.ProgressEvent{{
			Type: e.Type, Operation: e.Operation, Identifier: e.Identifier, RequestToken: e.RequestToken, Status: cloudcontrol.InProgress,
		}}, nil
	}
	in := cloudcontrol.ListRequestsInput{
		Scope: resource.Scope{Region: e.Region}, Operations: []cloudcontrol.Operation{e.Operation},
		Statuses: []cloudcontrol.OperationStatus{cloudcontrol.Pending, cloudcontrol.InProgress, cloudcontrol.CancelInProgress},
	}
	for {
		page, err := client.ListRequests(ctx, in)
		if err != nil {
			return nil, err
		}
		for _, event := range page.Events {
			if event.Type == e.Type && (e.Identifier == "" || event.Identifier == e.Identifier) {
				found = append(found, event)
			}
		}
		if in.NextToken = page.NextToken; in.NextToken == "" {
			return found, nil
		}
	}
}
