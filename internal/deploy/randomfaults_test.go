package deploy_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/emulator/store"
	"skyql/internal/resource"
)

// late lists what is new only after a while. Its methods may be called from many
// goroutines.
type late struct {
	mu   sync.Mutex // guards seen
	seen map[string]time.Time
	lag  time.Duration
}

func (l *late) hidden(identifier string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen[identifier].IsZero() {
		l.seen[identifier] = time.Now()
	}
	return time.Since(l.seen[identifier]) < l.lag
}

// faulty fails some calls, and all once it is dead; then one call may have been
// made and not answered.
type faulty struct {
	cloudcontrol.Client
	store *store.Store
	lists *late
	fails float64
	dies  time.Time

	mu      sync.Mutex // guards the rest
	r       *rand.Rand
	lost    bool // the last answer may have been
	refuses bool // all updates of what is updated after so many others
	updates int
	refused string
}

// before says what becomes of a call: it fails, or its answer is lost.
func (f *faulty) before() (lost bool, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch dead := !time.Now().Before(f.dies); {
	case dead:
		lost, f.lost = !f.lost && f.r.IntN(2) == 0, true
		return lost, &resource.Error{Code: resource.AccessDenied, Message: "killed"}
	case f.r != nil && f.r.Float64() < f.fails:
		return false, &resource.Error{Code: resource.GeneralServiceException, Message: "injected"}
	}
	return false, nil
}

func (f *faulty) change(call func(cloudcontrol.Client) (cloudcontrol.ProgressEvent, error)) (cloudcontrol.ProgressEvent, error) {
	lost, err := f.before()
	if lost {
		if _, err := call(f.Client); err != nil {
			return cloudcontrol.ProgressEvent{}, err
		}
		err = &cloudcontrol.UnansweredError{Err: &resource.Error{Code: resource.Unreachable, Message: "killed"}}
	}
	if err != nil {
		return cloudcontrol.ProgressEvent{}, err
	}
	return call(f.accepting())
}

// accepting is a client whose requests are accepted, and fail sometimes.
func (f *faulty) accepting() cloudcontrol.Client {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.r == nil || f.r.Float64() >= f.fails {
		return f.Client
	}
	return f.store.Failing(oneOf(f.r, resource.GeneralServiceException, resource.Throttling, resource.NotStabilized, resource.ServiceInternalError,
		resource.ResourceConflict, resource.ServiceLimitExceeded), "injected into the request")
}

func (f *faulty) Create(ctx context.Context, in cloudcontrol.CreateInput) (cloudcontrol.ProgressEvent, error) {
	return f.change(func(c cloudcontrol.Client) (cloudcontrol.ProgressEvent, error) { return c.Create(ctx, in) })
}

func (f *faulty) Update(ctx context.Context, in cloudcontrol.UpdateInput) (cloudcontrol.ProgressEvent, error) {
	f.mu.Lock()
	if f.updates--; f.refuses && f.updates == -1 {
		f.refused = in.Identifier
	}
	refused := in.Identifier == f.refused
	f.mu.Unlock()
	if refused {
		return cloudcontrol.ProgressEvent{}, &resource.Error{Code: resource.InvalidRequest, Message: "refused"}
	}
	return f.change(func(c cloudcontrol.Client) (cloudcontrol.ProgressEvent, error) { return c.Update(ctx, in) })
}

func (f *faulty) Delete(ctx context.Context, in cloudcontrol.DeleteInput) (cloudcontrol.ProgressEvent, error) {
	return f.change(func(c cloudcontrol.Client) (cloudcontrol.ProgressEvent, error) { return c.Delete(ctx, in) })
}

func (f *faulty) Get(ctx context.Context, in cloudcontrol.GetInput) (cloudcontrol.Description, error) {
	if _, err := f.before(); err != nil {
		return cloudcontrol.Description{}, err
	}
	return f.Client.Get(ctx, in)
}

func (f *faulty) List(ctx context.Context, in cloudcontrol.ListInput) (cloudcontrol.Page, error) {
	if _, err := f.before(); err != nil {
		return cloudcontrol.Page{}, err
	}
	page, err := f.Client.List(ctx, in)
	listed := page.Resources[:0:0]
	for _, found := range page.Resources {
		if !f.lists.hidden(found.Identifier) {
			listed = append(listed, found)
		}
	}
	page.Resources = listed
	return page, err
}

func (f *faulty) RequestStatus(ctx context.Context, in cloudcontrol.RequestInput) (cloudcontrol.RequestStatus, error) {
	if _, err := f.before(); err != nil {
		return cloudcontrol.RequestStatus{}, err
	}
	return f.Client.RequestStatus(ctx, in)
}
