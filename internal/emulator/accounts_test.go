package emulator

import (
	"strings"
	"testing"

	"skyql/internal/emulator/store"
)

func TestAccountsOfAnOrganization(t *testing.T) {
	t.Parallel()
	o := organization{MaxAccounts}
	names, mails := map[string]bool{}, map[string]bool{}
	for place := range MaxAccounts {
		a := o.at(place)
		if have, ok := o.place(a.number); !ok || have != place || len(a.number) != 12 {
			t.Errorf("want %s at %d, have %d, %t", a.number, place, have, ok)
		}
		if names[a.name] || mails[a.email] {
			t.Errorf("%s has the name of another", a.number)
		}
		names[a.name], mails[a.email] = true, true
	}
	if first, second := o.at(0), o.at(1); first.number != store.DefaultAccount || second.number != "210000000002" {
		t.Errorf("want the default account and 210000000002, have %s and %s", first.number, second.number)
	}
	for _, number := range []string{"", "210000000000", "210000000001", "210000001001", "999999999999", "21000000002", "-210000000002", "x"} {
		if o.has(number) {
			t.Errorf("want %q outside", number)
		}
	}
	if (organization{1}).has("210000000002") {
		t.Error("want one account only")
	}
}

func TestOptionsOfIdentities(t *testing.T) {
	t.Parallel()
	pair := func(text string) KeyPair {
		pair, err := ParseKeyPair(text)
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
		"two keys":        {Options{Keys: []KeyPair{pair("a:x"), pair("b:x")}}, ""},
		"one key twice":   {Options{Keys: []KeyPair{pair("a:x"), pair("a:y")}}, "two key pairs have the access key a;"},
		"an empty secret": {Options{Keys: []KeyPair{{AccessKey: "a"}}}, "a key pair is ACCESSKEY:SECRET"},
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
