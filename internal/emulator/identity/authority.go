package identity

import (
	"net/http"
	"time"

	"skyql/internal/emulator/signature"
	"skyql/internal/resource"
)

// Authority knows who a caller is.
type Authority struct {
	Organization Organization

	sealer  sealer
	secrets map[string]string // by access key; nil: any key is taken, and no signature verified
}

// New gives the one of an organization with a number of accounts, where
// calls must be signed with the key pairs; if there are none, with anything.
func New(accounts int, keys []KeyPair) *Authority {
	a := &Authority{Organization: Organization{max(1, accounts)}, sealer: newSealer(keys)}
	for _, pair := range keys {
		if a.secrets == nil {
			a.secrets = map[string]string{}
		}
		a.secrets[pair.AccessKey] = pair.secret
	}
	return a
}

// Authenticate reads who makes a call of a service, and verifies the signature
// if there are key pairs.
func (a *Authority) Authenticate(r *http.Request, body []byte, service string) (Caller, *signature.Refusal) {
	signer, refused := signature.Parse(r)
	if refused != nil {
		return Caller{}, refused
	}
	now := time.Now()
	caller, secret, refused := a.identify(signer, now)
	if refused == nil && a.secrets != nil {
		refused = signature.Verify(r, body, signer, service, secret, now)
	}
	return caller, refused
}

var (
	errUnknownKey   = &signature.Refusal{Name: "UnrecognizedClient", Message: "The security token included in the request is invalid."}
	errExpiredToken = &signature.Refusal{Name: "ExpiredToken", Message: "The security token included in the request is expired"}
)

// identify finds out what the signer's access key and session token stand for,
// and gives the secret. Without key pairs anything is taken but for temporary
// credentials that look like this emulator's and are not: real ones, which
// happen to be set where a test runs, do no harm.
func (a *Authority) identify(signer signature.Credential, now time.Time) (caller Caller, secret string, refused *signature.Refusal) {
	caller = Caller{Scope: resource.Scope{Account: accountOf(signer.AccessKey), Region: signer.Region}}
	account, temporary := accountInKey(signer.AccessKey)
	switch {
	case sealedHere(signer.Token), temporary && a.Organization.Has(account):
		about, ok := a.sealer.open(signer.Token)
		if !ok || about.AccessKey != signer.AccessKey || !temporary || !a.Organization.Has(account) {
			return caller, "", errUnknownKey
		}
		if about.expired(now) {
			return caller, "", errExpiredToken
		}
		caller.Scope.Account, caller.session = account, &about
		return caller, a.sealer.secretOf(signer.AccessKey), nil
	case a.secrets == nil:
		return caller, "", nil
	}
	secret, known := a.secrets[signer.AccessKey]
	if !known || signer.Token != "" {
		return caller, "", errUnknownKey
	}
	return caller, secret, nil
}

// AccountOf gives the account that a key acts in, as GetAccessKeyInfo tells it.
func (a *Authority) AccountOf(accessKey string) string {
	if number, ok := accountInKey(accessKey); ok && a.Organization.Has(number) {
		return number
	}
	return accountOf(accessKey)
}
