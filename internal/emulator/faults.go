package emulator

import (
	"cmp"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"

	"skyql/internal/emulator/protocol"
	"skyql/internal/emulator/settings"
	"skyql/internal/resource"
)

// faults draws what goes wrong with each call.
type faults struct {
	list []settings.Fault

	mu     sync.Mutex // guards random
	random *rand.Rand
}

func newFaults(list []settings.Fault, seed uint64) *faults {
	return &faults{list: list, random: rand.New(rand.NewPCG(seed, 0))}
}

// drawn is what goes wrong with one call.
type drawn struct {
	refusal settings.FaultKind // what keeps it from being carried out; "" for nothing
	late    bool               // the request that it starts fails
	ending  settings.FaultKind // what happens to the answer; "" for nothing
	slow    time.Duration
}

// draw decides for one call. Every fault that could happen is drawn for by
// itself, so that the numbers drawn depend on the order of calls alone. What
// keeps the call from being carried out leaves no room for what happens after.
func (f *faults) draw(operation string, region resource.Region) drawn {
	if len(f.list) == 0 {
		return drawn{}
	}
	var hit [len(settings.FaultKinds)]bool
	var slow time.Duration
	f.mu.Lock()
	for _, fault := range f.list {
		if fault.Hits(operation, region) && f.random.Float64() < fault.Probability {
			hit[slices.Index(settings.FaultKinds[:], fault.Kind)] = true
			if fault.Kind == settings.FaultSlowBody {
				slow = max(slow, cmp.Or(fault.Time, settings.DefaultSlowBody))
			}
		}
	}
	f.mu.Unlock()
	var d drawn
	for i, kind := range settings.FaultKinds {
		switch {
		case !hit[i]:
		case kind == settings.FaultThrottle || kind == settings.FaultError || kind == settings.FaultUnavailable || kind == settings.FaultCut:
			return drawn{refusal: kind}
		case kind == settings.FaultLateThrottle:
			d.late = true
		case d.ending == "":
			d.ending = kind
		}
	}
	if d.ending == settings.FaultSlowBody {
		d.slow = slow
	}
	return d
}

// kinds lists what happens to the call.
func (d drawn) kinds() []settings.FaultKind {
	var all []settings.FaultKind
	if d.refusal != "" {
		all = append(all, d.refusal)
	}
	if d.late {
		all = append(all, settings.FaultLateThrottle)
	}
	if d.ending != "" {
		all = append(all, d.ending)
	}
	return all
}

// unanswered reports whether the caller gets no answer.
func (d drawn) unanswered() bool {
	return d.refusal == settings.FaultCut || d.ending == settings.FaultLost
}

// drips is how many bits a slow body comes in.
const drips = 20

// send answers the call, in the way that was drawn for it.
func (d drawn) send(w http.ResponseWriter, r *http.Request, out protocol.Reply) {
	if d.ending == "" {
		out.Write(w)
		return
	}
	out.WriteHead(w)
	body, flush := out.Body, http.NewResponseController(w).Flush
	if d.ending == settings.FaultCutBody {
		_, _ = w.Write(body[:len(body)/2]) // the caller is to see that it is not all
		_ = flush()
		panic(http.ErrAbortHandler)
	}
	_ = flush()
	for i := range drips {
		if !pause(r, d.slow/drips) {
			panic(http.ErrAbortHandler)
		}
		if _, err := w.Write(body[len(body)*i/drips : len(body)*(i+1)/drips]); err != nil {
			return // the caller has gone
		}
		_ = flush()
	}
}

// pause waits, and reports whether the caller is still there then.
func pause(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return r.Context().Err() == nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}
