package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"skyql/internal/emulator/settings"
)

// maxSettings bounds the body of a change.
const maxSettings = 1 << 20

func (s *Server) serveSettings(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxSettings))
		if err == nil {
			err = s.turn(func(current *settings.Settings) (map[string]bool, error) {
				return changeSettings(r.Method, body, current)
			})
		}
		if err != nil {
			refuseControl(w, http.StatusBadRequest, err)
			return
		}
	}
	controlJSON(w, http.StatusOK, s.Settings())
}

// changeSettings does what the method means: PATCH keeps what is not given, PUT
// sets it to its default.
func changeSettings(method string, body []byte, current *settings.Settings) (map[string]bool, error) {
	if method == http.MethodPatch {
		return current.Patch(body)
	}
	return settings.AllMembers(), current.Replace(body)
}

// reset gives the store back what it had at the start, and forgets all requests.
// Settings and statistics stay as they are.
func (s *Server) reset(w http.ResponseWriter, _ *http.Request) {
	s.turning.Lock() // one after another: each ends with what there is at the start
	defer s.turning.Unlock()
	s.store.Clear()
	var err error
	if s.opts.Refill != nil {
		err = s.opts.Refill()
	}
	if err = errors.Join(err, s.sync()); err != nil {
		refuseControl(w, http.StatusInternalServerError, fmt.Errorf("reset: %w", err))
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

type controlFailure struct {
	Error  string `json:"error"`
	Member string `json:"member,omitempty"`
}

// refuseControl answers why something under /_emulator/ was not done.
func refuseControl(w http.ResponseWriter, status int, err error) {
	document := controlFailure{Error: err.Error()}
	var member *settings.MemberError
	if errors.As(err, &member) {
		document.Member = member.Member
	}
	controlJSON(w, status, document)
}

func controlJSON(w http.ResponseWriter, status int, document any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(document) // a caller that has gone needs no answer
}
