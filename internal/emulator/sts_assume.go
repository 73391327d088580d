package emulator

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"sync"
	"time"

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

type assumedRole struct {
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
func assume(a *authority, caller credential, form url.Values, id string) reply {
	role, duration, refused := checkAssume(caller, form)
	if refused != nil {
		return *refused
	}
	if !a.organization.has(role.account) || !a.organization.has(caller.scope.Account) {
		return queryError(http.StatusForbidden, "AccessDenied", "User: "+caller.arn()+
			" is not authorized to perform: sts:AssumeRole on resource: "+form.Get("RoleArn"))
	}
	expires := time.Now().Add(duration).UTC().Truncate(time.Second)
	about := session{newAccessKey(role.account), role.name, form.Get("RoleSessionName"), expires.Unix()}
	there := resource.Scope{Account: role.account, Region: caller.scope.Region}
	return xmlReply(http.StatusOK, id, assumedRole{
		Namespace: stsNamespace, SourceIdentity: form.Get("SourceIdentity"), UserID: about.id(there.Account), ARN: about.arn(there),
		AccessKey: about.AccessKey, Secret: a.sealer.secretOf(about.AccessKey), SessionToken: a.sealer.seal(about),
		Expiration: expires.Format(time.RFC3339), RequestID: id,
	})
}

// role is what an ARN tells of one.
type role struct{ account, name string }

// checkAssume reads the parameters that matter, or refuses the call.
func checkAssume(caller credential, form url.Values) (role, time.Duration, *reply) {
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
	if parts == nil || parts[1] != resource.PartitionOf(caller.scope.Region).Name {
		out := validationError(form.Get("RoleArn") + " is invalid")
		return role{}, 0, &out
	}
	if caller.session != nil && seconds > longestChained {
		out := validationError("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining")
		return role{}, 0, &out
	}
	return role{parts[2], parts[3]}, time.Duration(seconds) * time.Second, nil
}

func validationError(message string) reply {
	return queryError(http.StatusBadRequest, "ValidationError", message)
}

// violations are the constraints that parameters fail, worded as STS does.
type violations []string

// form is a pattern that a parameter must match from its begin to its end.
type form struct {
	shown    string
	compiled func() *regexp.Regexp // made when first wanted
}

func newForm(pattern string) form {
	return form{pattern, sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:` + pattern + `)$`) })}
}

var (
	nameForm      = newForm(`[\w+=,.@-]*`)
	externalForm  = newForm(`[\w+=,.@:\/-]*`)
	accessKeyForm = newForm(`[\w]*`)
	arnForm       = newForm(`[\x{0009}\x{000A}\x{000D}\x{0020}-\x{007E}\x{0085}\x{00A0}-\x{D7FF}\x{E000}-\x{FFFD}\x{10000}-\x{10FFFF}]+`)
)

func (v *violations) add(shown, name, rule string) {
	*v = append(*v, "Value "+shown+" at '"+memberName(name)+"' failed to satisfy constraint: Member must "+rule)
}

// memberName is how a parameter is called in messages.
func memberName(parameter string) string { return string(parameter[0]|0x20) + parameter[1:] }

// check checks a parameter that must be there.
func (v *violations) check(values url.Values, name string, shortest, longest int, f form) {
	value := values.Get(name)
	if !values.Has(name) {
		v.add("null", name, "not be null")
		return
	}
	shown := "'" + value + "'"
	if !f.compiled().MatchString(value) {
		v.add(shown, name, "satisfy regular expression pattern: "+f.shown)
	}
	switch length := len([]rune(value)); {
	case length < shortest:
		v.add(shown, name, "have length greater than or equal to "+strconv.Itoa(shortest))
	case length > longest:
		v.add(shown, name, "have length less than or equal to "+strconv.Itoa(longest))
	}
}

func (v *violations) checkOptional(values url.Values, name string, shortest, longest int, f form) {
	if values.Has(name) {
		v.check(values, name, shortest, longest, f)
	}
}

// checkNumber reads a number that need not be there.
func (v *violations) checkNumber(values url.Values, name string, least, most, otherwise int) int {
	if !values.Has(name) {
		return otherwise
	}
	shown := "'" + values.Get(name) + "'"
	n, err := strconv.Atoi(values.Get(name))
	switch {
	case err != nil:
		v.add(shown, name, "be a number")
	case n < least:
		v.add(shown, name, "have value greater than or equal to "+strconv.Itoa(least))
	case n > most:
		v.add(shown, name, "have value less than or equal to "+strconv.Itoa(most))
	}
	return n
}

// refusal replies with all of them, nil if there are none.
func (v violations) refusal() *reply {
	if len(v) == 0 {
		return nil
	}
	message := strconv.Itoa(len(v)) + " validation error"
	if len(v) > 1 {
		message += "s"
	}
	message += " detected: "
	for i, violation := range v {
		if i > 0 {
			message += "; "
		}
		message += violation
	}
	out := validationError(message)
	return &out
}
