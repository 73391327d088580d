package deploy

import (
	"time"
)

// Action is what is done with a resource, or would be.
type Action string

// The actions.
const (
	Create  Action = "create"
	Update  Action = "update"
	Replace Action = "replace" // delete, and create again
	Delete  Action = "delete"
	Run     Action = "run"  // a command or script
	Read    Action = "read" // a query
	Check   Action = "check"
	Nothing Action = "none"
)

// Kind says what an event tells.
type Kind string

// The kinds of events.
const (
	Started   Kind = "started"   // work on a resource has begun
	Acting    Kind = "acting"    // it is being created, updated, …
	Progress  Kind = "progress"  // what AWS says of a request
	Waiting   Kind = "waiting"   // a check is tried again later
	Querying  Kind = "querying"  // a statement is about to run
	Exported  Kind = "exported"  // a variable has a value
	Warning   Kind = "warning"   // something that the user should know
	Diagnosis Kind = "diagnosis" // a row of a troubleshoot query
	Ended     Kind = "ended"     // work on a resource is over
)

// Event is something that a user may want to see. Secrets in it are masked.
type Event struct {
	Time     time.Time `json:"time"`
	Kind     Kind      `json:"kind"`
	Resource string    `json:"resource,omitempty"`
	Action   Action    `json:"action,omitempty"`
	// Message is a line for people: what AWS says, what is waited for, what went
	// wrong, a value.
	Message string `json:"message,omitempty"`
	Name    string `json:"name,omitempty"` // of the variable, or of the anchor that is run
	// Attempt counts from 1, of Attempts.
	Attempt  int           `json:"attempt,omitempty"`
	Attempts int           `json:"attempts,omitempty"`
	Elapsed  time.Duration `json:"elapsed,omitempty"` // of an end, since the start
	Err      error         `json:"-"`
}

func (d *Deployment) tell(e Event) {
	if d.opts.OnEvent == nil {
		return
	}
	e.Time = time.Now()
	e.Message = d.secrets.Mask(e.Message)
	d.opts.OnEvent(e)
}
