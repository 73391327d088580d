package identity

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// KeyPair is an access key and its secret, which calls are signed with. Printed
// or logged it shows the access key only.
type KeyPair struct {
	AccessKey string
	secret    string
}

var errKeyPair = errors.New("a key pair is ACCESSKEY:SECRET, as AKIDEXAMPLE:secret; it is not shown here because it may hold a secret")

// ParseKeyPair reads ACCESSKEY:SECRET. Its errors do not repeat the text.
func ParseKeyPair(text string) (KeyPair, error) {
	accessKey, secret, ok := strings.Cut(text, ":")
	if !ok {
		return KeyPair{}, errKeyPair
	}
	pair := KeyPair{accessKey, secret}
	return pair, pair.check()
}

// ReadKeyPairs reads a key pair from each line. Empty lines and those that
// begin with # are passed over.
func ReadKeyPairs(r io.Reader) ([]KeyPair, error) {
	var pairs []KeyPair
	lines := bufio.NewScanner(r)
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		pair, err := ParseKeyPair(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		pairs = append(pairs, pair)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(pairs) == 0 {
		return nil, errors.New("no key pair in it; write ACCESSKEY:SECRET on a line")
	}
	return pairs, nil
}

// check tells what is wrong with the key pair. What is wrong with the access
// key is told without it: it may be the secret, if both were exchanged.
func (k KeyPair) check() error {
	switch {
	case k.AccessKey == "" || len(k.AccessKey) > 128 || strings.Trim(k.AccessKey, wordCharacters) != "":
		return errKeyPair
	case k.secret == "" || strings.ContainsAny(k.secret, " \t\r\n"):
		return errKeyPair
	case isTemporary(k.AccessKey):
		return fmt.Errorf("access key %s is a temporary one, which only AssumeRole gives; name a key that does not begin with %s",
			k.AccessKey, temporaryPrefix)
	}
	return nil
}

// wordCharacters are what access keys are made of.
const wordCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

// String hides the secret.
func (k KeyPair) String() string { return k.AccessKey + ":…" }

// GoString hides the secret.
func (k KeyPair) GoString() string { return "identity.KeyPair(" + k.String() + ")" }
