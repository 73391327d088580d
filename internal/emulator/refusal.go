package emulator

import (
	"net/http"

	"skyql/internal/emulator/protocol"
	"skyql/internal/emulator/signature"
)

// refuse replies in the protocols that speak JSON.
func refuse(r *signature.Refusal, namespace string) protocol.Reply {
	return protocol.Failure(http.StatusBadRequest, namespace+r.Name+"Exception", r.Message)
}

// queryNames are those that the Query protocol has for refusals.
//
// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
var queryNames = map[string]string{
	"UnrecognizedClient": "InvalidClientTokenId", "InvalidSignature": "SignatureDoesNotMatch",
}

// refuseQuery replies in the Query protocol.
func refuseQuery(r *signature.Refusal) protocol.Reply {
	name, status := r.Name, http.StatusForbidden
	if other, ok := queryNames[name]; ok {
		name = other
	}
	if name == "IncompleteSignature" {
		status = http.StatusBadRequest
	}
	return protocol.QueryError(status, name, r.Message)
}
