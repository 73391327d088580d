package journal

import (
	"context"
	"errors"
	"slices"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

// madeBefore finds what an earlier run, or an earlier attempt of this one, made of the
// same desired state a short time ago, and is there still. Whoever asks to make it
// again has not found it, because AWS tells of it only later.
func (l *Layer) madeBefore(ctx context.Context, e Entry, call cloudcontrol.Call) (*Entry, error) {
	for _, made := range l.journal.made(l, e) {
		if l.opts.Anew && made.Run != l.journal.run {
			continue
		}
		_, err := l.Client.Get(ctx, cloudcontrol.GetInput{Call: call, Identifier: made.Identifier})
		switch {
		case errors.Is(err, resource.NotFound), errors.Is(err, resource.UnsupportedAction):
			continue
		case err != nil:
			return nil, err
		}
		if l.journal.resume(l, made.ClientToken) {
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
		Status: cloudcontrol.Success, StatusMessage: "It was made before.",
	}
}

// goOn sends the create again that an earlier run or attempt may have begun, with its
// client token. nothing reports that nothing came of it, so that it is to be made anew.
func (l *Layer) goOn(ctx context.Context, e Entry, former string, in cloudcontrol.CreateInput) (event cloudcontrol.ProgressEvent, nothing bool, err error) {
	e.ClientToken, in.ClientToken = former, former
	event, err = l.make(ctx, e, true, func() (cloudcontrol.ProgressEvent, error) { return l.Client.Create(ctx, in) })
	if err == nil {
		return event, false, nil
	}
	failed, lookErr := l.cameToNothing(ctx, in.Scope, err)
	if lookErr != nil || !failed {
		l.journal.giveBack(l, former)
		return event, false, errors.Join(err, lookErr)
	}
	e.State, e.Message = Failed, "the request of an earlier run came to nothing"
	err = l.journal.append(e)
	return event, err == nil, err
}

// former finds the client token of a create that an earlier run or attempt may have
// begun: of the same desired state, or else, where the resource is one thing, of that.
func (l *Layer) former(ctx context.Context, e Entry, scope resource.Scope) (clientToken string, err error) {
	found, ok := l.journal.takeUp(l, e, l.opts.Several)
	if !ok {
		return "", nil
	}
	defer func() {
		if err != nil {
			l.journal.giveBack(l, found.ClientToken)
		}
	}()
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
func (j *Journal) takeUp(l *Layer, wanted Entry, exactly bool) (found Entry, ok bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, token := range j.order {
		e := j.latest[token]
		fits := j.begun[token] != l.attempt && e.Resource == wanted.Resource && e.Operation == wanted.Operation && e.Type == wanted.Type &&
			e.Region == wanted.Region && (e.State == Intended || e.State == Accepted) && j.resumed[token] != l.attempt
		if !fits || (ok || exactly) && e.Document != wanted.Document {
			continue
		}
		if found, ok = *e, true; e.Document == wanted.Document {
			break
		}
	}
	if ok {
		j.resumed[found.ClientToken] = l.attempt
	}
	return found, ok
}

// giveBack lets another call take up a change: nothing is known yet of what became
// of it.
func (j *Journal) giveBack(l *Layer, clientToken string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.resumed[clientToken] == l.attempt {
		delete(j.resumed, clientToken)
	}
}

// Lag is how long AWS may take to list what is new, and to find it by its tags. Who
// does not find something after that has another one in mind.
const Lag = time.Hour

// Recent gives the creates of a resource that ended within a time, and whose result
// no later entry deletes, newest first.
func (j *Journal) Recent(resource string, within time.Duration) []Entry {
	gone := map[string]bool{}
	done := j.entries(func(e *Entry) bool { return e.State == Done })
	var found []Entry
	for _, e := range slices.Backward(done) {
		what := string(e.Type) + " " + string(e.Region) + " " + e.Identifier
		switch {
		case e.Operation == cloudcontrol.Delete:
			gone[what] = true
		case e.Operation == cloudcontrol.Create && e.Resource == resource && e.Identifier != "" && !gone[what] && j.now().Sub(e.Time) < within:
			found = append(found, e)
		}
	}
	return found
}

// made gives those that made the same, and not in this attempt.
func (j *Journal) made(l *Layer, wanted Entry) []Entry {
	recent := j.Recent(wanted.Resource, Lag)
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.DeleteFunc(recent, func(e Entry) bool {
		return e.Type != wanted.Type || e.Region != wanted.Region || e.Document != wanted.Document || j.begun[e.ClientToken] == l.attempt
	})
}

// resume takes up a change of an earlier run or attempt, which each can do once.
func (j *Journal) resume(l *Layer, clientToken string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.resumed[clientToken] == l.attempt {
		return false
	}
	j.resumed[clientToken] = l.attempt
	return true
}
