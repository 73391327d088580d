package identity

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"

	"skyql/internal/emulator/store"
)

// temporaryPrefix begins the access keys of temporary credentials.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
const temporaryPrefix = "ASIA"

// The 80 bits behind the prefix begin as those of AWS do: a bit that is set,
// and 40 bits of the account's number. The others are random.
const (
	keyBytes     = 10
	accountShift = 7
	accountMask  = 1<<40 - 1
)

// NewAccessKey makes a temporary access key of an account, given by its number.
func NewAccessKey(number string) string {
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

// accountOf maps an access key id to an account.
func accountOf(accessKey string) string {
	if len(accessKey) == 12 && strings.Trim(accessKey, "0123456789") == "" {
		return accessKey
	}
	return store.DefaultAccount
}
