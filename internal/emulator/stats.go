package emulator

import (
	"encoding/json"
	"net/http"
	"sync/atomic"

	"skyql/internal/cloudcontrol"
	"skyql/internal/tagging"
)

// counted fixes a place in stats.calls for each operation.
var counted = [...]string{
	cloudcontrol.CreateResource, cloudcontrol.GetResource, cloudcontrol.UpdateResource,
	cloudcontrol.DeleteResource, cloudcontrol.ListResources, cloudcontrol.GetResourceRequestStatus,
	cloudcontrol.ListResourceRequests, cloudcontrol.CancelResourceRequest, getCallerIdentity,
	tagging.GetResources, tagging.GetTagKeys, tagging.GetTagValues, tagging.TagResources, tagging.UntagResources,
	tagging.GetComplianceSummary, tagging.DescribeReportCreation, tagging.StartReportCreation,
}

// stats counts API calls. A call that was throttled, or that is none of the
// known operations, is not among calls.
type stats struct {
	calls                  [len(counted)]atomic.Int64
	throttled              atomic.Int64
	inFlight, mostInFlight atomic.Int64
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
	Faults map[FaultKind]int64 `json:"faults,omitempty"`
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

func (s *stats) count(operation string) {
	for i, known := range counted {
		if known == operation {
			s.calls[i].Add(1)
		}
	}
}

// Stats tells what the emulator did.
func (s *Server) Stats() Stats {
	out := Stats{
		Calls: map[string]int64{}, MaxInFlight: s.stats.mostInFlight.Load(), Throttled: s.stats.throttled.Load(),
		Faults: s.faults.happened(),
	}
	for i, operation := range counted {
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
	s.faults.reset()
	s.stats.mostInFlight.Store(s.stats.inFlight.Load())
}

func (s *Server) serveStats(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(s.Stats()) // a caller that has gone needs no answer
}

func (s *Server) resetStats(w http.ResponseWriter, _ *http.Request) {
	s.ResetStats()
	w.WriteHeader(http.StatusNoContent)
}
