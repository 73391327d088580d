package deploy

import (
	"bytes"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
)

// Seal tells whether two plans have the same values where they show none, and does
// not tell the values: a guess costs as much as one at a stored password.
type Seal struct {
	Salt []byte `json:"salt"`
	Hash []byte `json:"hash"`
}

// sealRounds is what OWASP recommends for passwords.
//
// https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#pbkdf2
const sealRounds = 600_000

// Sealed gives the plan a seal, to be kept with it.
func (p Plan) Sealed() (Plan, error) {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails
	hash, err := sealHash(p.hidden, salt)
	p.Seal = Seal{Salt: salt, Hash: hash}
	return p, err
}

// IsZero reports whether there is no seal.
func (s Seal) IsZero() bool { return len(s.Hash) == 0 }

func (s Seal) fits(hidden []byte) bool {
	hash, err := sealHash(hidden, s.Salt)
	return err == nil && bytes.Equal(hash, s.Hash)
}

func sealHash(hidden, salt []byte) ([]byte, error) {
	return pbkdf2.Key(sha256.New, string(hidden), salt, sealRounds, sha256.Size)
}
