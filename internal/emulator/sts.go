package emulator

import (
	"net/http"

	"skyql/internal/emulator/protocol"
	"skyql/internal/emulator/settings"
	"skyql/internal/emulator/store"
	"skyql/internal/emulator/sts"
)

const stsService = "sts" // in credential scopes

// serveQuery answers a call in the Query protocol.
//
// https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
func (s *Server) serveQuery(r *http.Request, body []byte) protocol.Reply {
	form, err := protocol.QueryForm(r, body)
	if err != nil {
		return protocol.QueryError(http.StatusBadRequest, "MalformedQueryString", "The query string is malformed")
	}
	action := form.Get("Action")
	run, known := sts.Actions[action]
	if !known {
		return protocol.QueryError(http.StatusBadRequest, "InvalidAction",
			"Could not find operation "+action+" for version "+form.Get("Version"))
	}
	caller, refused := s.authority.Authenticate(r, body, stsService)
	if refused != nil {
		return refuseQuery(refused)
	}
	switch s.admit(r.Context(), action, caller.Scope).refusal {
	case settings.FaultThrottle:
		return protocol.QueryError(http.StatusBadRequest, "Throttling", "Rate exceeded")
	case settings.FaultError:
		return protocol.QueryError(http.StatusInternalServerError, "InternalFailure", "Internal error")
	case settings.FaultUnavailable:
		return protocol.QueryError(http.StatusServiceUnavailable, "ServiceUnavailable", "Service unavailable")
	case settings.FaultCut:
		return protocol.Reply{}
	}
	return run(s.authority, caller, form, store.NewToken())
}
