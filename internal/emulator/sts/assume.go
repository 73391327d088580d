package sts

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"regexp"
	"sync"
	"time"

	"skyql/internal/emulator/identity"
	"skyql/internal/emulator/protocol"
	"skyql/internal/resource"
)

const (
	shortestSession = 900
	longestSession  = 43_200
	usualSession    = 3600
	longestChained  = 3600
)

// roleForm has the partition, the account and the name in it; between them may
// stand a path.
var roleForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^arn:([a-z][a-z-]*):iam::([0-9]{12}):role/(?:[!-~]*/)?([\w+=,.@-]{1,64})$`)
})

type AssumedRole struct {
	XMLName        xml.Name `xml:"AssumeRoleResponse"`
	Namespace      string   `xml:"xmlns,attr"`
	SourceIdentity string   `xml:"AssumeRoleResult>SourceIdentity,omitempty"`
	UserID         string   `xml:"AssumeRoleResult>AssumedRoleUser>AssumedRoleId"`
	ARN            string   `xml:"AssumeRoleResult>AssumedRoleUser>Arn"`
	AccessKey      string   `xml:"AssumeRoleResult>Credentials>AccessKeyId"`
	Secret         string   `xml:"AssumeRoleResult>Credentials>SecretAccessKey"`
	SessionToken   string   `xml:"AssumeRoleResult>Credentials>SessionToken"`
	Expiration     string   `xml:"AssumeRoleResult>Credentials>Expiration"`
	RequestID      string   `xml:"ResponseMetadata>RequestId"`
}

// assume gives temporary credentials of a role. Every name is that of a role
// which trusts all accounts of its organization and may last for as long as any
// can. Policies and tags of sessions are taken and have no effect, since
// permissions have none here.
//
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
func assume(a *identity.Authority, caller identity.Caller, form url.Values, id string) protocol.Reply {
	role, duration, refused := checkAssume(caller, form)
	if refused != nil {
		return *refused
	}
	if !a.Organization.Has(role.account) || !a.Organization.Has(caller.Scope.Account) {
		return protocol.QueryError(http.StatusForbidden, "AccessDenied", "User: "+caller.ARN()+
			" is not authorized to perform: sts:AssumeRole on resource: "+form.Get("RoleArn"))
	}
	expires := time.Now().Add(duration).UTC().Truncate(time.Second)
	there := resource.Scope{Account: role.account, Region: caller.Scope.Region}
	issued := a.Issue(there, role.name, form.Get("RoleSessionName"), expires)
	return protocol.XMLReply(http.StatusOK, id, AssumedRole{
		Namespace: protocol.STSNamespace, SourceIdentity: form.Get("SourceIdentity"), UserID: issued.ID(), ARN: issued.ARN(),
		AccessKey: issued.AccessKey, Secret: issued.Secret, SessionToken: issued.SessionToken,
		Expiration: expires.Format(time.RFC3339), RequestID: id,
	})
}

// role is what an ARN tells of one.
type role struct{ account, name string }

// checkAssume reads the parameters that matter, or refuses the call.
func checkAssume(caller identity.Caller, form url.Values) (role, time.Duration, *protocol.Reply) {
	var v violations
	v.check(form, "RoleArn", 20, 2048, arnForm)
	v.check(form, "RoleSessionName", 2, 64, nameForm)
	v.checkOptional(form, "ExternalId", 2, 1224, externalForm)
	v.checkOptional(form, "SourceIdentity", 2, 64, nameForm)
	seconds := v.checkNumber(form, "DurationSeconds", shortestSession, longestSession, usualSession)
	if refused := v.refusal(); refused != nil {
		return role{}, 0, refused
	}
	parts := roleForm().FindStringSubmatch(form.Get("RoleArn"))
	if parts == nil || parts[1] != resource.PartitionOf(caller.Scope.Region).Name {
		out := validationError(form.Get("RoleArn") + " is invalid")
		return role{}, 0, &out
	}
	if caller.Temporary() && seconds > longestChained {
		out := validationError("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining")
		return role{}, 0, &out
	}
	return role{parts[2], parts[3]}, time.Duration(seconds) * time.Second, nil
}
