package emulator

import (
	"encoding/json"
	"net/http"
	"strings"

	"skyql/internal/emulator/opname"
	"skyql/internal/emulator/organizations"
	"skyql/internal/emulator/protocol"
	"skyql/internal/emulator/settings"
)

const organizationsPrefix = "AWSOrganizationsV20161128."

// serveOrganizations answers a call of AWS Organizations, in the awsJson1.1
// protocol.
func (s *Server) serveOrganizations(r *http.Request, body []byte) protocol.Reply {
	out := s.answerOrganizations(r, body)
	out.ContentType = protocol.JSON11
	return out
}

func (s *Server) answerOrganizations(r *http.Request, body []byte) protocol.Reply {
	name := opname.OrganizationsPrefix + strings.TrimPrefix(r.Header.Get("X-Amz-Target"), organizationsPrefix)
	run, known := organizations.Operations[name]
	if r.Method != http.MethodPost || r.URL.Path != "/" || !known {
		return protocol.Failure(http.StatusBadRequest, "UnknownOperationException", "")
	}
	caller, refused := s.authority.Authenticate(r, body, organizations.Service)
	if refused != nil {
		return refuse(refused, "")
	}
	switch s.admit(r.Context(), name, caller.Scope).refusal {
	case settings.FaultThrottle:
		return protocol.Failure(http.StatusBadRequest, "TooManyRequestsException", "Rate exceeded")
	case settings.FaultError:
		return protocol.Failure(http.StatusInternalServerError, "ServiceException", "Internal error")
	case settings.FaultUnavailable:
		return protocol.Failure(http.StatusServiceUnavailable, "ServiceUnavailableException", "Service unavailable")
	case settings.FaultCut:
		return protocol.Reply{}
	}
	var in organizations.Input
	if len(body) > 0 {
		if err := json.Unmarshal(body, &in); err != nil {
			return protocol.Failure(http.StatusBadRequest, "SerializationException", malformed(err))
		}
	}
	return run(s.authority, caller, in)
}
