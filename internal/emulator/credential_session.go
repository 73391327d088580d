package emulator

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Temporary credentials are kept nowhere: the access key holds the account, the
// session token the rest, under a seal, and the secret follows from the access
// key. So there is no table to bound or to sweep, and credentials outlive a
// restart of the emulator (with the same key pairs), as they outlive one of AWS.

// temporaryPrefix begins the access keys of temporary credentials.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
const temporaryPrefix = "ASIA"

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

// open is the inverse. A token that seal did not make is refused.
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

// The 80 bits behind the prefix begin as those of AWS do: a bit that is set,
// and 40 bits of the account's number. The others are random.
const (
	keyBytes     = 10
	accountShift = 7
	accountMask  = 1<<40 - 1
)

// newAccessKey makes a temporary access key of an account, given by its number.
func newAccessKey(number string) string {
	n, err := strconv.ParseUint(number, 10, 40)
	if err != nil {
		panic(err) // it is of the organization
	}
	var raw [8 + keyBytes - 6]byte // the first two bytes only make room for a number of eight
	_, _ = rand.Read(raw[:])       // never fails, says crypto/rand
	head := 1<<47 | n<<accountShift | uint64(raw[0])&(1<<accountShift-1)
	binary.BigEndian.PutUint64(raw[:8], head)
	return temporaryPrefix + base32.StdEncoding.EncodeToString(raw[2:])
}

// accountInKey gives the account that a temporary access key was made for.
func accountInKey(accessKey string) (number string, ok bool) {
	text, ok := strings.CutPrefix(accessKey, temporaryPrefix)
	raw, err := base32.StdEncoding.DecodeString(text)
	if !ok || err != nil || len(raw) != keyBytes {
		return "", false
	}
	head := binary.BigEndian.Uint64(append([]byte{0, 0}, raw...))
	return fmt.Sprintf("%012d", head>>accountShift&accountMask), true
}

// isTemporary reports whether an access key has the form of a temporary one.
func isTemporary(accessKey string) bool {
	_, ok := accountInKey(accessKey)
	return ok
}

// uniqueID gives what IAM calls the unique identifier of a user or role: the
// same one each time.
func uniqueID(prefix, number, name string) string {
	sum := sha256.Sum256([]byte(prefix + "/" + number + "/" + name))
	return prefix + base32.StdEncoding.EncodeToString(sum[:])[:17]
}
