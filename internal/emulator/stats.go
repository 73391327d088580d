package emulator

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"skyql/internal/emulator/opname"
	"skyql/internal/emulator/settings"
	"skyql/internal/resource"
)

// stats counts API calls. A call that was throttled, or that is none of the
// known operations, is not among calls.
type stats struct {
	calls                  [len(opname.All)]atomic.Int64
	throttled              atomic.Int64
	inFlight, mostInFlight atomic.Int64
	faults                 [len(settings.FaultKinds)]atomic.Int64
	regions, types         tally
}

// Stats is what the emulator did since it began, or since it was last reset.
type Stats struct {
	// Calls counts the calls by operation, whether they succeeded or not, but
	// without those that were throttled, on purpose or not. Operations without any are left out.
	Calls map[string]int64 `json:"calls"`
	// MaxInFlight is how many API calls were being answered at the same time.
	MaxInFlight int64 `json:"max_in_flight"`
	// Throttled counts the calls that were refused because there were too many.
	Throttled int64 `json:"throttled"`
	// Faults counts the faults that were drawn, by kind. Kinds without any are
	// left out.
	Faults map[settings.FaultKind]int64 `json:"faults,omitempty"`
	// Regions counts the same calls as Calls by region, and Types those by resource
	// type that are about one. Over HTTP they are there if they are asked for.
	Regions map[string]int64 `json:"regions,omitempty"`
	Types   map[string]int64 `json:"types,omitempty"`
}

// begin notes that a call came, until ended is called.
func (s *stats) begin() (ended func()) {
	now := s.inFlight.Add(1)
	for most := s.mostInFlight.Load(); now > most; most = s.mostInFlight.Load() {
		if s.mostInFlight.CompareAndSwap(most, now) {
			break
		}
	}
	return func() { s.inFlight.Add(-1) }
}

func (s *stats) count(operation string, region resource.Region) {
	for i, known := range opname.All {
		if known == operation {
			s.calls[i].Add(1)
		}
	}
	s.regions.add(string(region))
}

func (s *stats) countFaults(d drawn) {
	for _, kind := range d.kinds() {
		s.faults[slices.Index(settings.FaultKinds[:], kind)].Add(1)
	}
}

// happened counts the faults by kind; nil if there were none.
func (s *stats) happened() map[settings.FaultKind]int64 {
	var counts map[settings.FaultKind]int64
	for i, kind := range settings.FaultKinds {
		if n := s.faults[i].Load(); n > 0 {
			if counts == nil {
				counts = map[settings.FaultKind]int64{}
			}
			counts[kind] = n
		}
	}
	return counts
}

// Stats tells what the emulator did.
func (s *Server) Stats() Stats {
	out := Stats{
		Calls: map[string]int64{}, MaxInFlight: s.stats.mostInFlight.Load(), Throttled: s.stats.throttled.Load(),
		Faults: s.stats.happened(), Regions: s.stats.regions.counts(), Types: s.stats.types.counts(),
	}
	for i, operation := range opname.All {
		if n := s.stats.calls[i].Load(); n > 0 {
			out.Calls[operation] = n
		}
	}
	return out
}

// ResetStats sets all counts to zero.
func (s *Server) ResetStats() {
	for i := range s.stats.calls {
		s.stats.calls[i].Store(0)
	}
	s.stats.throttled.Store(0)
	for i := range s.stats.faults {
		s.stats.faults[i].Store(0)
	}
	s.stats.regions.reset()
	s.stats.types.reset()
	s.stats.mostInFlight.Store(s.stats.inFlight.Load())
}

// serveStats gives the statistics; ?by=region,type those by region and type, too.
func (s *Server) serveStats(w http.ResponseWriter, r *http.Request) {
	out := s.Stats()
	regions, types := out.Regions, out.Types
	out.Regions, out.Types = nil, nil
	if by := r.URL.Query().Get("by"); by != "" {
		for part := range strings.SplitSeq(by, ",") {
			switch part {
			case "region":
				out.Regions = regions
			case "type":
				out.Types = types
			default:
				refuseControl(w, http.StatusBadRequest, fmt.Errorf("by=%s: calls are counted by region and by type", part))
				return
			}
		}
	}
	controlJSON(w, http.StatusOK, out)
}

func (s *Server) resetStats(w http.ResponseWriter, _ *http.Request) {
	s.ResetStats()
	w.WriteHeader(http.StatusNoContent)
}
