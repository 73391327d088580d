package emulator

import (
	"strings"
	"testing"

	"skyql/internal/emulator/identity"
)

func TestOptionsOfIdentities(t *testing.T) {
	t.Parallel()
	pair := func(text string) identity.KeyPair {
		pair, err := identity.ParseKeyPair(text)
		if err != nil {
			t.Fatal(err)
		}
		return pair
	}
	tests := map[string]struct {
		opts Options
		want string
	}{
		"none":            {Options{}, ""},
		"many accounts":   {Options{Accounts: 1000}, ""},
		"too many":        {Options{Accounts: 1001}, "an organization has from 1 to 1000 accounts, not 1001"},
		"negative":        {Options{Accounts: -1}, "an organization has from 1 to 1000 accounts, not -1"},
		"two keys":        {Options{Keys: []identity.KeyPair{pair("a:x"), pair("b:x")}}, ""},
		"one key twice":   {Options{Keys: []identity.KeyPair{pair("a:x"), pair("a:y")}}, "two key pairs have the access key a;"},
		"an empty secret": {Options{Keys: []identity.KeyPair{{AccessKey: "a"}}}, "a key pair is ACCESSKEY:SECRET"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := test.opts.Check()
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("want %q, have %v", test.want, err)
			}
		})
	}
}
