package apply

import (
	"encoding/json"
	"time"

	"skyql/internal/cloudcontrol"
	"skyql/internal/cloudcontrol/await"
)

// Change is the create, update or delete of one resource.
type Change struct {
	cloudcontrol.Call
	Operation cloudcontrol.Operation
	// Identifier names the resource of an update or a delete. Of a create it is
	// what the desired state implies, "" if the service makes it up.
	Identifier string
	// Document is the desired state of a create, the patch document of an update.
	Document json.RawMessage
	// ClientToken makes starting the change again within 36 hours find the
	// request that was made before; "" lets Run choose one for each request.
	ClientToken string
}

// Outcome is how a change ended.
type Outcome struct {
	// Event is the last known one of the latest request that was accepted. Its
	// RequestToken is zero if none was, as far as is known.
	Event cloudcontrol.ProgressEvent
	// Hooks are those of the latest request.
	Hooks []cloudcontrol.HookEvent
	// Adopted says that the change's own ClientToken named a request that was
	// made before, which was followed instead of making another.
	Adopted bool
	// Gone says that a delete found nothing to delete, which is no error. When
	// there was more than one attempt, an earlier one may have deleted it.
	Gone bool
	// Attempts is how many requests were tried to be started.
	Attempts int
	// Err is nil if the change is done, or if its request was accepted and
	// Options.NoWait asks for no more. It is an *await.UnfinishedError if the
	// request goes on, an *UnknownOutcomeError if it may, and else wraps what
	// the service answered.
	Err error
}

// Options says how patient Run is. The zero value works.
type Options struct {
	// NoWait returns as soon as the request is accepted. It does wait for
	// another request that is in the way.
	NoWait bool
	// Await says how a request is followed. Its OnEvent is told the polls of
	// the change's own requests.
	Await await.Options
	// MaxConflictWait bounds the wait for other requests on the resource, all
	// together; default 10 minutes.
	MaxConflictWait time.Duration
	// MaxResubmits bounds how often a failed request is made again for other
	// reasons than throttling, which is bounded by time; default 5, negative
	// for never.
	MaxResubmits int
	// OnEvent, if not nil, is told each progress event of the change's own
	// requests, the first and the final ones included; when a failed request is
	// made again, those of the next follow. It is called from the goroutine
	// that called Run.
	OnEvent func(Change, cloudcontrol.ProgressEvent)
}

const (
	defaultMaxConflictWait = 10 * time.Minute
	defaultMaxResubmits    = 5
)

func (o Options) withDefaults() Options {
	if o.MaxConflictWait <= 0 {
		o.MaxConflictWait = defaultMaxConflictWait
	}
	switch {
	case o.MaxResubmits == 0:
		o.MaxResubmits = defaultMaxResubmits
	case o.MaxResubmits < 0:
		o.MaxResubmits = 0
	}
	return o
}
