package journal

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"

	"skyql/internal/cloudcontrol"
	"skyql/internal/resource"
)

// State is how far a change has come.
type State string

// The states. A change whose last entry is Intended or Accepted is unfinished.
const (
	Intended State = "intended" // the call is about to be made
	Accepted State = "accepted" // there is a request
	Done     State = "done"
	Failed   State = "failed" // it will not be done
	// Settled is what nobody saw the end of, and whose end shows in what is there.
	Settled State = "settled"
)

// Entry is one line. The client token ties those of one change together.
type Entry struct {
	Time         time.Time              `json:"time"`
	Run          string                 `json:"run"`
	Stack        string                 `json:"stack,omitempty"`
	Resource     string                 `json:"resource"` // as the manifest calls it
	State        State                  `json:"state"`
	Operation    cloudcontrol.Operation `json:"operation"`
	Type         resource.TypeName      `json:"type"`
	Region       resource.Region        `json:"region"`
	Identifier   string                 `json:"identifier,omitempty"`
	Document     uint32                 `json:"document,omitempty"` // hash that tells desired states apart, too short to tell anything about them
	ClientToken  string                 `json:"client_token"`
	RequestToken string                 `json:"request_token,omitempty"`
	Message      string                 `json:"message,omitempty"`

	// Before is the model that an update or delete found, if it was asked for. It
	// is never written.
	Before json.RawMessage `json:"-"`
}

// Journal is the file. Its methods may be called from many goroutines.
type Journal struct {
	run   string
	stack string
	now   func() time.Time

	mu       sync.Mutex // guards the rest
	file     *lockedfile.File
	size     int64              // of the whole lines
	broken   error              // why the end of some changes is not in the file
	latest   map[string]*Entry  // by client token
	order    []string           // client tokens, oldest first
	attempts attempt            // that there were
	begun    map[string]attempt // that began the change, by client token; none for those of earlier runs
	requests map[string]string  // client token by request token
	resumed  map[string]attempt // that took up a change last, by client token
}

// attempt tells the attempts of this run to make a resource apart.
type attempt int

// Options says how a Journal behaves. The zero value works.
type Options struct {
	// Run names this run in the entries; default its time.
	Run string
	// Stack names what the journal is of. One of another stack is refused.
	Stack string
	// Now is the clock; default time.Now.
	Now func() time.Time
}

// Open opens the file, or makes it, and keeps others from it until Close.
// What is in it of earlier runs is read.
func Open(path string, opts Options) (*Journal, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Run == "" {
		opts.Run = opts.Now().UTC().Format("20060102T150405.000Z")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() { // a device may never end
		return nil, fmt.Errorf("journal %s: it is no regular file", path)
	}
	file, err := lock(path)
	if err != nil {
		return nil, err
	}
	j := &Journal{
		run: opts.Run, stack: opts.Stack, now: opts.Now, file: file,
		latest: map[string]*Entry{}, begun: map[string]attempt{}, requests: map[string]string{}, resumed: map[string]attempt{},
	}
	if err := j.load(); err != nil {
		return nil, errors.Join(fmt.Errorf("journal %s: %w", path, err), file.Close())
	}
	return j, nil
}

// note keeps the last entry of each change.
func (j *Journal) note(e *Entry) {
	if former := j.latest[e.ClientToken]; former == nil {
		j.order = append(j.order, e.ClientToken)
	} else if e.Before == nil {
		e.Before = former.Before
	}
	j.latest[e.ClientToken] = e
	if e.RequestToken != "" {
		j.requests[e.RequestToken] = e.ClientToken
	}
}

// append writes an entry, which is on the disk afterwards. If it cannot be written,
// what is only intended must not be done. What is done already goes on, and Close
// tells of it.
func (j *Journal) append(e Entry) error {
	e.Time, e.Run, e.Stack = j.now().UTC(), j.run, j.stack
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.write(append(line, '\n')); err != nil {
		if e.State == Intended {
			return fmt.Errorf("journal: %w; %w", err, cloudcontrol.ErrNotSent)
		}
		j.broken = err
	}
	j.note(&e)
	return nil
}

// begin notes which attempt begins a change; going on with one is no beginning.
func (j *Journal) begin(l *Layer, clientToken string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.latest[clientToken] == nil {
		j.begun[clientToken] = l.attempt
	}
}

// Unfinished gives the changes that earlier runs began and did not see the end
// of, oldest first.
func (j *Journal) Unfinished() []Entry {
	return j.entries(func(e *Entry) bool { return e.Run != j.run && (e.State == Intended || e.State == Accepted) })
}

// Underway gives the changes that this run began and has not seen the end of,
// oldest first.
func (j *Journal) Underway() []Entry {
	return j.entries(func(e *Entry) bool { return e.Run == j.run && (e.State == Intended || e.State == Accepted) })
}

// Done gives the changes that this run has made, in the order in which they began:
// those that it began itself, and those of earlier runs that it went on with.
func (j *Journal) Done() []Entry {
	return j.entries(func(e *Entry) bool {
		return e.Run == j.run && e.State == Done && (j.begun[e.ClientToken] > 0 || j.resumed[e.ClientToken] > 0)
	})
}

// Settle closes what earlier runs left unfinished of a resource: what became of it
// shows in what is there.
func (j *Journal) Settle(resource string) error {
	unfinished := j.entries(func(e *Entry) bool {
		return e.Resource == resource && e.Run != j.run && (e.State == Intended || e.State == Accepted) && j.resumed[e.ClientToken] == 0
	})
	for _, e := range unfinished {
		e.State = Settled
		if err := j.append(e); err != nil {
			return err
		}
	}
	return nil
}

func (j *Journal) entries(wanted func(*Entry) bool) []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	var found []Entry
	for _, token := range j.order {
		if e := j.latest[token]; wanted(e) {
			found = append(found, *e)
		}
	}
	return found
}

// Close lets others have the file. The error says that changes have ended without
// being noted: the next run looks what became of them.
func (j *Journal) Close() error {
	err := j.file.Close()
	if j.broken != nil {
		err = errors.Join(err, fmt.Errorf("journal: how some changes ended could not be noted: %w", j.broken))
	}
	return err
}
