package emulator

import (
	"net/http"
	"time"

	"skyql/internal/resource"
)

// authority knows who a caller is.
type authority struct {
	organization organization
	sealer       sealer
	secrets      map[string]string // by access key; nil: any key is taken, and no signature verified
}

func newAuthority(opts Options) *authority {
	a := &authority{organization: organization{max(1, opts.Accounts)}, sealer: newSealer(opts.Keys)}
	for _, pair := range opts.Keys {
		if a.secrets == nil {
			a.secrets = map[string]string{}
		}
		a.secrets[pair.AccessKey] = pair.secret
	}
	return a
}

// authenticate reads who makes a call of a service, and verifies the signature
// if there are key pairs.
func (a *authority) authenticate(r *http.Request, body []byte, service string) (credential, *refusal) {
	caller, refused := parseCredential(r)
	if refused != nil {
		return caller, refused
	}
	now := time.Now()
	secret, refused := a.identify(&caller, now)
	if refused == nil && a.secrets != nil {
		refused = verify(r, body, caller, service, secret, now)
	}
	return caller, refused
}

var (
	errUnknownKey   = &refusal{"UnrecognizedClient", "The security token included in the request is invalid."}
	errExpiredToken = &refusal{"ExpiredToken", "The security token included in the request is expired"}
)

// identify finds out what the caller's access key and session token stand for,
// and gives the secret. Without key pairs anything is taken but for temporary
// credentials that look like this emulator's and are not: real ones, which
// happen to be set where a test runs, do no harm.
func (a *authority) identify(caller *credential, now time.Time) (secret string, refused *refusal) {
	account, temporary := accountInKey(caller.accessKey)
	switch {
	case sealedHere(caller.token), temporary && a.organization.has(account):
		about, ok := a.sealer.open(caller.token)
		if !ok || about.AccessKey != caller.accessKey || !temporary || !a.organization.has(account) {
			return "", errUnknownKey
		}
		if about.expired(now) {
			return "", errExpiredToken
		}
		caller.scope.Account, caller.session = account, &about
		return a.sealer.secretOf(caller.accessKey), nil
	case a.secrets == nil:
		return "", nil
	}
	secret, known := a.secrets[caller.accessKey]
	if !known || caller.token != "" {
		return "", errUnknownKey
	}
	return secret, nil
}

// arn names the caller as IAM does.
func (c credential) arn() string {
	if c.session != nil {
		return c.session.arn(c.scope)
	}
	return arn(c.scope, "iam", "user/"+userName)
}

// id gives the unique identifier that IAM knows the caller by.
func (c credential) id() string {
	if c.session != nil {
		return c.session.id(c.scope.Account)
	}
	return uniqueID("AIDA", c.scope.Account, userName)
}

// userName is that of the one user of each account.
const userName = "emulator"

func (s session) arn(scope resource.Scope) string {
	return arn(scope, "sts", "assumed-role/"+s.Role+"/"+s.Name)
}

func (s session) id(number string) string { return uniqueID("AROA", number, s.Role) + ":" + s.Name }

// arn makes an ARN of a global service in the partition of a region.
func arn(scope resource.Scope, service, name string) string {
	return "arn:" + resource.PartitionOf(scope.Region).Name + ":" + service + "::" + scope.Account + ":" + name
}

// failure replies in the protocols that speak JSON.
func (r refusal) failure(namespace string) reply {
	return failure(http.StatusBadRequest, namespace+r.name+"Exception", r.message)
}

// queryNames are those that the Query protocol has for refusals.
//
// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
var queryNames = map[string]string{
	"UnrecognizedClient": "InvalidClientTokenId", "InvalidSignature": "SignatureDoesNotMatch",
}

// queryFailure replies in the Query protocol.
func (r refusal) queryFailure() reply {
	name, status := r.name, http.StatusForbidden
	if other, ok := queryNames[name]; ok {
		name = other
	}
	if name == "IncompleteSignature" {
		status = http.StatusBadRequest
	}
	return queryError(status, name, r.message)
}

// account gives the account that a key acts in, as GetAccessKeyInfo tells it.
func (a *authority) account(accessKey string) string {
	if number, ok := accountInKey(accessKey); ok && a.organization.has(number) {
		return number
	}
	return accountOf(accessKey)
}
