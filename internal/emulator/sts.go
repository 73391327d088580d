package emulator

import (
	"encoding/xml"
	"net/http"
	"net/url"

	"skyql/internal/emulator/store"
	"skyql/internal/resource"
)

const (
	getCallerIdentity = "GetCallerIdentity"
	stsNamespace      = "https://sts.amazonaws.com/doc/2011-06-15/"
)

type callerIdentity struct {
	XMLName   xml.Name `xml:"GetCallerIdentityResponse"`
	Namespace string   `xml:"xmlns,attr"`
	ARN       string   `xml:"GetCallerIdentityResult>Arn"`
	UserID    string   `xml:"GetCallerIdentityResult>UserId"`
	Account   string   `xml:"GetCallerIdentityResult>Account"`
	RequestID string   `xml:"ResponseMetadata>RequestId"`
}

type queryFailure struct {
	XMLName   xml.Name `xml:"ErrorResponse"`
	Namespace string   `xml:"xmlns,attr"`
	Type      string   `xml:"Error>Type"`
	Code      string   `xml:"Error>Code"`
	Message   string   `xml:"Error>Message"`
	RequestID string   `xml:"RequestId"`
}

// serveQuery answers a call in the Query protocol: GetCallerIdentity, which
// clients of Cloud Control ask for to learn their account.
//
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
func (s *Server) serveQuery(r *http.Request, body []byte) reply {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return queryError(http.StatusBadRequest, "MalformedQueryString", "The query string is malformed")
	}
	action := form.Get("Action")
	if action != getCallerIdentity {
		return queryError(http.StatusBadRequest, "InvalidAction",
			"Could not find operation "+action+" for version "+form.Get("Version"))
	}
	caller, refused := parseCredential(r)
	if refused != nil {
		return queryError(http.StatusForbidden, refused.name, refused.message)
	}
	fault := s.faults.draw(getCallerIdentity)
	if fault.throttle {
		return queryError(http.StatusBadRequest, "Throttling", "Rate exceeded")
	}
	s.stats.count(getCallerIdentity)
	if fault.fails {
		return queryError(http.StatusInternalServerError, "InternalFailure", "Internal error")
	}
	out := identity(caller)
	out.lost = fault.lost
	return out
}

// identity tells who the caller is.
func identity(caller credential) reply {
	id := store.NewToken()
	return xmlReply(http.StatusOK, id, callerIdentity{
		Namespace: stsNamespace, Account: caller.scope.Account, UserID: "AIDAEMULATOR" + caller.scope.Account[:9],
		ARN: "arn:" + resource.PartitionOf(caller.scope.Region).Name + ":iam::" + caller.scope.Account +
			":user/emulator",
		RequestID: id,
	})
}

func queryError(status int, code, message string) reply {
	id, blamed := store.NewToken(), "Sender"
	if status >= http.StatusInternalServerError {
		blamed = "Receiver"
	}
	return xmlReply(status, id, queryFailure{
		Namespace: stsNamespace, Type: blamed, Code: code, Message: message, RequestID: id,
	})
}

func xmlReply(status int, id string, document any) reply {
	body, err := xml.Marshal(document)
	if err != nil {
		panic(err) // the documents are structs of this file
	}
	return reply{status: status, contentType: xmlType, requestID: id, body: body}
}
