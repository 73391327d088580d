package apply_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"syscall"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

// faulty is a client whose service is having a bad day: calls are throttled,
// fail, or do their work and lose the answer. With lies, requests also fail
// after they have been accepted, having done nothing or all of their work.
type faulty struct {
	cloudcontrol.Client
	lies bool

	mu     sync.Mutex // guards the rest
	random *rand.Rand
	faults map[string]int // by what a call is about, so that no call fails for good
	ends   map[string]cloudcontrol.ProgressEvent
	tokens map[string]bool
	count  int // faults in all
}

func newFaulty(client cloudcontrol.Client, seed uint64, lies bool) *faulty {
	return &faulty{
		Client: client, lies: lies, random: rand.New(rand.NewPCG(seed, 1)),
		faults: map[string]int{}, ends: map[string]cloudcontrol.ProgressEvent{}, tokens: map[string]bool{},
	}
}

// The layer above makes a call 5 times, and asking for the status of a request
// whose answer was lost counts as the same call.
const maxFaults = 2

type fault int

const (
	none fault = iota
	throttle
	refuse   // before the work is done
	lose     // after the work is done
	botch    // the request will fail without having done anything
	complain // the request will fail although it does its work
)

func (f *faulty) draw(about string, kinds int) fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.faults[about] >= maxFaults || f.random.IntN(2) == 0 {
		return none
	}
	f.faults[about]++
	f.count++
	return throttle + fault(f.random.IntN(kinds))
}

func attempt[T any](f *faulty, about string, call func() (T, error)) (T, error) {
	var zero T
	switch f.draw(about, 3) {
	case throttle:
		return zero, failure(resource.Throttling)
	case refuse:
		return zero, failure(resource.ServiceInternalError)
	case lose:
		_, _ = call()
		return zero, unreachable(syscall.ECONNRESET)
	}
	return call()
}

func (f *faulty) start(
	operation cloudcontrol.Operation, identifier, token string, call func() (cloudcontrol.ProgressEvent, error),
) (cloudcontrol.ProgressEvent, error) {
	lie := none
	if f.lies && f.unheard(token) { // a token that was accepted must conflict
		lie = f.draw(string(operation)+" "+identifier, int(complain))
	}
	event := cloudcontrol.ProgressEvent{
		Type: bucket, Operation: operation, Identifier: identifier, Status: cloudcontrol.InProgress,
	}
	switch lie {
	case botch:
		event.RequestToken = "botched-" + token
	case complain:
		accepted, err := call()
		if err != nil {
			return accepted, err
		}
		event.RequestToken = accepted.RequestToken
	default:
		return attempt(f, token, call)
	}
	end := event
	end.Status, end.ErrorCode = cloudcontrol.Failed, resource.Throttling
	if lie == complain && identifier != "" {
		end.ErrorCode = resource.ServiceTimeout
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ends[event.RequestToken] = end
	return event, nil
}

// unheard reports whether a client token comes for the first time.
func (f *faulty) unheard(token string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	before := f.tokens[token]
	f.tokens[token] = true
	return !before
}

func (f *faulty) Create(ctx context.Context, in cloudcontrol.CreateInput) (cloudcontrol.ProgressEvent, error) {
	return f.start(cloudcontrol.Create, nameIn(in.DesiredState), in.ClientToken,
		func() (cloudcontrol.ProgressEvent, error) { return f.Client.Create(ctx, in) })
}

func (f *faulty) Update(ctx context.Context, in cloudcontrol.UpdateInput) (cloudcontrol.ProgressEvent, error) {
	return f.start(cloudcontrol.Update, in.Identifier, in.ClientToken,
		func() (cloudcontrol.ProgressEvent, error) { return f.Client.Update(ctx, in) })
}

func (f *faulty) Delete(ctx context.Context, in cloudcontrol.DeleteInput) (cloudcontrol.ProgressEvent, error) {
	return f.start(cloudcontrol.Delete, in.Identifier, in.ClientToken,
		func() (cloudcontrol.ProgressEvent, error) { return f.Client.Delete(ctx, in) })
}

func (f *faulty) Get(ctx context.Context, in cloudcontrol.GetInput) (cloudcontrol.Description, error) {
	return attempt(f, fmt.Sprint("get ", in.Identifier),
		func() (cloudcontrol.Description, error) { return f.Client.Get(ctx, in) })
}

func (f *faulty) RequestStatus(
	ctx context.Context, in cloudcontrol.RequestInput,
) (cloudcontrol.RequestStatus, error) {
	return attempt(f, "poll "+in.RequestToken, func() (cloudcontrol.RequestStatus, error) {
		f.mu.Lock()
		end, lied := f.ends[in.RequestToken]
		f.mu.Unlock()
		if strings.HasPrefix(in.RequestToken, "botched-") {
			return cloudcontrol.RequestStatus{Event: end}, nil
		}
		status, err := f.Client.RequestStatus(ctx, in)
		if err == nil && lied && status.Event.Status.Terminal() {
			status.Event = end
		}
		return status, err
	})
}
