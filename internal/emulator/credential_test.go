package emulator

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"skyql/internal/emulator/store"
)

func TestParseAuthorization(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		header string
		want   authorization
		ok     bool
	}{
		"all":            {"AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host;date, Signature=00", authorization{"a/b", "host;date", "00"}, true},
		"without spaces": {"AWS4-HMAC-SHA256 Credential=a/b,SignedHeaders=host,Signature=00", authorization{"a/b", "host", "00"}, true},
		"another order":  {"AWS4-HMAC-SHA256 Signature=00,  Credential=a/b", authorization{"a/b", "", "00"}, true},
		"equal signs":    {"AWS4-HMAC-SHA256 Credential=a=b", authorization{credential: "a=b"}, true},
		"what else":      {"AWS4-HMAC-SHA256 New=x,Credential=a", authorization{credential: "a"}, true},
		"nothing":        {"AWS4-HMAC-SHA256 ", authorization{}, true},
		"one twice":      {"AWS4-HMAC-SHA256 Credential=a, Credential=b", authorization{}, false},
		"no space":       {"AWS4-HMAC-SHA256", authorization{}, false},
		"other":          {"AWS4-ECDSA-P256-SHA256 Credential=a", authorization{}, false},
		"bearer":         {"Bearer Credential=a", authorization{}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			have, ok := parseAuthorization(test.header)
			if have != test.want || ok != test.ok {
				t.Errorf("want %+v, %t, have %+v, %t", test.want, test.ok, have, ok)
			}
		})
	}
}

func FuzzParseAuthorization(f *testing.F) {
	f.Add("AWS4-HMAC-SHA256 Credential=a/20300101/eu-west-1/sts/aws4_request, SignedHeaders=host;x-amz-date, Signature=00", "a", "")
	f.Add("AWS4-HMAC-SHA256 Credential=////aws4_request,SignedHeaders=;;,Signature==", "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=////aws4_request", "20300101T000000Z")
	pair, err := ParseKeyPair("a:b")
	if err != nil {
		f.Fatal(err)
	}
	lenient, strict := newAuthority(Options{}), newAuthority(Options{Keys: []KeyPair{pair}})
	f.Fuzz(func(t *testing.T, header, query, date string) {
		if a, ok := parseAuthorization(header); ok {
			again, ok := parseAuthorization(algorithm + " Credential=" + a.credential + ",SignedHeaders=" + a.signedHeaders + ",Signature=" + a.signature)
			if trim := strings.TrimSpace; !ok || trim(again.credential) != trim(a.credential) || trim(again.signature) != trim(a.signature) {
				t.Errorf("want %+v again, have %+v, %t", a, again, ok)
			}
		}
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)
		request.URL.RawQuery = query
		request.Header["Authorization"], request.Header["X-Amz-Date"] = []string{header}, []string{date}
		if caller, refused := lenient.authenticate(request, nil, stsService); refused == nil && len(caller.scope.Account) != 12 {
			t.Errorf("have account %q", caller.scope.Account)
		}
		if _, refused := strict.authenticate(request, nil, stsService); refused == nil {
			t.Error("want no signature verified that nobody has made")
		}
	})
}

func TestKeyPairs(t *testing.T) {
	t.Parallel()
	have, err := ReadKeyPairs(strings.NewReader("# those of the test\n\nAKID:secret\r\n  210000000002:a:b/c+d=  \nlast:x"))
	want := []KeyPair{{"AKID", "secret"}, {"210000000002", "a:b/c+d="}, {"last", "x"}}
	if diff := cmp.Diff(want, have, cmp.AllowUnexported(KeyPair{})); err != nil || diff != "" {
		t.Errorf("%v (-want +have)\n%s", err, diff)
	}
	if text := fmt.Sprintf("%v %+v %#v %s", have, have, have, Options{Keys: have}.Keys[0]); strings.Contains(text, "secret") || !strings.Contains(text, "AKID") {
		t.Errorf("want keys without secrets, have %s", text)
	}
}

func TestKeyPairsThatAreRefused(t *testing.T) {
	t.Parallel()
	const secret = "hunter2"
	tests := map[string]struct{ text, want string }{
		"nothing":        {"", "no key pair in it"},
		"comments only":  {"# x\n\n", "no key pair in it"},
		"no colon":       {"AKID:x\n" + secret, "line 2: a key pair is ACCESSKEY:SECRET"},
		"no key":         {":" + secret, "line 1: a key pair is ACCESSKEY:SECRET"},
		"no secret":      {secret + ":", "line 1: a key pair is ACCESSKEY:SECRET"},
		"wrong way":      {secret + "/+=:AKID", "line 1: a key pair is ACCESSKEY:SECRET"},
		"space within":   {"AKID:" + secret + " x", "line 1: a key pair is ACCESSKEY:SECRET"},
		"long key":       {strings.Repeat("a", 129) + ":" + secret, "line 1: a key pair is ACCESSKEY:SECRET"},
		"temporary":      {"ASIAIOSFODNN7EXAMPLE:" + secret, "line 1: access key ASIAIOSFODNN7EXAMPLE is a temporary one"},
		"line too large": {"AKID:" + strings.Repeat(secret, 20_000), "too long"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ReadKeyPairs(strings.NewReader(test.text))
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), secret) {
				t.Errorf("want %q without the secret, have %v", test.want, err)
			}
		})
	}
}

func TestAccountInAnAccessKey(t *testing.T) {
	t.Parallel()
	for _, number := range []string{"000000000000", store.DefaultAccount, "210000000002", "999999999999"} {
		key := newAccessKey(number)
		if have, ok := accountInKey(key); !ok || have != number || len(key) != 20 || !strings.HasPrefix(key, "ASIA") {
			t.Errorf("want account %s in %s, have %q, %t", number, key, have, ok)
		}
		if key == newAccessKey(number) {
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
	about := session{newAccessKey("210000000002"), "Reader", "me@example.com", time.Now().Unix()}
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
