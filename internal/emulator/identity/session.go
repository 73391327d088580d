package identity

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"skyql/internal/resource"
)

// Temporary credentials are kept nowhere: the access key holds the account, the
// session token the rest, under a seal, and the secret follows from the access
// key. So there is no table to bound or to sweep, and credentials outlive a
// restart of the emulator (with the same key pairs), as they outlive one of AWS.

// tokenMark begins the session tokens that the emulator makes. Six bytes are
// whole characters of base64.
const tokenMark = "skyqlT"

// session is the role that temporary credentials act in.
type session struct {
	AccessKey string `json:"k"`
	Role      string `json:"r"` // its name, without a path
	Name      string `json:"n"`
	Expires   int64  `json:"e"` // seconds since 1970
}

// sealer makes temporary credentials and knows them again.
type sealer struct{ key []byte }

// newSealer derives its key from the key pairs, so that nobody who lacks their
// secrets can make credentials. Without any the key is no secret: nothing is
// verified then.
func newSealer(pairs []KeyPair) sealer {
	sorted := slices.SortedFunc(slices.Values(pairs), func(a, b KeyPair) int { return strings.Compare(a.AccessKey, b.AccessKey) })
	mac := hmac.New(sha256.New, []byte("skyql emulator"))
	for _, pair := range sorted {
		fmt.Fprintf(mac, "%d:%s%d:%s", len(pair.AccessKey), pair.AccessKey, len(pair.secret), pair.secret)
	}
	return sealer{mac.Sum(nil)}
}

// sum authenticates data. The purpose keeps sums for one from serving another.
func (s sealer) sum(purpose string, data []byte) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(purpose + "\x00"))
	mac.Write(data)
	return mac.Sum(nil)
}

// secretOf gives the secret access key of a temporary access key.
func (s sealer) secretOf(accessKey string) string {
	return base64.StdEncoding.EncodeToString(s.sum("secret", []byte(accessKey))[:30])
}

// seal makes the session token.
func (s sealer) seal(about session) string {
	payload, err := json.Marshal(about)
	if err != nil {
		panic(err) // it has texts and a number
	}
	token := append([]byte(tokenMark), payload...)
	return base64.StdEncoding.EncodeToString(append(token, s.sum("token", token)...))
}

// Issued are temporary credentials, with whoever calls with them.
type Issued struct {
	Caller
	AccessKey, Secret, SessionToken string
}

// Issue makes temporary credentials of a role, given by its name without a path.
func (a *Authority) Issue(scope resource.Scope, role, sessionName string, expires time.Time) Issued {
	about := session{NewAccessKey(scope.Account), role, sessionName, expires.Unix()}
	return Issued{
		Caller{scope, &about}, about.AccessKey, a.sealer.secretOf(about.AccessKey), a.sealer.seal(about),
	}
}

// open is the inverse of seal. A token that seal did not make is refused.
func (s sealer) open(token string) (about session, ok bool) {
	raw, err := base64.StdEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) < len(tokenMark)+sha256.Size {
		return about, false
	}
	sealed, sum := raw[:len(raw)-sha256.Size], raw[len(raw)-sha256.Size:]
	if !hmac.Equal(sum, s.sum("token", sealed)) {
		return about, false
	}
	err = json.Unmarshal(sealed[len(tokenMark):], &about)
	return about, err == nil
}

// sealedHere reports whether a session token was made by an emulator.
func sealedHere(token string) bool {
	return strings.HasPrefix(token, base64.StdEncoding.EncodeToString([]byte(tokenMark)))
}

func (s session) expired(now time.Time) bool { return now.Unix() >= s.Expires }
