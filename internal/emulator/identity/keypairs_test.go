package identity

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestKeyPairs(t *testing.T) {
	t.Parallel()
	have, err := ReadKeyPairs(strings.NewReader("# those of the test\n\nAKID:secret\r\n  210000000002:a:b/c+d=  \nlast:x"))
	want := []KeyPair{{"AKID", "secret"}, {"210000000002", "a:b/c+d="}, {"last", "x"}}
	if diff := cmp.Diff(want, have, cmp.AllowUnexported(KeyPair{})); err != nil || diff != "" {
		t.Errorf("%v (-want +have)\n%s", err, diff)
	}
	if text := fmt.Sprintf("%v %+v %#v %s", have, have, have, have[0]); strings.Contains(text, "secret") || !strings.Contains(text, "AKID") {
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
