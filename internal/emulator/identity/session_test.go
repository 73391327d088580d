package identity

import (
	"strings"
	"testing"
	"time"

	"skyql/internal/emulator/store"
)

func TestAccountInAnAccessKey(t *testing.T) {
	t.Parallel()
	for _, number := range []string{"000000000000", store.DefaultAccount, "210000000002", "999999999999"} {
		key := NewAccessKey(number)
		if have, ok := accountInKey(key); !ok || have != number || len(key) != 20 || !strings.HasPrefix(key, "ASIA") {
			t.Errorf("want account %s in %s, have %q, %t", number, key, have, ok)
		}
		if key == NewAccessKey(number) {
			t.Errorf("want another key each time, have %s", key)
		}
	}
	for _, key := range []string{"", "ASIA", "AKIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPL", "ASIAIOSFODNN7EXAMPLEX", "ASIAiosfodnn7example", "ASIAIOSFODNN7EXAMPL="} {
		if isTemporary(key) {
			t.Errorf("want %q no temporary key", key)
		}
	}
}

func TestSessionTokens(t *testing.T) {
	t.Parallel()
	s := newSealer([]KeyPair{{"a", "x"}, {"b", "y"}})
	about := session{NewAccessKey("210000000002"), "Reader", "me@example.com", time.Now().Unix()}
	token := s.seal(about)
	if have, ok := s.open(token); !ok || have != about || !sealedHere(token) {
		t.Errorf("want %+v, have %+v, %t", about, have, ok)
	}
	if _, ok := newSealer([]KeyPair{{"b", "y"}, {"a", "x"}}).open(token); !ok {
		t.Error("want the order of key pairs without effect")
	}
	for name, other := range map[string]sealer{
		"no pair": newSealer(nil), "one pair": newSealer([]KeyPair{{"a", "x"}}), "other secret": newSealer([]KeyPair{{"a", "x"}, {"b", "z"}}),
	} {
		if _, ok := other.open(token); ok {
			t.Errorf("want the token refused with %s", name)
		}
		if other.secretOf(about.AccessKey) == s.secretOf(about.AccessKey) {
			t.Errorf("want another secret with %s", name)
		}
	}
	for i := range token {
		changed := token[:i] + string(token[i]^1) + token[i+1:]
		if _, ok := s.open(changed); ok {
			t.Fatalf("want %s refused", changed)
		}
	}
}
