package journal

import (
	"context"
	"errors"
	"slices"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

// madeBefore finds what an earlier run made of the same desired state, and is there
// still. Whoever asks to make it again has not found it, because AWS tells of it
// only later.
func (l *Layer) madeBefore(ctx context.Context, e Entry, call cloudcontrol.Call) (*Entry, error) {
	if l.opts.Anew {
		return nil, nil
	}
	for _, made := range l.journal.made(e) {
		_, err := l.Client.Get(ctx, cloudcontrol.GetInput{Call: call, Identifier: made.Identifier})
		switch {
		case errors.Is(err, resource.NotFound), errors.Is(err, resource.UnsupportedAction):
			continue
		case err != nil:
			return nil, err
		}
		if l.journal.resume(made.ClientToken) {
			if l.opts.OnKnown != nil {
				l.opts.OnKnown(made)
			}
			return &made, nil
		}
	}
	return nil, nil
}

// event is how the create ended that an entry is of.
func event(e *Entry) cloudcontrol.ProgressEvent {
	if e == nil {
		return cloudcontrol.ProgressEvent{}
	}
	return cloudcontrol.ProgressEvent{
		Type: e.Type, Operation: e.Operation, Identifier: e.Identifier, RequestToken: e.RequestToken, EventTime: e.Time,
		Status: cloudcontrol.Success, StatusMessage: "An earlier run made it.",
	}
}

// former finds the client token of a create that an earlier run may have begun:
// of the same desired state, or else, where the resource is one thing, of that.
func (l *Layer) former(ctx context.Context, e Entry, scope resource.Scope) (clientToken string, err error) {
	found, ok := l.journal.takeUp(e, l.opts.Several)
	if !ok {
		return "", nil
	}
	if found.RequestToken == "" {
		return found.ClientToken, nil
	}
	status, err := l.RequestStatus(ctx, cloudcontrol.RequestInput{Scope: scope, RequestToken: found.RequestToken})
	switch {
	case errors.Is(err, resource.RequestTokenNotFound): // it is older than AWS remembers
		found.State, found.Message = Failed, "its request is not known any more"
		return "", l.journal.append(found)
	case err != nil:
		return "", err
	}
	nothing, err := l.isNothing(ctx, scope, status.Event)
	if nothing || err != nil {
		return "", err
	}
	return found.ClientToken, nil
}

// isNothing reports whether a create has failed, or what it made is gone.
func (l *Layer) isNothing(ctx context.Context, scope resource.Scope, event cloudcontrol.ProgressEvent) (bool, error) {
	switch event.Status {
	case cloudcontrol.Failed, cloudcontrol.CancelComplete:
		return true, nil
	case cloudcontrol.Success:
		call := cloudcontrol.Call{Scope: scope, Type: event.Type}
		_, err := l.Client.Get(ctx, cloudcontrol.GetInput{Call: call, Identifier: event.Identifier})
		if errors.Is(err, resource.NotFound) {
			return true, nil
		}
		if errors.Is(err, resource.UnsupportedAction) {
			return false, nil // it cannot be looked at, and has succeeded
		}
		return false, err
	}
	return false, nil
}

// cameToNothing reports whether the request that a client token was found to
// stand for has failed.
func (l *Layer) cameToNothing(ctx context.Context, scope resource.Scope, err error) (bool, error) {
	var refused *resource.Error
	if !errors.As(err, &refused) || refused.Code != resource.ClientTokenConflict || refused.RequestToken == "" {
		return false, nil
	}
	status, err := l.Client.RequestStatus(ctx, cloudcontrol.RequestInput{Scope: scope, RequestToken: refused.RequestToken})
	if err != nil {
		return false, err
	}
	return l.isNothing(ctx, scope, status.Event)
}

// takeUp gives the unfinished create that is to be gone on with, once. exactly asks
// for one of the same desired state.
func (j *Journal) takeUp(wanted Entry, exactly bool) (found Entry, ok bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, token := range j.order {
		e := j.latest[token]
		fits := e.Run != j.run && e.Resource == wanted.Resource && e.Operation == wanted.Operation && e.Type == wanted.Type &&
			e.Region == wanted.Region && (e.State == Intended || e.State == Accepted) && !j.resumed[token]
		if !fits || (ok || exactly) && e.Document != wanted.Document {
			continue
		}
		if found, ok = *e, true; e.Document == wanted.Document {
			break
		}
	}
	if ok {
		j.resumed[found.ClientToken] = true
	}
	return found, ok
}

// made gives the creates of earlier runs that made the same, and whose result no
// later entry deletes.
func (j *Journal) made(wanted Entry) []Entry {
	gone := map[string]bool{}
	done := j.entries(func(e *Entry) bool { return e.State == Done && e.Type == wanted.Type && e.Region == wanted.Region })
	var found []Entry
	for _, e := range slices.Backward(done) {
		switch {
		case e.Operation == cloudcontrol.Delete:
			gone[e.Identifier] = true
		case e.Operation == cloudcontrol.Create && e.Run != j.run && e.Resource == wanted.Resource && e.Document == wanted.Document &&
			e.Identifier != "" && !gone[e.Identifier]:
			found = append(found, e)
		}
	}
	return found
}

// resume takes up a change of an earlier run, which can be done once.
func (j *Journal) resume(clientToken string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.resumed[clientToken] {
		return false
	}
	j.resumed[clientToken] = true
	return true
}
