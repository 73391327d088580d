package store

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/fnv"
)

// encodePosition makes the token of the next page: after which number it goes
// on, bound to what is listed.
func encodePosition(number uint64, about string) string {
	token := binary.BigEndian.AppendUint64(nil, number)
	return base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint64(token, seal(number, about)))
}

// decodePosition is the inverse. A token that encodePosition did not make for
// the same list is refused.
func decodePosition(token, about string) (number uint64, ok bool) {
	raw, err := base64.StdEncoding.DecodeString(token)
	if err != nil || len(raw) != 16 {
		return 0, false
	}
	number = binary.BigEndian.Uint64(raw)
	return number, binary.BigEndian.Uint64(raw[8:]) == seal(number, about)
}

func seal(number uint64, about string) uint64 {
	sum := fnv.New64a()
	fmt.Fprintf(sum, "%d\x00%s", number, about)
	return sum.Sum64()
}

// NewToken gives a random version 4 UUID, the form of request tokens.
//
// https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-4
func NewToken() string {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails, says crypto/rand
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}
