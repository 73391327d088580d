package protocol

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"

	"skyql/internal/emulator/store"
)

// QueryFailure is the body of an error in the Query protocol.
type QueryFailure struct {
	XMLName   xml.Name `xml:"ErrorResponse"`
	Namespace string   `xml:"xmlns,attr"`
	Type      string   `xml:"Error>Type"`
	Code      string   `xml:"Error>Code"`
	Message   string   `xml:"Error>Message"`
	RequestID string   `xml:"RequestId"`
}

// STSNamespace is that of STS, whose errors look as those of every service.
const STSNamespace = "https://sts.amazonaws.com/doc/2011-06-15/"

// IsQuery reports whether a request is one of the Query protocol: a form, or the
// same in a URL, as presigned requests have it.
func IsQuery(r *http.Request) bool {
	return r.Header.Get("X-Amz-Target") == "" &&
		(strings.HasPrefix(r.Header.Get("Content-Type"), Form) || strings.Contains(r.URL.RawQuery, "Action="))
}

// QueryForm gives the parameters of a call, which stand in the body or the URL.
func QueryForm(r *http.Request, body []byte) (url.Values, error) {
	form, err := url.ParseQuery(string(body))
	if err != nil || form.Has("Action") {
		return form, err
	}
	return url.ParseQuery(r.URL.RawQuery)
}

// QueryError replies with an error of STS.
func QueryError(status int, code, message string) Reply {
	id, blamed := store.NewToken(), "Sender"
	if status >= http.StatusInternalServerError {
		blamed = "Receiver"
	}
	return XMLReply(status, id, QueryFailure{
		Namespace: STSNamespace, Type: blamed, Code: code, Message: message, RequestID: id,
	})
}

// XMLReply replies with an XML document, which has the identifier in it.
func XMLReply(status int, id string, document any) Reply {
	body, err := xml.Marshal(document)
	if err != nil {
		panic(err) // the documents are structs of texts
	}
	return Reply{Status: status, ContentType: xmlType, RequestID: id, Body: body}
}
