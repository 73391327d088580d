package sts

import (
	"encoding/xml"
	"net/http"
	"net/url"

	"skyql/internal/emulator/identity"
	"skyql/internal/emulator/opname"
	"skyql/internal/emulator/protocol"
)

// Action carries out one action of STS. The identifier is the request's.
type Action func(a *identity.Authority, caller identity.Caller, form url.Values, id string) protocol.Reply

// Actions are those of the service's model that clients of Cloud Control
// need: to learn their account and to go to others.
//
// https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html
var Actions = map[string]Action{
	opname.GetCallerIdentity: identify, opname.AssumeRole: assume, opname.GetAccessKeyInfo: keyInfo,
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

// identify tells who the caller is.
//
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
func identify(_ *identity.Authority, caller identity.Caller, _ url.Values, id string) protocol.Reply {
	return protocol.XMLReply(http.StatusOK, id, callerIdentity{
		Namespace: protocol.STSNamespace, Account: caller.Scope.Account, UserID: caller.ID(), ARN: caller.ARN(), RequestID: id,
	})
}

// keyInfo tells the account of an access key.
//
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
func keyInfo(a *identity.Authority, _ identity.Caller, form url.Values, id string) protocol.Reply {
	var v violations
	v.check(form, "AccessKeyId", 1, 128, accessKeyForm)
	if refused := v.refusal(); refused != nil {
		return *refused
	}
	return protocol.XMLReply(http.StatusOK, id, accessKeyInfo{
		Namespace: protocol.STSNamespace, Account: a.AccountOf(form.Get("AccessKeyId")), RequestID: id,
	})
}
