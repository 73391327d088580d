package emulator

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"

	"skyql/internal/emulator/store"
)

const (
	getCallerIdentity = "GetCallerIdentity"
	assumeRole        = "AssumeRole"
	getAccessKeyInfo  = "GetAccessKeyInfo"
	stsService        = "sts"
	stsNamespace      = "https://sts.amazonaws.com/doc/2011-06-15/"
)

// queryAction carries out one action of STS. The identifier is the request's.
type queryAction func(a *authority, caller credential, form url.Values, id string) reply

// queryActions are those of the service's model that clients of Cloud Control
// need: to learn their account and to go to others.
//
// https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html
var queryActions = map[string]queryAction{
	getCallerIdentity: identity, assumeRole: assume, getAccessKeyInfo: keyInfo,
}

type callerIdentity struct {
	XMLName   xml.Name `xml:"GetCallerIdentityResponse"`
	Namespace string   `xml:"xmlns,attr"`
	ARN       string   `xml:"GetCallerIdentityResult>Arn"`
	UserID    string   `xml:"GetCallerIdentityResult>UserId"`
	Account   string   `xml:"GetCallerIdentityResult>Account"`
	RequestID string   `xml:"ResponseMetadata>RequestId"`
}

type accessKeyInfo struct {
	XMLName   xml.Name `xml:"GetAccessKeyInfoResponse"`
	Namespace string   `xml:"xmlns,attr"`
	Account   string   `xml:"GetAccessKeyInfoResult>Account"`
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

// isQuery reports whether a request is one of the Query protocol: a form, or the
// same in a URL, as presigned requests have it.
func isQuery(r *http.Request) bool {
	return r.Header.Get("X-Amz-Target") == "" &&
		(strings.HasPrefix(r.Header.Get("Content-Type"), formType) || strings.Contains(r.URL.RawQuery, "Action="))
}

// serveQuery answers a call in the Query protocol.
//
// https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
func (s *Server) serveQuery(r *http.Request, body []byte) reply {
	form, err := queryForm(r, body)
	if err != nil {
		return queryError(http.StatusBadRequest, "MalformedQueryString", "The query string is malformed")
	}
	action := form.Get("Action")
	run, known := queryActions[action]
	if !known {
		return queryError(http.StatusBadRequest, "InvalidAction",
			"Could not find operation "+action+" for version "+form.Get("Version"))
	}
	caller, refused := s.authority.authenticate(r, body, stsService)
	if refused != nil {
		return refused.queryFailure()
	}
	switch s.admit(r.Context(), action, caller.scope).refusal {
	case FaultThrottle:
		return queryError(http.StatusBadRequest, "Throttling", "Rate exceeded")
	case FaultError:
		return queryError(http.StatusInternalServerError, "InternalFailure", "Internal error")
	case FaultUnavailable:
		return queryError(http.StatusServiceUnavailable, "ServiceUnavailable", "Service unavailable")
	case FaultCut:
		return reply{}
	}
	return run(s.authority, caller, form, store.NewToken())
}

// queryForm gives the parameters of a call, which stand in the body or the URL.
func queryForm(r *http.Request, body []byte) (url.Values, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil || form.Has("Action") {
		return form, err
	}
	return url.ParseQuery(r.URL.RawQuery)
}

// identity tells who the caller is.
//
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
func identity(_ *authority, caller credential, _ url.Values, id string) reply {
	return xmlReply(http.StatusOK, id, callerIdentity{
		Namespace: stsNamespace, Account: caller.scope.Account, UserID: caller.id(), ARN: caller.arn(), RequestID: id,
	})
}

// keyInfo tells the account of an access key.
//
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
func keyInfo(a *authority, _ credential, form url.Values, id string) reply {
	var v violations
	v.check(form, "AccessKeyId", 1, 128, accessKeyForm)
	if refused := v.refusal(); refused != nil {
		return *refused
	}
	return xmlReply(http.StatusOK, id, accessKeyInfo{
		Namespace: stsNamespace, Account: a.account(form.Get("AccessKeyId")), RequestID: id,
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
		panic(err) // the documents are structs of this package
	}
	return reply{status: status, contentType: xmlType, requestID: id, body: body}
}
